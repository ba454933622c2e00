"""The command line as its users meet it: real files, a real store, exit codes and one-line errors."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from spbe_cli.main import run

EVALUATION = "kota-contoh/2024"


class Terminal:
    """Runs commands in one folder with one store and keeps what they said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.store, self._capsys = folder, folder / "s.db", capsys

    def __call__(self, *arguments: str, store: bool = True) -> tuple[int, str, str]:
        given = [*arguments, "--store", str(self.store)] if store else list(arguments)
        code = run(given)
        said = self._capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    def json(self, *arguments: str, store: bool = True) -> object:
        code, out, err = self(*arguments, "--format", "json", store=store)
        assert code == 0, err
        return json.loads(out)

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder, in Indonesian."""
    for name in ("SPBE_STORE", "SPBE_LANG", "SPBE_ACTOR", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return Terminal(tmp_path, capsys)


@pytest.fixture
def evaluation(terminal: Terminal) -> Terminal:
    """A terminal whose store holds one open evaluation with every indicator at level 3 in the first stage."""
    assert terminal("init")[0] == 0
    assert terminal("open", EVALUATION, "--name", "Pemerintah Kota Contoh")[0] == 0
    values = terminal.file("values.csv", rows({}))
    assert terminal("assess", EVALUATION, "--file", values, "--stage", "self", "--reason", "coba")[0] == 0
    return terminal


def rows(changes: dict[str, str], header: str = "indicator,value") -> str:
    """A CSV of all 47 indicators at level 3, apart from the changes."""
    return "\n".join([header, *(f"{one},{changes.get(one, '3')}" for one in map(str, range(1, 48)))]) + "\n"


def test_score_answers_the_documented_members(terminal: Terminal) -> None:
    """The JSON card has the index as shown and without loss, the grade, its basis and every node."""
    card = terminal.json("score", terminal.file("v.csv", rows({"12": "4"})), "--year", "2024", store=False)

    assert isinstance(card, dict)
    assert (card["edition"], card["year"], card["complete"]) == ("permenpanrb-59-2020", 2024, True)
    assert (card["index"], card["exact_index"], card["grade"]) == ("3.03", "3.025", "Baik")
    assert card["grade_basis"] == "exact"
    assert {"id": "A2", "kind": "aspect", "index": "3.25", "exact_index": "3.25"}.items() <= next(
        node for node in card["nodes"] if node["id"] == "A2"
    ).items()
    assert [one["id"] for one in card["indicators"]] == [str(number) for number in range(1, 48)]
    assert card["missing"] == card["pending"] == card["findings"] == []


def test_score_reads_standard_input(terminal: Terminal) -> None:
    """A dash takes the values from standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "spbe_cli", "score", "-", "--year", "2023", "--format", "json"],
        input=rows({}), capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert json.loads(done.stdout)["index"] == "3.00"


def test_an_incomplete_card_names_what_is_missing_and_never_guesses(terminal: Terminal) -> None:
    """An absent indicator leaves index and grade null and gives the bounds instead."""
    values = "\n".join(line for line in rows({}).splitlines() if not line.startswith("47,"))
    card = terminal.json("score", terminal.file("v.csv", values), "--year", "2024", store=False)

    assert isinstance(card, dict)
    assert (card["complete"], card["index"], card["grade"], card["missing"]) == (False, None, None, ["47"])
    assert (card["bounds"]["exact_lowest"], card["bounds"]["exact_highest"]) == ("2.94", "3.06")


