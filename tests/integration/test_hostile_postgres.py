"""What somebody who may write a PostgreSQL database changes in it to show readers what was never recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import attrs
import psycopg
import pytest
from arrangements import refused
from postgres import connect, free_schema, needs_postgres

from spbe_core import Spbe, StoreError
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.signed_note import SignerKey
from spbe_core.replay.verify import VerifyReport, verify

pytestmark = needs_postgres
EVALUATION = "kota-contoh/2024"

FORGED = """
    INSERT INTO {0}.spbe_event ({1}originator_id, originator_version, topic, state)
    SELECT {2}originator_id, originator_version + 1, topic, replace(convert_from(state, 'UTF8'), '"3"', '"5"')::bytea
    FROM {0}.spbe_event WHERE originator_id = 'kota-contoh/2024' ORDER BY originator_version DESC LIMIT 1
"""
"""The last level of the evaluation once more, as a 5."""

LOOSE = """
    ALTER TABLE {0}.spbe_event ALTER notification_id DROP IDENTITY;
    ALTER TABLE {0}.spbe_event DROP CONSTRAINT spbe_event_pkey;
    ALTER TABLE {0}.spbe_event ALTER notification_id DROP NOT NULL;
"""


@attrs.frozen
class Kept:
    """A store that was verified, and what is kept outside of it."""

    url: str
    vault: Path
    checkpoint: Checkpoint

    @property
    def schema(self) -> str:
        return self.url.partition("schema=")[2]

    def execute(self, statements: str) -> None:
        """Change the database beside the store, as the server's superuser."""
        with connect() as server:
            server.execute(statements.replace("{0}", self.schema))  # type: ignore[call-overload]

    def open(self, user: str | None = None) -> Spbe:
        parts = urlsplit(self.url)
        place = parts.netloc if user is None else f"{user}@{parts.netloc.rpartition('@')[2]}"
        return Spbe.open(parts._replace(netloc=place).geturl(), vault=self.vault)

    def verify(self) -> VerifyReport:
        with self.open() as spbe:
            return spbe.ledger.verify(self.checkpoint)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """A store with one evaluation of 47 levels and more than a page of events, and a checkpoint of it."""
    with free_schema() as url:
        with Spbe.open(url, create=True, vault=tmp_path) as spbe:
            spbe.open_evaluation(EVALUATION, agency_name="Kota Contoh")
            for level in (2, 3, 3):
                spbe.assess(EVALUATION, {str(one): level for one in range(1, 48)}, stage="self", reason="coba")
            spbe.evaluations()
            checkpoint = spbe.ledger.checkpoint("x")
        yield Kept(url, tmp_path, checkpoint)


@contextmanager
def role(kept: Kept, *statements: str) -> Iterator[str]:
    """A role of the server for which something is set or granted."""
    name = f"{kept.schema}_r"
    kept.execute(f"CREATE ROLE {name} LOGIN")
    try:
        for statement in statements:
            kept.execute(statement.replace("{1}", name))
        yield name
    finally:
        kept.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")


def test_an_event_without_a_place_is_found(kept: Kept) -> None:
    """Who opens the store is refused; where it was open before, the forged level is shown, and verification tells."""
    assert kept.verify().findings == ()
    with kept.open() as spbe:
        kept.execute(LOOSE + FORGED.replace("{1}", "notification_id, ").replace("{2}", "NULL, "))

        assert next(one.value for one in spbe.card(EVALUATION).indicators if one.id == "47") == 5
        for signed in (
            lambda: spbe.ledger.checkpoint("x"),
            lambda: spbe.ledger.verify(kept.checkpoint),
            lambda: certify(spbe),
        ):
            with refused("store-altered", StoreError):
                signed()
        report = verify(spbe._ports, kept.checkpoint, spbe._list)
    assert [(one.code, one.parameters["id"]) for one in report.differences] == [("ledger-history-differs", EVALUATION)]
    with refused("store-altered", StoreError):
        kept.open()


def certify(spbe: Spbe) -> bytes:
    return spbe.ledger.certify(EVALUATION, SignerKey.create("x"))


