"""The log and the read models in one schema of a PostgreSQL database, for many writers on many machines."""

from collections.abc import Generator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import ConnectionPool, PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor, IsolationLevel
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from spbe_core.errors import ConcurrencyError, StoreError
from spbe_core.storage.event_log import RecorderEventLog
from spbe_core.storage.postgres_address import PostgresAddress
from spbe_core.storage.postgres_directory import PostgresDirectory
from spbe_core.storage.postgres_failures import connecting, translated
from spbe_core.storage.postgres_session import settle
from spbe_core.storage.postgres_tables import COUNTED_BY_INDEX, DESCRIPTION, PERSON_TABLE, TABLES, strange_part

SCHEMA_VERSION: Final = 1

_RELATIONS: Final[LiteralString] = (
    "SELECT relname::text, relkind = 'r' FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s"
)
_MAY_CREATE: Final[LiteralString] = (
    "SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s AND has_schema_privilege(oid, 'CREATE')"
)
_BY_INDEX: Final[Set[LiteralString]] = {"enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"}
_BY_TABLE: Final[Set[LiteralString]] = {"enable_seqscan", "enable_sort"}
"""The server's ways to rows, which it avoids where they are switched off and there is another."""


class PostgresStore:
    """One schema of a PostgreSQL database, opened.

    Args:
        address: the database and the schema.
        create: make the store if it is not there, and the schema too; otherwise it must be a store already.
        lock_timeout: seconds to wait for another writer.

    Raises:
        StoreError: the server cannot be reached or refuses, or the store is missing, foreign, of a newer version or not
            what was made.
    """

    def __init__(self, address: PostgresAddress, *, create: bool, lock_timeout: int = 5) -> None:
        self._name, self._schema = address.shown, address.schema
        options = {"client_encoding": "UTF8", "connect_timeout": "5", "application_name": "spbe", **address.options}
        # A connection of its own says at once why it cannot be made; the pool would only wait.
        with connecting(self._name):
            conninfo = make_conninfo("", **options)
            connection = psycopg.connect(conninfo)
        with connection, translated(self._name):
            settle(connection, self._name)
            self._prepare(connection, create=create)
            self._refuse_strange(connection)
        self._datastore = _Datastore(conninfo, self._schema, self._name, lock_timeout)
        self.log = RecorderEventLog(_Recorder(self._datastore), self._name)
        self.directory = PostgresDirectory(self._datastore, self._name)

    def _prepare(self, connection: Connection[Any], *, create: bool) -> None:
        there = self._tables(connection)
        if not there and not create:
            raise StoreError("store-missing", store=self._name)
        if not create or PERSON_TABLE in there:
            return
        if there and not connection.execute(_MAY_CREATE, (self._schema,)).rowcount:
            return  # a store of an older version, opened by who may not complete it
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s::text))", (f"spbe {self._schema}",))
        there = self._tables(connection)  # another process may have made it while this one waited
        if not connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (self._schema,)).rowcount:
            connection.execute(self._statement("CREATE SCHEMA {0}"))
        # An event table that is gone from a store is a loss to be seen, not a place to begin anew.
        for name in ({PERSON_TABLE} - there) if there else TABLES:
            connection.execute(self._statement(TABLES[name]))
        if not there:
            connection.execute(self._statement("INSERT INTO {0}.spbe_store VALUES (%s)"), (SCHEMA_VERSION,))

    def _tables(self, connection: Connection[Any]) -> Set[str]:
        """Return what is there under the names of the store's tables, nothing where there is no store yet."""
        there: dict[str, bool] = dict(connection.execute(_RELATIONS, (self._schema,)).fetchall())
        if not there:
            return there.keys()
        if "spbe_store" not in there:
            raise StoreError("store-foreign", store=self._name)
        if not there["spbe_store"]:  # to read a view would be to run what is behind it
            raise StoreError("store-altered", store=self._name, kind="table", name="spbe_store")
        found = connection.execute(self._statement("SELECT schema_version FROM {0}.spbe_store")).fetchone()
        if found is None:
            raise StoreError("store-foreign", store=self._name)
        if found[0] > SCHEMA_VERSION:
            raise StoreError("store-newer", store=self._name, version=found[0])
        return there.keys() & TABLES.keys()

    def _statement(self, text: LiteralString) -> Composed:
        return SQL(text).format(Identifier(self._schema))

    def _refuse_strange(self, connection: Connection[Any]) -> None:
        """Refuse tables that may answer something else than what lies in them: all that was not made so."""
        cursor = connection.cursor(row_factory=tuple_row)
        found = cursor.execute(DESCRIPTION, {"schema": self._schema, "tables": list(TABLES)}).fetchall()
        there = {name for kind, name, _ in found if kind == "table"}
        strange = strange_part(found, tables=[name for name in TABLES if name != PERSON_TABLE or name in there])
        if strange is not None:
            kind, name, made = strange
            raise StoreError("store-altered" if made else "store-planted", store=self._name, kind=kind, name=name)

    def check(self) -> None:
        """Have the indexes agree with the table: a history is found by one and the ledger's order by another.

        What was planted since the store was opened is refused like what was there before.

        Raises:
            StoreError: ``store-planted``, ``store-altered`` or ``store-corrupt``.
        """
        with self._datastore.get_connection() as connection:
            self._refuse_strange(connection)
        with self._datastore.transaction() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            lying = self._counted(cursor, "SELECT count(state) AS found FROM {0}.spbe_event", without=_BY_INDEX)
            for index, statement in COUNTED_BY_INDEX.items():
                if self._counted(cursor, statement, without=_BY_TABLE) != lying:
                    raise StoreError("store-corrupt", store=self._name, reason=index)

    def _counted(self, cursor: Cursor[DictRow], statement: LiteralString, *, without: Set[LiteralString]) -> object:
        for way in _BY_INDEX | _BY_TABLE:
            cursor.execute(f"SET LOCAL {way} = {'off' if way in without else 'on'}")
        cursor.execute(self._statement(statement))
        return cursor.fetchall()

    def read_model(self, name: str) -> "PostgresReadModel":
        """Return the read model of a name in the same schema."""
        return PostgresReadModel(self._datastore, name)

    def close(self) -> None:
        """Close every connection."""
        self._datastore.close()