def test_bulk_answers_a_line_per_row_and_marks_the_bad_ones(terminal: Terminal) -> None:
    """Good rows are answered, bad ones carry their error, and the exit code says that there were some."""
    head = "agency,year," + ",".join(map(str, range(1, 48)))
    lines = [head, f"kota-a,2023{',3' * 47}", f"kota-b,2023{',3' * 46},9", f"kota-c,1990{',3' * 47}", "kota-d,2023,3"]
    code, out, _ = terminal("score", terminal.file("wide.csv", "\n".join(lines)), "--bulk", store=False)
    answers = [json.loads(line) for line in out.splitlines()]

    assert code == 2
    assert [answer["agency"] for answer in answers] == ["kota-a", "kota-b", "kota-c", "kota-d"]
    assert answers[0]["index"] == "3.00"
    assert [answer["error"]["code"] for answer in answers[1:]] == [
        "value-out-of-range", "no-edition-for-year", "csv-row-width",
    ]  # fmt: skip


FIRST = "indicator,value\n"
BAD_VALUES = {
    "wrong indicator": (FIRST + "48,3\n", "unknown-indicator", "2"),
    "above the scale": (FIRST + "1,3\n2,6\n", "value-out-of-range", "3"),
    "below the scale": (FIRST + "1,0\n", "value-out-of-range", "2"),
    "negative": (FIRST + "1,-1\n", "value-out-of-range", "2"),
    "decimal comma": (FIRST + "1,1,5\n", "csv-row-width", "2"),
    "decimal comma quoted": (FIRST + '1,"1,5"\n', "value-not-integer", "2"),
    "decimal point": (FIRST + "1,1.5\n", "value-not-integer", "2"),
    "empty": (FIRST + "1,\n", "value-empty", "2"),
    "nan": (FIRST + "1,nan\n", "value-not-integer", "2"),
    "exponent": (FIRST + "1,1e0\n", "value-not-integer", "2"),
    "plus sign": (FIRST + "1,+3\n", "value-not-integer", "2"),
    "leading zero": (FIRST + "1,03\n", "value-not-integer", "2"),
    "space": (FIRST + "1, 3\n", "value-not-integer", "2"),
    "digit of another script": (FIRST + "1,٣\n", "value-not-integer", "2"),
    "duplicate": (FIRST + "1,3\n2,3\n1,4\n", "indicator-twice", "4"),
    "cut short": (FIRST + "1,3\n2", "csv-row-width", "3"),
    "quote never closed": (FIRST + '1,"3\n2,3\n', "csv-broken", "2"),
    "byte order mark": (b"\xef\xbb\xbf" + rows({}).encode(), "text-bom", None),
    "UTF-16": (rows({}).encode("utf-16"), "text-utf16", None),
    "UTF-16 without mark": (rows({}).encode("utf-16-le"), "text-utf16", None),
    "not UTF-8": (FIRST.encode() + b"1,\xff\n", "text-not-utf8", "2"),
    "NUL": (FIRST + "1,3\n2,\0\n", "text-with-nul", None),
    "semicolons": (rows({}).replace(",", ";"), "csv-semicolon", "1"),
    "wrong header": (rows({}, "no,nilai"), "csv-header-wrong", "1"),
    "empty file": ("", "csv-empty", None),
    "header only": (FIRST, "csv-without-rows", None),
}


@pytest.mark.parametrize(("content", "code", "line"), BAD_VALUES.values(), ids=BAD_VALUES)
def test_bad_values_are_refused_with_code_line_and_remedy(
    terminal: Terminal, content: str | bytes, code: str, line: str | None
) -> None:
    """Each is one line on standard error, exit code 2, and says where."""
    exit_code, out, err = terminal("score", terminal.file("v.csv", content), "--year", "2024", store=False)

    assert exit_code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(f"spbe: [{code}] ")
    if line is not None:
        assert f"baris {line}: " in err


