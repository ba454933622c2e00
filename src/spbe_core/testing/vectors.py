"""Values chosen from an edition's own tables so that a wrong calculation shows: corners, floors, halves, gaps."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Final

from spbe_core.model.edition import Edition
from spbe_core.testing.formula import Values, grade_of, tiers
from spbe_core.testing.known_defects import GRADES, NUMBERS, Shown, shown_of
from spbe_core.vectors.totals import Totals

Vector = Mapping[str, Fraction]

_EACH: Final = 3
"""Vectors that tell one known defect from the right way."""
_STRIDE: Final = 3
"""Of the candidates this one is tried: a defect that shows at all shows in many."""
_HALVES: Final = 80
"""At how many places of the scale an index between two printed ones is looked for."""


@lru_cache(maxsize=16)
def vectors(edition: Edition) -> tuple[Vector, ...]:
    """Return the vectors of an edition, in a stable order and without repetition."""
    totals = Totals.of(edition)
    found = [*_levels(edition), *_singles(edition), *_at_floors(edition, totals), *_gaps(edition)]
    halves = [*_halves(edition, totals), *(vector for vector in _walk(edition) if at_half(edition, vector))]
    found += [*halves, *_telling(edition, found, halves)]
    unique = {tuple(vector.items()): vector for vector in found}
    return tuple(unique.values())


def allowed(edition: Edition) -> list[Fraction]:
    """Return the whole levels of the scale, and where fractions are allowed some between them."""
    scale = edition.scale
    levels = [Fraction(level) for level in range(int(scale.minimum), int(scale.maximum) + 1)]
    if scale.step == "integer":
        return levels
    return sorted({*levels, *(level + part for level in levels[:-1] for part in (Fraction(1, 4), Fraction(2, 3)))})


def same(edition: Edition, value: Fraction) -> Vector:
    """Return the vector that has one value everywhere."""
    return {leaf.id: value for leaf in edition.indicators}


def _levels(edition: Edition) -> Iterator[Vector]:
    yield from (same(edition, value) for value in allowed(edition))
    values = allowed(edition)
    for turn in range(len(values)):
        yield {leaf.id: values[(place + turn) % len(values)] for place, leaf in enumerate(edition.indicators)}


def _singles(edition: Edition) -> Iterator[Vector]:
    """Raise one indicator alone, and lower one alone: each weight by itself."""
    lowest, highest = edition.scale.minimum, edition.scale.maximum
    for leaf in edition.indicators:
        yield {**same(edition, lowest), leaf.id: highest}
        yield {**same(edition, highest), leaf.id: lowest}


def _gaps(edition: Edition) -> Iterator[Vector]:
    """Leave out one indicator, a whole node, and all of them."""
    highest = edition.scale.maximum
    whole = same(edition, highest)
    for leaf in edition.indicators:
        yield {name: value for name, value in whole.items() if name != leaf.id}
    for node in edition.nodes:
        yield {leaf.id: highest for leaf in edition.indicators if node not in edition.ancestors(leaf)}
    yield {}


def _walk(edition: Edition) -> Iterator[Vector]:
    """Go from all lowest to all highest one step at a time, on which nodes come to lie between two printed numbers."""
    values = allowed(edition)
    vector = same(edition, values[0])
    for value in values[1:]:
        for leaf in edition.indicators:
            vector = {**vector, leaf.id: value}
            yield vector


def at_half(edition: Edition, vector: Values) -> bool:
    """Whether some index lies exactly between two printed ones, where ways of rounding part."""
    found = tiers(edition, vector)
    unit = 2 * 10**edition.places
    scaled = [index * unit for index in (found.index, *found.nodes.values()) if index is not None]
    return any(one.denominator == 1 and one.numerator % 2 for one in scaled)


def _at_floors(edition: Edition, totals: Totals) -> Iterator[Vector]:
    """Find what lies nearest to each floor and each tenth of the scale: at or above it, and below it."""
    lowest, highest = edition.scale.minimum, edition.scale.maximum
    marks = [band.floor for band in edition.grades if band.floor is not None]
    marks += [Fraction(tenth, 10) for tenth in range(int(lowest) * 10, int(highest) * 10 + 1)]
    for mark in marks:
        exactly = totals.at(mark)
        for total in (totals.above(mark) if exactly is None else exactly, totals.below(mark)):
            if total is not None:
                yield totals.values(total)


def _halves(edition: Edition, totals: Totals) -> Iterator[Vector]:
    """Find values with an index that lies exactly between two printed ones, all over the scale."""
    unit = 10**edition.places
    first, last = int(edition.scale.minimum * unit), int(edition.scale.maximum * unit)
    for printed in range(first, last, max((last - first) // _HALVES, 1)):
        total = totals.at(Fraction(2 * printed + 1, 2 * unit))
        if total is not None:
            yield totals.values(total)


def _telling(edition: Edition, candidates: list[Vector], halves: list[Vector]) -> Iterator[Vector]:
    """For each known defect, choose vectors on which a program with it shows something wrong."""
    tried, parted = _seen(edition, candidates), _seen(edition, halves)
    some = tried[::_STRIDE]
    for defect in NUMBERS:
        telling = (
            vector
            for vector, right, _ in (parted if defect.at_halves else some)
            if defect.shows(edition, vector) != right
        )
        yield from islice(telling, _EACH)
    for year in (None, *sorted({practice.year for practice in edition.grade_practices})):
        graded = [(vector, index, grade_of(edition, index, year)) for vector, _, index in tried if index is not None]
        for grading in GRADES:
            wrong = (vector for vector, index, right in graded if grading.grade(edition, index, year) != right)
            yield from islice(wrong, _EACH)


def _seen(edition: Edition, candidates: list[Vector]) -> list[tuple[Vector, Shown, Fraction | None]]:
    """Return each vector with what must be printed for it and its exact index."""
    found = [(vector, tiers(edition, vector)) for vector in candidates]
    return [(vector, shown_of(edition, one), one.index) for vector, one in found]
