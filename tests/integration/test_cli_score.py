"""The calculator on the command line: cards, wide tables, and what is refused."""

import json
import subprocess
import sys

import pytest
from terminal import EVALUATION, Terminal, rows


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


def test_the_table_shows_the_tree_the_index_and_what_the_grade_rests_on(terminal: Terminal) -> None:
    """For people: every domain and aspect, the index shown and exact, the grade and its basis."""
    code, out, err = terminal("score", terminal.file("v.csv", rows({"12": "4"})), "--year", "2024", store=False)
    lines = out.splitlines()

    assert (code, err) == (0, "")
    assert lines[0] == "Kartu nilai menurut permenpanrb-59-2020, tahun 2024"
    assert [line.split()[0] for line in lines[2:14]] == [
        "D1", "A1", "D2", "A2", "A3", "A4", "D3", "A5", "A6", "D4", "A7", "A8",
    ]  # fmt: skip
    assert lines[14:] == ["Indeks 3.03 (eksak 3.025), predikat Baik.", "Predikat dibaca dari nilai eksak."]


def test_an_incomplete_table_says_so(terminal: Terminal) -> None:
    """Exit code 0, no index and no grade, but what is missing and what is still possible."""
    values = terminal.file("v.csv", "indicator,value\n1,3\n")
    code, out, _ = terminal("score", values, "--edition", "permenpanrb-59-2020", "--lang", "en", store=False)

    assert code == 0
    assert out.startswith("Scorecard under permenpanrb-59-2020\n")
    assert "INCOMPLETE, indicators without a value (46): 2, 3, 4, " in out
    assert "Index still possible: 1.03 to 4.97." in out
    assert "grade" not in out


def test_a_grade_that_hangs_on_rounding_is_a_finding(terminal: Terminal) -> None:
    """1.795 is Cukup where grades are read from the rounded index and Kurang where from the exact one."""
    low = {str(number): "1" for number in range(1, 14)}
    values = terminal.file(
        "v.csv", "\n".join(["indicator,value", *(f"{n},{low.get(str(n), 2)}" for n in range(1, 48))])
    )
    for year, grade in (("2023", "Cukup"), ("2024", "Kurang")):
        card = terminal.json("score", values, "--year", year, store=False)
        assert isinstance(card, dict)
        assert (card["index"], card["exact_index"], card["grade"]) == ("1.80", "1.795", grade)
        assert [finding["code"] for finding in card["findings"]] == ["grade-hangs-on-basis"]
        assert "! Predikat bergantung pada dasar nilai" in terminal("score", values, "--year", year, store=False)[1]


def test_a_named_edition_holds_for_every_row_of_a_wide_table(terminal: Terminal) -> None:
    """With --edition, a row of a year it was not applied in is refused instead of scored under another."""
    head = "agency,year," + ",".join(map(str, range(1, 48)))
    table = terminal.file("wide.csv", f"{head}\nkota-a,2024{',3' * 47}\nkota-b,2019{',3' * 47}\nkota-c,24{',3' * 47}\n")
    code, out, err = terminal("score", table, "--bulk", "--edition", "permenpanrb-59-2020", store=False)
    answers = [json.loads(line) for line in out.splitlines()]

    assert (code, err) == (2, "")
    assert answers[0]["edition"] == "permenpanrb-59-2020"
    assert [answer["error"]["code"] for answer in answers[1:]] == ["year-outside-edition", "year-malformed"]
    assert all(answer["error"]["remedy"] for answer in answers[1:])
    assert terminal("score", table, "--bulk", "--year", "2024", store=False)[0] == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "csv-empty"),
        ("agency,year,1,2\n", "csv-without-rows"),
        ("agency,year,1,1\na,2024,3,3\n", "csv-header-wrong"),
        ("agency,year\na,2024\n", "csv-header-wrong"),
        ("agency;year;1\na;2024;3\n", "csv-semicolon"),
        ("indicator,value\n1,3\n", "csv-header-wrong"),
    ],
)
def test_wide_tables_that_are_none_are_refused(terminal: Terminal, content: str, code: str) -> None:
    """A table without its header or without rows is one error and no answers."""
    exit_code, out, err = terminal("score", terminal.file("w.csv", content), "--bulk", store=False)

    assert (exit_code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"spbe: [{code}] ")


