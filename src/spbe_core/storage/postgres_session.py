"""What a statement means on a connection to PostgreSQL, whatever was set for the role, the database or the server."""

from typing import Any, Final, LiteralString

from psycopg import Connection
from psycopg.rows import tuple_row

from spbe_core.errors import StoreError

_SETTINGS: Final[dict[LiteralString, LiteralString]] = {
    # Operators, functions and catalogues by the server's own meaning; another schema may have an = of its own.
    "search_path": "pg_catalog, pg_temp",
    # Where a policy would hide rows, an error and not a shorter answer.
    "row_security": "off",
    "standard_conforming_strings": "on",
    # How the server writes down what a table is made of, and how it makes one.
    "quote_all_identifiers": "off",
    "default_table_access_method": "heap",
}


def settle(connection: Connection[Any], store: str) -> None:
    """Give the statements that follow one meaning; SET itself has no operators or functions that could be others.

    Args:
        connection: to settle, before anything else is asked.
        store: the store's name, for the message.

    Raises:
        StoreError: ``store-altered`` where the server does not keep to a setting.
    """
    for name, value in _SETTINGS.items():
        connection.execute(f"SET {name} = {value}")
        found = connection.cursor(row_factory=tuple_row).execute(f"SHOW {name}").fetchone()
        if found != (value,):
            raise StoreError("store-altered", store=store, kind="setting", name=name)
