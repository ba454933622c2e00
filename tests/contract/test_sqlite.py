"""The SQLite adapters keep the contracts, and what is committed survives."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from arrangements import refused
from contract.directory import DirectoryContract
from contract.event_log import EventLogContract, fact, numbers
from contract.read_model import ReadModelContract

from spbe_core.model.actor import Person
from spbe_core.ports import Append, Directory, EventLog
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


class TestSqliteDirectory(DirectoryContract):
    @pytest.fixture
    def directory(self, store: SqliteStore) -> Directory:
        return store.directory

    def test_no_byte_of_an_erased_name_is_left(self, store: SqliteStore, tmp_path: Path) -> None:
        """Neither the file nor its write-ahead log holds a name after it was erased, however pages were divided."""
        chance = Random(7)  # noqa: S311 - only spreads the names
        names = {f"a-{number}": f"Rahasia{number:04}{'y' * chance.randrange(900)}" for number in range(100)}
        for actor in chance.sample(list(names), len(names)):
            store.directory.put(actor, Person("Sementara", names[actor]))
            store.directory.put(actor, Person(names[actor]))
            store.log.append(Append(actor, 0, [fact(1)]))
        for actor in chance.sample(list(names), 20):
            store.directory.erase(actor)
            found = b"".join(file.read_bytes() for file in tmp_path.iterdir())
            assert names.pop(actor)[:11].encode() not in found
            assert all(name[:11].encode() in found for name in names.values())

    def test_what_another_process_still_reads_is_said(self, tmp_path: Path) -> None:
        """While a reader holds the old state, its copy is in the write-ahead log; erasing again ends it."""
        with closing(SqliteStore(tmp_path / "spbe.db", create=True, lock_timeout=0)) as store:
            store.directory.put("a-1", Person("Rahasia"))
            with closing(sqlite3.connect(tmp_path / "spbe.db")) as reader:
                reader.execute("BEGIN")
                reader.execute("SELECT name FROM spbe_person").fetchall()
                with refused("erasure-unfinished"):
                    store.directory.erase("a-1")
            store.directory.erase("a-1")

            assert all(b"Rahasia" not in file.read_bytes() for file in tmp_path.iterdir())

    def test_a_store_from_before_there_were_names_gets_its_table(self, store: SqliteStore, tmp_path: Path) -> None:
        """A store without the table knows nobody, and has it with the first name."""
        with closing(sqlite3.connect(tmp_path / "spbe.db")) as direct:
            direct.execute("DROP TABLE spbe_person")
        store.directory.erase("a-1")
        assert dict(store.directory.people()) == {}
        store.directory.put("a-1", Person("Siti"))
        with closing(SqliteStore(tmp_path / "spbe.db", create=False)) as other:
            assert dict(other.directory.people()) == {"a-1": Person("Siti")}


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
