"""Any calculation of an index, this library's own or a foreign one, held against an edition."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from spbe_core.errors import SpbeError
from spbe_core.model.edition import Edition
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
    odd = list(_odd_weights(edition, trials))
    if odd:
        yield from odd
        return
    yield Problem("calculates-otherwise", example)


def _same_numbers(shows: tuple[Mapping[str, str | None], str | None], given: Outcome) -> bool:
    nodes, index = shows
    return index == given.index and all(nodes.get(name) == number for name, number in given.nodes.items())


def _odd_weights(edition: Edition, trials: Sequence[_Trial]) -> Iterator[Problem]:
    """Weigh each indicator by what raising it alone does to the index."""
    lowest, highest = edition.scale.minimum, edition.scale.maximum
    base = next((one for one in trials if set(one.vector.values()) == {lowest} and _whole(edition, one)), None)
    if base is None or base.given.index is None:
        return
    gap = Fraction(1, 10**edition.places)
    alike: dict[tuple[str, str], list[str]] = {}
    for leaf in edition.indicators:
        vector = {one.id: highest if one.id == leaf.id else lowest for one in edition.indicators}
        trial = next(one for one in trials if one.vector == vector)
        if trial.given.index is None:
            return
        raised = exact(trial.given.index) - exact(base.given.index)
        reach = highest - lowest
        if abs(raised - Fraction(leaf.weight * reach, 100)) > gap:
            seen = exact_text(Fraction(raised * 100, reach))
            alike.setdefault((seen, exact_text(leaf.weight)), []).append(leaf.id)
    for (seen, weight), indicators in alike.items():
        yield Problem(
            "weighs-indicator-wrong",
            {"edition": edition.id, "indicators": ", ".join(indicators), "seen": seen, "weight": weight},
        )


def _whole(edition: Edition, trial: _Trial) -> bool:
    return len(trial.vector) == len(edition.indicators)


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
