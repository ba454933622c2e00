"""The ways in which public programs got an index or a grade wrong, as formulas to compare a suspect with.

Each function computes what a program with that defect shows. Binary floats are imitated in fractions, bit by bit, so
that nothing here is a float.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Final

import attrs

from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.testing.formula import (
    Part,
    Tiers,
    Values,
    band_of,
    basis_of,
    by_tier,
    half_up,
    printed,
    tiers,
)

Shown = tuple[Mapping[str, str | None], str | None]
"""Nodes and index as a program prints them."""

Rounding = Callable[[Fraction, int], Fraction]
Shows = Callable[[Edition, Values], Shown]
_BITS: Final = 53


@attrs.frozen
class NumberDefect:
    """A wrong way to compute or round indices.

    Attributes:
        code: of the problem that names it.
        shows: what a program with it prints.
        at_halves: whether it can only show where a number lies exactly between two printed ones.
    """

    code: str
    shows: Callable[[Edition, Values], Shown]
    at_halves: bool = False


@attrs.frozen
class GradeDefect:
    """A wrong way to read the grade from a right index.

    Attributes:
        code: of the problem that names it.
        grade: what a program with it answers to an exact index in a year; None for no grade.
    """

    code: str
    grade: Callable[[Edition, Fraction, int | None], str | None]


def half_even(number: Fraction, places: int) -> Fraction:
    """Round half to even, as Python's own rounding and a spreadsheet's bankers' rounding do."""
    return Fraction(round_to_even(number * 10**places), 10**places)


def round_to_even(number: Fraction) -> int:
    """Return the nearest whole number, the even one of two that are as near."""
    whole = floor(number)
    rest = number - whole
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)
    return whole + up


def cut_off(number: Fraction, places: int) -> Fraction:
    """Drop the decimals that are too many."""
    unit = Fraction(1, 10**places)
    return floor(Fraction(number, unit)) * unit


@lru_cache(maxsize=4096)
def binary(number: Fraction) -> Fraction:
    """Return the number a binary float of 64 bits would hold instead."""
    above, below = abs(number.numerator), number.denominator
    shift = _BITS - above.bit_length() + below.bit_length()
    if above << max(shift, 0) >= below << (_BITS + max(-shift, 0)):
        shift -= 1
    above, below = above << max(shift, 0), below << max(-shift, 0)
    whole, rest = above // below, 2 * (above % below)
    whole += rest > below or (rest == below and whole % 2 == 1)
    held = Fraction(whole << max(-shift, 0), 1 << max(shift, 0))
    return held if number >= 0 else -held


# -- indices ------------------------------------------------------------------------------------------------------


def shown_of(edition: Edition, found: Tiers, rounding: Rounding = half_up) -> Shown:
    """Return nodes and index as they are printed with some way of rounding."""

    def shown(number: Fraction | None) -> str | None:
        return None if number is None else printed(number, edition.places, rounding)

    return {name: shown(number) for name, number in found.nodes.items()}, shown(found.index)


def _rounding(rounding: Rounding) -> Shows:
    return lambda edition, values: shown_of(edition, tiers(edition, values), rounding)


def _weighted(parts: Sequence[Part]) -> Fraction | None:
    if any(value is None for _, value in parts):
        return None
    return _of_answered(parts)


def _of_answered(parts: Sequence[Part]) -> Fraction | None:
    answered = [(weight, value) for weight, value in parts if value is not None]
    whole = sum((weight for weight, _ in answered), Fraction(0))
    return Fraction(sum((weight * value for weight, value in answered), Fraction(0)), whole) if whole else None


def _plain_mean(parts: Sequence[Part]) -> Fraction | None:
    return _weighted([(Fraction(1), value) for _, value in parts])


def _tiers_rounded(edition: Edition, values: Values) -> Shown:
    def mean(parts: Sequence[Part]) -> Fraction | None:
        found = _weighted(parts)
        return None if found is None else half_up(found, edition.places)

    return shown_of(edition, by_tier(edition, values, mean))


def _top_rounded(edition: Edition, values: Values) -> Shown:
    right = tiers(edition, values)
    shown = {name: None if index is None else half_up(index, edition.places) for name, index in right.nodes.items()}
    top = [(node.weight, shown[node.id]) for node in edition.nodes if node.parent is None]
    return shown_of(edition, Tiers(right.nodes, _weighted(top)))


def _unanswered_left_out(edition: Edition, values: Values) -> Shown:
    return shown_of(edition, by_tier(edition, values, _of_answered))


