"""Any calculation of an index, this library's own or a foreign one, held against an edition."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from spbe_core.errors import SpbeError
from spbe_core.model.edition import Edition, Indicator
from spbe_core.model.exact import exact, exact_text
from spbe_core.testing.formula import Outcome, counted, outcome, printed, tiers
from spbe_core.testing.known_defects import GRADES, NUMBERS
from spbe_core.testing.problem import Problem
from spbe_core.testing.vectors import Vector, at_half, vectors

Calculator = Callable[[Mapping[str, Fraction]], Mapping[str, Any]]
"""Values in, ``{"nodes": {id: index}, "index": index, "grade": name}`` out.

Numbers come as they are shown (``"3.30"``) or exact; None stands for one that cannot be computed. Nodes that are not
answered are not compared.
"""


@attrs.frozen
class _Trial:
    vector: Vector
    right: Outcome
    given: Outcome

    @property
    def numbers_hold(self) -> bool:
        return self.given.index == self.right.index and self.nodes_hold

    @property
    def nodes_hold(self) -> bool:
        return all(self.right.nodes.get(name) == index for name, index in self.given.nodes.items())


def check_calculator(edition: Edition, calculator: Calculator, year: int | None = None) -> tuple[Problem, ...]:
    """Try a calculator on an edition's vectors; where it is wrong, name the known defect that gives the same results.

    Args:
        edition: what it should follow.
        calculator: takes a value per indicator, none for one that is unanswered.
        year: evaluation year, which may decide from which number the grade is read.
    """
    trials: list[_Trial] = []
    for vector in vectors(edition):
        try:
            answer = calculator(dict(vector))
            given = _read(answer, edition.places)
        except Exception as problem:  # noqa: BLE001 - whatever a foreign program does is an answer of the check
            reason = problem.what("en") if isinstance(problem, SpbeError) else f"{type(problem).__name__}: {problem}"
            facts = {"edition": edition.id, "values": shown(vector), "reason": reason}
            return (Problem("calculator-failed", facts),)
        whole = counted(edition, vector)
        trials.append(_Trial(whole, outcome(edition, whole, year), given))
    return tuple(_diagnosed(edition, trials, year))


def _read(answer: Mapping[str, Any], places: int) -> Outcome:
    def text(number: Any) -> str | None:
        if number is None:
            return None
        # A float says what it shows by its text, and nothing more is known of it.
        given = exact(number if isinstance(number, int | Fraction) else str(number))
        return printed(given, places)

    grade = answer.get("grade")
    nodes = {str(name): text(number) for name, number in dict(answer.get("nodes") or {}).items()}
    return Outcome(nodes, text(answer.get("index")), None if grade is None else str(grade))


def _diagnosed(edition: Edition, trials: Sequence[_Trial], year: int | None) -> Iterator[Problem]:
    wrong = [trial for trial in trials if not trial.numbers_hold]
    if wrong:
        yield from _wrong_numbers(edition, trials, wrong)
    graded = [trial for trial in trials if trial.numbers_hold]
    if any(trial.given.grade != trial.right.grade for trial in graded):
        yield from _wrong_grades(edition, graded, year)
    elif not wrong:
        return


def _wrong_numbers(edition: Edition, trials: Sequence[_Trial], wrong: Sequence[_Trial]) -> Iterator[Problem]:
    example = _example(edition, wrong[0])
    ordered = [*wrong, *(trial for trial in trials if trial.numbers_hold)]
    halves = [trial for trial in ordered if not trial.numbers_hold or at_half(edition, trial.vector)]
    named: dict[str, None] = {}
    for defect in NUMBERS:
        tried = halves if defect.at_halves else ordered
        if all(_same_numbers(defect.shows(edition, trial.vector), trial.given) for trial in tried):
            named[defect.code] = None
    if named:
        yield from (Problem(code, example) for code in named)
        return
    if odd := [*_misfiled(edition, trials), *_odd_weights(edition, trials)]:
        yield from odd
        return
    yield Problem("calculates-otherwise", example)


def _same_numbers(shows: tuple[Mapping[str, str | None], str | None], given: Outcome) -> bool:
    nodes, index = shows
    return index == given.index and all(nodes.get(name) == number for name, number in given.nodes.items())


def _singles(edition: Edition, trials: Sequence[_Trial]) -> Iterator[tuple[Indicator, _Trial]]:
    """Yield each indicator with the trial in which it alone has the highest value."""
    lowest, highest = edition.scale.minimum, edition.scale.maximum
    for leaf in edition.indicators:
        vector = {one.id: highest if one.id == leaf.id else lowest for one in edition.indicators}
        yield leaf, next(one for one in trials if one.vector == vector)


def _misfiled(edition: Edition, trials: Sequence[_Trial]) -> Iterator[Problem]:
    """See which aspect an indicator moves when it is raised alone."""
    aspects = {leaf.parent for leaf in edition.indicators}
    lowest = printed(edition.scale.minimum, edition.places)
    for leaf, trial in _singles(edition, trials):
        moved = sorted(name for name in aspects & trial.given.nodes.keys() if trial.given.nodes[name] != lowest)
        if moved and leaf.parent not in moved:
            facts = {"edition": edition.id, "indicator": leaf.id, "seen": ", ".join(moved), "under": leaf.parent}
            yield Problem("files-indicator-elsewhere", facts)


def _odd_weights(edition: Edition, trials: Sequence[_Trial]) -> Iterator[Problem]:
    """Weigh each indicator by what raising it alone does to the index."""
    reach = edition.scale.maximum - edition.scale.minimum
    alike: dict[tuple[str, str], list[str]] = {}
    for leaf, trial in _singles(edition, trials):
        if trial.given.index is None:
            return
        if trial.given.index != trial.right.index:
            raised = exact(trial.given.index) - edition.scale.minimum
            alike.setdefault((exact_text(Fraction(raised * 100, reach)), exact_text(leaf.weight)), []).append(leaf.id)
    if sum(map(len, alike.values())) == len(edition.indicators):
        return  # that is no matter of single weights
    for (seen, weight), indicators in alike.items():
        facts = {"indicators": ", ".join(indicators), "seen": seen, "weight": weight}
        yield Problem("weighs-indicator-wrong", {"edition": edition.id, **facts})


def _wrong_grades(edition: Edition, trials: Sequence[_Trial], year: int | None) -> Iterator[Problem]:
    indexed = [(index, trial) for trial in trials if (index := tiers(edition, trial.vector).index) is not None]
    wrong = [(index, trial) for index, trial in indexed if trial.given.grade != trial.right.grade]
    if wrong:
        index, trial = wrong[0]
        grades = {"given": trial.given.grade or "-", "right": trial.right.grade or "-"}
        example = {"edition": edition.id, "index": exact_text(index), **grades}
        named = {
            defect.code: None
            for defect in GRADES
            if all(defect.grade(edition, index, year) == trial.given.grade for index, trial in indexed)
        }
        if named:
            yield from (Problem(code, example) for code in named)
            return
        pairs = dict.fromkeys((trial.given.grade, trial.right.grade) for _, trial in wrong)
        for given, right in pairs:
            reach = [index for index, trial in wrong if (trial.given.grade, trial.right.grade) == (given, right)]
            facts = {"edition": edition.id, "lowest": exact_text(min(reach)), "highest": exact_text(max(reach))}
            yield Problem("cuts-grade-elsewhere", {**facts, "given": given or "-", "right": right or "-"})
        return
    yield Problem("grades-incomplete-card", {"edition": edition.id})


def _example(edition: Edition, trial: _Trial) -> dict[str, object]:
    places = [name for name, index in trial.given.nodes.items() if trial.right.nodes.get(name) != index]
    if trial.given.index != trial.right.index:
        place, given, right = "index", trial.given.index, trial.right.index
    else:
        place, given, right = places[0], trial.given.nodes[places[0]], trial.right.nodes.get(places[0])
    values = shown(trial.vector)
    return {"edition": edition.id, "place": place, "given": given or "-", "right": right or "-", "values": values}


def shown(vector: Mapping[str, Fraction]) -> str:
    """Write values briefly: the value most have, and those that differ."""
    if not vector:
        return "-"
    usual = max(set(vector.values()), key=lambda value: (list(vector.values()).count(value), value))
    others = [f"{name}={exact_text(value)}" for name, value in vector.items() if value != usual]
    return f"{exact_text(usual)} x {len(vector) - len(others)}; {', '.join(others)}" if others else exact_text(usual)
