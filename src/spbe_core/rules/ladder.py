"""Ready-made rules: judged items become a value, and a level counts only when every level below is complete."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

import attrs

from spbe_core.errors import RulesError
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Item
from spbe_core.model.exact import exact_text
from spbe_core.model.score import IndicatorScore, Reason
from spbe_core.model.value_policy import ASSESSOR
from spbe_core.rules.judgement import AssessorLevel


@attrs.frozen
class Climb:
    """How far up the ladder the accepted items reach.

    Attributes:
        complete: highest level that is complete together with all below it, None where not even the lowest is.
        accepted: accepted items of the first level that is not complete.
        asked: items that level asks for, 0 where every level is complete.
    """

    complete: int | None
    accepted: int
    asked: int


def climb(dossier: Dossier) -> Climb:
    """Say how far the accepted items of a dossier reach; a level that asks for nothing is complete by itself."""
    by_level: dict[int, list[Item]] = {band.level: [] for band in dossier.bands}
    for item in dossier.items:
        by_level.setdefault(item.level, []).append(item)
    complete: int | None = None
    for level in sorted(by_level):
        asked = by_level[level]
        accepted = sum(item.id in dossier.accepted for item in asked)
        if accepted < len(asked):
            return Climb(complete, accepted, len(asked))
        complete = level
    return Climb(complete, 0, 0)


def _whole_levels(reached: Climb, dossier: Dossier) -> Fraction:
    lowest = dossier.scale.minimum
    return lowest if reached.complete is None else max(lowest, Fraction(reached.complete))


def _share_in_band(reached: Climb, dossier: Dossier) -> Fraction:
    bands = sorted(dossier.bands, key=lambda band: band.level)
    above = [band for band in bands if reached.complete is None or band.level > reached.complete]
    if not above:
        return bands[-1].ceiling
    share = Fraction(reached.accepted, reached.asked)
    return above[0].floor + share * (above[0].ceiling - above[0].floor)


_VALUATIONS: Final[Mapping[str, Callable[[Climb, Dossier], Fraction]]] = {
    "whole-levels": _whole_levels,
    "share-in-band": _share_in_band,
}


@attrs.frozen
class Ladder:
    """Items of a level count only when every level below is complete; the edition's value policy makes the value.

    A value that an assessor gave stands as it is.

    Attributes:
        edition: id of the edition.
        node: id of the domain or aspect.
        source: citation id of the provision that levels build on each other.
        assessor: citation id of the provision that leaves a value to the assessor.
    """

    edition: str
    node: str
    source: str
    assessor: str

    def score(self, dossier: Dossier) -> IndicatorScore:
        """Return the assessor's value where one was given, else what the policy makes of the judged items."""
        policy = dossier.policy
        if dossier.value is not None or policy is None or policy.id == ASSESSOR or not dossier.items:
            return AssessorLevel(self.edition, self.node, self.assessor).score(dossier)
        if policy.id not in _VALUATIONS:
            raise RulesError("value-policy-not-supported", edition=self.edition, policy=policy.id)
        reached = climb(dossier)
        value = _VALUATIONS[policy.id](reached, dossier)
        facts = {"complete": reached.complete or "-", "accepted": reached.accepted, "asked": reached.asked}
        valued = {"policy": policy.name, "value": exact_text(value)}
        reasons = (Reason("reason-ladder", facts, self.source), Reason("reason-policy", valued, policy.source))
        return IndicatorScore(dossier.indicator.id, value, "scored", reasons)