def test_places_that_are_given_twice_are_no_order(kept: Kept) -> None:
    """Where a page ends between two events of one place, the second would be passed by."""
    again = FORGED.replace("{1}", "notification_id, ").replace("{2}", "100, ")
    with kept.open() as spbe:
        kept.execute(LOOSE + again)
        found = [one.code for one in verify(spbe._ports, kept.checkpoint, spbe._list).differences]
    assert found


def test_what_was_recorded_since_is_no_difference(kept: Kept) -> None:
    """Events behind the checkpoint, and a history that grows while it is verified, raise no alarm."""
    with kept.open() as spbe:
        spbe.open_evaluation("kota-lain/2024", agency_name="Kota Lain")
        ports = attrs.evolve(spbe._ports, log=_Growing(spbe))
        report = verify(ports, kept.checkpoint, spbe._list)

    assert (report.findings, report.beyond) == ((), 1)


class _Growing:
    """A log to which is recorded whenever one history of it is read."""

    def __init__(self, spbe: Spbe) -> None:
        self._spbe, self._log = spbe, spbe._ports.log

    def __getattr__(self, name: str) -> object:
        if name == "history":
            self._spbe.assess(EVALUATION, {"1": 4}, stage="self", reason="serentak")
        return getattr(self._log, name)


@pytest.mark.parametrize(
    ("statements", "code", "part"),
    [
        (LOOSE, "store-altered", "spbe_event.notification_id"),
        ("ALTER TABLE {0}.spbe_event ALTER notification_id SET GENERATED BY DEFAULT", "store-altered",
         "spbe_event.notification_id"),
        ("ALTER TABLE {0}.spbe_event ALTER notification_id SET INCREMENT -1 SET MINVALUE -9", "store-altered",
         "spbe_event.notification_id"),
        ("ALTER TABLE {0}.spbe_event ALTER notification_id SET CACHE 50", "store-altered",
         "spbe_event.notification_id"),
        ("ALTER TABLE {0}.spbe_event DROP CONSTRAINT spbe_event_originator_id_originator_version_key", "store-altered",
         "spbe_event_originator_id_originator_version_key"),
        ("ALTER TABLE {0}.spbe_event ALTER originator_id TYPE text COLLATE \"default\"", "store-altered",
         "spbe_event.originator_id"),
        ("ALTER TABLE {0}.spbe_event ALTER topic TYPE varchar", "store-altered", "spbe_event.topic"),
        ("ALTER TABLE {0}.spbe_event ALTER originator_version TYPE numeric", "store-altered",
         "spbe_event.originator_version"),
        ("CREATE DOMAIN {0}.bulat AS bigint; "
         "ALTER TABLE {0}.spbe_read_model ALTER position TYPE {0}.bulat", "store-altered", "spbe_read_model.position"),
        ("ALTER TABLE {0}.spbe_event ALTER state DROP NOT NULL", "store-altered", "spbe_event.state"),
        ("ALTER TABLE {0}.spbe_event ALTER topic SET DEFAULT 'x'", "store-altered", "spbe_event.topic"),
        ("ALTER TABLE {0}.spbe_event ADD lain int GENERATED ALWAYS AS (1) STORED", "store-planted", "spbe_event.lain"),
        ("ALTER TABLE {0}.spbe_event SET UNLOGGED", "store-altered", "spbe_event"),
        ("CREATE TABLE {0}.anak () INHERITS ({0}.spbe_event)", "store-altered", "spbe_event"),
        ("ALTER TABLE {0}.spbe_event RENAME TO asli; CREATE VIEW {0}.spbe_event AS TABLE {0}.asli", "store-altered",
         "spbe_event"),
        ("CREATE INDEX lain ON {0}.spbe_event (originator_id) WHERE originator_version < 9", "store-planted", "lain"),
        ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{0}.spbe_event_pkey'::regclass", "store-altered",
         "spbe_event_pkey"),
        ("ALTER TABLE {0}.spbe_event ADD CONSTRAINT lain CHECK (originator_version < 1) NOT VALID", "store-planted",
         "lain"),
        ("CREATE TABLE {0}.lain (x bigint REFERENCES {0}.spbe_event ON DELETE CASCADE)", "store-planted", "RI_"),
        ("CREATE FUNCTION {0}.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
         "CREATE TRIGGER lain BEFORE INSERT ON {0}.spbe_event FOR EACH ROW EXECUTE FUNCTION {0}.f()",
         "store-planted", "lain"),
        ("CREATE RULE lain AS ON INSERT TO {0}.spbe_event DO INSTEAD NOTHING", "store-planted", "lain"),
        ("CREATE POLICY lain ON {0}.spbe_event USING (originator_version < 9)", "store-planted", "lain"),
        ("ALTER TABLE {0}.spbe_event ENABLE ROW LEVEL SECURITY", "store-altered", "spbe_event"),
        ("DROP TABLE {0}.spbe_read_model", "store-altered", "spbe_read_model"),
    ],
)  # fmt: skip
def test_tables_of_another_shape_are_refused(kept: Kept, statements: str, code: str, part: str) -> None:
    """Whatever decides on what a table answers must be what was made, for every reader; the other part is named."""
    with kept.open() as before:
        kept.execute(statements)
        for asked in (kept.open, lambda: before.ledger.verify(kept.checkpoint)):
            with refused(code, StoreError) as caught:
                asked()

            assert part in str(caught.value)


