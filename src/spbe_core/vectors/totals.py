"""Which indices an edition's values can have, and values that have a wanted one: a subset sum in integers."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, lcm

import attrs

from spbe_core.model.edition import Edition


@attrs.frozen
class Totals:
    """The weighted totals of an edition, counted in steps of its values above the scale's minimum.

    A value is the minimum plus a whole number of steps, a weight a whole number of units; so to each index belongs a
    whole number, its total. The totals that values can have are one big integer, with a bit for each.

    Attributes:
        edition: whose weights and scale.
        per_point: how many steps make one whole point of the scale.
    """

    edition: Edition
    per_point: int

    @classmethod
    def of(cls, edition: Edition) -> "Totals":
        """Return the totals of whole levels, or of decimal values with as many places as a displayed index."""
        return cls(edition, 1 if edition.scale.step == "integer" else 10**edition.places)

    @cached_property
    def _steps(self) -> int:
        """How many steps there are from the lowest value to the highest."""
        return floor((self.edition.scale.maximum - self.edition.scale.minimum) * self.per_point)

    @cached_property
    def _weights(self) -> tuple[int, ...]:
        unit = lcm(*(leaf.weight.denominator for leaf in self.edition.indicators))
        return tuple(int(leaf.weight * unit) for leaf in self.edition.indicators)

    @cached_property
    def _reached(self) -> tuple[int, ...]:
        """Bit n of entry p: whether the first p indicators can have the total n."""
        reached = [1]
        for weight in self._weights:
            bits, left, coin = reached[-1], self._steps, 1
            while left:  # coins of 1, 2, 4, ... steps and a rest pay every number of steps
                coin = min(coin, left)
                bits |= bits << (weight * coin)
                left, coin = left - coin, 2 * coin
            reached.append(bits)
        return tuple(reached)

    def index(self, total: int) -> Fraction:
        """Return the index of a total."""
        return self.edition.scale.minimum + Fraction(total, self.per_point * sum(self._weights))

    def _total(self, index: Fraction) -> Fraction:
        return (index - self.edition.scale.minimum) * self.per_point * sum(self._weights)

    def all(self) -> Iterator[int]:
        """Yield every total that values can have, from the lowest."""
        bits = bin(self._reached[-1])[:1:-1]
        return (total for total, bit in enumerate(bits) if bit == "1")

    def at(self, index: Fraction) -> int | None:
        """Return the total of exactly this index, None where no values have it."""
        total = self._total(index)
        possible = total >= 0 and total.denominator == 1 and self._reached[-1] >> total.numerator & 1
        return total.numerator if possible else None

    def below(self, index: Fraction) -> int | None:
        """Return the highest total whose index lies below this one."""
        bits = self._reached[-1] & ((1 << max(0, ceil(self._total(index)))) - 1)
        return bits.bit_length() - 1 if bits else None

    def above(self, index: Fraction) -> int | None:
        """Return the lowest total whose index lies above this one."""
        first = max(0, floor(self._total(index)) + 1)
        bits = self._reached[-1] >> first
        return first + (bits & -bits).bit_length() - 1 if bits else None

    def values(self, total: int) -> Mapping[str, Fraction]:
        """Return values that have a total, each as near to the others as the weights allow."""
        values: dict[str, Fraction] = {}
        whole = sum(self._weights)
        for place in reversed(range(len(self._weights))):
            weight, even = self._weights[place], total // whole
            near = sorted((abs(steps - even), steps) for steps in range(min(self._steps, total // weight) + 1))
            steps = next(steps for _, steps in near if self._reached[place] >> (total - weight * steps) & 1)
            values[self.edition.indicators[place].id] = self.edition.scale.minimum + Fraction(steps, self.per_point)
            total, whole = total - weight * steps, whole - weight
        return {leaf.id: values[leaf.id] for leaf in self.edition.indicators}