@pytest.mark.parametrize(("content", "code"), [(case[0], case[1]) for case in BAD_VALUES.values()], ids=BAD_VALUES)
def test_bad_values_record_nothing(evaluation: Terminal, content: str | bytes, code: str) -> None:
    """The same files given to assess are refused and leave the record as it was."""
    before = evaluation("history", EVALUATION, "--format", "json")[1]
    exit_code, _, err = evaluation(
        "assess", EVALUATION, "--file", evaluation.file("v.csv", content), "--stage", "self", "--reason", "x"
    )

    assert exit_code == 2
    assert f"[{code}]" in err
    assert evaluation("history", EVALUATION, "--format", "json")[1] == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--edition", "permenpanrb-99-2099"), "unknown-edition"),
        (("--year", "1999"), "no-edition-for-year"),
        (("--year", "2019", "--edition", "permenpanrb-59-2020"), "year-outside-edition"),
        ((), "edition-or-year-needed"),
    ],
)
def test_unknown_editions_and_years_are_refused(terminal: Terminal, arguments: tuple[str, ...], code: str) -> None:
    """The error names what is installed, so that the next try succeeds."""
    exit_code, _, err = terminal("score", terminal.file("v.csv", rows({})), *arguments, store=False)

    assert (exit_code, err.count("\n")) == (2, 1)
    assert f"[{code}]" in err


@pytest.mark.parametrize(("name", "code"), [("gone.csv", "file-missing"), (".", "file-not-regular")])
def test_missing_files_and_folders_are_refused(terminal: Terminal, name: str, code: str) -> None:
    """A path that is no file is bad input."""
    exit_code, _, err = terminal("score", str(terminal.folder / name), "--year", "2024", store=False)

    assert (exit_code, f"[{code}]" in err) == (2, True)


def test_a_whole_evaluation_from_opening_to_decree(evaluation: Terminal) -> None:
    """Evidence, assessment, stages, determination, reopening and replay through the command line alone."""
    memo = evaluation.file("memo.txt", "isi")
    added = evaluation.json("evidence", "add", EVALUATION, memo, "-i", "1", "-i", "2", "--title", "Memo")
    assert isinstance(added, dict)
    assert added["evidence"] == "E1"
    assert evaluation("evidence", "add", EVALUATION, memo, "-i", "1", "--supersedes", "E1")[0] == 0
    assert evaluation("evidence", "withdraw", EVALUATION, "E2", "--reason", "salah")[0] == 0
    assert evaluation("assess", EVALUATION, "1=5", "--stage", "document", "--reason", "x")[0] == 2
    for stage in ("self", "document", "interview"):
        assert evaluation("stage", "close", EVALUATION, stage)[0] == 0
    determined = evaluation.json("determine", EVALUATION, "--decree", "KEP 1/2025", "--date", "2025-01-31")
    assert determined == {
        "id": EVALUATION, "complete": True, "index": "3.00", "grade": "Baik", "decree": "KEP 1/2025",
    }  # fmt: skip
    assert evaluation("assess", EVALUATION, "1=5", "--stage", "document", "--reason", "x")[0] == 2
    assert evaluation("reopen", EVALUATION, "document", "--reason", "koreksi")[0] == 0
    assert evaluation("assess", EVALUATION, "1=5", "--stage", "document", "--reason", "koreksi")[0] == 0
    card = evaluation.json("card", EVALUATION)
    listed = evaluation.json("list")
    evidence = evaluation.json("evidence", "list", EVALUATION)
    assert isinstance(card, dict)
    assert isinstance(listed, list)
    assert isinstance(evidence, list)
    assert card["exact_index"] == "3.026"
    assert [row["id"] for row in listed] == [EVALUATION]
    assert [one["stands"] for one in evidence] == [False, False]
    for arguments in (("card", EVALUATION), ("history", EVALUATION), ("history", "kota-contoh"), ("list",),
                      ("explain", "1", "--evaluation", EVALUATION), ("explain", "D1", "--evaluation", EVALUATION),
                      ("explain", "--evaluation", EVALUATION), ("evidence", "list", EVALUATION),
                      ("replay", "--audit"), ("replay", "--rebuild"), ("replay", "--as-of", "2100-01-01")):  # fmt: skip
        for language in ("id", "en"):
            code, out, err = evaluation(*arguments, "--lang", language)
            assert (code, err) == (0, "")
            assert out
        evaluation.json(*arguments)


