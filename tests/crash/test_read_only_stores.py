"""Stores that may be read and not written: an auditor needs no more rights than to look."""

import ast
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from arrangements import Ticking, attempt, code_of, rulebook_of, small_edition

from spbe_core import Spbe, StoreError
from spbe_core.messages import catalogue
from spbe_core.storage import read_only

RULEBOOK = rulebook_of(small_edition())
KOTA = "kota-a/2030"
LEVELS = {"1": 3, "2": 4, "3": 2, "4": 5, "5": 1}
NOBODY = 65534

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="rights are those of POSIX")


def opened(path: Path, *, create: bool = False) -> Spbe:
    return Spbe.open(path, create=create, rulebook=RULEBOOK, clock=Ticking())


@pytest.fixture
def path() -> Iterator[Path]:
    """A store in a folder that others may look into and nobody may write."""
    catalogue()  # a reader without rights may not even read the program's own files
    folder = Path(tempfile.mkdtemp())
    path = folder / "spbe.db"
    with opened(path, create=True) as spbe:
        spbe.open_evaluation(KOTA, agency_name="Kota A", process="pendek")
        spbe.submit_evidence(KOTA, BytesIO(b"isi"), indicators=["1"])
        spbe.assess(KOTA, LEVELS, stage="self", reason="SK")
        spbe.close_stage(KOTA, "self")
    lock(folder)
    yield path
    folder.chmod(0o755)
    shutil.rmtree(folder)


def lock(folder: Path) -> None:
    for one in [folder, *folder.rglob("*")]:
        one.chmod(0o555 if one.is_dir() else 0o444)


def as_a_reader(use: Callable[[], Any]) -> Any:
    """Run something in a process without the right to write, which root would have."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            answer = repr(use()).encode()
        except BaseException as problem:  # noqa: BLE001 - the parent reports it
            answer = repr(repr(problem)).encode()
        with os.fdopen(writing, "wb") as out:
            out.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answered:
        answer = answered.read()
    os.waitpid(child, 0)
    return ast.literal_eval(answer.decode())


def seen(path: Path) -> tuple[Any, ...]:
    """What a reader learns of a store."""
    with opened(path) as spbe:
        rows = [(row.id, row.index, row.events) for row in spbe.evaluations()]
        report = spbe.audit()
        return spbe.card(KOTA).index_text, rows, report.differences, report.contents, spbe.evaluation(KOTA).version


def test_a_store_is_read_without_the_right_to_write(path: Path) -> None:
    """Card, list and audit are the same as for its owner, though the list never followed; nothing appears beside it."""
    before = {one.name: one.stat().st_mtime_ns for one in path.parent.iterdir()}
    found = as_a_reader(lambda: seen(path))

    assert found == ("2.76", [(KOTA, "2.76", 8)], (), 1, 8)
    assert {one.name: one.stat().st_mtime_ns for one in path.parent.iterdir()} == before


def test_nothing_can_be_recorded_into_a_copy(path: Path) -> None:
    """What would be lost with the copy is refused, and its copy is gone afterwards."""

    def record() -> tuple[object, ...]:
        with opened(path) as spbe:
            room = Path(spbe._store._copy.name)  # type: ignore[attr-defined]
            assert room.is_dir()
            assert room.stat().st_mode & 0o077 == 0
            _, error = attempt(lambda: spbe.reopen(KOTA, "self", reason="sanggah"))
            _, rebuilding = attempt(spbe.rebuild)
        return code_of(error), isinstance(error, StoreError), code_of(rebuilding), room.exists()

    assert as_a_reader(record) == ("store-unwritable", True, "store-unwritable", False)


def test_what_a_writer_has_just_recorded_is_seen(path: Path) -> None:
    """While its owner has it open, a reader sees each commit, which only lies in the write-ahead log."""
    path.parent.chmod(0o755)
    path.chmod(0o644)
    with opened(path) as owner:
        owner.reopen(KOTA, "self", reason="sanggah")
        for one in path.parent.glob("*.db-*"):
            one.chmod(0o444)
        path.parent.chmod(0o555)

        assert as_a_reader(lambda: seen(path))[4] == 9


def test_what_a_writer_left_when_it_died_is_seen(path: Path) -> None:
    """Commits that never left the write-ahead log are read from there, though nothing may be recovered in place."""
    path.parent.chmod(0o755)
    path.chmod(0o644)
    code = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute(sys.argv[2])\n"
        "os._exit(0)\n"
    )
    state = '{"at":"2031-01-01T00:00:00Z","by":"a","extra":{},"reason":"r","stage":"self"}'
    statement = (
        "INSERT INTO spbe_event (originator_id, originator_version, topic, state) "
        f"SELECT originator_id, 9, 'spbe:evaluation-reopened@1', CAST('{state}' AS BLOB) "
        "FROM spbe_event WHERE originator_version = 8"
    )
    subprocess.run([sys.executable, "-c", code, str(path), statement], check=True)
    Path(f"{path}-shm").unlink()
    assert Path(f"{path}-wal").stat().st_size > 0
    lock(path.parent)

    assert as_a_reader(lambda: seen(path))[4] == 9


def test_a_store_that_never_rests_is_not_copied_in_halves(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it changes during each copy, the reader is told to try again."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    states = iter(range(100))
    monkeypatch.setattr(read_only, "_state", lambda _: next(states))
    _, error = attempt(lambda: opened(path))

    assert code_of(error) == "store-locked"


def test_a_store_that_may_not_even_be_read(path: Path) -> None:
    """The error says so."""
    path.chmod(0o000)

    assert as_a_reader(lambda: code_of(attempt(lambda: opened(path))[1])) == "store-unopenable"


def test_the_owner_reads_in_place(path: Path) -> None:
    """Where the folder may be written, nothing is copied."""
    path.parent.chmod(0o755)
    path.chmod(0o644)
    with closing(sqlite3.connect(path)), opened(path) as spbe:
        assert spbe._store._copy is None  # type: ignore[attr-defined]
