"""Every index of the scale earns exactly one grade, and the same from the tables as from scoring."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from spbe_core.model.edition import Edition, GradeBasis
from spbe_core.model.exact import exact_text
from spbe_core.model.score import IndicatorScore
from spbe_core.scoring import score
from spbe_core.testing.formula import band_of, grade_of, half_up
from spbe_core.testing.pack import Pack
from spbe_core.testing.problem import Problem

_NEAR = Fraction(1, 10**9)
"""So near below a floor that no decimals hide it."""


def check_grades(pack: Pack) -> Iterator[Problem]:
    """Each hundredth of the scale, each floor and what lies just below it earns one grade, the same on every way."""
    for subject in pack.subjects:
        yield from _bands(subject.edition)
        yield from _grades(subject.edition)


def _bands(edition: Edition) -> Iterator[Problem]:
    facts: dict[str, object] = {"edition": edition.id}
    names = Counter(band.name for band in edition.grades)
    yield from (Problem("grade-twice", {**facts, "grade": name}) for name, count in names.items() if count > 1)
    floors = [band.floor for band in edition.grades if band.floor is not None]
    if [band.floor for band in edition.grades].count(None) != 1 or edition.grades[-1].floor is not None:
        yield Problem("grade-lowest-missing", facts)
    if floors != sorted(set(floors), reverse=True):
        yield Problem("grade-order", facts)
    for band in edition.grades:
        if band.floor is not None and not edition.scale.minimum < band.floor <= edition.scale.maximum:
            yield Problem("grade-unreachable", {**facts, "grade": band.name, "floor": exact_text(band.floor)})


def points(edition: Edition) -> list[Fraction]:
    """Return every hundredth of the scale, every floor, and what lies just below each."""
    lowest, highest = edition.scale.minimum, edition.scale.maximum
    hundredths = [Fraction(one, 100) for one in range(ceil(lowest * 100), floor(highest * 100) + 1)]
    floors = [band.floor for band in edition.grades if band.floor is not None]
    half = Fraction(1, 2 * 10**edition.places)
    near = [one - gap for one in floors for gap in (_NEAR, half, half + _NEAR)]
    return sorted({one for one in (*hundredths, *floors, *near) if lowest <= one <= highest})


def _grades(edition: Edition) -> Iterator[Problem]:
    if not any(band.floor is None for band in edition.grades):
        return
    for index in points(edition):
        bases: tuple[GradeBasis, ...] = ("exact", "rounded")
        for basis in bases:
            number = half_up(index, edition.places) if basis == "rounded" else index
            right, given = band_of(edition, number), edition.grade(index, basis)
            if given != right:
                yield _differs(edition, index, given.name, right.name)
                return
    known = {practice.year for practice in edition.grade_practices}
    for year in (None, *sorted(known)):
        for index in points(edition):
            card = score(edition, [IndicatorScore(leaf.id, index, "scored", ()) for leaf in edition.indicators], year)
            right_name = grade_of(edition, index, year)
            if card.grade != right_name:
                yield _differs(edition, index, card.grade, right_name)
                return


def _differs(edition: Edition, index: Fraction, given: object, right: str) -> Problem:
    facts = {"edition": edition.id, "index": exact_text(index), "given": given, "right": right}
    return Problem("grade-not-of-the-table", facts)
