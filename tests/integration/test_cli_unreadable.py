"""One event that somebody with access to the database made unreadable: the others are shown, and the damage is told."""

import csv
import io
import json
import sqlite3
from contextlib import closing

import pytest
from terminal import EVALUATION, Terminal

from spbe_core.plugins import PluginRulebook

OTHER = "kota-lain/2024"


@pytest.fixture
def damaged(evaluation: Terminal) -> Terminal:
    """A store of two evaluations with a task each, of which one cannot be read from its third event on."""
    assert evaluation("open", OTHER, "--name", "Kota Lain")[0] == 0
    for one in (EVALUATION, OTHER):
        assert evaluation("assign", one, "1", "--unit", "dinas-kominfo")[0] == 0
    with closing(sqlite3.connect(evaluation.store, isolation_level=None)) as direct:
        where = f"WHERE originator_id = '{EVALUATION}' AND originator_version = 3"
        direct.execute(f"UPDATE spbe_event SET state = x'00' {where}")
    return evaluation


def test_the_list_goes_on_with_the_others(damaged: Terminal) -> None:
    """A row says how far the one can be read, a line why and what to do, and the exit code is that of damage."""
    code, out, _ = damaged("list", "--lang", "en")
    assert (code, "Kota Lain" in out, "unreadable after event 2" in out) == (3, True, True)
    assert f"✗ {EVALUATION}: " in out

    code, out, _ = damaged("list", "--format", "json")
    first, second = json.loads(out)
    assert code == 3
    assert (first["id"], first["agency"], first["readable"]) == (EVALUATION, "kota-contoh", 2)
    assert first["error"]["code"] == "event-unreadable"
    assert (second["id"], second["open_stage"]) == (OTHER, "self")


def test_the_years_of_an_agency_say_so(damaged: Terminal) -> None:
    """A year that cannot be read is told among the years, and another agency's are whole."""
    code, out, _ = damaged("history", "kota-contoh", "--lang", "en")
    assert (code, f"✗ {EVALUATION}: " in out) == (3, True)
    code, out, _ = damaged("history", "kota-contoh", "--format", "json")
    assert (code, [one["readable"] for one in json.loads(out)]) == (3, [2])
    assert damaged("history", "kota-lain")[0] == 0


def test_the_tasks_of_the_others_are_shown(damaged: Terminal) -> None:
    """A unit's work in other evaluations is not stopped, and the gap is named in every form."""
    table = damaged.folder / "tugas.csv"
    code, out, _ = damaged("tasks", "--unit", "dinas-kominfo", "--csv", str(table))
    assert (code, OTHER in out, f"✗ {EVALUATION}: " in out) == (3, True, True)
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert [(row["evaluation"], row["state"]) for row in rows][-1] == (EVALUATION, "unreadable")

    code, out, _ = damaged("tasks", "--format", "json")
    assert (code, [one["id"] for one in json.loads(out)]) == (3, [OTHER, EVALUATION])
    code, _, err = damaged("tasks", EVALUATION)
    assert (code, "[event-unreadable]" in err) == (3, True)


def test_a_missing_rule_pack_is_no_damage(evaluation: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks cannot be told without the rules, which is nothing wrong with the store."""
    assert evaluation("assign", EVALUATION, "1", "--unit", "dinas-kominfo")[0] == 0
    monkeypatch.setattr("spbe_core.library._installed", PluginRulebook(disabled=["permenpanrb-59-2020"]))
    code, out, err = evaluation("tasks")
    assert (code, out, "[rules-missing]" in err) == (2, "", True)


def test_a_history_of_no_evaluation_stops_nothing(damaged: Terminal) -> None:
    """Whatever name it was planted under, it is shown as what it is."""
    with closing(sqlite3.connect(damaged.store, isolation_level=None)) as direct:
        direct.execute(
            "INSERT INTO spbe_event (originator_id, originator_version, topic, state) VALUES ('x', 1, 'y', x'')"
        )
    for arguments in (["list"], ["tasks"], ["replay", "--as-of", "2100-01-01"]):
        code, out, _ = damaged(*arguments)
        assert (code, OTHER in out, "✗ x: " in out) == (3, True, True)
    code, out, _ = damaged("replay", "--rebuild", "--format", "json")
    assert code == 1
    assert {one["code"] for one in json.loads(out)["findings"]} == {"audit-unreadable"}
