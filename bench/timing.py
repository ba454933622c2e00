"""Two programs doing the same work, timed in turn within one run, so that only their ratio matters."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns


@dataclass(frozen=True)
class Program:
    """Something that does the work of a measure once.

    ``count`` says how many units one run makes, so that a slow program may do fewer of them.
    """

    name: str
    count: int
    run: Callable[[], object]


@dataclass(frozen=True)
class Measure:
    """What spbe does, and the baselines that do the same."""

    name: str
    unit: str
    spbe: Program
    baselines: Sequence[Program]


@dataclass(frozen=True)
class Ratio:
    """How many times the baseline's time spbe takes for one unit; below 1, spbe is the faster one."""

    measure: str
    unit: str
    baseline: str
    spbe_us: float
    baseline_us: float
    ratio: float
    lowest: float
    highest: float


def compare(measure: Measure, rounds: int) -> list[Ratio]:
    """Run every program once a round, after one round that does not count, and relate times of the same round."""
    programs = [measure.spbe, *measure.baselines]
    for program in programs:
        program.run()
    times: list[list[float]] = [[] for _ in programs]
    for turn in range(rounds):
        # The order turns around, so that no program always runs on what another one left in the caches.
        for place in range(len(programs)) if turn % 2 else reversed(range(len(programs))):
            times[place].append(_microseconds(programs[place]))
    own = times[0]
    return [_ratio(measure, baseline, own, theirs) for baseline, theirs in zip(programs[1:], times[1:], strict=True)]


def _microseconds(program: Program) -> float:
    gc.collect()
    start = perf_counter_ns()
    program.run()
    return (perf_counter_ns() - start) / 1000 / program.count


def _ratio(measure: Measure, baseline: Program, own: list[float], theirs: list[float]) -> Ratio:
    ratios = [one / other for one, other in zip(own, theirs, strict=True)]
    return Ratio(
        measure=measure.name,
        unit=measure.unit,
        baseline=baseline.name,
        spbe_us=median(own),
        baseline_us=median(theirs),
        ratio=median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
    )
