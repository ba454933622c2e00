"""The log and the read models in one SQLite file: write-ahead log, every commit flushed to disk."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Literal, cast
from urllib.parse import quote

from eventsourcing.persistence import RecordConflictError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from spbe_core.errors import StoreError
from spbe_core.storage.event_log import RecorderEventLog
from spbe_core.storage.lasting import make_folder
from spbe_core.storage.read_only import copied, needs_copy
from spbe_core.storage.sqlite_directory import PERSON_TABLE, SqliteDirectory
from spbe_core.storage.sqlite_failures import translated

APPLICATION_ID: Final = 0x73706265
"""The letters ``spbe`` in SQLite's header, so that no other program's file is taken for a store."""

SCHEMA_VERSION: Final = 1

LARGEST_VALUE: Final = 16 * 1024 * 1024
"""Bytes in one column; far more than any event has, and little enough to hold in memory."""

_OF_SQLITE: Final = (
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
)
"""What SQLite makes itself where somebody lets it analyze."""


class SqliteStore:
    """One SQLite file, opened.

    Args:
        path: the file.
        create: make it if it is not there; otherwise it must be a store already, which can be read, from a private
            copy, also where its folder may not be written.
        lock_timeout: seconds to wait for another writer.

    Raises:
        StoreError: it is missing, foreign, corrupt, locked or not accessible.
    """

    def __init__(self, path: Path, *, create: bool, lock_timeout: int = 5) -> None:
        self._name = str(path)
        if _kind(path) == "folder":
            raise StoreError("store-is-directory", store=self._name)
        if not create and _kind(path) != "file":
            raise StoreError("store-missing", store=self._name)
        if create:
            _make_folder(path.parent)
        with translated(self._name):
            if _is_foreign(path):
                raise StoreError("store-foreign", store=self._name)
        self._copy = copied(path) if not create and needs_copy(path) else None
        place = path if self._copy is None else Path(self._copy.name) / path.name
        self._datastore = _Datastore(place, lock_timeout, writable=self._copy is None)
        try:
            self._prepare(create=create)
        except BaseException:
            self.close()
            raise
        self.log = RecorderEventLog(_Recorder(self._datastore), self._name)
        self.directory = SqliteDirectory(self._datastore, self._name)

    def _prepare(self, *, create: bool) -> None:
        with translated(self._name), self._datastore.get_connection(commit=False) as connection:
            cursor = connection.cursor()
            if self._is_store(cursor):
                self._refuse_planted(cursor)
                return
            if not create:
                raise StoreError("store-foreign", store=self._name)
            cursor.execute("BEGIN IMMEDIATE")
            try:
                if self._is_store(cursor):  # another process made it while this one waited
                    connection.rollback()
                    return
                for statement in self._tables():
                    cursor.execute(statement)
                cursor.execute(f"PRAGMA application_id={APPLICATION_ID}")
                cursor.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def _is_store(self, cursor: SQLiteCursor) -> bool:
        for _ in ("as it is", "as another process made it after the first look"):
            if _single(cursor, "PRAGMA application_id") == APPLICATION_ID:
                version = _single(cursor, "PRAGMA user_version")
                if version > SCHEMA_VERSION:
                    raise StoreError("store-newer", store=self._name, version=version)
                return True
            if not _single(cursor, "SELECT count(*) FROM sqlite_master"):
                return False
        raise StoreError("store-foreign", store=self._name)

    def _tables(self) -> Sequence[str]:
        return (*_Recorder(self._datastore).create_table_statements, *_READ_MODEL_TABLES, PERSON_TABLE)

    def _refuse_planted(self, cursor: SQLiteCursor) -> None:
        """Refuse views, triggers and other tables: a view can show one history to a check and another to a reader.

        Only the statement counts, which is what SQLite executes; kind and name beside it may say anything.
        """
        known = {*self._tables(), *_OF_SQLITE}
        cursor.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        for row in cursor.fetchall():
            if row["sql"] not in known:
                raise StoreError("store-planted", store=self._name, kind=row["type"], name=row["name"])

    def check(self) -> None:
        """Have SQLite compare rows, indices and constraints: a history is found by an index, a ledger without it.

        What was planted since the store was opened is refused like what was there before.

        Raises:
            StoreError: ``store-corrupt`` or ``store-planted``.
        """
        with translated(self._name), self._datastore.transaction(commit=False) as cursor:
            self._refuse_planted(cursor)
            cursor.execute("PRAGMA integrity_check(1)")
            found = cursor.fetchone()[0]
        if found != "ok":
            raise StoreError("store-corrupt", store=self._name, reason=found)

    def read_model(self, name: str) -> "SqliteReadModel":
        """Return the read model of a name in the same file."""
        return SqliteReadModel(self._datastore, name, self._name)

    def close(self) -> None:
        """Close every connection."""
        self._datastore.close()
        if self._copy is not None:
            self._copy.cleanup()


def _kind(path: Path) -> Literal["folder", "file", "other"]:
    try:
        return "folder" if path.is_dir() else "file" if path.is_file() else "other"
    except OSError as failure:  # a name too long, or a folder that may not be looked into
        raise StoreError("store-unopenable", store=str(path), reason=failure.strerror) from failure


def _make_folder(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as failure:
        raise StoreError("store-unopenable", store=str(folder), reason=failure.strerror) from failure


def _is_foreign(path: Path) -> bool:
    """Ask whether a file is another program's; asked twice, since one that is just being made looks like it once."""
    return _looks_foreign(path) and _looks_foreign(path)


