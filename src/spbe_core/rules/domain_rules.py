"""The one thing a rule pack computes: what an indicator's dossier is worth."""

from typing import Protocol

from spbe_core.model.dossier import Dossier
from spbe_core.model.score import IndicatorScore


class DomainRules(Protocol):
    """The rules of one domain (or aspect, in an edition without domains).

    Rules are pure: no clock, no files, no environment, no randomness; the same dossier always gives the same
    score. They never see the record, so any dossier can be scored under any edition.
    """

    @property
    def edition(self) -> str:
        """Id of the edition these rules belong to."""
        ...

    @property
    def node(self) -> str:
        """Id of the domain or aspect they judge."""
        ...

    def score(self, dossier: Dossier) -> IndicatorScore:
        """Say what the dossier's indicator is worth, and why."""
        ...
