"""What people ask of an evaluation, as values: nothing has happened yet."""

from collections.abc import Mapping
from datetime import date

import attrs

from spbe_core.events import CardRecord
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId


@attrs.frozen(kw_only=True)
class OpenEvaluation:
    """Begin an agency's evaluation under an edition, which is pinned; without a process, under its fullest one."""

    id: EvaluationId
    agency_name: str
    edition: Edition
    process: str | None


@attrs.frozen(kw_only=True)
class SubmitEvidence:
    """Enter a document that already lies in the vault; with ``supersedes`` it takes another's place."""

    title: str
    file_name: str
    digest: str
    size: int
    indicators: tuple[str, ...]
    effective: date | None = None
    supersedes: str | None = None


@attrs.frozen(kw_only=True)
class WithdrawEvidence:
    """Take a document back."""

    evidence: str
    reason: str


@attrs.frozen(kw_only=True)
class AssessIndicators:
    """Give indicators their values at a stage: indicator -> exact text, already accepted by the rules."""

    stage: str
    values: Mapping[str, str]
    basis: str
    reason: str


@attrs.frozen(kw_only=True)
class CloseStage:
    """End a stage with the card computed from its values."""

    stage: str
    card: CardRecord


@attrs.frozen(kw_only=True)
class DetermineResult:
    """Lay the result down by decree, with the card computed from the last values."""

    decree: str
    decree_date: date | None
    card: CardRecord


@attrs.frozen(kw_only=True)
class ReopenEvaluation:
    """Open a closed stage again, and with it all that came after."""

    stage: str
    reason: str


Command = (
    OpenEvaluation
    | SubmitEvidence
    | WithdrawEvidence
    | AssessIndicators
    | CloseStage
    | DetermineResult
    | ReopenEvaluation
)
