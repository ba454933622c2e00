"""A dossier: all that a rule may see of one indicator."""

from fractions import Fraction

import attrs

from spbe_core.model.edition import Indicator
from spbe_core.model.scale import Scale


@attrs.frozen
class Dossier:
    """What is known of one indicator when it is scored.

    Attributes:
        indicator: which one, with weight and name.
        scale: allowed values of the edition.
        year: evaluation year, None in a calculation that names none.
        value: the value an assessor gave, None where there is none.
        stage: stage that value comes from, None in a bare calculation.
        evidence: digests of the documents that stand for it.
    """

    indicator: Indicator
    scale: Scale
    year: int | None = None
    value: Fraction | None = None
    stage: str | None = None
    evidence: tuple[str, ...] = ()
