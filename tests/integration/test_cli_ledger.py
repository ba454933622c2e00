"""The ledger on the command line: keys, checkpoints that leave the store, and what they find out about it."""

import base64
import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from terminal import EVALUATION, Terminal

from spbe_core import InputError
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.merkle import extends, includes, leaf_hash
from spbe_core.ledger.signed_note import SignerKey, VerifierKey, open_note


@pytest.fixture
def store(evaluation: Terminal) -> Terminal:
    """A terminal whose store has evidence and a closed stage, with a key and a checkpoint kept beside it."""
    document = evaluation.file("sk.txt", "Surat keputusan")
    assert evaluation("evidence", "add", EVALUATION, document, "-i", "1", "-i", "2")[0] == 0
    assert evaluation("stage", "close", EVALUATION, "self")[0] == 0
    assert evaluation("keys", "create", str(evaluation.folder / "kunci"), "--name", "inspektorat", store=False)[0] == 0
    assert evaluation("ledger", "checkpoint", "--key", key(evaluation), "--out", note(evaluation))[0] == 0
    return evaluation


def key(terminal: Terminal) -> str:
    return str(terminal.folder / "kunci")


def note(terminal: Terminal) -> str:
    return str(terminal.folder / "titik.txt")


def public(terminal: Terminal) -> str:
    return terminal("keys", "public", key(terminal), store=False)[1].strip()


def verify(terminal: Terminal) -> tuple[int, str, str]:
    return terminal("ledger", "verify", "--checkpoint", note(terminal), "--key", public(terminal))


def test_an_untouched_store_holds_and_goes_on(store: Terminal) -> None:
    """Exit 0; what is recorded later is counted and not covered."""
    assert verify(store)[0] == 0
    assert store("assess", EVALUATION, "12=4", "--stage", "document", "--reason", "naik")[0] == 0
    code, out, _ = verify(store)
    answer = store.json("ledger", "verify", "--checkpoint", note(store), "--key", public(store))
    assert isinstance(answer, dict)

    assert (code, answer["beyond"], answer["differences"], answer["contents"]) == (0, 1, 0, 1)
    assert "Utuh" in out


def test_a_copy_of_the_database_alone_is_held_to_account(store: Terminal) -> None:
    """Where the vault is not at hand that is an error, unless the documents are left out, which is remarked."""
    asked = (
        ("replay", "--audit"),
        ("ledger", "verify", "--checkpoint", note(store), "--key", public(store)),
    )
    store.store.with_suffix(".vault").rename(store.folder / "elsewhere")

    for words in asked:
        code, out, err = store(*words)
        assert (code, out, "[vault-missing]" in err) == (3, "", True), err
        answer = store.json(*words, "--without-documents")
        assert isinstance(answer, dict)
        assert (answer["differences"], answer["contents"]) == (0, 0)
        assert [one["code"] for one in answer["findings"]] == ["contents-left-out"]

    changed = "CAST(replace(CAST(state AS TEXT), 'sk.txt', 'sx.txt') AS BLOB)"
    with closing(sqlite3.connect(store.store)) as database, database:
        database.execute(f"UPDATE spbe_event SET state = {changed}")
    assert store(*asked[1], "--without-documents")[0] == 1
    assert store("replay", "--rebuild", "--without-documents")[0] == 2


def test_a_key_is_kept_from_others_and_never_overwritten(store: Terminal) -> None:
    """The file is for its owner alone; a second key of that name is refused, and so is a second checkpoint."""
    kept = Path(key(store)).read_text("utf-8")

    assert stat.S_IMODE(Path(key(store)).stat().st_mode) == 0o600
    assert "[file-exists]" in store("keys", "create", key(store), "--name", "lain", store=False)[2]
    assert Path(key(store)).read_text("utf-8") == kept
    assert "[file-exists]" in store("ledger", "checkpoint", "--key", key(store), "--out", note(store))[2]
    assert "PRIVATE" not in public(store)
    assert "[key-name-malformed]" in store("keys", "create", key(store) + "2", "--name", "a b", store=False)[2]


def test_another_key_or_a_changed_note_is_refused(store: Terminal) -> None:
    """Exit 2: what is not signed says nothing about the store."""
    other = SignerKey.create("inspektorat").verifier
    assert store("ledger", "verify", "--checkpoint", note(store), "--key", str(other))[0] == 2
    text = Path(note(store)).read_text("utf-8")
    for place in range(0, len(text), 7):
        bent = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        Path(note(store)).write_text(bent, "utf-8")
        assert verify(store)[0] == 2
    Path(note(store)).write_text(text, "utf-8")
    assert verify(store)[0] == 0


def put_back(store: Terminal, whole: bytes) -> None:
    """Put a copy of the database in its place, with nothing of another left beside it."""
    for beside in store.folder.glob("s.db-*"):
        beside.unlink()
    store.store.write_bytes(whole)


