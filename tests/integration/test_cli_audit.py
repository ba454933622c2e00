"""An audit against a database changed from outside: what the library would never have recorded does not pass."""

import json
import os
import sqlite3

import pytest
from terminal import EVALUATION, Terminal


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


def _damage(terminal: Terminal, statement: str) -> None:
    with sqlite3.connect(terminal.store) as database:
        database.execute(statement)
    database.close()


def test_one_damaged_evaluation_does_not_hide_the_others_of_a_day(evaluation: Terminal) -> None:
    """The record as it was on a day has each card that can be read, names the one that cannot, and exits with 3."""
    evaluation("open", "kota-lain/2024", "--name", "Kota Lain")
    evaluation("open", "kota-zebra/2024", "--name", "Kota Zebra")
    _damage(evaluation, "UPDATE spbe_event SET state='{' WHERE originator_id='kota-lain/2024'")
    code, out, err = evaluation("replay", "--as-of", "2100-01-01", "--lang", "en")

    assert (code, err) == (3, "")
    assert "✗ kota-lain/2024: an event spbe:evaluation-opened@1 cannot be read" in out
    assert EVALUATION in out
    assert "kota-zebra/2024" in out
    code, out, _ = evaluation("replay", "--as-of", "2100-01-01", "--format", "json")
    cards = json.loads(out)["cards"]
    assert code == 3
    assert [card["id"] for card in cards if "index" in card] == [EVALUATION, "kota-zebra/2024"]
    assert [card["error"]["code"] for card in cards if "error" in card] == ["event-unreadable"]
    assert evaluation("replay", "--as-of", "2100-01-01", EVALUATION)[0] == 0
    assert evaluation("replay", "--as-of", "2100-01-01", "kota-lain/2024")[0] == 3
    assert evaluation("replay", "--as-of", "2100-01-01", "kota-tiada/2024")[0] == 2
    code, out, _ = evaluation("replay", "--as-of", "2000-01-01", "--lang", "en")
    assert code == 3  # what cannot be read may have been there
    assert "✗ kota-lain/2024" in out


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM spbe_event WHERE originator_id LIKE 'edition/%'", "edition-not-registered"),
        (
            "UPDATE spbe_event SET state=CAST(replace(CAST(state AS TEXT), 'Indeks', 'Index') AS BLOB) "
            "WHERE originator_id LIKE 'edition/%'",
            "edition-digest-wrong",
        ),
        (
            "UPDATE spbe_event SET state=CAST(replace(CAST(state AS TEXT), 'in_force', 'in_farce') AS BLOB) "
            "WHERE originator_id LIKE 'edition/%'",
            "edition-record-unreadable",
        ),
    ],
)
def test_a_damaged_edition_is_a_problem_of_the_store(evaluation: Terminal, statement: str, code: str) -> None:
    """Nobody who only asks for a card handed in anything wrong: exit code 3."""
    _damage(evaluation, statement)
    for arguments in (["card", EVALUATION], ["explain", "1", "--evaluation", EVALUATION]):
        ended, _, err = evaluation(*arguments)
        assert ended == 3
        assert f"[{code}]" in err


def test_a_damaged_position_of_the_list_is_a_problem_of_the_store(evaluation: Terminal) -> None:
    """Exit code 3 and the way out of it, not a bug of the program."""
    evaluation("list")
    _damage(evaluation, "UPDATE spbe_read_model SET position='x'")
    code, _, err = evaluation("list", "--lang", "en")

    assert (code, "spbe replay --rebuild" in err) == (3, True)
    assert evaluation("replay", "--rebuild")[0] == 1
    assert evaluation("list")[0] == 0


INDONESIAN = {"tidak", "adalah", "yang", "dan", "dari", "rusak", "catatan", "catatannya", "berkas", "bukan", "hilang",
              "terbaca", "instrumen", "untuk", "pada", "belum", "sudah", "dokumen", "peristiwa"}  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE spbe_event SET state='{{' WHERE {OF} AND originator_version=5",
        f"UPDATE spbe_event SET topic='x' WHERE {OF} AND originator_version=5",
        f"DELETE FROM spbe_event WHERE {OF} AND originator_version=5",
        f"DELETE FROM spbe_event WHERE {OF} AND originator_version=1",
        "DELETE FROM spbe_event WHERE originator_id LIKE 'edition/%'",
        "UPDATE spbe_event SET state=CAST(replace(CAST(state AS TEXT), 'in_force', 'x') AS BLOB) "
        "WHERE originator_id LIKE 'edition/%'",
        "UPDATE spbe_read_model_row SET row=x'00'",
        f'UPDATE spbe_event SET state=CAST(replace(CAST(state AS TEXT), \'"value":"3"\', \'"value":"9"\') AS BLOB) WHERE {OF}',  # noqa: E501
    ],
)
def test_an_audit_speaks_one_language(evaluation: Terminal, statement: str) -> None:
    """The cause that a finding quotes is told in the language of the finding."""
    evaluation("stage", "close", EVALUATION, "self")
    evaluation("list")
    found = _forge(evaluation, statement)
    words = {word.strip(".,:;()") for _, what in found for word in what.lower().split()}

    assert found
    assert not words & INDONESIAN, found


def test_pipes_and_odd_names_end_in_one_line(terminal: Terminal) -> None:
    """A pipe that nobody writes to does not hang, an odd store name is only a name, escapes are shown."""
    os.mkfifo(terminal.folder / "pipe")
    assert "[file-not-regular]" in terminal("score", str(terminal.folder / "pipe"), "--year", "2024", store=False)[2]
    assert terminal("init", "--store", str(terminal.folder / "\udcff.db"), store=False)[0] == 0
    assert "\x1b" not in terminal("score", "v.csv", "\x1b[31mextra", store=False)[2]
