"""The official formula once more, tier by tier and in fractions: the second opinion of every check.

It reads nothing of an edition but its tables and calls nothing of the library, so that a pack that bends the library
is held against something it did not bend.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import floor, lcm

import attrs

from spbe_core.model.edition import Edition, GradeBand, GradeBasis

Values = Mapping[str, Fraction]
"""Indicator -> value; an indicator without a value is left out."""

Part = tuple[Fraction, Fraction | None]
"""Weight and value of what lies directly below a node; None where the value is missing."""

Mean = Callable[[Sequence[Part]], Fraction | None]


@attrs.frozen
class Tiers:
    """Indices of every node and of the whole; None where a value below is missing."""

    nodes: Mapping[str, Fraction | None]
    index: Fraction | None


@attrs.frozen
class Outcome:
    """What people are shown: indices as they are printed, and the grade; None where there is none."""

    nodes: Mapping[str, str | None]
    index: str | None
    grade: str | None


def tiers(edition: Edition, values: Values) -> Tiers:
    """Compute every index as the regulations write it: weighted mean of indicators, of aspects, of domains."""
    return by_tier(edition, values, mean)


def by_tier(edition: Edition, values: Values, way: Mean) -> Tiers:
    """Go up the tree, tier by tier, with one way to take a mean."""
    below: dict[str | None, list[Part]] = {None: [], **{node.id: [] for node in edition.nodes}}
    for leaf in edition.indicators:
        below[leaf.parent].append((leaf.weight, values.get(leaf.id)))
    indices: dict[str, Fraction | None] = {}
    for node in reversed(edition.nodes):  # children come after their parents
        indices[node.id] = way(below[node.id])
        below[node.parent].append((node.weight, indices[node.id]))
    return Tiers(indices, way(below[None]))


def mean(parts: Sequence[Part]) -> Fraction | None:
    """Return the weighted mean, None where a part is missing."""
    unit = lcm(*(weight.denominator for weight, _ in parts))
    total, whole = Fraction(0), 0
    for weight, value in parts:
        if value is None:
            return None
        units = weight.numerator * (unit // weight.denominator)
        total, whole = total + units * value, whole + units
    return Fraction(total, whole) if whole else None


def counted(edition: Edition, values: Values) -> Values:
    """Return the values with what counts as the minimum while the source that feeds it is waited for."""
    pending = {one.indicator: edition.scale.minimum for one in edition.externals if one.pending}
    return {**pending, **values} if pending else values


def half_up(number: Fraction, places: int) -> Fraction:
    """Round to a number of decimals; a half moves away from zero."""
    scaled = abs(number) * 10**places
    nearest = floor(scaled + Fraction(1, 2))
    return Fraction(nearest if number >= 0 else -nearest, 10**places)


def printed(number: Fraction, places: int, rounding: Callable[[Fraction, int], Fraction] = half_up) -> str:
    """Write a number with its decimals, e.g. ``3.30``."""
    scaled = int(rounding(number, places) * 10**places)
    digits = str(abs(scaled)).rjust(places + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def band_of(edition: Edition, number: Fraction) -> GradeBand:
    """Return the band with the highest floor that a number reaches, in whatever order the bands are listed."""
    reached = [band for band in edition.grades if band.floor is None or number >= band.floor]
    return max(reached, key=lambda band: edition.scale.minimum - 1 if band.floor is None else band.floor)


def basis_of(edition: Edition, year: int | None) -> GradeBasis:
    """Return which number a year's grade is read from."""
    known: list[GradeBasis] = [practice.basis for practice in edition.grade_practices if practice.year == year]
    return known[0] if known else edition.default_grade_basis


def grade_of(edition: Edition, index: Fraction, year: int | None) -> str:
    """Return the grade that an exact index earns in a year."""
    rounds = basis_of(edition, year) == "rounded"
    return band_of(edition, half_up(index, edition.places) if rounds else index).name


def outcome(edition: Edition, values: Values, year: int | None = None) -> Outcome:
    """Return what must be shown for some values."""
    found = tiers(edition, values)
    return Outcome(
        {name: None if index is None else printed(index, edition.places) for name, index in found.nodes.items()},
        None if found.index is None else printed(found.index, edition.places),
        None if found.index is None else grade_of(edition, found.index, year),
    )
