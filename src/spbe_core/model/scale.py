"""Which values an indicator may take, and how their text is read."""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Final, Literal

import attrs

from spbe_core.errors import InputError
from spbe_core.model.exact import ExactNumber, exact, exact_text

# Four digits are more than any maturity scale needs and keep hostile input small.
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,3})", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,10})?", re.ASCII)
FINEST: Final = 10**10
"""Largest denominator of a value, also where it is given as a number: what ten decimals can say."""

_MOST_LEVELS: Final = 100


@attrs.frozen
class Scale:
    """The range of an edition's values.

    Attributes:
        minimum: lowest value, also what an unfilled indicator can at least be.
        maximum: highest value.
        step: ``integer`` for whole maturity levels, ``decimal`` for fractional values.
        empty: what an empty cell means: ``refused`` (a mistake) or ``missing`` (not yet known).
        source: citation id.
    """

    minimum: Fraction
    maximum: Fraction
    step: Literal["integer", "decimal"]
    empty: Literal["refused", "missing"]
    source: str

    @cached_property
    def _levels(self) -> range:
        """The whole levels, because asking a range is much faster than comparing fractions."""
        return range(ceil(self.minimum), floor(self.maximum) + 1)

    @cached_property
    def _written(self) -> Mapping[str, Fraction]:
        """The whole levels as they are written, so that nearly every cell is read by one look-up."""
        return {str(level): Fraction(level) for level in self._levels[:_MOST_LEVELS] if abs(level) < 10_000}

    def read(self, text: str) -> Fraction | None:
        """Read a value as written in a file; None where an empty cell is allowed.

        Raises:
            InputError: ``value-empty``, ``value-not-integer``, ``value-not-decimal`` or ``value-out-of-range``.
        """
        level = self._written.get(text)
        if level is not None:
            return level
        if text == "":
            if self.empty == "missing":
                return None
            raise InputError("value-empty")
        if self.step == "integer" and not _INTEGER.fullmatch(text):
            raise InputError("value-not-integer", value=text)
        if self.step == "decimal" and not _DECIMAL.fullmatch(text):
            raise InputError("value-not-decimal", value=text)
        return self.check(exact(text))

    def check(self, number: ExactNumber) -> Fraction:
        """Return the number as a fraction if the scale allows it.

        Raises:
            InputError: ``number-not-exact``, ``value-not-integer``, ``value-not-decimal`` or ``value-out-of-range``.
        """
        value = exact(number)
        if value.denominator == 1:
            allowed = value.numerator in self._levels
        elif self.step == "integer":
            raise InputError("value-not-integer", value=exact_text(value))
        elif value.denominator > FINEST:
            raise InputError("value-not-decimal", value=exact_text(value))
        else:
            allowed = self.minimum <= value <= self.maximum
        if not allowed:
            raise InputError(
                "value-out-of-range",
                value=exact_text(value),
                minimum=exact_text(self.minimum),
                maximum=exact_text(self.maximum),
            )
        return value

    def read_for(self, indicator: str, given: ExactNumber | str) -> Fraction | None:
        """Read or check one indicator's value; the error says which indicator it was.

        Raises:
            InputError: as :meth:`read` and :meth:`check`.
        """
        try:
            return self.read(given) if isinstance(given, str) else self.check(given)
        except InputError as problem:
            raise problem.at(at_indicator=indicator) from None