@pytest.mark.parametrize("index", ["spbe_event_pkey", "spbe_event_originator_id_originator_version_key"])
@pytest.mark.parametrize("stream", ["kota-contoh/2024", "kota-lain/2024"])
def test_an_index_that_does_not_know_an_event_is_found(kept: Kept, index: str, stream: str) -> None:
    """Rows that were written past an index are seen one way and not the other, also where nobody knows their name."""
    ready = "UPDATE pg_index SET indisready = {1} WHERE indexrelid = '{0}.{2}'::regclass;".replace("{2}", index)
    kept.execute(ready.replace("{1}", "false"))
    forged = FORGED.replace("{1}", "").replace("{2}", "")
    kept.execute(forged.replace("SELECT originator_id", f"SELECT '{stream}'"))
    kept.execute(ready.replace("{1}", "true"))
    with refused("store-corrupt", StoreError) as caught:
        kept.verify()

    assert index in str(caught.value)


def test_what_does_not_decide_on_answers_is_the_servers_own(kept: Kept) -> None:
    """Another owner, storage parameters, a comment, statistics and a rewritten file change nothing."""
    with role(kept) as other:
        kept.execute(
            f"ALTER TABLE {{0}}.spbe_event OWNER TO {other}; COMMENT ON TABLE {{0}}.spbe_event IS 'x'; "
            "ALTER TABLE {0}.spbe_event SET (fillfactor = 90); CREATE STATISTICS {0}.s ON topic, state "
            "FROM {0}.spbe_event; ANALYZE {0}.spbe_event"
        )
        kept.execute("CLUSTER {0}.spbe_event USING spbe_event_pkey")
        assert kept.verify().findings == ()
        kept.execute("ALTER TABLE {0}.spbe_event OWNER TO CURRENT_USER")


EVIL = """
    CREATE SCHEMA {0}_evil; GRANT USAGE ON SCHEMA {0}_evil TO PUBLIC;
    CREATE FUNCTION {0}_evil.no(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE FUNCTION {0}_evil.no(name, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE FUNCTION {0}_evil.no(bigint, smallint) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE OPERATOR {0}_evil.= (FUNCTION = {0}_evil.no, LEFTARG = text, RIGHTARG = text);
    CREATE OPERATOR {0}_evil.= (FUNCTION = {0}_evil.no, LEFTARG = name, RIGHTARG = text);
    CREATE OPERATOR {0}_evil.> (FUNCTION = {0}_evil.no, LEFTARG = bigint, RIGHTARG = smallint);
    CREATE FUNCTION {0}_evil.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
    CREATE VIEW {0}_evil.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
    GRANT SELECT ON {0}_evil.pg_class TO PUBLIC;
    GRANT USAGE ON SCHEMA {0} TO {1}; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO {1};
    ALTER ROLE {1} SET search_path = {0}_evil, pg_catalog, public;
"""


