"""People on the command line: appointed, refused, shown by name and erased; and the content of a document erased."""

import sqlite3
from contextlib import closing

import pytest
from terminal import EVALUATION, Terminal

GROUND = "permintaan subjek data, UU 27/2022 Pasal 8"


@pytest.fixture
def managed(evaluation: Terminal) -> Terminal:
    """A terminal whose store holds an evaluation, a determiner and a coordinator whose name is known."""
    assert evaluation("people", "appoint", "determiner", "--actor", "root")[0] == 0
    assert (
        evaluation(
            "people", "appoint", "coordinator", "--actor", "koor", "--agency", "kota-contoh",
            "--name", "Siti \x1b[31mRahma", "--contact", "0811", "--by", "root",
        )[0] == 0
    )  # fmt: skip
    return evaluation


def test_a_store_without_people_says_so(evaluation: Terminal) -> None:
    """Nobody is listed, and how to begin is told."""
    code, out, _ = evaluation("people", "list")

    assert (code, "spbe people appoint determiner" in out) == (0, True)
    assert evaluation.json("people", "list") == []
    assert evaluation("people", "unit", "list")[0] == 0
    assert evaluation("people", "appoint", "coordinator", "--agency", "kota-contoh")[0] == 2


def test_who_may_not_is_told_who_may(managed: Terminal) -> None:
    """The exit code is that of bad input, and the roles that may are named in the reader's language."""
    code, _, err = managed("determine", EVALUATION, "--decree", "1", "--by", "koor")
    assert (code, "not-permitted" in err, "Yang berwenang: penetap." in err) == (2, True, True)
    code, _, err = managed("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x")
    assert (code, "actor-unknown" in err) == (2, True)
    assert managed("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x", "--by", "koor")[0] == 0


def test_names_are_shown_beside_ids_and_steer_no_terminal(managed: Terminal) -> None:
    """History and explanation name the actor where known; control characters are shown and not obeyed."""
    managed("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x", "--by", "koor")
    outputs = [
        managed(*arguments)[1]
        for arguments in (
            ("history", EVALUATION),
            ("explain", "1", "--evaluation", EVALUATION),
            ("people", "list"),
            ("people", "show", "koor"),
        )
    ]

    assert all("Rahma" in out and "\x1b" not in out for out in outputs)
    assert "Rahma" not in str(managed.json("history", EVALUATION))


def test_a_person_is_erased(managed: Terminal) -> None:
    """The name is gone from every output and file, and the place of it says so; the record stays whole."""
    managed("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x", "--by", "koor")
    assert managed("people", "erase", "koor", "--ground", GROUND, "--by", "root")[0] == 0
    code, out, _ = managed("history", EVALUATION)

    assert (code, "koor (dihapus)" in out) == (0, True)
    assert GROUND in str(managed.json("people", "show", "koor"))
    assert all(b"Rahma" not in file.read_bytes() for file in managed.folder.rglob("*") if file.is_file())
    assert managed("replay", "--audit")[0] == 0
    (root, koor) = managed.json("people", "list")  # type: ignore[misc]
    assert (root["standing"], koor["standing"], koor["name"]) == ("appointed", "erased", None)


def test_units_and_dismissal(managed: Terminal) -> None:
    """A unit is registered and listed; whoever is dismissed may nothing more; unknown people are refused."""
    assert managed("people", "unit", "add", "kota-contoh", "dinas", "--name", "Dinas", "--by", "koor")[0] == 0
    assert managed.json("people", "unit", "list", "kota-contoh") == [
        {"agency": "kota-contoh", "unit": "dinas", "name": "Dinas", "closed": False}
    ]
    assert (
        managed(
            "people", "appoint", "respondent", "--actor", "resp", "--agency", "kota-contoh", "--unit", "dinas",
            "--ground", "SK 5/2024", "--by", "koor",
        )[0] == 0
    )  # fmt: skip
    ended = ("--role", "respondent", "--unit", "dinas", "--reason", "digabung", "--by", "koor")
    assert managed("people", "dismiss", "resp", *ended)[0] == 0
    assert managed("people", "unit", "close", "kota-contoh", "dinas", "--reason", "digabung", "--by", "koor")[0] == 0
    assert "ditutup" in managed("people", "unit", "list")[1]
    shown = managed("people", "show", "resp")[1]
    assert "SK 5/2024" in shown
    assert "diberhentikan sebagai responden (unit dinas): digabung" in shown
    assert managed("people", "dismiss", "koor", "--reason", "pindah", "--by", "root")[0] == 0
    code, _, err = managed("stage", "close", EVALUATION, "self", "--by", "koor")
    assert (code, "actor-dismissed" in err) == (2, True)
    assert managed("people", "show", "siapa")[0] == 2


def test_a_history_that_cannot_be_told_is_named(managed: Terminal) -> None:
    """The content of a document goes although another history that had it is damaged; that is a finding."""
    memo = managed.file("memo.txt", "rahasia sekali")
    assert managed("open", "kota-lain/2024", "--name", "Kota Lain", "--by", "root")[0] == 0
    appointed = ("people", "appoint", "coordinator", "--actor", "lain", "--agency", "kota-lain", "--by", "root")
    assert managed(*appointed)[0] == 0
    for evaluation, by in ((EVALUATION, "koor"), ("kota-lain/2024", "lain")):
        assert managed("evidence", "add", evaluation, memo, "-i", "1", "--by", by)[0] == 0
    (store,) = managed.folder.glob("*.db")
    with closing(sqlite3.connect(store)) as direct, direct:
        damaged = "originator_id = 'kota-lain/2024' AND originator_version = 1"
        direct.execute(f"UPDATE spbe_event SET state = x'00' WHERE {damaged}")
    erase = ("evidence", "erase", EVALUATION, "E1", "--ground", GROUND, "--everywhere", "--by", "root")
    code, out, _ = managed(*erase)
    assert (code, "kota-lain/2024" in out, "tidak terbaca" in out) == (1, True, True)
    assert GROUND in str(managed.json("evidence", "list", EVALUATION))


def test_the_content_of_a_document_is_erased(managed: Terminal) -> None:
    """The record says so, an audit remarks on it, and a checkpoint from before still verifies."""
    key = str(managed.folder / "k")
    managed("keys", "create", key, "--name", "x.go.id", store=False)
    public = managed.file("pub", managed("keys", "public", key, store=False)[1])
    memo = managed.file("memo.txt", "rahasia sekali")
    assert managed("evidence", "add", EVALUATION, memo, "-i", "1", "--by", "koor")[0] == 0
    note = str(managed.folder / "note")
    assert managed("ledger", "checkpoint", "--key", key, "--out", note)[0] == 0
    assert managed("evidence", "erase", EVALUATION, "E1", "--ground", GROUND, "--by", "koor")[0] == 2
    assert managed("evidence", "erase", EVALUATION, "E9", "--ground", GROUND, "--by", "root")[0] == 2
    assert managed("evidence", "erase", EVALUATION, "E1", "--ground", GROUND, "--by", "root")[0] == 0
    (managed.folder / "memo.txt").unlink()

    for arguments in (("replay", "--audit"), ("ledger", "verify", "--checkpoint", note, "--key", public)):
        code, out, _ = managed(*arguments)
        assert (code, GROUND in out) == (0, True), out
    assert all(b"rahasia sekali" not in file.read_bytes() for file in managed.folder.rglob("*") if file.is_file())