class _Datastore(PostgresDatastore):
    """Connections whose failures are told at once in the library's own words.

    A :class:`StoreError` also passes by the repetitions that the recorder's methods make of whatever the database
    library raises: an append whose answer was lost may have been committed, and must not be tried again unseen.
    """

    def __init__(self, conninfo: str, schema: str, store: str, lock_timeout: int) -> None:
        super().__init__("", "", "", "", "", schema=schema, originator_id_type="text")
        self.store = store
        self._lock_timeout = lock_timeout
        self.pool.close()
        self.pool = ConnectionPool(
            conninfo,
            kwargs={"row_factory": dict_row},
            connection_class=Connection[DictRow],
            min_size=1,
            max_size=16,
            num_workers=1,
            open=False,
            configure=self._configure,
            check=ConnectionPool.check_connection,  # pyright: ignore[reportArgumentType] - it reads no row
            timeout=10,
        )
        self._opened = False

    def _configure(self, connection: Connection[DictRow]) -> None:
        connection.autocommit = True
        settle(connection, self.store)
        # What the statements below rely on, whatever the server's defaults are.
        connection.isolation_level = IsolationLevel.READ_COMMITTED
        connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{self._lock_timeout}s",))
        # An acknowledged event must survive a power failure; a stronger setting than this is left alone.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )

    def register_type_adapters(self) -> None:
        """Do nothing: no type of its own is made in the database."""

    @contextmanager
    def get_connection(self) -> Generator[Connection[DictRow]]:
        """Lend a connection, and translate what goes wrong with it."""
        if self._opened and self.pool.closed:
            raise StoreError("store-closed", store=self.store)
        self._opened = True
        with translated(self.store), super().get_connection() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._opened = True
        super().close()

    def statement(self, text: LiteralString) -> Composed:
        """Put the schema into a statement."""
        return SQL(text).format(Identifier(self.schema))


