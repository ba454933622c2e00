"""Which indices an edition's values can reach, and values that reach one: every sum of weights, as bits of a number."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, lcm

import attrs

from spbe_core.model.edition import Edition


@attrs.frozen
class Reach:
    """The reachable sums of the first indicators, for each number of them, in whole units.

    Attributes:
        names: indicators in official order.
        steps: what each value adds for each indicator.
        values: values that may be given.
        sums: bit n of the k-th is set where the first k indicators can sum to n units.
        unit: units of an index of one.
        lowest: index of no units.
    """

    names: Sequence[str]
    steps: Sequence[Sequence[int]]
    values: Sequence[Fraction]
    sums: Sequence[int]
    unit: int
    lowest: Fraction

    def at_least(self, index: Fraction) -> dict[str, Fraction] | None:
        """Return values whose index is the lowest reachable one that is not below; None where there is none."""
        units = max(ceil((index - self.lowest) * self.unit), 0)
        above = self.sums[-1] >> units
        return self._values(units + (above & -above).bit_length() - 1) if above else None

    def below(self, index: Fraction) -> dict[str, Fraction] | None:
        """Return values whose index is the highest reachable one below; None where there is none."""
        units = max(ceil((index - self.lowest) * self.unit), 0)
        under = self.sums[-1] & ((1 << units) - 1)
        return self._values(under.bit_length() - 1) if under else None

    def exactly(self, index: Fraction) -> dict[str, Fraction] | None:
        """Return values whose index it is; None where it cannot be reached."""
        units = (index - self.lowest) * self.unit
        reached = units.denominator == 1 and units >= 0 and self.sums[-1] >> units.numerator & 1
        return self._values(units.numerator) if reached else None

    def _values(self, units: int) -> dict[str, Fraction]:
        """Go back from the last indicator to the first, by any value whose rest can be reached."""
        found: dict[str, Fraction] = {}
        for place in reversed(range(len(self.names))):
            order = range(len(self.values))
            turned = [*order[place % len(order) :], *order[: place % len(order)]]  # not all low ones first
            chosen = next(
                one
                for one in turned
                if self.steps[place][one] <= units and self.sums[place] >> (units - self.steps[place][one]) & 1
            )
            units -= self.steps[place][chosen]
            found[self.names[place]] = self.values[chosen]
        return {name: found[name] for name in self.names}


def reach_of(edition: Edition, values: Sequence[Fraction]) -> Reach:
    """Find every sum that some values of an edition's indicators can make.

    Args:
        edition: its weights.
        values: what each indicator may be given.
    """
    fine = lcm(*(leaf.weight.denominator for leaf in edition.indicators))
    parts = lcm(*(value.denominator for value in values))
    lowest = min(values)
    steps = [[int((value - lowest) * parts * leaf.weight * fine) for value in values] for leaf in edition.indicators]
    sums = [1]
    for step in steps:
        reached = 0
        for units in step:
            reached |= sums[-1] << units
        sums.append(reached)
    return Reach([leaf.id for leaf in edition.indicators], steps, values, sums, 100 * fine * parts, lowest)