def _unanswered_left_out_at_once(edition: Edition, values: Values) -> Shown:
    """Leave them out of each node's sum of weights, not tier by tier."""

    def mean(leaves: list[str]) -> Fraction | None:
        return _of_answered([(leaf.weight, values.get(leaf.id)) for leaf in edition.indicators if leaf.id in leaves])

    below = {
        node.id: [leaf.id for leaf in edition.indicators if node in edition.ancestors(leaf)] for node in edition.nodes
    }
    nodes = {name: mean(leaves) for name, leaves in below.items()}
    return shown_of(edition, Tiers(nodes, mean([leaf.id for leaf in edition.indicators])))


def _unanswered_as(edition: Edition, values: Values, counted: Fraction) -> Shown:
    filled = {leaf.id: values.get(leaf.id, counted) for leaf in edition.indicators}
    return shown_of(edition, tiers(edition, filled))


def _twice(edition: Edition, values: Values) -> Shown:
    right = tiers(edition, values)
    return shown_of(edition, Tiers(right.nodes, None if right.index is None else 2 * right.index))


def _weighted_twice(edition: Edition, values: Values) -> Shown:
    weighed = {leaf.id: values[leaf.id] * leaf.weight for leaf in edition.indicators if leaf.id in values}
    return shown_of(edition, tiers(edition, weighed))


def _weighted_twice_of_hundred(edition: Edition, values: Values) -> Shown:
    weighed = {
        leaf.id: Fraction(values[leaf.id] * leaf.weight, 100) for leaf in edition.indicators if leaf.id in values
    }
    return shown_of(edition, tiers(edition, weighed))


def _equal_inside_aspects(edition: Edition, values: Values) -> Shown:
    aspects = {leaf.parent for leaf in edition.indicators}

    def equal(leaf_parent: str) -> Fraction:
        return Fraction(1, sum(leaf.parent == leaf_parent for leaf in edition.indicators))

    weight = {node.id: node.weight for node in edition.nodes if node.id in aspects}
    leaves = tuple(attrs.evolve(leaf, weight=weight[leaf.parent] * equal(leaf.parent)) for leaf in edition.indicators)
    return shown_of(edition, tiers(attrs.evolve(edition, indicators=leaves), values))


def _equal_everywhere(edition: Edition, values: Values) -> Shown:
    return shown_of(edition, by_tier(edition, values, _plain_mean))


def _one_mean(edition: Edition, values: Values) -> Shown:
    right = tiers(edition, values)
    return shown_of(
        edition, Tiers(right.nodes, _plain_mean([(leaf.weight, values.get(leaf.id)) for leaf in edition.indicators]))
    )


def _values_cut(edition: Edition, values: Values) -> Shown:
    return shown_of(edition, tiers(edition, {name: Fraction(floor(value)) for name, value in values.items()}))


def _in_binary(rounding: Rounding, share: Callable[[Fraction, Fraction, Fraction], Fraction]) -> Shows:
    """Imitate float arithmetic: every step is rounded to 53 bits, then the result is printed."""

    def total(parts: Sequence[Part], whole: Fraction) -> Fraction | None:
        found = Fraction(0)
        for weight, value in parts:
            if value is None:
                return None
            found = binary(found + share(binary(weight), binary(value), binary(whole)))
        return found if share is not _undivided else binary(Fraction(found, binary(whole)))

    def shows(edition: Edition, values: Values) -> Shown:
        nodes: dict[str, Fraction | None] = {}
        for node in edition.nodes:
            below = [leaf for leaf in edition.indicators if node in edition.ancestors(leaf)]
            nodes[node.id] = total([(leaf.weight, values.get(leaf.id)) for leaf in below], node.weight)
        index = total([(leaf.weight, values.get(leaf.id)) for leaf in edition.indicators], Fraction(100))
        return shown_of(edition, Tiers(nodes, index), rounding)

    return shows


def _undivided(weight: Fraction, value: Fraction, whole: Fraction) -> Fraction:
    del whole
    return binary(weight * value)


def _weight_divided(weight: Fraction, value: Fraction, whole: Fraction) -> Fraction:
    return binary(binary(Fraction(weight, whole)) * value)


def _product_divided(weight: Fraction, value: Fraction, whole: Fraction) -> Fraction:
    return binary(Fraction(binary(weight * value), whole))


def _in_binary_by_tier(rounding: Rounding) -> Shows:
    def mean(parts: Sequence[Part]) -> Fraction | None:
        found, whole = Fraction(0), Fraction(0)
        for weight, value in parts:
            if value is None:
                return None
            found = binary(found + binary(binary(weight) * value))
            whole = binary(whole + binary(weight))
        return binary(Fraction(found, whole)) if whole else None

    return lambda edition, values: shown_of(edition, by_tier(edition, values, mean), rounding)


def _times_hundred(number: Fraction, places: int) -> Fraction:
    """Round as ``Math.round(x * 100) / 100`` does: the product is a float too."""
    return Fraction(floor(binary(number * 10**places) + Fraction(1, 2)), 10**places)