class _Recorder(PostgresApplicationRecorder):
    """The application recorder over tables that need no type and no function of their own.

    Writers wait for each other on ``spbe_store``, so that events become visible in the order of their positions: who
    follows the log never passes by a position that is filled in later. Locking the small table instead of the log's
    keeps out of the way of vacuuming, and lets a role append that has no right to change what is in the log.
    """

    def __init__(self, datastore: _Datastore) -> None:
        super().__init__(datastore, events_table_name="spbe_event")
        self._lock = datastore.statement("LOCK TABLE {0}.spbe_store IN EXCLUSIVE MODE")
        self._store = datastore.store
        self._moved_on = datastore.statement(
            "SELECT 1 FROM {0}.spbe_event WHERE originator_id = %s AND originator_version > %s LIMIT 1"
        )
        self._insert = datastore.statement(
            "INSERT INTO {0}.spbe_event (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)"
        )

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, held: Sequence[tuple[str, int]] = (), **_: Any
    ) -> Sequence[int] | None:
        if stored_events:
            rows = [(one.originator_id, one.originator_version, one.topic, one.state) for one in stored_events]
            with self.datastore.transaction(commit=True) as cursor:
                cursor.execute(self._lock)
                cursor.executemany(self._insert, rows)
                for stream, version in held:  # nobody else can write until this is committed
                    cursor.execute(self._moved_on, (stream, version))
                    if cursor.fetchone() is not None:
                        raise ConcurrencyError("store-conflict", store=self._store)
        return None


class PostgresReadModel:
    """Rows derived from the log, with the position they follow it to."""

    def __init__(self, datastore: _Datastore, name: str) -> None:
        self._datastore = datastore
        self._name = name

    def position(self) -> int:
        """Return the position followed to."""
        with self._datastore.cursor() as cursor:
            self._run(cursor, "SELECT position FROM {0}.spbe_read_model WHERE name = %s")
            found = cursor.fetchone()
        return 0 if found is None else int(found["position"])

    def rows(self) -> Mapping[str, bytes]:
        """Return every row by key."""
        with self._datastore.cursor() as cursor:
            self._run(cursor, "SELECT key, row FROM {0}.spbe_read_model_row WHERE name = %s ORDER BY key")
            return {one["key"]: bytes(one["row"]) for one in cursor.fetchall()}

    def advance(self, after: int, position: int, rows: Mapping[str, bytes]) -> bool:
        """Write rows and position together, unless another process was faster."""
        with self._datastore.transaction(commit=True) as cursor:
            self._run(cursor, "INSERT INTO {0}.spbe_read_model VALUES (%s, 0) ON CONFLICT DO NOTHING")
            # The row stays locked to the end of the transaction; who comes next finds another position.
            cursor.execute(
                self._datastore.statement(
                    "UPDATE {0}.spbe_read_model SET position = %s WHERE name = %s AND position = %s"
                ),
                (position, self._name, after),
            )
            if not cursor.rowcount:
                return False
            cursor.executemany(
                self._datastore.statement(
                    "INSERT INTO {0}.spbe_read_model_row VALUES (%s, %s, %s) "
                    "ON CONFLICT (name, key) DO UPDATE SET row = excluded.row"
                ),
                [(self._name, key, row) for key, row in rows.items()],
            )
        return True

    def clear(self) -> None:
        """Forget rows and position."""
        with self._datastore.transaction(commit=True) as cursor:
            self._run(cursor, "DELETE FROM {0}.spbe_read_model WHERE name = %s")
            self._run(cursor, "DELETE FROM {0}.spbe_read_model_row WHERE name = %s")

    def _run(self, cursor: Cursor[DictRow], text: LiteralString) -> None:
        cursor.execute(self._datastore.statement(text), (self._name,))
