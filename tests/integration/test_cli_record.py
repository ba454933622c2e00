"""The record through the command line: from opening to decree, imports, and looking back."""

import json
from pathlib import Path

import pytest
from terminal import EVALUATION, Terminal


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
        "remarks": [],
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


def test_the_card_says_where_the_evaluation_stands(evaluation: Terminal) -> None:
    """The stage that is open, or that all are closed, or the decree; and which stage or moment is shown."""
    assert "Tahap terbuka: Penilaian Mandiri (self)." in evaluation("card", EVALUATION)[1]
    for stage in ("self", "document", "interview"):
        evaluation("stage", "close", EVALUATION, stage)
    evaluation("assess", EVALUATION, "1=5", "--stage", "visitation", "--reason", "x")
    evaluation("stage", "close", EVALUATION, "visitation")
    assert "Semua tahap sudah ditutup; hasil belum ditetapkan." in evaluation("card", EVALUATION)[1]
    evaluation("determine", EVALUATION, "--decree", "KEP 1/2025", "--date", "2025-01-31")
    decreed = "Ditetapkan dengan KEP 1/2025 tanggal 2025-01-31."
    assert evaluation("card", EVALUATION)[1].splitlines()[-1] == decreed
    shown = evaluation("card", EVALUATION, "--stage", "self", "--as-of", "2100-01-01")[1]
    heading = shown.splitlines()[0]

    assert decreed not in shown, "the decree laid down another index than this stage's"
    assert evaluation.json("card", EVALUATION, "--stage", "self")["decree"] is None  # type: ignore[index]
    assert heading.endswith(", sampai tahap Penilaian Mandiri, keadaan 2100-01-01 23:59:59 UTC")
    assert evaluation.json("card", EVALUATION, "--stage", "self")["exact_index"] == "3"  # type: ignore[index]
    assert evaluation.json("card", EVALUATION)["exact_index"] == "3.026"  # type: ignore[index]
    assert "[unknown-stage]" in evaluation("card", EVALUATION, "--stage", "akhir")[2]


def test_the_card_says_where_its_values_were_given(evaluation: Terminal) -> None:
    """For programs, each value comes with its stage and basis; up to a stage, with those of that stage."""
    for stage in ("self", "document", "interview"):
        evaluation("stage", "close", EVALUATION, stage)
    evaluation("assess", EVALUATION, "1=5", "--stage", "visitation", "--reason", "x")
    card, early = evaluation.json("card", EVALUATION), evaluation.json("card", EVALUATION, "--stage", "self")

    assert isinstance(card, dict)
    assert isinstance(early, dict)
    assert set(early["sources"].values()) == {"self"}
    assert {one for one, stage in card["sources"].items() if stage != "self"} == {"1"}
    assert card["sources"].keys() == card["bases"].keys() == {line["id"] for line in card["indicators"]}
    assert set(card["bases"].values()) == {"assessor"}


def test_history_shows_what_one_command_recorded_together(evaluation: Terminal) -> None:
    """Values given in one go are one row for people, and one event each in JSON."""
    evaluation("assess", EVALUATION, "12=4", "--stage", "self", "--reason", "koreksi", "--by", "asesor-7")
    lines = evaluation("history", EVALUATION)[1].splitlines()
    events = evaluation.json("history", EVALUATION)

    assert lines[0] == f"Catatan {EVALUATION}"
    assert [line.split()[0] for line in lines if line[:6].strip()][1:] == ["No", "1", "2-48", "49"]
    assert "asesor-7  Indikator 12, tahap Penilaian Mandiri: 3 → 4 (koreksi)" in lines[-1]
    assert isinstance(events, list)
    assert [event["version"] for event in events] == list(range(1, 50))
    assert (events[-1]["topic"], events[-1]["event"]["by"]) == ("spbe:indicator-scored@2", "asesor-7")