def test_operators_and_catalogues_of_another_schema_mean_nothing(kept: Kept) -> None:
    """A search path that is set for a role shows its sessions nothing else than everybody is shown."""
    try:
        with role(kept, EVIL) as misled, kept.open(misled) as spbe:
            with connect() as server:
                server.execute(f"SET search_path = {kept.schema}_evil, pg_catalog")
                assert not server.execute("SELECT 'a'::text = 'a'::text, count(*) FROM pg_class").fetchone()[0]  # type: ignore[index]
            assert spbe.ledger.verify(kept.checkpoint).findings == ()
            assert len(spbe.history(EVALUATION)) == kept.checkpoint.size - 1
            assert spbe.card(EVALUATION).index_text == "3.00"
            assert [one.id for one in spbe.evaluations()] == [EVALUATION]
    finally:
        kept.execute("DROP SCHEMA IF EXISTS {0}_evil CASCADE")


def test_opening_a_store_runs_nothing_that_was_planted(kept: Kept) -> None:
    """A function behind a view would act with the rights of whoever opens the store, before anybody could look."""
    kept.execute(
        "CREATE FUNCTION {0}.act() RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE ''it ran''; END'; "
        "DROP TABLE {0}.spbe_store; CREATE VIEW {0}.spbe_store AS SELECT {0}.act() AS schema_version"
    )
    with connect() as server, pytest.raises(psycopg.Error, match="it ran"):
        server.execute(f"SELECT * FROM {kept.schema}.spbe_store")  # type: ignore[call-overload]
    for create in (False, True):
        with refused("store-altered", StoreError):
            Spbe.open(kept.url, create=create, vault=kept.vault)


def test_a_policy_hides_nothing_unseen(kept: Kept) -> None:
    """Where row security would leave out events, a reader is refused instead."""
    read = "GRANT USAGE ON SCHEMA {0} TO {1}; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO {1}"
    with role(kept, read, "ALTER ROLE {1} SET row_security = on") as reader, kept.open(reader) as spbe:
        kept.execute("ALTER TABLE {0}.spbe_event ENABLE ROW LEVEL SECURITY")
        with refused("store-forbidden", StoreError):
            spbe.history(EVALUATION)


def test_a_store_whose_events_are_gone_is_not_begun_anew(kept: Kept) -> None:
    """To make a store that is there puts no empty table in the place of one that was lost."""
    for lost in ("spbe_event", "spbe_person"):
        kept.execute(f"DROP TABLE {{0}}.{lost}")
        with refused("store-altered", StoreError):
            Spbe.open(kept.url, create=True, vault=kept.vault)


def test_a_store_without_names_is_read_and_completed(kept: Kept) -> None:
    """A store of an older version works without the table; a name needs it, and whoever may makes it."""
    kept.execute("DROP TABLE {0}.spbe_person")
    with kept.open() as spbe:
        assert (spbe.people.directory(), spbe.ledger.verify(kept.checkpoint).findings) == ({}, ())
        with refused("store-without-names", StoreError):
            spbe.people.appoint("determiner", actor="penetap-1", name="Siti")
    read = "GRANT USAGE ON SCHEMA {0} TO {1}; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO {1}"
    with role(kept, read) as reader:
        parts = urlsplit(kept.url)
        as_reader = parts._replace(netloc=f"{reader}@{parts.netloc.rpartition('@')[2]}").geturl()
        with Spbe.open(as_reader, create=True, vault=kept.vault) as spbe:
            assert spbe.people.directory() == {}
    with Spbe.open(kept.url, create=True, vault=kept.vault) as spbe:
        spbe.people.appoint("determiner", actor="penetap-1", name="Siti", by="penetap-1")
        assert spbe.people.name_of("penetap-1") == "Siti"
        assert spbe.ledger.verify(kept.checkpoint).findings == ()
