"""Who the actors are, in a table of the store's SQLite file that can be made to forget."""

from collections.abc import Mapping
from typing import Final

from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore

from spbe_core.errors import StoreError
from spbe_core.model.actor import Person
from spbe_core.storage.sqlite_failures import translated

PERSON_TABLE: Final = "CREATE TABLE spbe_person (actor TEXT PRIMARY KEY, name TEXT NOT NULL, contact TEXT NOT NULL)"
_PUT: Final = (
    "INSERT INTO spbe_person VALUES (?,?,?) "
    "ON CONFLICT (actor) DO UPDATE SET name=excluded.name, contact=excluded.contact"
)


class SqliteDirectory:
    """A table beside the log.

    In a store of before there were names it is made when the first one is entered.

    Args:
        datastore: of the file.
        store: the store's name, for messages.
    """

    def __init__(self, datastore: SQLiteDatastore, store: str) -> None:
        self._datastore = datastore
        self._store = store

    def put(self, actor: str, person: Person) -> None:
        """Say who an actor is."""
        with translated(self._store), self._datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("BEGIN IMMEDIATE")
            try:
                if not _is_there(cursor):
                    cursor.execute(PERSON_TABLE)
                cursor.execute(_PUT, (actor, person.name, person.contact))
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def people(self) -> Mapping[str, Person]:
        """Return everybody known, by actor id."""
        with translated(self._store), self._datastore.transaction(commit=False) as cursor:
            return {row["actor"]: Person(row["name"], row["contact"]) for row in _rows(cursor)}

    def erase(self, actor: str) -> None:
        """Forget who an actor is.

        The whole table is emptied and filled again with the others: pages that SQLite divided while it grew may still
        hold copies of what is no longer in any row, and only pages that are given back are overwritten with zeros.
        The write-ahead log held it as well and is cut off.
        """
        with translated(self._store), self._datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("BEGIN IMMEDIATE")
            try:
                kept = [tuple(row) for row in _rows(cursor) if row["actor"] != actor]
                if _is_there(cursor):
                    cursor.execute("DELETE FROM spbe_person")
                    cursor.executemany(_PUT, kept)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                raise StoreError("erasure-unfinished", actor=actor, store=self._store)


def _is_there(cursor: SQLiteCursor) -> bool:
    cursor.execute("SELECT 1 FROM sqlite_master WHERE name='spbe_person'")
    return cursor.fetchone() is not None


def _rows(cursor: SQLiteCursor) -> list[Mapping[str, str]]:
    if not _is_there(cursor):
        return []
    cursor.execute("SELECT actor, name, contact FROM spbe_person ORDER BY actor")
    return list(cursor.fetchall())
