"""A disk that fails, and writers that die on it: the other side of ``crash/disk.c`` and ``crash/writer.py``."""

import errno
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import count, islice, zip_longest
from pathlib import Path
from typing import Any, Final, Self

import attrs
import pytest
from life import KEY, Desk, Fact, evaluation_of, facts_of, life, record, sit_down, steps_done
from power import SAID, Asked, read_journal

from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.signed_note import open_note

HERE: Final = Path(__file__).parent

CRASHES: Final = int(os.environ.get("SPBE_TEST_CRASHES", "1"))
"""How often each kind of end is tried; the environment ``crash`` tries many more."""

_SEED: Final = os.environ.get("SPBE_TEST_SEED", "2030")

REFUSALS: Final = {
    "store-full",
    "store-failed",
    "store-unopenable",
    "store-unwritable",
    "vault-failed",
    "file-unwritable",
}
"""What a writer is told by a disk that fails; that a store is corrupt would be wrong."""


def chance(title: str) -> random.Random:
    """Return the chance that decides lives and moments of a test: the same for the same ``SPBE_TEST_SEED``."""
    return random.Random(f"{_SEED} {title}")  # noqa: RUF100, S311


class What(IntEnum):
    """What becomes of the chosen call, as ``disk.c`` counts it."""

    NOTHING = 0
    KILL_BEFORE = 1
    KILL_AFTER = 2
    KILL_TORN = 3
    FAIL_ONCE = 4
    FAIL_ON = 5
    FAIL_TORN = 6
    SHORT = 7


@attrs.frozen
class Outcome:
    """What writers said before they died or ended.

    Attributes:
        done: life -> steps it was told had worked.
        files: checkpoints that were reported as written.
        refused: codes and words of errors.
        escaped: tracebacks of what was none of the library's errors.
        ended: life -> exit code, negative for a signal.
        calls: calls that were counted, where one lived long enough to say.
    """

    done: Mapping[int, int]
    files: Sequence[str]
    refused: Sequence[tuple[str, str]]
    escaped: Sequence[str]
    ended: Mapping[int, int]
    calls: int

    @classmethod
    def of(cls, lines: Iterable[dict[str, Any]], done: dict[int, int]) -> Self:
        """Read what writers said.

        Args:
            lines: of every writer.
            done: life -> steps done before.
        """
        found = cls(done, files := [], refused := [], escaped := [], ended := {}, 0)
        for line in lines:
            match line:
                case {"life": seed, "done": count, "file": file}:
                    done[seed] = count
                    files += [file] if file else []
                case {"refused": code, "words": words}:
                    refused.append((code, words))
                case {"escaped": trace}:
                    escaped.append(trace)
                case {"life": seed, "ended": code}:
                    ended[seed] = code
                case {"calls": number}:
                    found = attrs.evolve(found, calls=number)
        return found


@attrs.frozen
class WholeLife:
    """A life that nothing disturbed.

    Attributes:
        seed: which one.
        folder: where.
        calls: how many changed the disk, or tried to.
        asked: what was asked of it.
    """

    seed: int
    folder: Path
    calls: int
    asked: Sequence[Asked]


class Writers:
    """Forks writers on a disk that does as it is told."""

    def __init__(self, shim: Path) -> None:
        self._folder = shim.parent
        self._whole: list[WholeLife] = []
        search = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "LD_PRELOAD": str(shim), "PYTHONPATH": search, "SPBE_LANG": "en"}
        command = [sys.executable, "-W", "error", str(HERE / "crash" / "writer.py")]
        self._server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __call__(
        self,
        folder: Path,
        *lives: int,
        what: What = What.NOTHING,
        at: int = 0,
        error: int = errno.EIO,
        done: Mapping[int, int] | None = None,
        kill_after: float | None = None,
        victims: int | None = None,
        **more: Any,
    ) -> Outcome:
        """Let one process for each life write in a folder until it ends."""
        job = {
            "folder": str(folder),
            "lives": lives,
            "what": what,
            "at": at,
            "error": error,
            "done": done or {},
            "kill_after": kill_after,
            "victims": len(lives) if victims is None else victims,
            **more,
        }
        folder.mkdir(exist_ok=True)
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(job) + "\n")
        self._server.stdin.flush()
        return Outcome.of(self._lines(), dict.fromkeys(lives, 0) | (done or {}))

    def whole_life(self, number: int) -> WholeLife:
        """Let a life be lived undisturbed, the first time it is asked for, and return what was asked of the disk."""
        while len(self._whole) <= number:
            seed = chance(str(len(self._whole))).randrange(10**6)
            folder, journal = self._folder / str(seed), self._folder / f"{seed}.journal"
            outcome = self(folder, seed, journal=str(journal))
            assert not outcome.refused
            hold(folder, outcome)
            self._whole.append(WholeLife(seed, folder, outcome.calls, tuple(read_journal(journal))))
        return self._whole[number]

    def _lines(self) -> Iterator[dict[str, Any]]:
        assert self._server.stdout is not None
        for text in self._server.stdout:
            line = json.loads(text)
            if "over" in line:
                return
            yield line
        raise AssertionError("the writers' server died")

    def close(self) -> None:
        """End the server."""
        self._server.communicate()


