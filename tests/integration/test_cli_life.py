"""The life of evidence on the command line: assigning, collecting, judging, objecting, in both languages and forms."""

from typing import Any, Final

import pytest
from terminal import Terminal

FED: Final = frozenset({5, 6, 7, 18})
KOTA: Final = "kota-contoh/2026"
TODAY: Final = ("--today", "2026-08-10")


@pytest.fixture
def pemdi(terminal: Terminal) -> Terminal:
    """A terminal whose store holds an evaluation under the regulation of 2026."""
    assert terminal("init")[0] == 0
    assert terminal("open", KOTA, "--name", "Kota Contoh")[0] == 0
    return terminal


def unwrapped(table: str) -> str:
    return " ".join(table.split())


def test_items_are_judged_without_a_code_where_they_are_accepted(pemdi: Terminal) -> None:
    """Code and reason go with what is refused, also where both are said in one command."""
    assert pemdi("judge", KOTA, "I1-L1-01=accepted", "--stage", "self")[0] == 0
    mixed = ("judge", KOTA, "I1-L2-01=accepted", "I1-L2-02=revise", "--stage", "self")
    assert pemdi(*mixed, "--code", "unsigned", "--reason", "tanpa tanda tangan")[0] == 0
    _, told, _ = pemdi("history", KOTA)
    events: Any = pemdi.json("history", KOTA)

    assert (
        "Butir I1-L2-02, tahap Penilaian Mandiri: perlu diperbaiki (bukti dukung belum disahkan; tanpa tanda tangan)"
        in unwrapped(told)
    )
    assert [(one["event"]["verdict"], one["event"]["reason"]) for one in events[2:]] == [
        ("accepted", ""),
        ("revise", "tanpa tanda tangan"),
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("judge", KOTA, "I1-L1-01=diterima", "--stage", "self"), 2, "unknown-verdict"),
        (("judge", KOTA, "I1-L9-01=accepted", "--stage", "self"), 2, "unknown-item"),
        (("judge", KOTA, "I1-L1-01=revise", "--stage", "self"), 2, "verdict-code-missing"),
        (("judge", KOTA, "I1-L1-01", "--stage", "self"), 2, "usage"),
        (("judge", KOTA, "I1-L1-01=accepted", "I1-L1-01=accepted", "--stage", "self"), 2, "item-judged-twice"),
        (("assign", KOTA, "I1-L9-09", "--unit", "u"), 2, "unknown-item"),
        (("judge", KOTA, "I1-L1-01=accepted", "--stage", "document"), 2, "stage-not-reached"),
        (("judge", KOTA, "I1-L1-01=accepted", "--stage", "self", "--on", "E9"), 2, "unknown-evidence"),
        (("judge", KOTA, "--stage", "self"), 2, "usage"),
        (("external", KOTA, "1=50", "--stage", "self", "--published", "x"), 2, "indicator-not-external"),
        (("external", KOTA, "5=101", "--stage", "self", "--published", "x"), 2, "external-score-out-of-range"),
        (("assign", KOTA, "1"), 2, "usage"),
        (("assign", KOTA, "1", "--unit", "Dinas Kominfo"), 2, "code-malformed"),
        (("assign", KOTA, "99", "--unit", "diskominfo"), 2, "unknown-indicator"),
        (("assign", KOTA, "1", "--nobody"), 2, "task-not-assigned"),
        (("assign", KOTA, "1", "--unit", "a", "--responsible", "b"), 2, "responsible-not-assigned"),
        (("evidence", "add", KOTA), 2, "usage"),
        (("evidence", "add", KOTA, "--link", "file:///etc/passwd", "-i", "1"), 2, "link-malformed"),
        (("evidence", "cover", KOTA, "E1", "-i", "1"), 2, "unknown-evidence"),
        (("evidence", "carry", KOTA, "kota-lain/2025#E1"), 2, "carry-over-elsewhere"),
        (("objection", "raise", KOTA, "1", "--stage", "self", "--reason", "x"), 2, "stage-not-closed"),
        (("objection", "answer", KOTA, "O1", "--outcome", "denied", "--reason", "x"), 2, "unknown-objection"),
    ],
    ids=lambda given: " ".join(given[:3]) if isinstance(given, tuple) else "",
)
def test_what_cannot_be_done_is_said(pemdi: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    """One line with its code, in either language, and nothing recorded."""
    for language in ("id", "en"):
        found, out, err = pemdi("--lang", language, *arguments)
        assert (found, out) == (code, "")
        assert err.startswith(f"spbe: [{said}] ")
    assert len(pemdi.json("history", KOTA)) == 1  # type: ignore[arg-type]


JUDGED = "item,verdict,code,reason\nI1-L1-01,accepted,,\n"
VERDICTS = {
    "I1-L2-01,rejected,,tidak ada": "verdict-code-missing",
    "I1-L2-01,rejected,tak-jelas,tidak ada": "verdict-code-unknown",
    "I1-L2-01,accepted,absent,": "verdict-code-needless",
    "I1-L2-01,rejected,absent,": "text-missing",
    "I1-L9-01,accepted,,": "unknown-item",
}
TASKS = {
    "99,a,,": "unknown-indicator",
    "I1-L9-09,a,,": "unknown-item",
    "1,Dinas Kominfo,,": "code-malformed",
    "1,a,b,": "responsible-not-assigned",
}


@pytest.mark.parametrize(
    ("command", "content", "code", "line"),
    [
        ("assign", "task,units,responsible,deadline\n1,a,,\n1,b,,\n", "task-twice", 3),
        ("assign", "task,units,responsible,deadline\n1,;,,\n", "task-without-unit", 2),
        ("assign", "task,units,responsible,deadline\n1,a,,besok\n", "day-malformed", 2),
        ("judge", "item,verdict,code,reason\nI1-L1-01,accepted,,\nI1-L1-01,accepted,,\n", "item-twice", 3),
        ("judge", "item,verdict,code,reason\n\nI1-L1-01,lulus,,\n", "unknown-verdict", 3),
        *(
            ("judge", f"item,verdict,code,reason\nI1-L1-01,accepted,,\n{row}\n", code, 3)
            for row, code in VERDICTS.items()
        ),
        *(("assign", f"task,units,responsible,deadline\n2,a,,\n{row}\n", code, 3) for row, code in TASKS.items()),
        ("assess", "indicator,value\n1,3\n99,3\n", "unknown-indicator", 3),
        ("assess", "indicator,value\n1,3\n2,9\n", "value-out-of-range", 3),
    ],
)
def test_a_wrong_row_is_named_by_its_line(pemdi: Terminal, command: str, content: str, code: str, line: int) -> None:
    """And none of the file is recorded."""
    file = pemdi.file("rows.csv", content)
    stage = {"judge": ("--stage", "self"), "assess": ("--stage", "self", "--reason", "x")}.get(command, ())
    found, _, err = pemdi(command, KOTA, "--file", file, *stage)

    assert (found, f"[{code}] baris {line}: " in err) == (2, True), err
    assert len(pemdi.json("history", KOTA)) == 1  # type: ignore[arg-type]


def test_a_unit_sees_its_tasks_in_every_evaluation(pemdi: Terminal) -> None:
    """Those of others are left out, a shared one says who answers; JSON has the same states by their codes."""
    assert pemdi("open", "kota-contoh/2025", "--name", "Kota Contoh")[0] == 0
    file = pemdi.file("work.csv", "task,units,responsible,deadline\n1,bappeda;diskominfo,,2026-07-31\n2,bappeda,,\n")
    assert pemdi("assign", KOTA, "--file", file)[0] == 0
    assert pemdi("assign", "kota-contoh/2025", "22", "--unit", "diskominfo")[0] == 0
    tasks: Any = pemdi.json("tasks", "--unit", "diskominfo", *TODAY)
    _, told, _ = pemdi("tasks", "--unit", "diskominfo", *TODAY)

    assert [(one["id"], one["indicator"], one["state"], one["late"]) for one in tasks] == [
        ("kota-contoh/2025", "22", "owed", False),
        (KOTA, "1", "owed", True),
    ]
    assert "bappeda*" in told
    assert "(terlambat)" in told
    status: Any = pemdi.json("status", KOTA, *TODAY)
    assert [(one["unit"], one["counts"]["owed"], one["late"]) for one in status["units"]] == [
        ("bappeda", 2, 1),
        ("diskominfo", 1, 1),
    ]


def test_a_list_of_tasks_is_what_wants_hands(pemdi: Terminal) -> None:
    """What was handed in is only counted, unless all is asked for; and no list is empty without a word why."""
    assert pemdi("assign", KOTA, "1", "2", "--unit", "bappeda")[0] == 0
    memo = pemdi.file("memo.txt", "isi")
    assert pemdi("evidence", "add", KOTA, memo, "-i", "1")[0] == 0
    owed: Any = pemdi.json("tasks", *TODAY)
    every: Any = pemdi.json("tasks", "--all", *TODAY)

    assert [one["indicator"] for one in owed] == ["2"]
    assert [(one["indicator"], one["state"]) for one in every] == [("1", "submitted"), ("2", "owed")]
    assert "1 lainnya sudah diajukan" in pemdi("tasks", *TODAY)[1]
    code, nobody, _ = pemdi("tasks", "--unit", "dinas-x")
    assert (code, nobody.splitlines()[0]) == (0, "Unit dinas-x tidak punya tugas.")
    assert "sudah ditetapkan tidak disertakan" in nobody
    assert pemdi("people", "appoint", "determiner", "--actor", "root")[0] == 0
    assert "[unknown-unit-anywhere]" in pemdi("tasks", "--unit", "dinas-x")[2]
    assert pemdi("tasks", "--unit", "bappeda")[0] == 0


def test_no_date_or_id_is_cut_on_a_narrow_terminal(pemdi: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word of a table stands whole in 80 columns, whatever else must give way."""
    monkeypatch.setenv("COLUMNS", "80")
    memo = pemdi.file("memo.txt", "isi")
    title = "Keputusan Wali Kota tentang Arsitektur dan Peta Rencana Pemerintah Digital"
    dates = ("--effective", "2026-01-01", "--expires", "2026-12-31")
    assert pemdi("evidence", "add", KOTA, memo, "-i", "1", "--item", "I2-L1-01", "--title", title, *dates)[0] == 0
    units = ("--unit", "dinas-komunikasi", "--unit", "bappeda-litbang", "--deadline", "2026-07-31")
    assert pemdi("assign", KOTA, "I3-L1-01", *units)[0] == 0
    for arguments, words in (
        (("evidence", "list", KOTA), [*title.split(), "I2-L1-01", "2026-01-01..", "2026-12-31"]),
        (("tasks", *TODAY), [KOTA, "I3-L1-01", "dinas-komunikasi*,", "bappeda-litbang", "2026-07-31"]),
        (("stage", "show", KOTA), ["Penilaian", "Kematangan"]),
    ):
        _, told, _ = pemdi(*arguments)
        assert set(words) <= set(told.split())
        assert max(map(len, told.splitlines())) <= 80


def test_a_successor_that_serves_less_says_so(pemdi: Terminal) -> None:
    """Everything the old document served is taken over; where something is named instead, the answer says what lost."""
    memo, better, best = (pemdi.file(f"{name}.txt", name) for name in ("memo", "better", "best"))
    assert pemdi("evidence", "add", KOTA, memo, "-i", "1", "-i", "2", "--item", "I3-L1-01")[0] == 0
    _, quiet, _ = pemdi("evidence", "add", KOTA, better, "--supersedes", "E1")
    _, warned, _ = pemdi("evidence", "add", KOTA, best, "--supersedes", "E2", "-i", "2")
    listed: Any = pemdi.json("evidence", "list", KOTA)

    assert "!" not in quiet
    assert "! E2 juga melayani 1, I3-L1-01, sedangkan E3 tidak" in warned
    assert [one["indicators"] for one in listed] == [["1", "2", "3"], ["1", "2", "3"], ["2"]]


def test_an_indicator_all_of_whose_items_are_named_is_told_by_its_number(pemdi: Terminal) -> None:
    """Whoever asked for the whole indicator, or named every item of it, reads no list of all of them."""
    memo = pemdi.file("memo.txt", "isi")
    assert pemdi("evidence", "add", KOTA, memo, "-i", "3", "--item", "I1-L1-01", "--item", "I2-L1-01")[0] == 0
    assert "3, I1-L1-01, I2-L1-01" in unwrapped(pemdi("evidence", "list", KOTA)[1])
    assert "kini melayani 3, 1, I2-L1-01." in pemdi("evidence", "cover", KOTA, "E1", "-i", "1")[1]
    assert "3, 1, I2-L1-01" in unwrapped(pemdi("evidence", "list", KOTA)[1])


def test_evidence_that_is_carried_says_from_where(pemdi: Terminal) -> None:
    """In the answer, in words and as data."""
    assert pemdi("open", "kota-contoh/2025", "--name", "Kota Contoh")[0] == 0
    memo = pemdi.file("memo.txt", "isi")
    assert pemdi("evidence", "add", "kota-contoh/2025", memo, "-i", "1")[0] == 0
    carry = ("evidence", "carry", KOTA, "kota-contoh/2025#E1", "-i", "1")
    assert "Bukti E1 dibawa dari kota-contoh/2025#E1" in pemdi(*carry)[1]
    again: Any = pemdi.json(*carry)
    assert again["carried_from"] == "kota-contoh/2025#E1"


def test_changing_hands_is_told_in_words(pemdi: Terminal) -> None:
    """History says to whom, until when and why; nothing shows how the program writes a tuple or that none is there."""
    assert pemdi("assign", KOTA, "1", "2", "--unit", "bappeda", "--deadline", "2026-07-31")[0] == 0
    assert "[reassignment-unexplained]" in pemdi("assign", KOTA, "1", "--unit", "diskominfo")[2]
    assert pemdi("assign", KOTA, "1", "--unit", "diskominfo", "--reason", "pindah")[0] == 0
    assert pemdi("assign", KOTA, "2", "--nobody", "--reason", "keliru")[0] == 0
    for language, expected in (
        (
            "id",
            ("Tugas 1, 2 kepada bappeda, tenggat 2026-07-31", "Tugas 1 kepada diskominfo, tenggat 2026-07-31 (pindah)"),
        ),
        ("en", ("Task 1, 2 to bappeda, deadline 2026-07-31", "Task 1 to diskominfo, deadline 2026-07-31 (pindah)")),
    ):
        _, told, _ = pemdi("--lang", language, "history", KOTA)
        assert all(one in unwrapped(told) for one in expected)
        assert not any(one in told for one in ("None", "('", "- :"))


def test_an_objection_from_raising_to_the_decree(pemdi: Terminal) -> None:
    """Raised on a closed stage, listed, answered in words, and in the way of the decree until then."""
    assert pemdi("judge", KOTA, "I1-L1-01=accepted", "--stage", "self")[0] == 0
    assert "ditutup." in pemdi("stage", "close", KOTA, "self")[1]
    assert pemdi("objection", "raise", KOTA, "I1-L1-01", "--stage", "self", "--reason", "kurang")[0] == 0
    assert "belum dijawab" in pemdi("objection", "list", KOTA)[1]
    answer = ("objection", "answer", KOTA, "O1", "--outcome", "partly-granted", "--reason", "sebagian")
    assert "dikabulkan sebagian" in pemdi(*answer)[1]
    assert "[objection-answered]" in pemdi(*answer)[2]
    _, history, _ = pemdi("history", KOTA)
    _, explained, _ = pemdi("explain", "1", "--evaluation", KOTA)

    assert "Sanggah O1 dijawab: dikabulkan sebagian (sebagian)" in unwrapped(history)
    assert "(dikabulkan sebagian): sebagian" in explained
    assert "partly-granted" not in history + explained
    objections: Any = pemdi.json("objection", "list", KOTA)
    assert objections[0]["answer"]["outcome"] == "partly-granted"


def test_every_stage_stands_beside_the_others(pemdi: Terminal) -> None:
    """Verdicts in words in a table, by their codes in JSON."""
    refusal = ("--code", "absent", "--reason", "tidak ada")
    code, answer, _ = pemdi("judge", KOTA, "I1-L1-01=rejected", "--stage", "self", *refusal)
    assert code == 0
    assert "! Bersama I1-L1-01, " in answer
    assert "I1-L2-01" in answer
    assert pemdi("stage", "close", KOTA, "self")[0] == 0
    assert pemdi("judge", KOTA, "I1-L1-01=accepted", "--stage", "document")[0] == 0
    shown: Any = pemdi.json("stage", "show", KOTA, "--indicator", "1")
    _, told, _ = pemdi("stage", "show", KOTA, "--indicator", "1")

    by_itself = {"because_of": None, "carried_from": None}
    assert shown["lines"]["I1-L1-01"] == {
        "self": {"verdict": "rejected", "code": "absent", "reason": "tidak ada", **by_itself},
        "document": {"verdict": "accepted", "code": "", "reason": "", **by_itself},
        "interview": None,
        "visitation": None,
    }
    above = {"verdict": "rejected", "code": "lower-level-failed", "reason": "", "because_of": "I1-L1-01"}
    above["carried_from"] = None
    assert (shown["lines"]["I1-L2-01"]["self"], shown["lines"]["I1-L2-01"]["document"]) == (above, None)
    assert "ditolak" in told
    assert "diterima" in told
    values: Any = pemdi.json("stage", "show", KOTA)
    assert values["lines"]["1"]["self"] == "1"


def test_what_a_rejection_takes_along_stays_rejected_at_later_stages(
    pemdi: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as that rejection stands, with the stage it was given at; at a stage that is not reached nothing is."""
    refusal = ("--code", "absent", "--reason", "tidak ada")
    assert pemdi("judge", KOTA, "I1-L1-01=rejected", "--stage", "self", *refusal)[0] == 0
    assert pemdi("stage", "close", KOTA, "self")[0] == 0
    show = ("stage", "show", KOTA, "--indicator", "1")
    carried: Any = pemdi.json(*show)

    above = carried["lines"]["I1-L2-01"]
    assert (above["self"]["carried_from"], above["document"]["carried_from"]) == (None, "self")
    assert (above["document"]["verdict"], above["document"]["because_of"]) == ("rejected", "I1-L1-01")
    assert (above["interview"], above["visitation"]) == (None, None)
    assert carried["lines"]["I1-L1-01"]["document"] is None
    monkeypatch.setenv("COLUMNS", "600")
    for language, since in (("id", "sejak"), ("en", "since")):
        assert f"; I1-L1-01, {since} Penilaian Mandiri)" in pemdi("--lang", language, *show)[1]
    assert pemdi("stage", "close", KOTA, "document")[0] == 0
    assert pemdi("stage", "close", KOTA, "interview")[0] == 0
    closed: Any = pemdi.json(*show)
    assert closed["lines"]["I1-L2-01"]["interview"]["carried_from"] == "self"
    assert closed["lines"]["I1-L2-01"]["visitation"] is None


def test_closing_a_stage_says_what_has_no_value(pemdi: Terminal) -> None:
    """Which indicators are missing and which wait for their source, and that it is closed all the same."""
    assert pemdi("assess", KOTA, "1=2", "2=3", "--stage", "self", "--reason", "r")[0] == 0
    for stage, language, said in (
        ("self", "id", ("14 indikator belum dinilai: 3, 4, 8", "4 indikator menunggu sumber luar", "5, 6, 7, 18")),
        ("document", "en", ("indicators without a value (14): 3, 4, 8", "Waiting for their source and counted")),
    ):
        code, told, err = pemdi("--lang", language, "stage", "close", KOTA, stage)
        assert (code, err) == (0, "")
        assert all(one in told for one in said)
    closed: Any = pemdi.json("stage", "close", KOTA, "interview")
    assert (closed["complete"], len(closed["missing"]), closed["pending"]) == (False, 14, ["5", "6", "7", "18"])


def test_stages_are_called_by_their_official_names(pemdi: Terminal) -> None:
    """Where people read; data keeps the ids that are typed."""
    assert pemdi("assess", KOTA, "1=2", "--stage", "self", "--reason", "r")[0] == 0
    assert pemdi("stage", "close", KOTA, "self")[0] == 0
    assert pemdi("objection", "raise", KOTA, "1", "--stage", "self", "--reason", "kurang")[0] == 0
    assert pemdi("reopen", KOTA, "self", "--reason", "keliru")[0] == 0
    told = unwrapped(pemdi("history", KOTA)[1])
    for said in (
        "Indikator 1, tahap Penilaian Mandiri: 2",
        "Tahap Penilaian Mandiri ditutup",
        "Sanggah O1 atas 1, tahap Penilaian Mandiri: kurang",
        "Tahap Penilaian Mandiri dibuka kembali",
    ):
        assert said in told
    listed = pemdi("objection", "list", KOTA)[1]
    assert ("Penilaian" in listed, "self" in listed + told) == (True, False)
    objections: Any = pemdi.json("objection", "list", KOTA)
    assert objections[0]["stage"] == "self"


@pytest.mark.parametrize("score", ["68,75", "1.234,5", "lima", ""])
def test_a_score_that_is_no_number_is_refused_like_a_value(pemdi: Terminal, score: str) -> None:
    """With the indicator it was given for and how it is written, and without words about programs' numbers."""
    for language, said in (
        ("id", ("indikator 5: ", "titik desimal, misalnya 68.75")),
        ("en", ("indicator 5: ", "decimal point, e.g. 68.75")),
    ):
        external = ("external", KOTA, "7=3.05", f"5={score}", "--stage", "self", "--published", "x")
        code, _, err = pemdi("--lang", language, *external)
        values = pemdi.file("values.csv", "indicator,value\n1,2\n")
        of_score = pemdi("--lang", language, "score", values, "--year", "2026", "--external", f"5={score}", store=False)
        assert (code, of_score[0]) == (2, 2)
        assert all(one in err and one in of_score[2] for one in said)


def test_a_coordinator_of_many_units_reads_one_screen(pemdi: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is late is counted where there is much of it, cells name a few documents; data names all of them."""
    monkeypatch.setenv("COLUMNS", "80")
    rows = "".join(f"{number},dinas-{number},,2026-07-31\n" for number in range(1, 13))
    assert pemdi("assign", KOTA, "--file", pemdi.file("w.csv", "task,units,responsible,deadline\n" + rows))[0] == 0
    assert pemdi("assign", KOTA, "I13-L1-01", "--unit", "dinas-1")[0] == 0
    for place in range(7):
        assert (
            pemdi("evidence", "add", KOTA, "--link", f"https://a.id/{place}", "-i", "1", "--item", "I13-L1-01")[0] == 0
        )
    refusal = ("--code", "unsigned", "--reason", "r")
    assert pemdi("judge", KOTA, "I13-L1-01=revise", "--stage", "self", *refusal)[0] == 0
    for language, late, more in (
        ("id", "! 11 tugas melewati tenggatnya; tugas mana, lihat: spbe tasks kota-contoh/2026", "dan 2 lagi"),
        ("en", "! 11 tasks are past their deadlines; which ones: spbe tasks kota-contoh/2026", "and 2 more"),
    ):
        status = pemdi("--lang", language, "status", KOTA, *TODAY)[1]
        tasks = pemdi("--lang", language, "tasks", KOTA, "--unit", "dinas-1", "--all", *TODAY)[1]
        assert late in status.splitlines()
        assert tasks.count(more.split()[0] + " ") >= 2
        assert "E5," in tasks
        assert not {"E6", "E6,", "E7"} & set(tasks.split())
        assert tasks.count("I13-L1-01") == 1
        assert max(map(len, tasks.splitlines())) <= 80
    data: Any = pemdi.json("tasks", KOTA, "--unit", "dinas-1", "--all", *TODAY)
    lags: Any = pemdi.json("status", KOTA, *TODAY)
    assert [len(one["evidence"]) for one in data] == [7, 7]
    assert sum(one["code"] == "status-late" for one in lags["lags"]) == 11


def test_an_edition_lists_its_items(terminal: Terminal) -> None:
    """All of them or one indicator's, with the ids that verdicts and tasks are given by."""
    show = ("editions", "show", "permenpanrb-8-2026")
    every: Any = terminal.json(*show, "--items", store=False)
    of_one: Any = terminal.json(*show, "--items", "--indicator", "2", store=False)
    _, told, _ = terminal(*show, "--indicator", "2", store=False)

    assert of_one == [one for one in every if one["indicator"] == "2"]
    assert "I2-L1-01" in told
    assert "I1-L1-01" not in told
    assert "tidak memuat butir" in terminal("editions", "show", "pemdi-draft-2025", "--items", store=False)[1]
    assert "[unknown-indicator]" in terminal(*show, "--indicator", "99", store=False)[2]


def test_verdicts_that_take_a_given_value_over_say_so(pemdi: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """When they are given, when the stage is closed, in the history, and beside the other stages while it is open."""
    monkeypatch.setenv("COLUMNS", "300")
    assert pemdi("assess", KOTA, "1=3", "2=3", "--stage", "self", "--reason", "r")[0] == 0
    beside: Any = pemdi.json("judge", KOTA, "I2-L1-01=accepted", "--stage", "self")
    assert beside["taken_over"] == []
    assert pemdi("stage", "close", KOTA, "self")[0] == 0
    judge = ("judge", KOTA, "I1-L1-01=accepted", "--stage", "document")
    expected = [{"indicator": "1", "from": "3", "given_at": "self", "to": "1.5"}]

    for language, said in (
        ("id", "! Indikator 1 berubah dari 3 (diberikan pada Penilaian Mandiri) menjadi 1.5 menurut"),
        ("en", "! Indicator 1 goes from 3 (given at Penilaian Mandiri) to 1.5 by its verdicts."),
    ):
        assert said in pemdi("--lang", language, *judge)[1]
    judged: Any = pemdi.json(*judge)
    other: Any = pemdi.json("judge", KOTA, "I3-L1-01=accepted", "--stage", "document")
    shown: Any = pemdi.json("stage", "show", KOTA)
    assert (judged["taken_over"], other["taken_over"]) == (expected, [])
    assert shown["lines"]["1"] == {"self": "3", "document": "1.5", "interview": None, "visitation": None}
    assert shown["lines"]["2"]["document"] is None
    closed: Any = pemdi.json("stage", "close", KOTA, "document")
    assert closed["taken_over"] == expected
    assert "1=3 → 1.5" in unwrapped(pemdi("history", KOTA)[1])
    assert pemdi.json("stage", "show", KOTA) == shown


def test_a_granted_objection_from_which_nothing_followed_is_named(pemdi: Terminal) -> None:
    """The answer says what to do next; the status and the decree say that nobody has."""
    given = pemdi.file(
        "values.csv", "indicator,value\n" + "".join(f"{one},2\n" for one in range(1, 21) if one not in FED)
    )
    assert pemdi("assess", KOTA, "--file", given, "--stage", "self", "--reason", "r")[0] == 0
    for stage in ("self", "document", "interview"):
        assert pemdi("stage", "close", KOTA, stage)[0] == 0
    for name, outcome, following in (
        ("O1", "granted", f'spbe reopen {KOTA} document --reason "..." --objection O1'),
        ("O2", "denied", None),
    ):
        assert pemdi("objection", "raise", KOTA, "1", "--stage", "document", "--reason", "keliru")[0] == 0
        answered: Any = pemdi.json("objection", "answer", KOTA, name, "--outcome", outcome, "--reason", "benar")
        assert answered["next"] == following
    decree = ("determine", KOTA, "--decree", "SK 1")
    for language, said in (
        ("id", "! sanggah dikabulkan, tetapi tahapnya belum dibuka kembali: O1."),
        ("en", "! objections granted, stage not opened again yet: O1."),
    ):
        assert said in pemdi("--lang", language, "status", KOTA)[1]
        code, told, _ = pemdi("--lang", language, *decree)
        assert (code, said in told) == (0, True)
        assert pemdi("reopen", KOTA, "interview", "--reason", "r")[0] == 0
        assert pemdi("stage", "close", KOTA, "interview")[0] == 0
    assert pemdi("reopen", KOTA, "document", "--reason", "r", "--objection", "O1")[0] == 0
    assert "O1" not in pemdi("status", KOTA)[1]
    for stage in ("document", "interview"):
        assert pemdi("stage", "close", KOTA, stage)[0] == 0
    determined: Any = pemdi.json(*decree)
    assert determined["remarks"] == []


def test_what_the_held_level_still_asks_comes_before_the_next_one(pemdi: Terminal) -> None:
    """Where nothing is accepted the lowest level is not reached either; a value given by hand stands for its levels."""
    following = ("explain", "1", "--evaluation", KOTA, "--next")
    for language, said in (("id", ") masih meminta:"), ("en", ") still asks for:")):
        _, told, _ = pemdi("--lang", language, *following)
        assert told.index(said) < told.index("- I1-L1-01: ") < told.index("- I1-L2-01: ")
    asked: Any = pemdi.json(*following)
    assert ([one["id"] for one in asked["owed"]], asked["next"]) == (["I1-L1-01"], 2)

    assert pemdi("judge", KOTA, "I1-L1-01=accepted", "--stage", "self")[0] == 0
    accepted: Any = pemdi.json(*following)
    assert accepted["owed"] == []
    assert pemdi("assess", KOTA, "2=3", "--stage", "self", "--reason", "r")[0] == 0
    given: Any = pemdi.json("explain", "2", "--evaluation", KOTA, "--next")
    assert (given["owed"], given["held"]) == ([], 3)


def test_closing_names_newer_evidence_that_nobody_judged(pemdi: Terminal) -> None:
    """Where an item was to be revised; without newer evidence, or once it is judged, there is nothing to judge."""
    revise = ("--stage", "self", "--code", "unsigned", "--reason", "r")
    assert pemdi("judge", KOTA, "I1-L1-01=revise", "I2-L1-01=revise", "I3-L1-01=revise", *revise)[0] == 0
    for item in ("I1-L1-01", "I3-L1-01"):
        assert pemdi("evidence", "add", KOTA, pemdi.file(f"{item}.txt", item), "--item", item)[0] == 0
    assert pemdi("judge", KOTA, "I3-L1-01=accepted", "--stage", "self")[0] == 0
    said = "! 1 butir diminta diperbaiki dan bukti dukung barunya belum diverifikasi: I1-L1-01."

    assert said in pemdi("stage", "close", KOTA, "self")[1]
    closed: Any = pemdi.json("stage", "close", KOTA, "document")
    assert closed["unjudged"] == ["I1-L1-01"]
