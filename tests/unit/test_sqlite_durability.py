"""What SQLite alone must keep: durable commits and an order that compacting does not change."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from spbe_core.events import EvidenceWithdrawn
from spbe_core.ports import Append
from spbe_core.storage.sqlite import SqliteStore


def append(stream: str, expected: int, *numbers: int) -> Append:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    events = [EvidenceWithdrawn(at=at, by="x", evidence=f"E{number}", reason="r") for number in numbers]
    return Append(stream, expected, events)


def test_the_log_survives_a_vacuum_in_order(tmp_path: Path) -> None:
    """Positions are a column of their own, so compacting the file renumbers nothing."""
    path = tmp_path / "s.db"
    store = SqliteStore(path, create=True)
    store.log.append(append("a/2024", 0, 1, 2, 3))
    before = list(store.log.all())
    store.close()
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM spbe_event WHERE rowid=1")
        database.commit()
        database.execute("VACUUM")
    database.close()
    store = SqliteStore(path, create=False)
    found = [(row.position, row.version) for row in list(store.log.all())]
    store.close()

    assert found == [(one.position, one.version) for one in before[1:]]


def test_every_commit_is_flushed_and_the_log_is_written_ahead(tmp_path: Path) -> None:
    """WAL and full synchronisation are on, whatever SQLite's defaults are."""
    store = SqliteStore(tmp_path / "s.db", create=True)
    with store._datastore.get_connection(commit=False) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2
    store.close()
