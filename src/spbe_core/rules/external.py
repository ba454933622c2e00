"""Ready-made rules: an index of another ministry feeds the indicator."""

import attrs

from spbe_core.model.dossier import Dossier
from spbe_core.model.exact import exact_text
from spbe_core.model.score import IndicatorScore, Reason
from spbe_core.rules.domain_rules import DomainRules


@attrs.frozen
class ExternallyFed:
    """Indicators the edition lists as external are converted; all others go to other rules.

    Attributes:
        others: rules of the same node for what an assessor judges.
    """

    others: DomainRules

    @property
    def edition(self) -> str:
        """Id of the edition."""
        return self.others.edition

    @property
    def node(self) -> str:
        """Id of the domain or aspect."""
        return self.others.node

    def score(self, dossier: Dossier) -> IndicatorScore:
        """Convert the score; without one, count the minimum as pending where a practice says so."""
        external = dossier.external
        if external is None:
            return self.others.score(dossier)
        facts: dict[str, object] = {"name": external.name, "agency": external.agency}
        if dossier.value is not None:
            value = dossier.scale.check(dossier.value)
            reason = Reason("reason-external-value", {**facts, "value": exact_text(value)}, external.source)
            return IndicatorScore(external.indicator, value, "external", (reason,))
        if dossier.external_score is not None:
            value = dossier.scale.check(external.convert(dossier.external_score))
            told = {**facts, "score": exact_text(dossier.external_score), "value": exact_text(value)}
            reason = Reason("reason-converted", told, external.source)
            return IndicatorScore(external.indicator, value, "external", (reason,))
        if external.pending:
            reason = Reason("reason-pending", {**facts, "minimum": exact_text(dossier.scale.minimum)}, external.pending)
            return IndicatorScore(external.indicator, None, "pending", (reason,))
        return IndicatorScore(external.indicator, None, "missing", (Reason("reason-no-score", facts, external.source),))
