"""The SQLite adapters keep the contracts, and what is committed survives."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from contract.event_log import EventLogContract, fact, numbers
from contract.read_model import ReadModelContract

from spbe_core.ports import Append, EventLog
from spbe_core.storage.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "spbe.db", create=True)) as opened:
        yield opened


class TestSqliteEventLog(EventLogContract):
    @pytest.fixture
    def log(self, store: SqliteStore) -> EventLog:
        return store.log


class TestSqliteReadModel(ReadModelContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqliteStore]:
        with closing(SqliteStore(tmp_path / "spbe.db", create=True)) as opened:
            yield opened


class TestSqliteStore:
    def test_a_second_connection_sees_what_was_appended(self, store: SqliteStore, tmp_path: Path) -> None:
        """Another process's view of the file has every acknowledged event and every row."""
        store.log.append(Append("a", 0, [fact(1)]))
        store.read_model("list").advance(0, 1, {"x": b"1"})
        with closing(SqliteStore(tmp_path / "spbe.db", create=False)) as other:
            assert numbers(other.log, "a") == [1]
            assert dict(other.read_model("list").rows()) == {"x": b"1"}

    def test_no_class_path_reaches_the_file(self, store: SqliteStore, tmp_path: Path) -> None:
        """Events are stored by topic and version as plain JSON; no Python name is needed to read them."""
        store.log.append(Append("a", 0, [fact(1)]))
        with closing(sqlite3.connect(tmp_path / "spbe.db")) as direct:
            ((topic, state),) = direct.execute("SELECT topic, state FROM spbe_event").fetchall()

        assert topic == "spbe:evidence-superseded@1"
        assert b"spbe_core" not in state
        assert state.startswith(b'{"at":"2024-01-01T00:00:00.000001Z"')
