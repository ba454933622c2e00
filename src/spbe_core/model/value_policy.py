"""How judged items become a value, where an edition leaves room for more than one way."""

from fractions import Fraction
from typing import Final

import attrs

ASSESSOR: Final = "assessor"
"""The policy under which items become no value: only what an assessor gives counts."""


@attrs.frozen
class ValuePolicy:
    """A named way from judged items to a value.

    Attributes:
        id: ``share-in-band``, ``whole-levels`` or ``assessor``.
        name: what people see.
        source: citation id of what speaks for it.
    """

    id: str
    name: str
    source: str


@attrs.frozen
class ValueBand:
    """The stretch of the scale that belongs to one maturity level.

    Attributes:
        level: maturity level.
        floor: value when the level below is complete.
        ceiling: value when this level is.
        source: citation id.
    """

    level: int
    floor: Fraction
    ceiling: Fraction
    source: str
