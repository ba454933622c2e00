"""The baseline of the record: the same rows in the same table with the same pragmas, and nothing else."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

Row = tuple[str, int, str, bytes]

_TABLE = (
    "CREATE TABLE spbe_event (rowid INTEGER PRIMARY KEY, originator_id TEXT NOT NULL, "
    "originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, "
    "UNIQUE (originator_id, originator_version))"
)
_COLUMNS = "originator_id, originator_version, topic, state"


class RawSqlite:
    """One connection to a file of its own, or to a store's file for reading."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        if create:
            self._connection.execute(_TABLE)

    def insert(self, rows: Sequence[Row]) -> None:
        """Insert rows in one transaction, flushed to disk."""
        self._connection.execute("BEGIN")
        self._connection.executemany(f"INSERT INTO spbe_event ({_COLUMNS}) VALUES (?,?,?,?)", rows)
        self._connection.execute("COMMIT")

    def stream(self, name: str) -> list[Row]:
        """Read the rows of one stream."""
        return self._connection.execute(
            f"SELECT {_COLUMNS} FROM spbe_event WHERE originator_id=? ORDER BY originator_version", (name,)
        ).fetchall()

    def all(self) -> list[Row]:
        """Read every row in the log's order."""
        return self._connection.execute(f"SELECT rowid, {_COLUMNS} FROM spbe_event ORDER BY rowid").fetchall()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
