"""A dossier: all that a rule may see of one indicator."""

from fractions import Fraction

import attrs

from spbe_core.model.edition import Indicator, Item
from spbe_core.model.external import External
from spbe_core.model.scale import Scale
from spbe_core.model.value_policy import ValueBand, ValuePolicy


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
        items: the items that were judged, of all levels; empty where only whole indicators are.
        accepted: ids of the items that were accepted.
        policy: how items become a value, None where the edition does not say.
        bands: the stretch of the scale that belongs to each level, where the edition says so.
        external: what feeds it from outside, None where an assessor judges it.
        external_score: the score published there, None while there is none.
    """

    indicator: Indicator
    scale: Scale
    year: int | None = None
    value: Fraction | None = None
    stage: str | None = None
    evidence: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    accepted: frozenset[str] = frozenset()
    policy: ValuePolicy | None = None
    bands: tuple[ValueBand, ...] = ()
    external: External | None = None
    external_score: Fraction | None = None
