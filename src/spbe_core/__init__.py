"""spbe: exact, explained and replayable scoring of Indonesia's e-government evaluation.

Two things are all most programs need: :func:`score`, a pure calculation, and :class:`Spbe`, a store of evaluations.
"""

from typing import TYPE_CHECKING, Any

from spbe_core.errors import (
    ConcurrencyError,
    InputError,
    NotPermittedError,
    RecordError,
    RulesError,
    SpbeError,
    StoreError,
)

if TYPE_CHECKING:
    from spbe_core.evaluation.state import Evaluation
    from spbe_core.explanation import explain_index, explain_indicator, explain_node
    from spbe_core.library import Spbe, installed_rules, score
    from spbe_core.model.document import DocumentFacts
    from spbe_core.model.edition import Edition
    from spbe_core.model.evidence_policy import EvidencePolicy
    from spbe_core.model.finding import Finding
    from spbe_core.model.score import Reason
    from spbe_core.model.scorecard import Scorecard
    from spbe_core.model.verdict import ItemVerdict
    from spbe_core.projections.evaluations import UnreadableRow
    from spbe_core.service.assign_work import WorkAssignment
    from spbe_core.service.import_evaluation import EvaluationImport

__all__ = [
    "ConcurrencyError",
    "DocumentFacts",
    "Edition",
    "Evaluation",
    "EvaluationImport",
    "EvidencePolicy",
    "Finding",
    "InputError",
    "ItemVerdict",
    "NotPermittedError",
    "Reason",
    "RecordError",
    "RulesError",
    "Scorecard",
    "Spbe",
    "SpbeError",
    "StoreError",
    "UnreadableRow",
    "WorkAssignment",
    "explain_index",
    "explain_indicator",
    "explain_node",
    "installed_rules",
    "score",
]

_HOMES = {
    "DocumentFacts": "model.document",
    "Edition": "model.edition",
    "Evaluation": "evaluation.state",
    "EvaluationImport": "service.import_evaluation",
    "EvidencePolicy": "model.evidence_policy",
    "Finding": "model.finding",
    "ItemVerdict": "model.verdict",
    "Reason": "model.score",
    "Scorecard": "model.scorecard",
    "Spbe": "library",
    "UnreadableRow": "projections.evaluations",
    "WorkAssignment": "service.assign_work",
    "explain_index": "explanation",
    "explain_indicator": "explanation",
    "explain_node": "explanation",
    "installed_rules": "library",
    "score": "library",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that ``import spbe_core`` stays fast."""
    from importlib import import_module  # noqa: PLC0415

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"spbe_core.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