def built_shim(folder: Path) -> Path:
    """Compile ``disk.c``, or skip the test visibly where that cannot be."""
    if sys.platform != "linux" or shutil.which("gcc") is None:
        pytest.skip("needs gcc on Linux, to stand between the writer and its disk")
    shim = folder / "disk.so"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", shim, HERE / "crash" / "disk.c", "-ldl"], check=True)
    return shim


def told(seed: int, asked: Sequence[Asked]) -> Outcome:
    """Read from a journal what a writer had said until then."""
    return Outcome.of((json.loads(one.data) for one in asked if one.letter == SAID), {seed: 0})


def hold(folder: Path, outcome: Outcome) -> None:
    """Hold a store against what writers were told, and go on with their work until it is done.

    Raises:
        AssertionError: something acknowledged is lost or changed, something is there in part or twice, the vault has
            half a document, a checkpoint no longer verifies, an audit finds something, or work does not go on.
    """
    assert not outcome.escaped, outcome.escaped[0]
    assert {code for code, _ in outcome.refused} <= REFUSALS
    desk = sit_down(folder)
    with desk.spbe:
        reached = {seed: steps_done(desk, seed, told) for seed, told in outcome.done.items()}
        _compare(facts_of(desk.spbe), reached)
        _look_through(desk, outcome.files)
        for seed, done in reached.items():
            for place in range(done, len(life(seed))):
                desk.clock.set(place)
                life(seed)[place](desk)
    desk = sit_down(folder)
    with desk.spbe:
        _compare(facts_of(desk.spbe), {seed: len(life(seed)) for seed in reached})
        _look_through(desk, outcome.files)


def _compare(found: Sequence[Fact], reached: Mapping[int, int]) -> None:
    """Require byte for byte what the steps that were reached leave on record, once and in order, and nothing else."""
    for seed, done in reached.items():
        facts, bounds = record(seed)
        assert [fact for fact in found if fact[0] == evaluation_of(seed)] == facts[: bounds[done]], (seed, done)
    streams = {fact[0] for fact in found}
    editions = [fact for fact in found if fact[0].startswith("edition/")]
    assert len(editions) == bool(found)
    assert streams <= {evaluation_of(seed) for seed in reached} | {fact[0] for fact in editions}


def _look_through(desk: Desk, files: Sequence[str]) -> None:
    spbe = desk.spbe
    assert spbe.audit().findings == ()
    assert spbe.rebuild().findings == ()
    assert desk.folder is not None
    for file in files:
        text = open_note((desk.folder / file).read_text("utf-8"), KEY.verifier)
        found = {one.code for one in spbe.ledger.verify(Checkpoint.read(text)).findings}
        assert found <= {"ledger-event-backdated"}, found  # each life has a clock of its own
    vault = spbe._ports.vault
    for document in (desk.folder / "data" / "spbe.vault").glob("??/*"):
        assert vault.verify(f"sha256:{document.parent.name}{document.name}"), document
    with spbe._store._datastore.get_connection(commit=False) as connection:  # type: ignore[attr-defined]
        cursor = connection.cursor()
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone()[0] == "ok"


@attrs.frozen
class Moment:
    """A call of a life that is chosen, and what it does.

    Attributes:
        seed: the life.
        at: the call's number.
        folder: empty, for the writer.
        call: what is called, in a word.
    """

    seed: int
    at: int
    folder: Path
    call: str


_CALLS: Final = {
    "C": "create", "W": "write", "T": "truncate", "S": "flush a file", "s": "flush a folder",
    "R": "rename", "L": "link", "U": "unlink", "M": "make a folder",
}  # fmt: skip


def chosen_moments(writers: Writers, folder: Path, title: str, only: Collection[str] = ()) -> Iterator[Moment]:
    """Choose calls of some lives, each call at most once, and write at the end how many there were of each kind.

    Args:
        writers: who live the lives once whole, to be counted.
        folder: for the files.
        title: what will be done to the calls; it also decides the choice, together with ``SPBE_TEST_SEED``.
        only: kinds of calls; all where there is none.
    """
    dice = chance(title)
    tally: Counter[str] = Counter()
    for number in count():
        whole = writers.whole_life(number)
        calls = {one.call: _CALLS[one.letter] for one in whole.asked if one.letter != SAID}
        by_kind: dict[str, list[int]] = {}
        for at in dice.sample(range(1, whole.calls + 1), whole.calls):
            kind = calls.get(at, "change nothing")
            if not only or kind in only:
                by_kind.setdefault(kind, []).append(at)
        # One of each kind in turn, or nearly all would be writes.
        turns = (
            (kind, at) for turn in zip_longest(*by_kind.values()) for kind, at in zip(by_kind, turn, strict=True) if at
        )
        for call, at in islice(turns, CRASHES - tally.total()):
            tally[call] += 1
            yield Moment(whole.seed, at, folder / f"{whole.seed}-{at}", call)
        if tally.total() == CRASHES:
            break
    sys.stdout.write(f"{title}: {tally.total()} times: {dict(tally)}\n")
