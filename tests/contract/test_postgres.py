"""The PostgreSQL adapters keep the contracts, several stores share one database, and whoever follows misses nothing."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import attrs
import psycopg
import pytest
from arrangements import refused
from contract.directory import DirectoryContract
from contract.event_log import EventLogContract, fact, numbers
from contract.read_model import ReadModelContract
from postgres import connect, free_schema, needs_postgres

from spbe_core import StoreError
from spbe_core.ports import Append, Directory, EventLog
from spbe_core.storage.postgres import PostgresStore
from spbe_core.storage.postgres_address import PostgresAddress

pytestmark = needs_postgres


@pytest.fixture
def address() -> Iterator[PostgresAddress]:
    with free_schema() as url:
        yield PostgresAddress.parse(url)


@pytest.fixture
def store(address: PostgresAddress) -> Iterator[PostgresStore]:
    with closing(PostgresStore(address, create=True)) as opened:
        yield opened


class TestPostgresEventLog(EventLogContract):
    @pytest.fixture
    def log(self, store: PostgresStore) -> EventLog:
        return store.log


class TestPostgresReadModel(ReadModelContract):
    @pytest.fixture
    def store(self, address: PostgresAddress) -> Iterator[PostgresStore]:
        with closing(PostgresStore(address, create=True)) as opened:
            yield opened


class TestPostgresDirectory(DirectoryContract):
    @pytest.fixture
    def directory(self, store: PostgresStore) -> Directory:
        return store.directory


@contextmanager
def half_done(address: PostgresAddress, stream: str) -> Iterator[psycopg.Connection]:
    """Append an event as a writer does that has not committed yet; it commits when the block ends."""
    with connect() as writer, writer.transaction():
        writer.execute(f"LOCK TABLE {address.schema}.spbe_store IN EXCLUSIVE MODE")
        writer.execute(
            f"INSERT INTO {address.schema}.spbe_event (originator_id, originator_version, topic, state) "
            f"SELECT %s, originator_version, topic, state FROM {address.schema}.spbe_event WHERE originator_id = 'a'",
            (stream,),
        )
        yield writer


class TestPostgresStore:
    def test_a_second_connection_sees_what_was_appended(self, store: PostgresStore, address: PostgresAddress) -> None:
        """Another machine's view of the database has every acknowledged event and every row."""
        store.log.append(Append("a", 0, [fact(1)]))
        store.read_model("list").advance(0, 1, {"x": b"1"})
        with closing(PostgresStore(address, create=False)) as other:
            assert numbers(other.log, "a") == [1]
            assert dict(other.read_model("list").rows()) == {"x": b"1"}

    def test_stores_of_one_database_are_strangers(self, store: PostgresStore) -> None:
        """Each schema is a store of its own, with streams of the same name."""
        store.log.append(Append("a", 0, [fact(1)]))
        with free_schema() as url, closing(PostgresStore(PostgresAddress.parse(url), create=True)) as other:
            other.log.append(Append("a", 0, [fact(2)]))

            assert (numbers(store.log, "a"), numbers(other.log, "a")) == ([1], [2])

    def test_making_it_again_keeps_what_is_there(self, store: PostgresStore, address: PostgresAddress) -> None:
        """Creating a store that exists opens it."""
        store.log.append(Append("a", 0, [fact(1)]))
        with closing(PostgresStore(address, create=True)) as again:
            assert numbers(again.log, "a") == [1]

    def test_who_follows_the_log_passes_by_nothing(self, store: PostgresStore, address: PostgresAddress) -> None:
        """While a writer with a lower position has not committed, no higher one is seen, so a follower skips none."""
        store.log.append(Append("a", 0, [fact(1)]))
        seen = [one.position for one in store.log.all()]
        later = Thread(target=store.log.append, args=[Append("later", 0, [fact(2)])])
        with half_done(address, "earlier"):
            later.start()
            later.join(0.3)  # time enough to overtake, if it could
            assert later.is_alive()
            followed = [one.position for one in store.log.all(after=seen[-1])]
        later.join()
        followed += [one.position for one in store.log.all(after=max(followed, default=seen[-1]))]

        assert [one.stream for one in store.log.all()] == ["a", "earlier", "later"]
        assert [*seen, *followed] == [one.position for one in store.log.all()]

    def test_readers_do_not_wait_for_writers(self, store: PostgresStore, address: PostgresAddress) -> None:
        """What is committed can be read while another writer is at work."""
        store.log.append(Append("a", 0, [fact(1)]))
        with half_done(address, "b"):
            assert numbers(store.log, "a") == [1]
            assert numbers(store.log, "b") == []
            assert store.read_model("x").position() == 0

    def test_a_writer_that_waited_in_vain_says_so(self, address: PostgresAddress) -> None:
        """After its patience an append gives up once and for all, and nothing of it is recorded."""
        with closing(PostgresStore(address, create=True, lock_timeout=1)) as store:
            store.log.append(Append("a", 0, [fact(1)]))
            with half_done(address, "b"), refused("store-locked", StoreError):
                store.log.append(Append("c", 0, [fact(2)]))

            assert list(store.log.streams()) == ["a", "b"]
            store.log.append(Append("c", 0, [fact(2)]))

    def test_an_append_whose_connection_breaks_is_not_repeated(
        self, store: PostgresStore, address: PostgresAddress
    ) -> None:
        """It may have been committed or not, which only the caller can look up; the next command gets a connection."""
        store.log.append(Append("a", 0, [fact(1)]))
        outcome: list[StoreError] = []

        def append() -> None:
            with refused("store-gone", StoreError) as caught:
                store.log.append(Append("b", 0, [fact(2)]))
            outcome.append(caught.value)

        waiting = Thread(target=append)
        with half_done(address, "c") as server:
            waiting.start()
            blocked = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
            while not (found := server.execute(blocked, (f"{address.schema}.spbe_store",)).fetchone()):
                pass
            server.execute("SELECT pg_terminate_backend(%s)", found)
            waiting.join()

        assert len(outcome) == 1
        assert list(store.log.streams()) == ["a", "c"]
        store.log.append(Append("b", 0, [fact(2)]))

    def test_idle_connections_may_break(self, address: PostgresAddress) -> None:
        """A restart of the server between two commands is not noticed."""
        own = attrs.evolve(address, options={**address.options, "application_name": address.schema})
        with closing(PostgresStore(own, create=True)) as store, connect() as server:
            store.log.append(Append("a", 0, [fact(1)]))
            broken = server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (address.schema,)
            )

            assert broken.rowcount >= 1
            assert numbers(store.log, "a") == [1]

    def test_what_was_acknowledged_is_on_disk(self, address: PostgresAddress) -> None:
        """Where the database does not wait for its disk, the store does; a stricter setting stays."""
        role = f"{address.schema}_async"
        with connect() as server:
            server.execute(f"CREATE ROLE {role} LOGIN SUPERUSER")
        try:
            for given, used in (("off", "on"), ("remote_apply", "remote_apply")):
                with connect() as server:
                    server.execute(f"ALTER ROLE {role} SET synchronous_commit = {given}")
                own = attrs.evolve(address, options={**address.options, "user": role})
                with closing(PostgresStore(own, create=True)) as store, store._datastore.get_connection() as connection:
                    assert connection.execute("SHOW synchronous_commit").fetchone() == {"synchronous_commit": used}
        finally:
            with connect() as server:
                server.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")

    def test_a_closed_store_says_so(self, store: PostgresStore, address: PostgresAddress) -> None:
        """Using a store after closing it is an error of the store, whether it was used before or not."""
        store.log.append(Append("a", 0, [fact(1)]))
        fresh = PostgresStore(address, create=False)
        for one in (store, fresh):
            one.close()
            one.close()
            for use in (lambda one=one: list(one.log.all()), one.read_model("x").rows):
                with refused("store-closed", StoreError):
                    use()
