"""A whole evaluation in one file: read as meant or refused, and recorded whole or not at all."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from arrangements import Ticking, refused, rulebook_of, small_edition

from spbe_core import EvaluationImport, InputError, RecordError, Spbe, StoreError
from spbe_core.exchange.evaluation_file import read_evaluation_csv, read_evaluation_json
from spbe_core.service.import_evaluation import DeterminationImport, EvidenceImport, StageImport

LEVELS = {"1": "3", "2": "4", "3": "2", "4": "5", "5": "1"}
MEMBERS: dict[str, Any] = {
    "id": "kota-a/2030",
    "agency_name": "Kota A",
    "process": "penuh",
    "stages": [
        {"stage": "self", "values": LEVELS, "reason": "mandiri"},
        {"stage": "document", "values": {"1": "4"}},
        {"stage": "visitation", "values": {}, "close": False},
    ],
    "evidence": [{"file": "sk.pdf", "indicators": ["1", "2", "1"], "title": "SK", "effective": "2030-01-02"}],
    "determination": {"decree": "SK 1", "decree_date": "2031-01-15"},
}


@pytest.fixture
def spbe() -> Iterator[Spbe]:
    with Spbe.open("memory:", rulebook=rulebook_of(small_edition()), clock=Ticking()) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sk.pdf").write_bytes(b"isi")
    return tmp_path


def changed(**members: Any) -> EvaluationImport:
    return read_evaluation_json(json.dumps({**MEMBERS, **members}).encode())


class TestJson:
    def test_is_read_as_meant(self) -> None:
        """Every member has its place; what may be left out has its default."""
        read = changed()

        assert (read.id, read.agency_name, read.edition, read.process) == ("kota-a/2030", "Kota A", None, "penuh")
        assert read.stages == (
            StageImport(stage="self", values=LEVELS, reason="mandiri"),
            StageImport(stage="document", values={"1": "4"}, reason="import", close=True),
            StageImport(stage="visitation", values={}, close=False),
        )
        assert read.evidence == (
            EvidenceImport(file="sk.pdf", indicators=("1", "2", "1"), title="SK", effective=date(2030, 1, 2)),
        )
        assert read.determination == DeterminationImport(decree="SK 1", decree_date=date(2031, 1, 15))

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "json-broken"),
            (b"{", "json-broken"),
            (b'{"id": "a/2030",}', "json-broken"),
            (b"[" * 100_000, "json-broken"),
            (b'{"id": ' + b"9" * 5000 + b"}", "json-broken"),
            (b"[]", "json-form-wrong"),
            (b"null", "json-form-wrong"),
            (b"{}", "json-form-wrong"),
            (b'{"id": 1, "agency_name": "A", "stages": []}', "json-form-wrong"),
            (b'{"id": "a/2030", "id": "b/2030", "agency_name": "A", "stages": []}', "json-form-wrong"),
            (b'{"id": "a/2030", "agency_name": "A", "stages": NaN}', "json-form-wrong"),
            (b"\xef\xbb\xbf{}", "text-bom"),
            ("{}".encode("utf-16"), "text-utf16"),
            (b'{"id": "\xff"}', "text-not-utf8"),
        ],
    )
    def test_is_refused(self, content: bytes, code: str) -> None:
        """What is no such JSON is refused by what is wrong with it."""
        with refused(code, InputError):
            read_evaluation_json(content)

    def test_broken_json_names_its_line(self) -> None:
        """The line of a syntax error is that of the file."""
        with refused("json-broken") as caught:
            read_evaluation_json(b'{\n"id": "a/2030"\n"agency_name": "A"}')

        assert caught.value.parameters["at_line"] == 3

    @pytest.mark.parametrize(
        "members",
        [
            {"agencyname": "A"},
            {"stages": [{"stage": "self", "values": {}, "reson": "x"}]},
            {"evidence": [{"file": "a", "indicators": [], "titel": "x"}]},
            {"determination": {"decree": "SK", "date": "2031-01-15"}},
            {"stages": {"stage": "self"}},
            {"stages": [["self"]]},
            {"evidence": None},
        ],
        ids=str,
    )
    def test_misspelled_members_are_refused(self, members: dict[str, Any]) -> None:
        """A member nobody knows, or of the wrong kind, is a mistake and not left out without a word."""
        with refused("json-form-wrong", InputError):
            changed(**members)

    @pytest.mark.parametrize("value", [3, 3.0, True, None, ["3"]], ids=repr)
    def test_values_must_be_text(self, value: object) -> None:
        """A number in JSON may have been a float on its way, so a value is written as text."""
        with refused("json-form-wrong", InputError):
            changed(stages=[{"stage": "self", "values": {"1": value}}])


class TestCsv:
    def test_stages_are_kept_in_order_of_their_first_row(self) -> None:
        """Rows of stages may be mixed; each stage's values are those of its rows."""
        content = b"stage,indicator,value\nself,1,3\ndocument,1,4\nself,2,5\n"
        read = read_evaluation_csv(content, "kota-a/2030", "Kota A", None, "penuh", "SK 1")

        assert read.stages == (
            StageImport(stage="self", values={"1": "3", "2": "5"}),
            StageImport(stage="document", values={"1": "4"}),
        )
        assert (read.id, read.agency_name, read.process) == ("kota-a/2030", "Kota A", "penuh")
        assert read.determination == DeterminationImport(decree="SK 1")

    @pytest.mark.parametrize(
        ("content", "code", "line"),
        [
            (b"", "csv-empty", None),
            (b"stage,indicator,value\n", "csv-without-rows", None),
            (b"stage;indicator;value\nself;1;3\n", "csv-semicolon", 1),
            (b"indicator,value\n1,3\n", "csv-header-wrong", 1),
            (b"stage,indicator,value\nself,1\n", "csv-row-width", 2),
            (b"stage,indicator,value\nself,1,3\nself,1,4\n", "indicator-twice", 3),
            (b'stage,indicator,value\nself,1,"3\n', "csv-broken", 2),
        ],
    )
    def test_is_refused_with_its_line(self, content: bytes, code: str, line: int | None) -> None:
        """Each mistake has its code and its line."""
        with refused(code, InputError) as caught:
            read_evaluation_csv(content, "kota-a/2030", "Kota A", None, None, None)

        assert caught.value.parameters.get("at_line") == line