def test_each_way_of_rewriting_an_event_is_named(store: Terminal) -> None:
    """A changed, swapped, deleted or added row: the first event that is not as it was is named by its number."""
    whole = store.store.read_bytes()
    add = (
        "INSERT INTO spbe_event SELECT max(rowid) + 1, originator_id, max(originator_version) + 1, topic, state"
        " FROM spbe_event WHERE rowid > 3 GROUP BY originator_id"
    )
    swap = (
        "UPDATE spbe_event SET rowid = -1 WHERE rowid = 9; UPDATE spbe_event SET rowid = 9 WHERE rowid = 10;"
        " UPDATE spbe_event SET rowid = 10 WHERE rowid = -1"
    )
    for statements, place in (
        ("UPDATE spbe_event SET state = replace(state, '\"3\"', '\"5\"') WHERE rowid = 12", 12),
        ("UPDATE spbe_event SET originator_id = 'kota-lain/2024' WHERE rowid = 5", 5),
        ("DELETE FROM spbe_event WHERE rowid = 20", 20),
        (swap, 9),
        (f"DELETE FROM spbe_event WHERE rowid = 30; {add}", 30),
    ):
        put_back(store, whole)
        with closing(sqlite3.connect(store.store, isolation_level=None)) as database:
            database.executescript(statements)
        code, out, err = verify(store)
        assert (code, f"ke-{place} " in out) == (1, True), (statements, out, err)
    put_back(store, whole)


def test_an_older_copy_of_the_store_is_found(store: Terminal) -> None:
    """Putting yesterday's file back loses events that the checkpoint has seen."""
    old = store.store.read_bytes()
    assert store("assess", EVALUATION, "12=4", "--stage", "document", "--reason", "naik")[0] == 0
    later = str(store.folder / "titik2.txt")
    assert store("ledger", "checkpoint", "--key", key(store), "--out", later)[0] == 0
    put_back(store, old)
    code, out, _ = store("ledger", "verify", "--checkpoint", later, "--key", public(store))

    assert code == 1
    assert "hanya berisi 51 peristiwa" in out


def test_proofs_hold_without_the_store(store: Terminal) -> None:
    """Inclusion and consistency can be checked from their JSON and the signed checkpoint alone."""
    checkpoint = Checkpoint.read(open_note(Path(note(store)).read_text("utf-8"), VerifierKey.read(public(store))))
    assert store("assess", EVALUATION, "12=4", "--stage", "document", "--reason", "naik")[0] == 0
    proof = store.json("ledger", "prove", EVALUATION, "--event", "3", "--size", str(checkpoint.size))
    link = store.json("ledger", "consistency", "--checkpoint", note(store), "--key", public(store))
    assert isinstance(proof, dict)
    assert isinstance(link, dict)
    leaf = leaf_hash(base64.b64decode(proof["entry"]))
    path = [bytes.fromhex(one) for one in proof["path"]]
    assert includes(leaf, proof["index"], checkpoint.size, path, checkpoint.root)
    assert bytes.fromhex(link["old_root"]) == checkpoint.root
    assert extends(
        checkpoint.size, link["new_size"], checkpoint.root, bytes.fromhex(link["new_root"]),
        [bytes.fromhex(one) for one in link["path"]],
    )  # fmt: skip
    assert "[event-not-in-ledger]" in store("ledger", "prove", EVALUATION, "--event", "9999")[2]


@pytest.mark.parametrize(
    "text",
    ["", "x", "a+b+c", "PRIVATE+KEY+a+00000000+AAAA", "inspektorat+deadbeef+AQ==", "a+" + "0" * 8 + "+" + "A" * 44],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    """Damaged keys are named as such; no other error escapes."""
    for read in (VerifierKey.read, SignerKey.read):
        with pytest.raises(InputError) as caught:
            read(text)
        assert caught.value.code == "key-malformed"


def test_notes_follow_the_published_format() -> None:
    """A key and a signature of the format's specification are read, and our own can be read by its rules."""
    made = SignerKey.create("contoh.go.id")
    again = SignerKey.read(made.reveal())
    signed = made.sign("contoh.go.id\n0\nAAAA\n")
    text, _, signature = signed.partition("\n\n")

    assert again == made
    assert VerifierKey.read(str(made.verifier)) == made.verifier
    assert signature.startswith("— contoh.go.id ")
    assert open_note(signed, made.verifier) == text + "\n"
    # The example key of golang.org/x/mod/sumdb/note, whose format this is.
    peter = VerifierKey.read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note_text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    assert open_note(f"{note_text}\n— PeterNeumann {signature}\n", peter) == note_text


def test_a_checkpoints_answer_for_programs(store: Terminal) -> None:
    """A checkpoint's answer names file, origin, size and root."""
    answer = json.loads(
        store("ledger", "checkpoint", "--key", key(store), "--out", str(store.folder / "b.txt"), "--format", "json")[1]
    )

    assert set(answer) == {"file", "origin", "size", "root"}