NUMBERS: Final = (
    NumberDefect("rounds-half-even", _rounding(half_even), at_halves=True),
    NumberDefect("cuts-decimals-off", _rounding(cut_off)),
    NumberDefect("rounds-tiers-first", _tiers_rounded),
    NumberDefect("rounds-tiers-first", _top_rounded),
    *(
        NumberDefect("computes-in-floats", shows, at_halves=True)
        for rounding in (half_even, half_up, _times_hundred)
        for shows in (
            *(_in_binary(rounding, share) for share in (_undivided, _weight_divided, _product_divided)),
            _in_binary_by_tier(rounding),
        )
    ),
    NumberDefect("leaves-unanswered-out", _unanswered_left_out),
    NumberDefect("leaves-unanswered-out", _unanswered_left_out_at_once),
    NumberDefect("counts-unanswered", lambda edition, values: _unanswered_as(edition, values, edition.scale.minimum)),
    NumberDefect("counts-unanswered", lambda edition, values: _unanswered_as(edition, values, Fraction(0))),
    NumberDefect("counts-index-twice", _twice),
    NumberDefect("weighs-values-twice", _weighted_twice),
    NumberDefect("weighs-values-twice", _weighted_twice_of_hundred),
    NumberDefect("weighs-equally", _equal_inside_aspects),
    NumberDefect("weighs-equally", _equal_everywhere),
    NumberDefect("weighs-equally", _one_mean),
    NumberDefect("drops-fractions-of-values", _values_cut),
)


# -- grades -------------------------------------------------------------------------------------------------------


def _number(edition: Edition, index: Fraction, year: int | None) -> Fraction:
    return half_up(index, edition.places) if basis_of(edition, year) == "rounded" else index


def _lowest(edition: Edition) -> str:
    return edition.grades[-1].name


def _without_top(edition: Edition, index: Fraction, year: int | None) -> str | None:
    number = _number(edition, index, year)
    return None if number >= edition.scale.maximum else band_of(edition, number).name


def _top_to_lowest(edition: Edition, index: Fraction, year: int | None) -> str | None:
    return _without_top(edition, index, year) or _lowest(edition)


def _above_floor(edition: Edition, index: Fraction, year: int | None) -> str | None:
    number = _number(edition, index, year)
    reached = [band.name for band in edition.grades if band.floor is None or number > band.floor]
    return reached[0]


def _gap_below_floor(edition: Edition, index: Fraction, year: int | None) -> str | None:
    """Give none between the last printed hundredth of a band and the next floor."""
    number = _number(edition, index, year)
    unit = Fraction(1, 10**edition.places)
    if any(band.floor is not None and band.floor - unit < number < band.floor for band in edition.grades):
        return None
    return band_of(edition, number).name


def _as_text(decimals_alike: bool) -> Callable[[Edition, Fraction, int | None], str | None]:
    """Compare ``3,50`` with floors written with a point, as texts, letter by letter."""

    def grade(edition: Edition, index: Fraction, year: int | None) -> str | None:
        del year
        shown = printed(index, edition.places).replace(".", ",")
        for band in edition.grades:
            if band.floor is None:
                return band.name
            floor_text = printed(band.floor, edition.places) if decimals_alike else exact_text(band.floor)
            if shown >= floor_text:
                return band.name
        return None

    return grade


def _to_the_comma(edition: Edition, index: Fraction, year: int | None) -> str | None:
    """Read ``3,50`` as a number, which ends at the comma."""
    del year
    return band_of(edition, Fraction(floor(half_up(index, edition.places)))).name


def _never_a_number(edition: Edition, index: Fraction, year: int | None) -> str | None:
    """Compare ``3,50``, which is no number, so that no floor is ever reached."""
    del index, year
    return _lowest(edition)


def _other_basis(edition: Edition, index: Fraction, year: int | None) -> str | None:
    rounds = basis_of(edition, year) == "exact"
    return band_of(edition, half_up(index, edition.places) if rounds else index).name


GRADES: Final = (
    GradeDefect("excludes-top-of-scale", _without_top),
    GradeDefect("excludes-top-of-scale", _top_to_lowest),
    GradeDefect("compares-comma-texts", _as_text(decimals_alike=True)),
    GradeDefect("compares-comma-texts", _as_text(decimals_alike=False)),
    GradeDefect("compares-comma-texts", _to_the_comma),
    GradeDefect("compares-comma-texts", _never_a_number),
    GradeDefect("excludes-floors", _above_floor),
    GradeDefect("leaves-gap-below-floors", _gap_below_floor),
    GradeDefect("reads-grade-from-other-number", _other_basis),
)
