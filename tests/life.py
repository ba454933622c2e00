"""A working life of an evaluation, the same for the same seed: what is done, and what must then be on record."""

import io
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

import attrs
from arrangements import rulebook_of, small_edition
from spbe_cli.new_file import write_new

from spbe_core import Evaluation, Spbe
from spbe_core.ledger.signed_note import SignerKey

EDITION: Final = small_edition()
RULEBOOK: Final = rulebook_of(EDITION)
KEY: Final = SignerKey("pengawas", bytes(range(32)))
INDICATORS: Final = tuple(one.id for one in EDITION.indicators)

Fact = tuple[str, int, str, bytes]
"""An event as it lies in the log: stream, version, topic, state."""


class Moment:
    """A clock that stands still until it is set, so that a step done again is recorded with the same bytes."""

    def __init__(self) -> None:
        self.set(0)

    def __call__(self) -> datetime:
        return self.now

    def set(self, step: int) -> None:
        """Set it to when a step is taken."""
        self.now = datetime(2030, 1, 1, tzinfo=UTC) + timedelta(minutes=step)


@attrs.frozen
class Desk:
    """Where a life is lived: an open store, its clock, and the folder in which checkpoints are put."""

    spbe: Spbe
    clock: Moment
    folder: Path | None


def sit_down(folder: Path | None) -> Desk:
    """Open the store in a folder, or one in memory; it is made where it is not there."""
    clock = Moment()
    address = "memory:" if folder is None else folder / "data" / "spbe.db"
    return Desk(Spbe.open(address, create=True, rulebook=RULEBOOK, clock=clock), clock, folder)


Step = Callable[[Desk], object]


def evaluation_of(seed: int) -> str:
    """Name the evaluation of a life."""
    return f"kota-{seed}/2030"


@cache
def life(seed: int) -> Sequence[Step]:
    """Return the steps of an evaluation's life, from its opening to a second determination."""
    return tuple(_Life(seed).steps())


class _Life:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)  # noqa: S311 - the same life for the same seed
        self.name = evaluation_of(seed)
        self.numbers = count(1)
        self.standing: list[str] = []

    def steps(self) -> Iterator[Step]:
        yield lambda desk: desk.spbe.open_evaluation(self.name, agency_name="Kota", process="penuh")
        yield from (*self.work("self"), *self.work("document"), *self.seal("SK 1"))
        yield lambda desk: desk.spbe.reopen(self.name, "document", reason="sanggah")
        yield from (*self.work("document"), *self.seal("SK 2"))

    def work(self, stage: str) -> Iterator[Step]:
        for _ in range(self.chance.randint(1, 3)):
            yield self.submission()
            yield self.assessment(stage, self.chance.sample(INDICATORS, self.chance.randint(1, 3)))
        if self.standing and self.chance.random() < 0.5:
            gone = self.standing.pop()
            yield lambda desk: desk.spbe.withdraw_evidence(self.name, gone, reason="salah berkas")
        yield lambda desk: desk.spbe.evaluations()
        yield self.assessment(stage, INDICATORS)
        yield lambda desk: desk.spbe.close_stage(self.name, stage)

    def seal(self, decree: str) -> Iterator[Step]:
        yield lambda desk: desk.spbe.determine(self.name, decree=decree)
        yield lambda desk: sealed(desk, self.seed)

    def submission(self) -> Step:
        """Submit a document: tiny, small or of many blocks; some are there already, some take another's place."""
        size = self.chance.choice([1, 10, 5000, 70_000])
        content = self.chance.choice([b"sama" * size, self.chance.randbytes(size)])
        indicators = self.chance.sample(INDICATORS, 2)
        replaced = self.standing.pop() if self.standing and self.chance.random() < 0.3 else None
        number = f"E{next(self.numbers)}"
        self.standing.append(number)

        def submit(desk: Desk) -> Evaluation:
            source = io.BytesIO(content)
            return desk.spbe.submit_evidence(
                self.name, source, indicators=indicators, title=f"Dokumen {number}", supersedes=replaced
            )

        return submit

    def assessment(self, stage: str, indicators: Sequence[str]) -> Step:
        values = {indicator: self.chance.randint(1, 5) for indicator in indicators}
        reason = f"temuan {self.chance.random()}"
        return lambda desk: desk.spbe.assess(self.name, values, stage=stage, reason=reason)


def sealed(desk: Desk, seed: int) -> str:
    """Sign a checkpoint, put it in a file of its own as the command line does, and name the file."""
    note = KEY.sign(str(desk.spbe.ledger.checkpoint(KEY.name)))
    if desk.folder is None:
        return ""
    file = next(file for number in count(1) if not (file := desk.folder / f"titik-{seed}-{number}.txt").exists())
    write_new(file, note.encode())
    return file.name


@cache
def record(seed: int) -> tuple[Sequence[Fact], Sequence[int]]:
    """Return what a whole life leaves on record, as a store in memory has it, and how much of it after each step."""
    desk = sit_down(None)
    bounds = [0]
    for place, step in enumerate(life(seed)):
        desk.clock.set(place)
        step(desk)
        bounds.append(len(desk.spbe.history(evaluation_of(seed))))
    facts = facts_of(desk.spbe)
    return [fact for fact in facts if fact[0] == evaluation_of(seed)], bounds


def facts_of(spbe: Spbe) -> Sequence[Fact]:
    """Return every event of a store as it lies in the log."""
    return [(one.stream, one.version, one.topic, one.state) for one in spbe._ports.log.stored()]


def steps_done(desk: Desk, seed: int, told: int) -> int:
    """Return how many steps of a life are on record: those it was told of and, it may be, one that it was not."""
    events = sum(fact[0] == evaluation_of(seed) for fact in facts_of(desk.spbe))
    _, bounds = record(seed)
    applied = told + 1 < len(bounds) and bounds[told + 1] > bounds[told] and events == bounds[told + 1]
    return told + applied
