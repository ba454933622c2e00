"""A test vector: values, and what they must come to in any language."""

from collections.abc import Mapping
from fractions import Fraction

import attrs

from spbe_core.model.scorecard import Scorecard


@attrs.frozen
class Vector:
    """One case another implementation is held against.

    Attributes:
        name: what the case is there for; unique among the vectors of an edition.
        values: indicator -> value, None where there is none.
        card: what the library makes of them.
    """

    name: str
    values: Mapping[str, Fraction | None]
    card: Scorecard
