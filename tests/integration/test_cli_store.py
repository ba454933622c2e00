"""Stores that are missing, foreign, damaged, locked or tampered with, as the command line meets them."""

import json
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from spbe_cli.main import run
from terminal import EVALUATION, Terminal


def test_audit_finds_a_changed_document_and_exits_with_one(evaluation: Terminal) -> None:
    """A difference is a finding: exit code 1, and the evidence is named."""
    evaluation("evidence", "add", EVALUATION, evaluation.file("memo.txt", "isi"), "-i", "1")
    stored = next(path for path in (evaluation.folder / "s.vault").rglob("*") if path.is_file())
    stored.write_bytes(b"lain")
    code, out, _ = evaluation("replay", "--audit", "--format", "json")

    assert code == 1
    assert [one["code"] for one in json.loads(out)["findings"]] == ["audit-content-changed"]


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE other (x)")
    database.close()


def _garbage(path: Path) -> None:
    path.write_bytes(b"not a database, not even close" * 300)


def _newer(path: Path) -> None:
    assert run(["init", "--store", str(path)]) == 0
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version=99")
    database.close()


STORES = {
    "missing": (lambda _: None, "store-missing"),
    "directory": (Path.mkdir, "store-is-directory"),
    "another program's": (_foreign, "store-foreign"),
    "garbage": (_garbage, "store-corrupt"),
    "of a newer version": (_newer, "store-newer"),
}


@pytest.mark.parametrize(("prepare", "code"), STORES.values(), ids=STORES)
@pytest.mark.parametrize("arguments", [("list",), ("open", EVALUATION, "--name", "x"), ("replay", "--audit")])
def test_stores_that_cannot_be_used(
    terminal: Terminal, prepare: Callable[[Path], object], code: str, arguments: tuple[str, ...]
) -> None:
    """Exit code 3, one line, and the file is left as it was."""
    prepare(terminal.store)
    before = terminal.store.read_bytes() if terminal.store.is_file() else None
    exit_code, _, err = terminal(*arguments)

    assert (exit_code, err.count("\n")) == (3, 1)
    assert f"[{code}]" in err
    assert before == (terminal.store.read_bytes() if terminal.store.is_file() else None)


@pytest.mark.parametrize(
    ("store", "exit_code", "code"),
    [
        ("postgres://x", 2, "store-url-unknown"),
        ("a" * 5000, 3, "store-unopenable"),
        ("/dev/null/s.db", 3, "store-missing"),
        ("", 2, "usage"),
    ],
)
def test_places_where_no_store_can_be(terminal: Terminal, store: str, exit_code: int, code: str) -> None:
    """A name that is none, or leads nowhere, is one line too."""
    found, _, err = terminal("list", "--store", store, store=False)

    assert (found, err.count("\n")) == (exit_code, 1)
    assert f"[{code}]" in err


def test_making_a_store_again_leaves_it_as_it_is(evaluation: Terminal) -> None:
    """``init`` of a store that is there keeps what is in it; of another program's file it is refused."""
    assert evaluation("init")[0] == 0
    assert [row["id"] for row in evaluation.json("list")] == [EVALUATION]  # type: ignore[attr-defined]
    _foreign(evaluation.folder / "other.db")
    assert evaluation("init", "--store", str(evaluation.folder / "other.db"), store=False)[0] == 3


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


READERS = (
    ("list",),
    ("card", EVALUATION),
    ("history", EVALUATION),
    ("evidence", "list", EVALUATION),
    ("explain", "--evaluation", EVALUATION),
    ("replay", "--rebuild"),
    ("replay", "--audit"),
    ("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x"),
)


def _overwrite(store: Path, content: bytes) -> None:
    for leftover in ("-wal", "-shm"):
        Path(f"{store}{leftover}").unlink(missing_ok=True)
    store.write_bytes(content)


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_store_is_reported_by_every_reader(evaluation: Terminal, seed: int) -> None:
    """Bytes overwritten behind the head of the database end as one line, never as a traceback."""
    content = evaluation.store.read_bytes()
    noise = random.Random(seed).randbytes(len(content) - 1024)  # noqa: S311 - the same noise every time
    _overwrite(evaluation.store, content[:1024] + noise)
    for arguments in READERS:
        code, _, err = evaluation(*arguments)
        assert (code, err.count("\n")) == (3, 1)


def test_a_damaged_schema_is_reported(evaluation: Terminal) -> None:
    """SQLite quotes a schema it cannot read, and what it quotes need not be text."""
    _overwrite(evaluation.store, evaluation.store.read_bytes().replace(b"tablespbe_event", b"tablespbe\xffevent"))
    for arguments in READERS:
        code, _, err = evaluation(*arguments)
        assert (code, err.count("\n")) == (3, 1)
        assert err.startswith("spbe: [store-corrupt] ")


def test_a_store_named_on_the_command_wins_over_the_environment(
    evaluation: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before or after the command, what is typed counts more than SPBE_STORE."""
    monkeypatch.setenv("SPBE_STORE", str(evaluation.folder / "other.db"))

    assert evaluation("list", "--store", str(evaluation.store), store=False)[0] == 0
    assert evaluation("--store", str(evaluation.store), "list", store=False)[0] == 0
    assert evaluation("list", store=False)[0] == 3