class TestRecording:
    def test_everything_is_recorded_at_once(self, spbe: Spbe, folder: Path) -> None:
        """Opening, evidence, values, closings and the result are there, as single commands would have left them."""
        imported = spbe.import_evaluation(changed(), folder=folder, by="impor")
        evaluation = spbe.evaluation("kota-a/2030")

        assert evaluation == imported
        assert list(evaluation.closed) == ["self", "document"]
        assert evaluation.scores["document"]["1"].value == "4"
        assert evaluation.scores["self"]["2"].basis == "import"
        assert evaluation.scores["self"]["2"].reason == "mandiri"
        assert evaluation.result is not None
        assert (evaluation.result.decree, evaluation.result.decree_date) == ("SK 1", date(2031, 1, 15))
        assert {recorded.event.by for recorded in spbe.history("kota-a/2030")} == {"impor"}
        evidence = evaluation.evidence["E1"]
        assert (evidence.title, evidence.file_name, evidence.indicators) == ("SK", "sk.pdf", ("1", "2"))
        with spbe.evidence_content(evidence.digest) as content:
            assert content.read() == b"isi"
        assert spbe.audit().findings == ()
        assert spbe.rebuild().findings == ()

    @pytest.mark.parametrize(
        ("members", "code"),
        [
            ({"id": "Kota A/2030"}, "evaluation-id-malformed"),
            ({"id": "kota-a/1999"}, "no-edition-for-year"),
            ({"edition": "contoh-9"}, "unknown-edition"),
            ({"process": "cepat"}, "unknown-process"),
            ({"agency_name": " "}, "text-missing"),
            ({"stages": [{"stage": "wawancara", "values": {"1": "3"}}]}, "unknown-stage"),
            ({"stages": [{"stage": "document", "values": {"1": "3"}}]}, "stage-not-reached"),
            ({"stages": [{"stage": "self", "values": {"6": "3"}}]}, "unknown-indicator"),
            ({"stages": [{"stage": "self", "values": {"1": "6"}}]}, "value-out-of-range"),
            ({"stages": [{"stage": "self", "values": {"1": "3.0"}}]}, "value-not-integer"),
            ({"stages": [{"stage": "self", "values": LEVELS, "reason": ""}]}, "text-missing"),
            ({"stages": [MEMBERS["stages"][0], MEMBERS["stages"][0]]}, "stage-closed"),
            ({"stages": [MEMBERS["stages"][0]]}, "import-stages-open"),
            ({"determination": {"decree": ""}}, "text-missing"),
            ({"evidence": [{"file": "lain.pdf", "indicators": ["1"]}]}, "file-missing"),
            ({"evidence": [{"file": ".", "indicators": ["1"]}]}, "file-not-regular"),
            ({"evidence": [{"file": "sk.pdf", "indicators": []}]}, "evidence-without-indicator"),
            ({"evidence": [{"file": "sk.pdf", "indicators": ["9"]}]}, "unknown-indicator"),
        ],
        ids=str,
    )
    def test_any_mistake_records_nothing(self, spbe: Spbe, folder: Path, members: dict[str, Any], code: str) -> None:
        """Wherever it goes wrong, no part of the evaluation is in the store, and the right file still fits."""
        with refused(code):
            spbe.import_evaluation(changed(**members), folder=folder)

        assert spbe.evaluations() == []
        spbe.import_evaluation(changed(), folder=folder)
        assert [row.id for row in spbe.evaluations()] == ["kota-a/2030"]

    def test_gaps_are_imported_but_not_determined(self, spbe: Spbe, folder: Path) -> None:
        """A stage with gaps closes as incomplete; a result over gaps is refused."""
        stages = [{"stage": "self", "values": {"1": "3"}}, {"stage": "document", "values": {}}]
        with refused("card-incomplete", RecordError):
            spbe.import_evaluation(changed(stages=stages), folder=folder)
        imported = spbe.import_evaluation(changed(stages=stages, determination=None), folder=folder)

        assert imported.closed["document"].missing == ("2", "3", "4", "5")

    def test_what_exists_is_not_imported_again(self, spbe: Spbe, folder: Path) -> None:
        """Importing an evaluation twice leaves the first as it is."""
        first = spbe.import_evaluation(changed(), folder=folder)
        with refused("evaluation-already-open", RecordError):
            spbe.import_evaluation(changed(determination=None), folder=folder)

        assert spbe.evaluation("kota-a/2030") == first

    def test_content_of_a_refused_import_does_no_harm(self, spbe: Spbe, folder: Path) -> None:
        """Content that reached the vault before the refusal is not part of any record."""
        with refused("value-out-of-range"):
            spbe.import_evaluation(changed(stages=[{"stage": "self", "values": {"1": "9"}}]), folder=folder)

        assert spbe.audit().contents == 0


