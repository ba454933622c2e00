"""Ready-made rules: the assessor's level stands as it is."""

from functools import lru_cache

import attrs

from spbe_core.model.dossier import Dossier
from spbe_core.model.score import IndicatorScore, Reason


@attrs.frozen
class AssessorLevel:
    """The level an assessor chose, within the edition's scale, is the indicator's value.

    Attributes:
        edition: id of the edition.
        node: id of the domain or aspect.
        source: citation id of the provision that leaves the level to the assessor.
    """

    edition: str
    node: str
    source: str

    def score(self, dossier: Dossier) -> IndicatorScore:
        """Return the assessor's level, or ``missing`` where none was given."""
        if dossier.value is None:
            return IndicatorScore(dossier.indicator.id, None, "missing", (Reason("reason-no-value", {}, self.source),))
        value = dossier.scale.check(dossier.value)
        return IndicatorScore(dossier.indicator.id, value, "scored", _reasons(dossier.stage, self.source))


@lru_cache(maxsize=64)  # the same for every indicator of a stage
def _reasons(stage: str | None, source: str) -> tuple[Reason, ...]:
    if stage is None:
        return (Reason("reason-given-value", {}, source),)
    return (Reason("reason-assessed-value", {"stage": stage}, source),)
