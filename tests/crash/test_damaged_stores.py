"""Stores that are missing, foreign, newer, damaged, locked or full: an error of the library, and nothing lost."""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from arrangements import Ticking, attempt, code_of, indices_by_formula, refused, rulebook_of, small_edition

from spbe_core import Spbe, StoreError
from spbe_core.events import edition_stream
from spbe_core.model.exact import exact_text
from spbe_core.ports import Ports
from spbe_core.projections.evaluations import EvaluationRow, UnreadableRow
from spbe_core.storage.file_vault import FileVault
from spbe_core.storage.sqlite import APPLICATION_ID, SqliteStore

EDITION = small_edition()
RULEBOOK = rulebook_of(EDITION)
KOTA, LAIN = "kota-a/2030", "kota-b/2030"
LEVELS = {"1": 3, "2": 4, "3": 2, "4": 5, "5": 1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one determined evaluation and one that was only opened."""
    path = tmp_path / "spbe.db"
    with opened(path, create=True) as spbe:
        spbe.open_evaluation(KOTA, agency_name="Kota A", process="pendek")
        spbe.submit_evidence(KOTA, BytesIO(b"isi"), indicators=["1"])
        spbe.withdraw_evidence(KOTA, "E1", reason="salah")
        spbe.assess(KOTA, LEVELS, stage="self", reason="SK")
        spbe.close_stage(KOTA, "self")
        spbe.determine(KOTA, decree="SK 1")
        spbe.open_evaluation(LAIN, agency_name="Kota B")
        assert len(spbe.evaluations()) == 2
    return path


def opened(path: Path, *, create: bool = False) -> Spbe:
    return Spbe.open(path, create=create, rulebook=RULEBOOK, clock=Ticking())


def execute(path: Path, *statements: str) -> None:
    """Change a store from outside, as no program should."""
    with closing(sqlite3.connect(path, isolation_level=None)) as direct:
        for statement in statements:
            direct.execute(statement)


def prints(folder: Path) -> dict[str, str]:
    """Return what lies in a folder, each file with a digest of its content."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


class TestOpening:
    def test_a_missing_store(self, tmp_path: Path) -> None:
        """What is not there is not made unless asked for, nor is its folder."""
        with refused("store-missing", StoreError):
            opened(tmp_path / "ordner" / "spbe.db")

        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("create", [False, True])
    def test_a_folder(self, tmp_path: Path, create: bool) -> None:
        """A folder is told apart from a missing store."""
        with refused("store-is-directory", StoreError):
            opened(tmp_path, create=create)

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        """Where a file stands in the place of the folder, the error names it."""
        (tmp_path / "ordner").write_text("in the way")
        with refused("store-unopenable", StoreError):
            opened(tmp_path / "ordner" / "spbe.db", create=True)

    @pytest.mark.parametrize("create", [False, True])
    @pytest.mark.parametrize("journal", ["delete", "wal"])
    def test_another_program_s_database(self, tmp_path: Path, journal: str, create: bool) -> None:
        """A database that is no store is refused, and not a byte of it is changed."""
        path = tmp_path / "foreign.db"
        execute(path, f"PRAGMA journal_mode={journal}", "CREATE TABLE a (b)", "INSERT INTO a VALUES (1)")
        before = prints(tmp_path)
        with refused("store-foreign", StoreError):
            opened(path, create=create)

        assert prints(tmp_path) == before

    @pytest.mark.parametrize("create", [False, True])
    @pytest.mark.parametrize("content", [b"indicator,value\n1,3\n" * 99, b"\0" * 4096], ids=["csv", "zeros"])
    def test_a_file_that_is_no_database(self, tmp_path: Path, content: bytes, create: bool) -> None:
        """Any other file is refused and left as it is."""
        (tmp_path / "spbe.db").write_bytes(content)
        _, error = attempt(lambda: opened(tmp_path / "spbe.db", create=create))

        assert isinstance(error, StoreError)
        assert error.code in {"store-corrupt", "store-foreign"}
        assert (tmp_path / "spbe.db").read_bytes() == content

    def test_an_empty_file(self, tmp_path: Path) -> None:
        """An empty file is no store, but may be made one."""
        (tmp_path / "spbe.db").touch()
        with refused("store-foreign", StoreError):
            opened(tmp_path / "spbe.db")
        opened(tmp_path / "spbe.db", create=True).close()
        opened(tmp_path / "spbe.db").close()

    def test_a_store_of_a_later_version(self, path: Path) -> None:
        """A newer schema is refused by its number and not touched."""
        execute(path, "PRAGMA user_version=2")
        before = prints(path.parent)
        with refused("store-newer", StoreError) as caught:
            opened(path)

        assert caught.value.parameters["version"] == 2
        assert prints(path.parent) == before

    def test_making_what_is_there_opens_it(self, path: Path) -> None:
        """Making a store in the place of one keeps it."""
        with opened(path, create=True) as spbe:
            assert len(spbe.evaluations()) == 2

    def test_a_making_that_was_interrupted(self, tmp_path: Path) -> None:
        """A file left behind before its tables were committed can be made a store."""
        path = tmp_path / "spbe.db"
        execute(path, "PRAGMA journal_mode=WAL")
        opened(path, create=True).close()

        with closing(sqlite3.connect(path)) as direct:
            assert direct.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


class TestLocked:
    def test_a_store_locked_by_another_writer(self, path: Path) -> None:
        """Where another process holds the lock for too long, the writer is told and nothing is recorded."""
        store = SqliteStore(path, create=False, lock_timeout=1)
        spbe = Spbe(
            Ports(store.log, FileVault(path.with_suffix(".vault")), RULEBOOK, Ticking(), store.directory), store
        )
        with spbe, closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with refused("store-locked", StoreError):
                spbe.assess(LAIN, {"1": 3}, stage="self", reason="SK")
            assert spbe.evaluation(LAIN).version == 1
            other.execute("ROLLBACK")

            assert spbe.assess(LAIN, {"1": 3}, stage="self", reason="SK").version == 2

    def test_a_lock_that_is_given_up_in_time(self, path: Path) -> None:
        """A short lock is waited for."""
        with (
            opened(path) as spbe,
            closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            release = threading.Timer(0.2, other.execute, ["ROLLBACK"])
            release.start()
            try:
                assert spbe.assess(LAIN, {"1": 3}, stage="self", reason="SK").version == 2
            finally:
                release.join()

    def test_readers_are_not_locked_out(self, path: Path) -> None:
        """While another process writes, everything can be read."""
        with opened(path) as spbe, closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert spbe.evaluation(KOTA).result is not None
            assert len(spbe.evaluations()) == 2
            assert spbe.audit().findings == ()
            other.execute("ROLLBACK")


class TestFull:
    def test_a_full_disk(self, path: Path) -> None:
        """Where no page can be added, the writer is told, nothing of it is recorded and reading goes on."""
        store = SqliteStore(path, create=False)
        with store._datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count={pages}")
        spbe = Spbe(
            Ports(store.log, FileVault(path.with_suffix(".vault")), RULEBOOK, Ticking(), store.directory), store
        )
        with spbe:
            acknowledged = 1
            with refused("store-full", StoreError):
                for _ in range(200):
                    spbe.assess(LAIN, LEVELS, stage="self", reason="x" * 500)
                    acknowledged += len(LEVELS)

            assert spbe.evaluation(LAIN).version == acknowledged
            assert spbe.evaluation(KOTA).result is not None
        with opened(path) as again:
            assert again.assess(LAIN, LEVELS, stage="self", reason="SK").version == acknowledged + len(LEVELS)
            assert again.audit().findings == ()

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
    def test_a_store_that_may_not_be_written(self, path: Path) -> None:
        """Without the right to write, recording is refused by that reason."""
        with opened(path) as spbe:
            path.chmod(0o444)
            path.parent.chmod(0o555)
            try:
                _, error = attempt(lambda: spbe.assess(LAIN, {"1": 3}, stage="self", reason="SK"))
            finally:
                path.parent.chmod(0o755)
                path.chmod(0o644)

        assert code_of(error) in {"store-unwritable", "store-unopenable"}


EVENTS = "UPDATE spbe_event SET"
OF_KOTA = f"WHERE originator_id = '{KOTA}'"
TAMPERED = {
    "garbage": (f"{EVENTS} state = x'00ff' {OF_KOTA} AND originator_version = 4", "event-unreadable"),
    "text": (f"{EVENTS} state = CAST(state AS TEXT) {OF_KOTA} AND originator_version = 4", "event-unreadable"),
    "a number": (f"{EVENTS} state = 7 {OF_KOTA} AND originator_version = 4", "event-unreadable"),
    "another topic": (f"{EVENTS} topic = 'spbe:unheard-of@1' {OF_KOTA} AND originator_version = 4", "event-unknown"),
    "a later version": (f"{EVENTS} topic = topic || '7' {OF_KOTA} AND originator_version = 4", "event-unknown"),
    "a topic in bytes": (
        f"{EVENTS} topic = CAST('x' AS BLOB) {OF_KOTA} AND originator_version = 4",
        "event-unreadable",
    ),
    "a removed event": (f"DELETE FROM spbe_event {OF_KOTA} AND originator_version = 4", "history-gap"),
    "no opening": (f"DELETE FROM spbe_event {OF_KOTA} AND originator_version = 1", "history-gap"),
    "a repeated opening": (
        f"{EVENTS} (topic, state) = (SELECT topic, state FROM spbe_event {OF_KOTA} AND originator_version = 1)"
        f" {OF_KOTA} AND originator_version = 4",
        "event-out-of-place",
    ),
    "evidence that never was": (
        f"{EVENTS} state = replace(CAST(state AS TEXT), '\"E1\"', '\"E9\"') {OF_KOTA} AND originator_version = 3",
        "event-unreadable",
    ),
    "evidence that never was, in bytes": (
        f"{EVENTS} state = CAST(replace(CAST(state AS TEXT), '\"E1\"', '\"E9\"') AS BLOB)"
        f" {OF_KOTA} AND originator_version = 3",
        "event-out-of-place",
    ),
}


class TestTampered:
    @pytest.mark.parametrize(("statement", "code"), TAMPERED.values(), ids=TAMPERED)
    def test_a_changed_record_is_reported(self, path: Path, statement: str, code: str) -> None:
        """An event changed or cut out behind the library's back is an error of the store and a finding of an audit."""
        execute(path, statement)
        with opened(path) as spbe:
            with refused(code, StoreError):
                spbe.evaluation(KOTA)
            (finding,) = spbe.audit(KOTA).differences

            assert finding.code == "audit-unreadable"
            assert finding.what("en")
            assert spbe.evaluation(LAIN).version == 1
            assert spbe.audit(LAIN).findings == ()

    def test_a_raised_level_is_found(self, path: Path) -> None:
        """A level changed in the record no longer leads to the recorded cards; the audit says how they differ."""
        changed = 'CAST(replace(CAST(state AS TEXT), \'"value":"1"\', \'"value":"5"\') AS BLOB)'
        execute(path, f"UPDATE spbe_event SET state = {changed} WHERE topic LIKE '%indicator-scored%'")
        with opened(path) as spbe:
            findings = spbe.audit(KOTA).differences
            members = {(one.parameters["place"], str(one.parameters["member"]).split()[0]) for one in findings}

            assert {finding.code for finding in findings} == {"audit-card-differs"}
            assert "values 5" in {one.parameters["member"] for one in findings}
            assert members == {
                (place, member) for place in ("self", "determination") for member in ("index", "nodes", "values")
            }

    def test_a_raised_index_is_found(self, path: Path) -> None:
        """A result changed in the record differs from what comes out of its levels."""
        changed = 'CAST(replace(CAST(state AS TEXT), \'"grade":"Sedang"\', \'"grade":"Tinggi"\') AS BLOB)'
        execute(path, f"UPDATE spbe_event SET state = {changed} WHERE topic LIKE '%result-determined%'")
        with opened(path) as spbe:
            (finding,) = spbe.audit().differences

            assert (finding.parameters["place"], finding.parameters["member"]) == ("determination", "grade")
            assert (finding.parameters["recorded"], finding.parameters["computed"]) == ("Tinggi", "Sedang")

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("27.5", "28.5", "edition-digest-wrong"),
            ("Indeks", "Index", "edition-digest-wrong"),
            ("in_force", "in_farce", "edition-record-unreadable"),
            ("{", "[", "event-unreadable"),
        ],
    )
    def test_a_changed_edition_is_found(self, path: Path, old: str, new: str, code: str) -> None:
        """An edition changed in the record no longer has the digest that was pinned, so nothing is scored by it."""
        stream = edition_stream(EDITION.digest)
        with closing(sqlite3.connect(path, isolation_level=None)) as direct:
            where = "WHERE originator_id = ?"
            ((state,),) = direct.execute(f"SELECT state FROM spbe_event {where}", [stream]).fetchall()  # noqa: RUF100, S608
            damaged = state.replace(old.encode(), new.encode(), 1)
            direct.execute(f"UPDATE spbe_event SET state = ? {where}", [damaged, stream])  # noqa: RUF100, S608
        with opened(path) as spbe:
            _, error = attempt(lambda: spbe.card(KOTA))
            codes = [finding.code for finding in spbe.audit(KOTA, LAIN).differences]

            assert isinstance(error, StoreError)
            assert error.code == code
            assert codes == ["audit-unreadable"] * 2
            assert spbe.evaluation(KOTA).result is not None

    def test_a_missing_edition_is_found(self, path: Path) -> None:
        """Without the pinned document nothing can be scored, but what was recorded is still there."""
        execute(path, "DELETE FROM spbe_event WHERE originator_id LIKE 'edition/%'")
        with opened(path) as spbe:
            with refused("edition-not-registered", StoreError):
                spbe.card(KOTA)
            assert spbe.evaluation(KOTA).result is not None
            assert [finding.code for finding in spbe.audit(KOTA).differences] == ["audit-unreadable"]

    @pytest.mark.parametrize(
        "statement",
        [
            f"UPDATE spbe_read_model_row SET row = replace(CAST(row AS TEXT), 'Sedang', 'Tinggi') WHERE key = '{KOTA}'",
            f"UPDATE spbe_read_model_row SET row = x'00' WHERE key = '{KOTA}'",
            f"UPDATE spbe_read_model_row SET row = 7 WHERE key = '{KOTA}'",
            f"UPDATE spbe_read_model_row SET key = '{KOTA}1' WHERE key = '{KOTA}'",
            f"DELETE FROM spbe_read_model_row WHERE key = '{KOTA}'",
            "INSERT INTO spbe_read_model_row VALUES ('evaluations', 'hantu/2030', x'7b7d')",
        ],
        ids=["a better grade", "garbage", "a number", "another name", "removed", "made up"],
    )
    def test_a_changed_list_is_put_right(self, path: Path, statement: str) -> None:
        """A rebuild finds the row that is not what the record says and replaces it; the next rebuild finds nothing."""
        with opened(path) as spbe:
            before = list(spbe.evaluations())
        execute(path, statement)
        with opened(path) as spbe:
            rebuilt = spbe.rebuild()

            assert {finding.code for finding in rebuilt.findings} == {"rebuild-row-differs"}
            assert list(spbe.evaluations()) == before
            assert spbe.rebuild().findings == ()

    @pytest.mark.parametrize("position", ["'x'", "x'31'", "1.5", "''", "9e999"])
    def test_a_position_that_is_no_number_is_put_right(self, path: Path, position: str) -> None:
        """The list says that a rebuild mends it, a rebuild names it, and whoever does not list is not disturbed."""
        with opened(path) as spbe:
            before = list(spbe.evaluations())
        execute(path, f"UPDATE spbe_read_model SET position = {position}")
        with opened(path) as spbe:
            with refused("list-position-unreadable", StoreError) as caught:
                spbe.evaluations()
            assert "rebuild" in caught.value.remedy("en")
            assert spbe.audit().findings == ()
            assert [one.code for one in spbe.rebuild().findings] == ["rebuild-position-unreadable"]
            assert list(spbe.evaluations()) == before
            assert spbe.rebuild().findings == ()

    @pytest.mark.parametrize("version", [1, 4])
    def test_an_event_that_cannot_be_read_hides_no_other_evaluation(self, path: Path, version: int) -> None:
        """The list says of one how far it can be read, goes on with the others, and says so again the next time."""
        with opened(path) as spbe:
            before = {row.id: row for row in spbe.evaluations()}
        execute(
            path,
            "DELETE FROM spbe_read_model",
            "DELETE FROM spbe_read_model_row",
            f"UPDATE spbe_event SET state = x'ff7b' WHERE originator_id = '{KOTA}' AND originator_version = {version}",
        )
        for _ in range(2):
            with opened(path) as spbe:
                damaged, other = spbe.evaluations()

                assert isinstance(damaged, UnreadableRow)
                assert (damaged.id, damaged.agency, damaged.readable) == (KOTA, "kota-a", version - 1)
                assert damaged.problem.code == "event-unreadable"
                assert other == before[LAIN]
        with opened(path) as spbe:
            assert [(one.code, one.parameters["id"]) for one in spbe.rebuild().findings] == [("audit-unreadable", KOTA)]
            assert [(one.code, one.parameters["id"]) for one in spbe.audit().findings] == [("audit-unreadable", KOTA)]
            assert [row.id for row in spbe.evaluations()] == [KOTA, LAIN]

    def test_the_list_does_not_pass_by_damage(self, path: Path) -> None:
        """What is put back from a backup is in the list again, with all that was recorded since."""
        with opened(path) as spbe:
            before = list(spbe.evaluations())
        with closing(sqlite3.connect(path)) as direct:
            ((whole,),) = direct.execute(
                f"SELECT state FROM spbe_event WHERE originator_id = '{KOTA}' AND originator_version = 3"
            )
        changed = f"WHERE originator_id = '{KOTA}' AND originator_version = 3"
        execute(path, "DELETE FROM spbe_read_model", f"UPDATE spbe_event SET state = x'00' {changed}")
        with opened(path) as spbe:
            spbe.assess(LAIN, {"1": 3}, stage="self", reason="SK")
            assert [type(row) for row in spbe.evaluations()] == [UnreadableRow, EvaluationRow]
        execute(path, f"UPDATE spbe_event SET state = x'{whole.hex()}' {changed}")
        with opened(path) as spbe:
            assert [row.events for row in spbe.evaluations()] == [before[0].events, before[1].events + 1]
            assert spbe.rebuild().findings == ()

    @pytest.mark.parametrize("stream", ["people", f"edition/{EDITION.digest}"])
    def test_what_no_row_follows_from_may_be_unreadable(self, path: Path, stream: str) -> None:
        """People and editions are no evaluations: the list is whole without them, a rebuild and an audit name them."""
        with opened(path) as spbe:
            before = list(spbe.evaluations())
        execute(
            path,
            "DELETE FROM spbe_read_model",
            f"DELETE FROM spbe_event WHERE originator_id = '{stream}'",
            f"INSERT INTO spbe_event VALUES (NULL, '{stream}', 1, 'x', x'')",
        )
        with opened(path) as spbe:
            assert list(spbe.evaluations()) == before
            assert [(one.code, one.parameters["id"]) for one in spbe.rebuild().findings] == [
                ("audit-unreadable", stream)
            ]
            assert "audit-unreadable" in {one.code for one in spbe.audit().differences}

    def test_every_evaluation_is_named(self, path: Path) -> None:
        """Also one whose history cannot be read."""
        execute(path, f"UPDATE spbe_event SET state = x'7b' WHERE originator_id = '{KOTA}'")
        with opened(path) as spbe:
            assert spbe.evaluation_ids() == [KOTA, LAIN]

    def test_an_unreadable_row_is_named(self, path: Path) -> None:
        """The list says which row cannot be read and that a rebuild mends it."""
        execute(path, f"UPDATE spbe_read_model_row SET row = x'00' WHERE key = '{KOTA}'")
        with opened(path) as spbe, refused("list-unreadable", StoreError) as caught:
            spbe.evaluations()

        assert caught.value.parameters["id"] == KOTA
        assert "rebuild" in caught.value.remedy("en")