def test_as_of_shows_the_record_of_that_moment(evaluation: Terminal) -> None:
    """Before the evaluation was opened there is nothing, and a malformed time is refused."""
    assert "[nothing-recorded-yet]" in evaluation("card", EVALUATION, "--as-of", "2001-01-01")[2]
    assert "[moment-malformed]" in evaluation("card", EVALUATION, "--as-of", "kemarin")[2]


def test_audit_finds_a_changed_document_and_exits_with_one(evaluation: Terminal) -> None:
    """A difference is a finding: exit code 1, and the evidence is named."""
    evaluation("evidence", "add", EVALUATION, evaluation.file("memo.txt", "isi"), "-i", "1")
    stored = next(path for path in (evaluation.folder / "s.vault").rglob("*") if path.is_file())
    stored.write_bytes(b"lain")
    code, out, _ = evaluation("replay", "--audit", "--format", "json")

    assert code == 1
    assert [one["code"] for one in json.loads(out)["findings"]] == ["audit-content-changed"]


def test_import_is_all_or_nothing(terminal: Terminal) -> None:
    """One bad value in the last stage leaves no trace of the evaluation; the corrected file is taken whole."""
    terminal("init")
    document = terminal.file("memo.txt", "isi")
    whole = {
        "id": EVALUATION,
        "agency_name": "Pemerintah Kota Contoh",
        "evidence": [{"file": Path(document).name, "indicators": ["1"], "title": "Memo"}],
        "stages": [
            {"stage": "self", "values": {str(one): "3" for one in range(1, 48)}},
            {"stage": "document", "values": {"1": "9"}},
            {"stage": "interview", "values": {}},
        ],
        "determination": {"decree": "KEP 1/2025"},
    }
    code, _, err = terminal("import", terminal.file("whole.json", json.dumps(whole)))
    assert (code, "[value-out-of-range]" in err) == (2, True)
    assert terminal.json("list") == []

    whole["stages"][1]["values"] = {"1": "4"}  # type: ignore[index]
    assert terminal("import", terminal.file("whole.json", json.dumps(whole)))[0] == 0
    listed = terminal.json("list")
    assert isinstance(listed, list)
    assert [(row["id"], row["index"], row["decree"]) for row in listed] == [(EVALUATION, "3.01", "KEP 1/2025")]
    assert "[evaluation-already-open]" in terminal("import", terminal.file("whole.json", json.dumps(whole)))[2]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "json-broken"),
        ("{}", "json-form-wrong"),
        ('{"id": "a/2024", "id": "b/2024"}', "json-form-wrong"),
        (json.dumps({"id": "a/2024", "agency_name": "A", "stages": [], "stage": []}), "json-form-wrong"),
        (json.dumps({"id": "a/2024", "agency_name": "A", "stages": [{"stage": "self", "values": {"1": 3}}]}),
         "json-form-wrong"),
        (json.dumps({"id": "A b/2024", "agency_name": "A", "stages": []}), "evaluation-id-malformed"),
    ],
)  # fmt: skip
def test_broken_imports_are_refused(terminal: Terminal, content: str, code: str) -> None:
    """Broken JSON, misspelled or repeated members and numbers that are not text record nothing."""
    terminal("init")
    exit_code, _, err = terminal("import", terminal.file("broken.json", content))

    assert (exit_code, f"[{code}]" in err, terminal.json("list")) == (2, True, [])


def test_import_takes_csv_with_what_a_row_cannot_say(terminal: Terminal) -> None:
    """A CSV of stage, indicator and value, with id and name given apart."""
    terminal("init")
    lines = ["stage,indicator,value", *(f"self,{one},2" for one in range(1, 48))]
    csv_file = terminal.file("whole.csv", "\n".join(lines))
    assert terminal("import", csv_file)[0] == 2
    assert terminal("import", csv_file, "--id", EVALUATION, "--name", "Kota Contoh")[0] == 0
    card = terminal.json("card", EVALUATION)

    assert isinstance(card, dict)
    assert card["index"] == "2.00"


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE other (x)")
    database.close()