class TestWhereEvidenceLies:
    """A file that somebody else wrote names paths, and they are read with the rights of whoever imports it."""

    @pytest.fixture
    def secret(self, folder: Path) -> Path:
        room = folder / "room"
        (room / "inner").mkdir(parents=True)
        (room / "sk.pdf").write_bytes(b"isi")
        secret = folder / "secret.txt"
        secret.write_bytes(b"rahasia")
        (room / "link.pdf").symlink_to(secret)
        (room / "up").symlink_to(folder)
        (room / "loop").symlink_to("loop")
        (room / "within.pdf").symlink_to("sk.pdf")
        return secret

    @pytest.mark.parametrize(
        "file",
        ["../secret.txt", "inner/../../secret.txt", "link.pdf", "up/secret.txt", "/etc/passwd", "..", "../room2/x",
         "../../../../../../../../etc/passwd"],
    )  # fmt: skip
    def test_no_path_leaves_the_folder(self, spbe: Spbe, secret: Path, file: str) -> None:
        """Neither by its parts nor by a link nor by beginning elsewhere, and nothing of it is read."""
        room = secret.parent / "room"
        (secret.parent / "room2").mkdir()
        with refused("evidence-outside", InputError):
            spbe.import_evaluation(changed(evidence=[{"file": file, "indicators": ["1"]}]), folder=room)

        assert spbe.evaluations() == []

    @pytest.mark.parametrize("file", ["loop", "a\0b", "x" * 5000, "missing.pdf", "inner", "."])
    def test_paths_that_lead_nowhere(self, spbe: Spbe, secret: Path, file: str) -> None:
        """What is inside and no file is refused as what it is."""
        with pytest.raises(InputError) as caught:
            spbe.import_evaluation(
                changed(evidence=[{"file": file, "indicators": ["1"]}]), folder=secret.parent / "room"
            )

        assert caught.value.code in {"file-unreadable", "file-missing", "file-not-regular", "text-too-long"}
        assert caught.value.what("en").isprintable()

    @pytest.mark.parametrize("file", ["sk.pdf", "inner/../sk.pdf", "within.pdf", "./sk.pdf"])
    def test_paths_within_the_folder_are_taken(self, spbe: Spbe, secret: Path, file: str) -> None:
        """Links and detours that stay inside do no harm; the name recorded is the one that was written."""
        members = changed(evidence=[{"file": file, "indicators": ["1"]}])
        imported = spbe.import_evaluation(members, folder=secret.parent / "room")

        assert imported.evidence["E1"].file_name == file.rsplit("/", 1)[-1]

    def test_the_outside_may_be_asked_for(self, spbe: Spbe, secret: Path) -> None:
        """Whoever trusts the file's maker says so."""
        members = changed(evidence=[{"file": "../secret.txt", "indicators": ["1"]}])
        imported = spbe.import_evaluation(members, folder=secret.parent / "room", outside=True)

        assert imported.evidence["E1"].file_name == "secret.txt"

    def test_a_folder_that_is_itself_a_link(self, spbe: Spbe, secret: Path) -> None:
        """The folder is where it really lies."""
        imported = spbe.import_evaluation(changed(), folder=secret.parent / "room" / "up" / "room")

        assert imported.evidence["E1"].size == 3


@pytest.mark.parametrize(
    ("member", "many"),
    [("stages", [{"stage": "self", "values": {}}] * 101), ("evidence", [{"file": "a", "indicators": []}] * 5001)],
)
def test_an_import_ends_somewhere(member: str, many: list[object]) -> None:
    """A file of endless stages or documents is refused before any of it is looked at."""
    with refused("json-form-wrong", InputError):
        read_evaluation_json(json.dumps({**MEMBERS, member: many}).encode())


def test_a_failing_store_is_no_input_error(folder: Path) -> None:
    """A store that was closed says so, whatever is imported."""
    spbe = Spbe.open(folder / "spbe.db", create=True, rulebook=rulebook_of(small_edition()))
    spbe.close()
    with refused("store-closed", StoreError):
        spbe.import_evaluation(changed(), folder=folder)