def test_the_actor_may_come_from_the_environment(evaluation: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPBE_ACTOR names who records, unless --by does."""
    monkeypatch.setenv("SPBE_ACTOR", "asesor-1")
    evaluation("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x")
    evaluation("assess", EVALUATION, "1=5", "--stage", "self", "--reason", "x", "--by", "asesor-2")
    events = evaluation.json("history", EVALUATION)

    assert isinstance(events, list)
    assert [event["event"]["by"] for event in events[-2:]] == ["asesor-1", "asesor-2"]


def test_an_agency_has_its_results_over_the_years(evaluation: Terminal) -> None:
    """A code without a year lists what the agency got each year; one that is not there is refused."""
    evaluation("open", "kota-contoh/2023", "--name", "Pemerintah Kota Contoh")
    years = evaluation.json("history", "kota-contoh")

    assert isinstance(years, list)
    assert [(row["id"], row["index"]) for row in years] == [("kota-contoh/2023", None), (EVALUATION, None)]
    assert "Pemerintah Kota Contoh dari tahun ke tahun" in evaluation("history", "kota-contoh")[1]
    assert "[agency-unknown]" in evaluation("history", "kota-lain")[2]


def test_replay_of_all_shows_what_had_been_opened_by_then(evaluation: Terminal) -> None:
    """Evaluations opened later are left out, unless one is asked for by name."""
    assert evaluation.json("replay", "--as-of", "2001-01-01")["cards"] == []  # type: ignore[index]
    assert "belum ada evaluasi" in evaluation("replay", "--as-of", "2001-01-01")[1]
    assert "[nothing-recorded-yet]" in evaluation("replay", EVALUATION, "--as-of", "2001-01-01")[2]
    cards = evaluation.json("replay", "--as-of", "2100-01-01T00:00:00+07:00")["cards"]  # type: ignore[index]
    assert [(card["id"], card["index"]) for card in cards] == [(EVALUATION, "3.00")]


def test_a_day_means_its_end_in_utc(evaluation: Terminal) -> None:
    """What was recorded in the last second of a day is there, and in the answer the moment says so."""
    answer = evaluation.json("replay", "--as-of", "2100-01-01")

    assert isinstance(answer, dict)
    assert answer["as_of"] == "2100-01-01T23:59:59.999999Z"


def test_rebuilding_and_auditing_want_evaluations_that_are_there(evaluation: Terminal) -> None:
    """A mistyped name is bad input, not a clean record and not a difference."""
    for verb in ("--audit", "--rebuild"):
        assert evaluation("replay", EVALUATION, verb)[0] == 0
        code, _, err = evaluation("replay", "kota-salah/2024", verb)
        assert (code, "[evaluation-unknown]" in err) == (2, True)


def test_explanations_carry_their_sources(evaluation: Terminal) -> None:
    """Each step that is more than arithmetic names document, place and how sure it is."""
    memo = evaluation.file("memo.txt", "isi")
    evaluation("evidence", "add", EVALUATION, memo, "-i", "12", "--title", "Memo peta rencana")
    evaluation("assess", EVALUATION, "12=4", "--stage", "self", "--reason", "Perpres 132/2022", "--by", "asesor-7")
    told = evaluation.json("explain", "12", "--evaluation", EVALUATION)
    assert isinstance(told, dict)
    codes = [reason["code"] for reason in told["reasons"]]
    sources = [reason["source"] for reason in told["reasons"] if reason["source"]]

    assert codes[:3] == ["reason-recorded-value", "reason-recorded-value", "reason-recorded-evidence"]
    assert all(fact in told["reasons"][1]["what"] for fact in ("4", "asesor-7", "Perpres 132/2022"))
    assert "Memo peta rencana" in told["reasons"][2]["what"]
    assert codes[3:5] == ["reason-assessed-value", "reason-weight"]
    assert codes[-1] == "reason-grade-basis-exact"
    assert all(source["document"] and source["confidence"] in {"high", "medium", "low"} for source in sources)
    out = evaluation("explain", "12", "--evaluation", EVALUATION)[1]
    assert out.startswith(f"Mengapa indikator 12 pada {EVALUATION} bernilai demikian:\n  1. ")
    assert "[PermenPANRB 59/2020, Lampiran, Tabel 9; keyakinan tinggi]" in out
    assert "[unknown-indicator]" in evaluation("explain", "48", "--evaluation", EVALUATION)[2]


def test_an_edition_describes_its_parts(terminal: Terminal) -> None:
    """Without an evaluation: an indicator with question and levels, a node with its parts, or the edition."""
    indicator = terminal.json("explain", "12", "--year", "2024", store=False)
    node = terminal.json("explain", "D2", "--edition", "permenpanrb-59-2020", store=False)
    whole = terminal.json("explain", "--year", "2020", store=False)

    assert isinstance(indicator, dict)
    assert isinstance(node, dict)
    assert isinstance(whole, dict)
    assert (indicator["weight"], indicator["parent"], [one["level"] for one in indicator["levels"]]) == (
        "2.5", "A2", [1, 2, 3, 4, 5],
    )  # fmt: skip
    assert indicator["question"].endswith("?")
    assert all(one["name"] and one["criterion"] and one["source"]["document"] for one in indicator["levels"])
    assert (node["weight"], node["parts"], node["source"]["confidence"]) == ("25", ["A2", "A3", "A4"], "high")
    assert (whole["id"], whole["kind"], whole["years"]) == ("permenpanrb-5-2018", "edition", [2018, 2019, 2020])
    for subject in (["12"], ["D2"], ["A2"], []):
        code, out, err = terminal("explain", *subject, "--year", "2024", "--lang", "en", store=False)
        assert (code, err, out[:4]) == (0, "", "Id: ")


def test_editions_are_listed_and_shown(terminal: Terminal) -> None:
    """What is installed, and one in full: tree, weights, grades, levels, stages, kinds and annotated sources."""
    listed = terminal.json("editions", "list", store=False)
    shown = terminal.json("editions", "show", "permenpanrb-59-2020", store=False)
    assert isinstance(listed, dict)
    assert isinstance(shown, dict)
    assert {edition["id"] for edition in listed["editions"]} >= {"permenpanrb-5-2018", "permenpanrb-59-2020"}
    assert all(plugin["health"] == "ok" for plugin in listed["plugins"])
    assert (len(shown["nodes"]), len(shown["indicators"])) == (12, 47)
    out = terminal("editions", "show", "permenpanrb-59-2020", store=False)[1]

    for part in ("Memuaskan      4.2  tabel-13", "5        Optimum", "visitation  Penilaian Visitasi  opsional",
                 "pemantauan  Pemantauan  self, document", "[kuesioner] ", shown["digest"]):  # fmt: skip
        assert part in out
    as_applied = terminal("editions", "show", "permenpanrb-59-2020", "--year", "2023", store=False)[1]
    for part in ("Pedoman pedoman-6-2023: Pedoman MenPANRB 6/2023", "Tahun 2023: dibaca dari nilai yang dibulatkan",
                 "[praktik-2023] ", "keyakinan sedang.\n    Disimpulkan: "):  # fmt: skip
        assert part in as_applied
        assert part not in out
    assert "[unknown-edition]" in terminal("editions", "show", "permenpanrb-1-1900", store=False)[2]


def test_names_do_not_steer_the_terminal(terminal: Terminal) -> None:
    """Escape sequences and markup in what users typed are shown as text; JSON gives them back unchanged."""
    name, title = "\x1b[31mKota\x07 [bold red]Merah[/] \u202e", "[link=x]\x1b]0;judul\x07[/link]"
    terminal("init")
    terminal("open", EVALUATION, "--name", name)
    terminal("evidence", "add", EVALUATION, terminal.file("a.txt", "x"), "-i", "1", "--title", title)
    terminal("assess", EVALUATION, "1=3", "--stage", "self", "--reason", "\x1b[2Jalasan")
    for arguments in (("list",), ("card", EVALUATION), ("history", EVALUATION), ("history", "kota-contoh"),
                      ("evidence", "list", EVALUATION)):  # fmt: skip
        out = terminal(*arguments)[1]
        assert all(character.isprintable() or character == "\n" for character in out)
    joined = "".join(terminal("list")[1].split())
    assert r"\x1b[31mKota\x07[boldred]Merah[/]\u202e" in joined
    listed, evidence = terminal.json("list"), terminal.json("evidence", "list", EVALUATION)

    assert isinstance(listed, list)
    assert isinstance(evidence, list)
    assert (listed[0]["agency_name"], evidence[0]["title"]) == (name, title)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("open", "Kota/2024", "--name", "x"), "evaluation-id-malformed"),
        (("open", "kota-x/24", "--name", "x"), "evaluation-id-malformed"),
        (("open", "kota-x/2024", "--name", " "), "text-missing"),
        (("open", "kota-x/2024", "--name", "x", "--edition", "x"), "unknown-edition"),
        (("open", "kota-x/2024", "--name", "x", "--edition", "permenpanrb-5-2018"), "year-outside-edition"),
        (("open", "kota-x/2024", "--name", "x", "--process", "audit"), "unknown-process"),
        (("open", "kota-x/1990", "--name", "x"), "no-edition-for-year"),
        (("open", EVALUATION, "--name", "x"), "evaluation-already-open"),
        (("assess", "kota-x/2024", "1=3", "--stage", "self", "--reason", "x"), "evaluation-unknown"),
        (("assess", EVALUATION, "48=3", "--stage", "self", "--reason", "x"), "unknown-indicator"),
        (("assess", EVALUATION, "1=6", "--stage", "self", "--reason", "x"), "value-out-of-range"),
        (("assess", EVALUATION, "1=", "--stage", "self", "--reason", "x"), "value-empty"),
        (("assess", EVALUATION, "1=1,5", "--stage", "self", "--reason", "x"), "value-not-integer"),
        (("assess", EVALUATION, "1=3", "1=3", "--stage", "self", "--reason", "x"), "indicator-twice"),
        (("assess", EVALUATION, "1=3", "--stage", "akhir", "--reason", "x"), "unknown-stage"),
        (("assess", EVALUATION, "1=3", "--stage", "document", "--reason", "x"), "stage-not-reached"),
        (("assess", EVALUATION, "1=3", "--stage", "self", "--reason", " "), "text-missing"),
        (("assess", EVALUATION, "--stage", "self", "--reason", "x"), "usage"),
        (("assess", EVALUATION, "1:3", "--stage", "self", "--reason", "x"), "usage"),
        (("assess", EVALUATION, "--file", "/tiada.csv", "--stage", "self", "--reason", "x"), "file-missing"),
        (("evidence", "add", EVALUATION, "/tiada.pdf", "-i", "1"), "file-missing"),
        (("evidence", "add", EVALUATION, "/", "-i", "1"), "file-not-regular"),
        (("evidence", "add", EVALUATION, "/dev/null"), "file-not-regular"),
        (("evidence", "withdraw", EVALUATION, "E9", "--reason", "x"), "unknown-evidence"),
        (("stage", "close", EVALUATION, "document"), "stage-not-reached"),
        (("stage", "close", EVALUATION, "akhir"), "unknown-stage"),
        (("determine", EVALUATION, "--decree", "KEP 1"), "stages-not-closed"),
        (("determine", EVALUATION, "--decree", "KEP 1", "--date", "31-01-2025"), "usage"),
        (("reopen", EVALUATION, "self", "--reason", "x"), "stage-not-closed"),
        (("card", "kota-x/2024"), "evaluation-unknown"),
        (("history", "kota-x/2024"), "evaluation-unknown"),
        (("explain", "--evaluation", "kota-x/2024"), "evaluation-unknown"),
        (("explain", "1", "--evaluation", EVALUATION, "--year", "2024"), "usage"),
        (("explain", "1", "--level", "3"), "usage"),
        (("explain", "1", "--next", "--level", "9"), "value-out-of-range"),
        (("replay",), "usage"),
        (("replay", "--audit", "--rebuild"), "usage"),
        (("replay", "--as-of", "2024-13-01"), "moment-malformed"),
        (("import", "/tiada.json"), "file-missing"),
    ],
)
def test_bad_input_is_refused_in_one_line(evaluation: Terminal, arguments: tuple[str, ...], code: str) -> None:
    """Exit code 2, nothing on standard output, one line with code and remedy, and nothing recorded."""
    before = evaluation("list", "--format", "json")[1]
    exit_code, out, err = evaluation(*arguments)

    assert (exit_code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"spbe: [{code}] ")
    error = json.loads(evaluation(*arguments, "--format", "json", "--lang", "en")[2])["error"]
    assert error["code"] == code
    assert error["what"]
    assert error["remedy"]
    assert evaluation("list", "--format", "json")[1] == before


def test_options_for_csv_are_refused_beside_json(terminal: Terminal) -> None:
    """A JSON file says id and edition itself; saying it twice is a mistake and records nothing."""
    terminal("init")
    whole = {"id": EVALUATION, "agency_name": "Kota Contoh", "stages": [{"stage": "self", "values": {"1": "3"}}]}
    file = terminal.file("whole.json", json.dumps(whole))

    assert terminal("import", file, "--id", "kota-lain/2024")[0] == 2
    assert terminal.json("list") == []
    assert terminal("import", file)[0] == 0


def test_evidence_of_an_import_is_read_beside_the_file(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths start at the file's folder, wherever the command runs; a missing document refuses the whole."""
    terminal("init")
    (terminal.folder / "berkas").mkdir()
    terminal.file("berkas/memo.txt", "isi")
    (terminal.folder / "lain").mkdir()
    monkeypatch.chdir(terminal.folder / "lain")
    whole = {
        "id": EVALUATION,
        "agency_name": "Kota Contoh",
        "evidence": [{"file": "berkas/memo.txt", "indicators": ["1", "2"], "title": "Memo"}],
        "stages": [{"stage": "self", "values": {"1": "3"}, "close": False}],
    }
    assert terminal("import", terminal.file("whole.json", json.dumps(whole)))[0] == 0
    (document,) = terminal.json("evidence", "list", EVALUATION)  # type: ignore[misc]
    assert (document["title"], document["indicators"], document["size"]) == ("Memo", ["1", "2"], 3)

    gone = {**whole, "id": "kota-lain/2024", "evidence": [{"file": "tiada.txt", "indicators": ["1"]}]}
    code, _, err = terminal("import", terminal.file("gone.json", json.dumps(gone)))
    assert (code, "[file-missing]" in err) == (2, True)
    assert [row["id"] for row in terminal.json("list")] == [EVALUATION]  # type: ignore[attr-defined]