def _garbage(path: Path) -> None:
    path.write_bytes(b"not a database, not even close" * 300)


@pytest.mark.parametrize(
    ("prepare", "code"),
    [(lambda _: None, "store-missing"), (Path.mkdir, "store-is-directory"), (_foreign, "store-foreign"),
     (_garbage, "store-corrupt")],
    ids=["missing", "directory", "foreign", "garbage"],
)  # fmt: skip
def test_stores_that_cannot_be_used(terminal: Terminal, prepare: object, code: str) -> None:
    """Exit code 3, one line, and the file is left as it was."""
    prepare(terminal.store)  # type: ignore[operator]
    before = terminal.store.read_bytes() if terminal.store.is_file() else None
    exit_code, _, err = terminal("list")

    assert (exit_code, err.count("\n")) == (3, 1)
    assert f"[{code}]" in err
    assert before == (terminal.store.read_bytes() if terminal.store.is_file() else None)


def test_a_locked_store_is_reported_and_nothing_is_lost(evaluation: Terminal) -> None:
    """While another process holds the store, a command gives up after its patience and records nothing."""
    before = evaluation("history", EVALUATION, "--format", "json")[1]
    holder = sqlite3.connect(evaluation.store, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    code, _, err = evaluation("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x")
    holder.rollback()
    holder.close()

    assert (code, "[store-locked]" in err) == (3, True)
    assert evaluation("history", EVALUATION, "--format", "json")[1] == before


def test_a_damaged_store_is_reported_by_every_reader(evaluation: Terminal) -> None:
    """Bytes overwritten in the middle of the database end as one line, never as a traceback."""
    content = bytearray(evaluation.store.read_bytes())
    content[1024:] = os.urandom(len(content) - 1024)
    for leftover in ("s.db-wal", "s.db-shm"):
        (evaluation.folder / leftover).unlink(missing_ok=True)
    evaluation.store.write_bytes(content)
    for arguments in (("list",), ("card", EVALUATION), ("history", EVALUATION), ("replay", "--rebuild")):
        code, _, err = evaluation(*arguments)
        assert code in {2, 3}
        assert err.count("\n") == 1


def test_demo_reproduces_every_published_number(terminal: Terminal) -> None:
    """Six evaluations, every index and grade as published, a clean audit, and the store kept where it is named."""
    code, out, _ = terminal("demo", "--format", "json")
    answer = json.loads(out)

    assert code == 0
    assert len(answer["results"]) == 6
    assert all(result["differing"] == [] for result in answer["results"])
    assert answer["audit"]["differences"] == 0
    listed = terminal.json("list")
    assert isinstance(listed, list)
    assert len(listed) == 6
    assert terminal("demo")[0] == 3


@pytest.mark.parametrize("language", ["id", "en"])
def test_demo_reads_in_both_languages(terminal: Terminal, language: str) -> None:
    """For people it shows the comparison, the years, an explanation, an as-of replay and the audit."""
    code, out, err = terminal("demo", "--lang", language, store=False)

    assert (code, err) == (0, "")
    assert "2.9795" in out
    assert "KepmenPANRB 663/2024" in out


def test_errors_are_json_when_json_is_asked_for(terminal: Terminal) -> None:
    """A program reading JSON gets its errors as JSON, in the language it asked for."""
    code, _, err = terminal("list", "--format", "json", "--lang", "en")

    assert code == 3
    assert json.loads(err)["error"]["code"] == "store-missing"
    assert "does not exist" in json.loads(err)["error"]["what"]


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [("LANG", "en_US.UTF-8", "Commands"), ("LANG", "C.UTF-8", "Perintah"), ("SPBE_LANG", "en", "Commands")],
)
def test_the_language_follows_the_locale(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    """Indonesian by default, English where the locale or SPBE_LANG says so."""
    monkeypatch.setenv(variable, value)

    assert f"{expected}:" in terminal("--help", store=False)[1]


def test_help_loads_no_rules_no_store_and_no_tables() -> None:
    """Help answers from the catalogue alone."""
    probe = (
        "import sys; from spbe_cli.main import run; run(['--help']);"
        "heavy = ('spbe_rules', 'eventsourcing', 'rich', 'spbe_core.library', 'pluggy');"
        "loaded = [name for name in heavy if name in sys.modules];"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_unexpected_failures_are_one_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a fault of the program itself reaches nobody as a traceback."""
    monkeypatch.setattr("spbe_core.library.Spbe.evaluations", lambda _: 1 / 0)
    terminal("init")
    code, _, err = terminal("list")

    assert (code, err.count("\n"), "[internal-error]" in err) == (70, 1, True)


def test_explain_says_what_the_next_level_asks_for(evaluation: Terminal) -> None:
    """From an evaluation's own level, from a given one, and at the top there is nothing more to ask."""
    asked = evaluation.json("explain", "12", "--next", "--evaluation", EVALUATION)
    assert isinstance(asked, dict)
    assert (asked["held"], asked["next"]) == (3, 4)
    assert asked["criterion"]
    assert {item["level"] for item in asked["items"]} == {4}
    code, out, _ = evaluation("explain", "12", "--next", "--level", "2", store=False)
    assert (code, "I12-L3-01" in out) == (0, True)
    top = evaluation.json("explain", "12", "--next", "--level", "5", store=False)
    assert isinstance(top, dict)
    assert (top["next"], top["items"]) == (None, [])
    assert evaluation("explain", "--next", store=False)[0] == 2


def test_an_audit_of_a_damaged_record_names_what_is_damaged(evaluation: Terminal) -> None:
    """A deleted or an unreadable event is a finding of its evaluation; the others are audited all the same."""
    evaluation("open", "kota-lain/2024", "--name", "Kota Lain")
    with sqlite3.connect(evaluation.store) as database:
        database.execute(
            "UPDATE spbe_event SET state='{' WHERE originator_id=? AND originator_version=5", (EVALUATION,)
        )
    database.close()
    code, out, _ = evaluation("replay", "--audit", "--format", "json")
    answer = json.loads(out)

    assert (code, answer["evaluations"]) == (1, 2)
    assert [one["code"] for one in answer["findings"]] == ["audit-unreadable"]
    assert EVALUATION in answer["findings"][0]["what"]
    assert evaluation("replay", "--audit", "kota-tiada/2024")[0] == 2


def test_a_store_named_on_the_command_wins_over_the_environment(
    evaluation: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before or after the command, what is typed counts more than SPBE_STORE."""
    monkeypatch.setenv("SPBE_STORE", str(evaluation.folder / "other.db"))

    assert evaluation("list", "--store", str(evaluation.store), store=False)[0] == 0
    assert evaluation("--store", str(evaluation.store), "list", store=False)[0] == 0
    assert evaluation("list", store=False)[0] == 3


def _forge(terminal: Terminal, statement: str) -> list[tuple[str, str]]:
    """Change the database from outside and return what an audit then finds."""
    with sqlite3.connect(terminal.store) as database:
        database.execute(statement)
    database.close()
    code, out, _ = terminal("replay", "--audit", "--format", "json", "--lang", "en")
    findings = json.loads(out)["findings"]
    assert code == (1 if findings else 0)
    return [(one["code"], one["what"]) for one in findings]


OF = f"originator_id='{EVALUATION}'"
FORGED = {
    "scored after the decree": (
        f"INSERT INTO spbe_event (originator_id, originator_version, topic, state) SELECT originator_id, 52, topic, "
        f"state FROM spbe_event WHERE {OF} AND originator_version=2",
        "(determined)",
    ),
    "a time moved back": (
        f'UPDATE spbe_event SET state=CAST(replace(CAST(state AS TEXT), \'"at":"2\', \'"at":"1\') AS BLOB) '
        f"WHERE {OF} AND originator_version=10",
        "(time)",
    ),
    "a value off the scale": (
        'UPDATE spbe_event SET state=CAST(replace(CAST(state AS TEXT), \'"value":"3"\', \'"value":"9"\') AS BLOB) '
        f"WHERE {OF} AND originator_version=10",
        "(value)",
    ),
    "another agency": (
        f"UPDATE spbe_event SET state=CAST(replace(CAST(state AS TEXT), 'kota-contoh', 'kota-lain') AS BLOB) WHERE {OF} "  # noqa: E501
        "AND originator_version=1",
        "(name)",
    ),
    "the decree deleted": (f"DELETE FROM spbe_event WHERE {OF} AND originator_version=51", "51"),
    "the whole history deleted": (f"DELETE FROM spbe_event WHERE {OF}", EVALUATION),
}


@pytest.mark.parametrize(("statement", "named"), FORGED.values(), ids=FORGED)
def test_an_audit_finds_histories_that_cannot_have_happened(evaluation: Terminal, statement: str, named: str) -> None:
    """What the library would never have recorded does not pass for its record."""
    for stage in ("self", "document", "interview"):
        evaluation("stage", "close", EVALUATION, stage)
    with sqlite3.connect(evaluation.store) as database:
        ((last,),) = database.execute(f"SELECT max(originator_version) FROM spbe_event WHERE {OF}")
    database.close()
    assert last == 51
    evaluation("determine", EVALUATION, "--decree", "KEP 1/2025")
    evaluation("list")
    assert _forge(evaluation, "SELECT 1") == []
    statement = statement.replace("version=51", "version=52").replace(" 52, topic", " 53, topic")
    found = _forge(evaluation, statement)

    assert found
    assert any(named in what for _, what in found), found


def test_as_of_leaves_out_what_was_not_open_yet(evaluation: Terminal) -> None:
    """The record of a moment is shown though another evaluation was opened later."""
    moment = json.loads(evaluation("list", "--format", "json")[1])[0]["changed_at"]
    evaluation("open", "kota-lain/2024", "--name", "Kota Lain")
    answer = evaluation.json("replay", "--as-of", moment)

    assert isinstance(answer, dict)
    assert [card["id"] for card in answer["cards"]] == [EVALUATION]


@pytest.mark.parametrize(("target", "expected"), [("/dev/full", 74), ("closed", 0)])
def test_output_that_cannot_be_written_is_no_finding(evaluation: Terminal, target: str, expected: int) -> None:
    """A full device is said in one line; a reader that went away is nobody's fault."""
    command = [sys.executable, "-m", "spbe_cli", "replay", "--audit", "--store", str(evaluation.store)]
    if target == "closed":
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
            assert done.stdout is not None
            assert done.stderr is not None
            done.stdout.close()
            errors = done.stderr.read()
    else:
        with Path(target).open("wb") as full:
            done = subprocess.Popen(command, stdout=full, stderr=subprocess.PIPE)
            errors = done.communicate()[1]

    assert done.returncode == expected
    assert b"Traceback" not in errors
    assert errors.count(b"\n") == (1 if expected else 0)


def test_pipes_and_odd_names_end_in_one_line(terminal: Terminal) -> None:
    """A pipe that nobody writes to does not hang, an odd store name is only a name, escapes are shown."""
    os.mkfifo(terminal.folder / "pipe")
    assert "[file-not-regular]" in terminal("score", str(terminal.folder / "pipe"), "--year", "2024", store=False)[2]
    assert terminal("init", "--store", str(terminal.folder / "\udcff.db"), store=False)[0] == 0
    assert "\x1b" not in terminal("score", "v.csv", "\x1b[31mextra", store=False)[2]