class TestCorrupted:
    """Bytes of the database file itself, overwritten: never a crash, and never a wrong result that goes unnoticed."""

    @pytest.fixture
    def size(self, path: Path) -> int:
        with closing(sqlite3.connect(path)) as direct:
            direct.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.stat().st_size

    @pytest.mark.parametrize("place", range(24))
    def test_overwritten_bytes(self, path: Path, size: int, place: int) -> None:
        """What can still be answered is; the rest is an error of the store, and a clean audit means a true result."""
        with path.open("r+b") as file:
            file.seek(size * place // 24)
            file.write(bytes([0xFF ^ place]) * 200)
        uses: dict[str, Callable[[Spbe], Any]] = {
            "list": Spbe.evaluations,
            "state": lambda spbe: spbe.evaluation(KOTA),
            "audit": lambda spbe: spbe.audit(KOTA, LAIN),
            "write": lambda spbe: spbe.assess(LAIN, {"1": 3}, stage="self", reason="SK"),
            "rebuild": Spbe.rebuild,
        }
        answers: dict[str, Any] = {}
        for name, use in uses.items():
            answers[name], error = attempt(using, path, use)
            assert isinstance(error, StoreError | None) or code_of(error) == "evaluation-unknown", name

        if answers["state"] is not None and answers["audit"] is not None and answers["audit"].differences == ():
            _, index = indices_by_formula(EDITION, {name: Fraction(level) for name, level in LEVELS.items()})

            assert answers["state"].result.card.index == exact_text(index)
            assert answers["state"].result.card.grade == "Sedang"

    def test_a_truncated_file(self, path: Path, size: int) -> None:
        """A file cut short is damaged, not shorter."""
        with path.open("r+b") as file:
            file.truncate(size // 2)
        _, error = attempt(using, path, lambda spbe: spbe.evaluation(KOTA))

        assert code_of(error) == "store-corrupt"


def using(path: Path, use: Callable[[Spbe], Any]) -> Any:
    """Open a store, use it and close it."""
    with opened(path) as spbe:
        return use(spbe)


def test_a_log_that_refuses_leaves_the_vault_harmless(path: Path) -> None:
    """Where the record is refused after the content was stored, the content is named by nothing and does no harm."""
    with opened(path) as spbe:
        with refused("already-determined"):
            spbe.submit_evidence(KOTA, BytesIO(b"terlambat"), indicators=["1"])
        report = spbe.audit()

    assert report.findings == ()
    assert report.contents == 1
