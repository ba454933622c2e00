"""The values that tell a right implementation from a nearly right one: every boundary of an edition."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Final

from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.model.scale import FINEST
from spbe_core.vectors.totals import Totals

Values = Mapping[str, Fraction | None]
Boundary = tuple[str, Values]

_HALF: Final = Fraction(1, 2)


def boundaries(edition: Edition) -> Iterator[Boundary]:
    """Yield named values: the ends of the scale, every weight, grade floor, kind of rounding and kind of gap.

    The same values come only once, under the first name that asks for them.

    Args:
        edition: as applied in one year.
    """
    seen: set[tuple[Fraction | None, ...]] = set()
    totals = Totals.of(edition)
    for kind in (_ends(edition), _levels(edition), _floors(totals), _roundings(totals), _decimals(edition)):
        yield from _fresh(kind, seen)
    yield from _fresh(_gaps(edition), seen)


def _fresh(named: Iterator[Boundary], seen: set[tuple[Fraction | None, ...]]) -> Iterator[Boundary]:
    for name, values in named:
        if (key := tuple(values.values())) not in seen:
            seen.add(key)
            yield name, values


def _all(edition: Edition, value: Fraction) -> dict[str, Fraction | None]:
    return {leaf.id: value for leaf in edition.indicators}


def _ends(edition: Edition) -> Iterator[Boundary]:
    yield "every value lowest", _all(edition, edition.scale.minimum)
    yield "every value highest", _all(edition, edition.scale.maximum)


def _levels(edition: Edition) -> Iterator[Boundary]:
    """Raise each indicator alone, so that its weight shows, and give it each level beside others."""
    lowest = edition.scale.minimum
    for leaf in edition.indicators:
        yield f"indicator {leaf.id} alone raised", {**_all(edition, lowest), leaf.id: lowest + 1}
    levels = [lowest + level for level in range(floor(edition.scale.maximum - lowest) + 1)]
    for start, level in enumerate(levels):
        turned = [*levels[start:], *levels[:start]]
        yield (
            f"levels in turn from {exact_text(level)}",
            {leaf.id: turned[place % len(turned)] for place, leaf in enumerate(edition.indicators)},
        )


def _floors(totals: Totals) -> Iterator[Boundary]:
    """Come as close to each grade's floor as values can, and to the index that rounding lifts to it."""
    half_place = _HALF * Fraction(1, 10**totals.edition.places)
    for band in totals.edition.grades:
        if band.floor is None:
            continue
        for boundary, what in (
            (band.floor, f"the floor of {band.name}"),
            (band.floor - half_place, f"what rounds to the floor of {band.name}"),
        ):
            near = {"exactly": totals.at(boundary), "just below": totals.below(boundary)}
            near["just above"] = totals.above(boundary)
            yield from ((f"{how} {what}", totals.values(one)) for how, one in near.items() if one is not None)


def _roundings(totals: Totals) -> Iterator[Boundary]:
    """Find in each grade what only rounding half up gets right, as far as values can come to it."""
    edition = totals.edition
    by_grade: dict[str, list[int]] = {band.name: [] for band in reversed(edition.grades)}
    for total in totals.all():
        by_grade[edition.grade(totals.index(total), "exact").name].append(total)
    for grade, found in by_grade.items():
        for what, total in _telling(totals, found).items():
            yield f"{what}, in {grade}", totals.values(total)


def _telling(totals: Totals, found: Sequence[int]) -> dict[str, int]:
    """Choose among totals those nearest to a half of the last displayed place, on it and on its either side."""
    telling: dict[str, int] = {}
    nearest_below, nearest_above = Fraction(0), Fraction(1)
    for total in found:
        scaled = totals.index(total) * 10**totals.edition.places
        part = scaled - floor(scaled)
        if part == _HALF:
            telling.setdefault(f"a half after an {'even' if floor(scaled) % 2 == 0 else 'odd'} digit", total)
        elif nearest_below < part < _HALF:
            nearest_below, telling["less than a half"] = part, total
        elif _HALF < part < nearest_above:
            nearest_above, telling["more than a half"] = part, total
    return telling


def _decimals(edition: Edition) -> Iterator[Boundary]:
    """Spread values over a decimal scale, with as many places as a value may have."""
    if edition.scale.step == "integer":
        return
    lowest, span = edition.scale.minimum, edition.scale.maximum - edition.scale.minimum
    for turn in (1, 2):
        values: dict[str, Fraction | None] = {}
        for place, leaf in enumerate(edition.indicators, 1):
            value = lowest + span * Fraction(turn * place, 3 * len(edition.indicators))
            values[leaf.id] = Fraction(floor(value * FINEST), FINEST)
        yield f"values of many decimals, up to {turn}/3 of the scale", values


def _gaps(edition: Edition) -> Iterator[Boundary]:
    """Leave out what another ministry has not published, and one value under each node."""
    full = _all(edition, edition.scale.maximum)
    for external in edition.externals:
        yield f"indicator {external.indicator} without its source", {**full, external.indicator: None}
    fed = {external.indicator for external in edition.externals}
    if fed:
        yield "no external source has answered", {**full, **dict.fromkeys(fed)}
    for node in edition.nodes:
        judged = [leaf.id for leaf in edition.indicators if leaf.parent == node.id and leaf.id not in fed]
        yield from ((f"indicator {number} without a value", {**full, number: None}) for number in judged[:1])