def _looks_foreign(path: Path) -> bool:
    """Look into a file without changing a byte of it: opening it would switch its journal."""
    if not path.exists() or Path(f"{path}-wal").exists():
        return False  # nothing there, or a write-ahead log already: opening it changes nothing
    with closing(sqlite3.connect(f"{_address(path)}?immutable=1", uri=True)) as connection:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(application_id != APPLICATION_ID and tables)


def _address(path: Path) -> str:
    """Quote a path for SQLite, which reads it as a URI, where ?, # and % mean something."""
    return f"file:{quote(os.fsencode(path.absolute()))}"


def _single(cursor: SQLiteCursor, statement: str) -> int:
    cursor.execute(statement)
    return int(cursor.fetchone()[0])


class _Pool(SQLiteConnectionPool):
    writable: bool = True

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        if not self.writable:
            connection.cursor().execute("PRAGMA query_only=ON")
        # An acknowledged event must survive a power failure; FULL flushes the write-ahead log at every commit.
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        # SQLite keeps any bytes as text; what is none must be found by its leaf and not stop the reading.
        cursor.sqlite_cursor.connection.text_factory = _text
        cursor.sqlite_cursor.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        return connection


def _text(found: bytes) -> str | bytes:
    try:
        return found.decode()
    except UnicodeDecodeError:
        return found


class _Datastore(SQLiteDatastore):
    def __init__(self, path: Path, lock_timeout: int, *, writable: bool) -> None:
        address = _address(path)
        super().__init__(address, originator_id_type="text")
        self.pool.close()
        self.pool = _Pool(db_name=address, lock_timeout=lock_timeout, pool_size=4, max_overflow=60, pool_timeout=30)
        self.pool.writable = writable


class _Recorder(SQLiteApplicationRecorder):
    """The application recorder over a table whose order is a column of its own.

    The library's own table orders the log by SQLite's implicit rowid, which ``VACUUM`` may renumber; a declared
    INTEGER PRIMARY KEY never changes. It keeps that name because the library reads it by it.
    """

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore, "spbe_event")
        self.insert_events_statement = (
            "INSERT INTO spbe_event (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
        )

    def construct_create_table_statements(self) -> list[str]:
        return [
            "CREATE TABLE spbe_event ("
            "rowid INTEGER PRIMARY KEY, "
            "originator_id TEXT NOT NULL, "
            "originator_version INTEGER NOT NULL, "
            "topic TEXT NOT NULL, "
            "state BLOB NOT NULL, "
            "UNIQUE (originator_id, originator_version))"
        ]

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        held: Sequence[tuple[str, int]] = (),
        **_: Any,
    ) -> Sequence[int] | None:
        rows = [(one.originator_id, one.originator_version, one.topic, one.state) for one in stored_events]
        c.executemany(self.insert_events_statement, rows)
        for stream, version in held:  # after the first insert nobody else can write until this is committed
            c.execute(
                "SELECT 1 FROM spbe_event WHERE originator_id=? AND originator_version>? LIMIT 1", (stream, version)
            )
            if c.fetchone() is not None:
                raise RecordConflictError(stream)
        return None


_READ_MODEL_TABLES: Final = (
    "CREATE TABLE spbe_read_model (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE spbe_read_model_row (name TEXT NOT NULL, key TEXT NOT NULL, row BLOB NOT NULL, "
    "PRIMARY KEY (name, key)) WITHOUT ROWID",
)


class SqliteReadModel:
    """Rows derived from the log, with the position they follow it to."""

    def __init__(self, datastore: SQLiteDatastore, name: str, store: str) -> None:
        self._datastore = datastore
        self._name = name
        self._store = store

    def position(self) -> int:
        """Return the position followed to."""
        with translated(self._store), self._datastore.transaction(commit=False) as cursor:
            return self._position(cursor)

    def rows(self) -> Mapping[str, bytes]:
        """Return every row by key."""
        with translated(self._store), self._datastore.transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT key, CAST(row AS BLOB) AS row FROM spbe_read_model_row WHERE name=? ORDER BY key", (self._name,)
            )
            # A file changed from outside may hold no text where the key is.
            found = [(cast("object", row["key"]), bytes(row["row"])) for row in cursor.fetchall()]
            return {key if isinstance(key, str) else repr(key): row for key, row in found}

    def advance(self, after: int, position: int, rows: Mapping[str, bytes]) -> bool:
        """Write rows and position together, unless another process was faster."""
        with translated(self._store), self._datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                if self._position(cursor) != after:
                    connection.rollback()
                    return False
                cursor.executemany(
                    "INSERT INTO spbe_read_model_row VALUES (?,?,?) "
                    "ON CONFLICT (name, key) DO UPDATE SET row=excluded.row",
                    [(self._name, key, row) for key, row in rows.items()],
                )
                cursor.execute(
                    "INSERT INTO spbe_read_model VALUES (?,?) "
                    "ON CONFLICT (name) DO UPDATE SET position=excluded.position",
                    (self._name, position),
                )
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            return True

    def clear(self) -> None:
        """Forget rows and position."""
        with translated(self._store), self._datastore.transaction(commit=True) as cursor:
            cursor.execute("DELETE FROM spbe_read_model_row WHERE name=?", (self._name,))
            cursor.execute("DELETE FROM spbe_read_model WHERE name=?", (self._name,))

    def _position(self, cursor: SQLiteCursor) -> int:
        cursor.execute("SELECT position FROM spbe_read_model WHERE name=?", (self._name,))
        row = cursor.fetchone()
        position = 0 if row is None else row["position"]
        if not isinstance(position, int):  # SQLite lets a column hold any type
            raise StoreError("list-position-unreadable", position=position)
        return position