def test_rows_before_a_broken_one_are_answered(terminal: Terminal) -> None:
    """A quote that is never closed ends the table, but what was read before it has been answered."""
    table = terminal.file("w.csv", 'agency,year,1\nkota-a,2024,3\nkota-b,2024,"3\n')
    code, out, err = terminal("score", table, "--bulk", store=False)

    assert (code, out.count("\n"), "[csv-broken]" in err) == (2, 1, True)
    assert json.loads(out)["agency"] == "kota-a"


def verdicts(*accepted: str) -> str:
    return "item,verdict\n" + "".join(f"{item},accepted\n" for item in accepted) + "I2-L1-01,revise\n"


def test_items_are_scored_by_a_named_policy(terminal: Terminal) -> None:
    """A file of verdicts gives a card that names the policy; outside scores are converted, the rest is pending."""
    file = terminal.file("butir.csv", verdicts("I1-L1-01", "I1-L2-01", "I1-L2-03"))
    card = terminal.json("score", file, "--year", "2026", "--external", "5=68.75", store=False)
    whole = terminal.json("score", file, "--year", "2026", "--policy", "whole-levels", store=False)
    assert isinstance(card, dict)
    assert isinstance(whole, dict)

    values = {one["id"]: (one["value"], one["standing"]) for one in card["indicators"]}
    assert (values["1"], values["5"], values["6"]) == (("2", "scored"), ("3.75", "external"), (None, "pending"))
    assert (card["complete"], card["pending"], card["value_policy"]) == (True, ["6", "7", "18"], "share-in-band")
    assert (whole["indicators"][0]["value"], whole["value_policy"]) == ("1", "whole-levels")
    assert "share-in-band" in terminal("score", file, "--year", "2026", store=False)[1]


def test_decimals_and_empty_cells_of_the_fed_indicators(terminal: Terminal) -> None:
    """Under 8/2026 3.25 is a value; an empty fed indicator is pending, any other empty one missing."""
    cells = "".join(f"{one},{'' if one in {5, 6, 7, 18} else '3.25'}\n" for one in range(1, 21))
    card = terminal.json("score", terminal.file("v.csv", f"indicator,value\n{cells}"), "--year", "2026", store=False)
    gap = terminal.file("g.csv", f"indicator,value\n{cells.replace('1,3.25', '1,', 1)}")
    missing = terminal.json("score", gap, "--year", "2026", store=False)
    assert isinstance(card, dict)
    assert isinstance(missing, dict)

    assert (card["complete"], card["missing"], card["pending"]) == (True, [], ["5", "6", "7", "18"])
    assert card["exact_index"] == "2.935"  # (86 x 3.25 + 14 x 1) / 100
    assert (missing["complete"], missing["missing"], missing["index"]) == (False, ["1"], None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("item,verdict\nI1-L1-01,ya\n", "unknown-verdict"),
        ("item,verdict\nI1-L1-99,accepted\n", "unknown-item"),
        ("item,verdict\nI1-L1-01,accepted\nI1-L1-01,revise\n", "item-twice"),
        ("item,verdict\nI1-L1-01\n", "csv-row-width"),
        ("item,verdict\n", "csv-without-rows"),
    ],
)
def test_wrong_verdicts_are_refused_with_their_line(terminal: Terminal, content: str, code: str) -> None:
    """Nothing is guessed from a file of verdicts that is not one."""
    exit_code, out, err = terminal("score", terminal.file("b.csv", content), "--year", "2026", store=False)

    assert (exit_code, out) == (2, "")
    assert f"[{code}]" in err


def test_options_of_items_do_not_go_with_bulk(terminal: Terminal) -> None:
    """A wide table has values only."""
    file = terminal.file("b.csv", "agency,year,1\nkota-a,2024,3\n")
    for more in (["--policy", "assessor"], ["--external", "5=1"]):
        assert terminal("score", file, "--bulk", *more, store=False)[0] == 2
