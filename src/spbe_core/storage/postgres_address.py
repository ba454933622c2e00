"""Where a PostgreSQL store is: its URL taken apart, with the password kept out of everything that is shown."""

import re
from collections.abc import Mapping
from typing import Final, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from spbe_core.errors import InputError

SCHEME: Final = "postgresql"
DEFAULT_SCHEMA: Final = "spbe"
_SCHEMA: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)


@attrs.frozen
class PostgresAddress:
    """A PostgreSQL store's place.

    Attributes:
        options: what the client library is told, by its own names; whatever is missing comes from its environment
            (``PGPASSWORD``, ``~/.pgpass``).
        schema: the schema of the database that holds the store.
        vault: where the URL says that evidence lies.
        shown: the address without any secret, for people.
    """

    options: Mapping[str, str] = attrs.field(repr=False)
    schema: str
    vault: str | None
    shown: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Take ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=NAME&vault=FOLDER`` apart.

        Every part may be missing; other parameters are the client library's, such as ``sslmode``.

        Raises:
            InputError: ``store-url-unknown``, which never quotes the URL: a password with ``/``, ``@`` or ``#`` in it
                that was not escaped may stand anywhere; ``store-schema-malformed`` for the name of the schema.
        """
        try:
            parts = urlsplit(url)
            port = "" if parts.port is None else str(parts.port)
            parameters = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError:
            raise _unknown() from None
        named = dict(parameters)
        schema, vault = named.pop("schema", DEFAULT_SCHEMA), named.pop("vault", None)
        if (
            not url.startswith(f"{SCHEME}://")
            or set("/@") & set(parts.path[1:])
            or "@" in parts.query
            or parts.fragment
            or "\0" in unquote(url)
            or len(dict(parameters)) < len(parameters)
            or vault == ""
        ):
            raise _unknown()
        if not _SCHEMA.fullmatch(schema):
            raise InputError("store-schema-malformed", schema=schema)
        user, host, database = (unquote(part) for part in (parts.username or "", parts.hostname or "", parts.path[1:]))
        password = unquote(parts.password or "")
        given = {"user": user, "password": password, "host": host, "port": port, "dbname": database}
        place = (f"{user}@" if user else "") + (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        return cls(
            options={**named, **{name: value for name, value in given.items() if value}},
            schema=schema,
            vault=vault,
            shown=f"{SCHEME}://{place}/{database}?schema={schema}",
        )


def _unknown() -> InputError:
    return InputError("store-url-unknown", url=f"{SCHEME}://…")
