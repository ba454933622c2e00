"""Who the actors are, in a table of the store's schema in PostgreSQL that can be made to forget."""

from collections.abc import Mapping
from typing import Any, Final, LiteralString

from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from spbe_core.errors import StoreError
from spbe_core.model.actor import Person
from spbe_core.storage.postgres_tables import PERSON_TABLE

_FILE: Final[LiteralString] = (
    "SELECT c.relfilenode AS file FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = %s AND c.relname = %s"
)


class PostgresDirectory:
    """A table beside the log.

    A store of before there were names has none until somebody who may opens it to be made.

    Args:
        datastore: of the schema.
        store: the store's name, for messages.
    """

    def __init__(self, datastore: PostgresDatastore, store: str) -> None:
        self._datastore = datastore
        self._store = store

    def put(self, actor: str, person: Person) -> None:
        """Say who an actor is.

        Raises:
            StoreError: ``store-without-names``.
        """
        with self._datastore.get_connection() as connection:
            if self._file(connection) is None:
                raise StoreError("store-without-names", store=self._store)
            connection.execute(
                self._statement(
                    "INSERT INTO {0}.spbe_person (actor, name, contact) VALUES (%s, %s, %s) "
                    "ON CONFLICT (actor) DO UPDATE SET name = excluded.name, contact = excluded.contact"
                ),
                (actor, person.name, person.contact),
            )

    def people(self) -> Mapping[str, Person]:
        """Return everybody known, by actor id."""
        with self._datastore.get_connection() as connection:
            if self._file(connection) is None:
                return {}
            rows = connection.execute(
                self._statement("SELECT actor, name, contact FROM {0}.spbe_person ORDER BY actor")
            )
            return {one["actor"]: Person(one["name"], one["contact"]) for one in rows}

    def erase(self, actor: str) -> None:
        """Forget who an actor is; the table is written anew, since a deleted row stays in its file until then.

        The server's own log and its backups hold it until they are recycled.

        Raises:
            StoreError: ``erasure-not-owner`` where the role may not do so: the server then only warns.
        """
        try:
            with self._datastore.get_connection() as connection:
                before = self._file(connection)
                if before is None:
                    return
                connection.execute(self._statement("DELETE FROM {0}.spbe_person WHERE actor = %s"), (actor,))
                connection.execute(self._statement("VACUUM FULL {0}.spbe_person"))
                anew = self._file(connection) != before
        except StoreError as problem:
            if problem.code != "store-forbidden":
                raise
            anew = False
        if not anew:
            raise StoreError("erasure-not-owner", actor=actor, store=self._store)

    def _file(self, connection: Connection[Any]) -> int | None:
        """Return the number of the file that holds the table, None where there is no table."""
        found = connection.execute(_FILE, (self._datastore.schema, PERSON_TABLE)).fetchone()
        return None if found is None else int(found["file"])

    def _statement(self, text: LiteralString) -> Composed:
        return SQL(text).format(Identifier(self._datastore.schema))
