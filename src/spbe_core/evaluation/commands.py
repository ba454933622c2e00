"""What people ask of an evaluation, as values: nothing has happened yet."""

from collections.abc import Mapping
from datetime import date

import attrs

from spbe_core.events import CardRecord
from spbe_core.events.objection import Outcome
from spbe_core.model.document import NO_FACTS, DocumentFacts
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.verdict import ItemVerdict


@attrs.frozen(kw_only=True)
class OpenEvaluation:
    """Begin an agency's evaluation under an edition, which is pinned; without a process, under its fullest one."""

    id: EvaluationId
    agency_name: str
    edition: Edition
    process: str | None


@attrs.frozen(kw_only=True)
class SubmitEvidence:
    """Enter a document that already lies in the vault, or a link; with ``supersedes`` it takes another's place."""

    title: str
    file_name: str
    digest: str | None
    size: int | None
    indicators: tuple[str, ...]
    media_type: str | None = None
    link: str | None = None
    items: tuple[str, ...] = ()
    document: DocumentFacts = NO_FACTS
    carried_from: str | None = None
    supersedes: str | None = None


@attrs.frozen(kw_only=True)
class CoverWithEvidence:
    """Let a document that was submitted before serve more indicators or items."""

    evidence: str
    indicators: tuple[str, ...]
    items: tuple[str, ...]


@attrs.frozen(kw_only=True)
class WithdrawEvidence:
    """Take a document back."""

    evidence: str
    reason: str


@attrs.frozen(kw_only=True)
class AssignWork:
    """Make the evidence of an indicator, or of one item, the task of units; of none, to take it back."""

    indicator: str
    item: str | None
    units: tuple[str, ...]
    responsible: str | None
    deadline: date | None
    reason: str


@attrs.frozen(kw_only=True)
class JudgeItems:
    """Give items their verdicts at a stage; ``indicators`` says which indicator each item belongs to."""

    stage: str
    verdicts: tuple[ItemVerdict, ...]
    indicators: Mapping[str, str]
    basis: str = "assessor"
    objection: str | None = None


@attrs.frozen(kw_only=True)
class AssessIndicators:
    """Give indicators their values at a stage: indicator -> exact text, already accepted by the rules.

    Attributes:
        external_scores: indicator -> published score its value was converted from, exact text.
        value_policy: the way from verdicts to values, where the values rest on verdicts.
        objection: what they follow from, if from an objection.
    """

    stage: str
    values: Mapping[str, str]
    basis: str
    reason: str
    external_scores: Mapping[str, str] = attrs.field(factory=dict[str, str])
    value_policy: str | None = None
    objection: str | None = None


@attrs.frozen(kw_only=True)
class CloseStage:
    """End a stage with the card computed from its values.

    Attributes:
        found: indicator -> exact text of each value that rests on the verdicts of this stage.
        value_policy: how verdicts became values, where any did.
    """

    stage: str
    card: CardRecord
    found: Mapping[str, str] = attrs.field(factory=dict[str, str])
    value_policy: str | None = None


@attrs.frozen(kw_only=True)
class DetermineResult:
    """Lay the result down by decree, with the card computed from the last values."""

    decree: str
    decree_date: date | None
    card: CardRecord


@attrs.frozen(kw_only=True)
class ReopenEvaluation:
    """Open a closed stage again, and with it all that came after; perhaps because of an objection."""

    stage: str
    reason: str
    objection: str | None = None


@attrs.frozen(kw_only=True)
class RaiseObjection:
    """Contest the value of an indicator, or the verdict on an item, of a closed stage."""

    stage: str
    indicator: str
    item: str | None
    reason: str
    evidence: tuple[str, ...]


@attrs.frozen(kw_only=True)
class AnswerObjection:
    """Grant an objection, partly or not."""

    objection: str
    outcome: Outcome
    reason: str


@attrs.frozen(kw_only=True)
class EraseContent:
    """Take the content of every document with a digest out of the vault for good."""

    digest: str
    ground: str


Command = (
    OpenEvaluation
    | SubmitEvidence
    | CoverWithEvidence
    | WithdrawEvidence
    | AssignWork
    | JudgeItems
    | AssessIndicators
    | CloseStage
    | DetermineResult
    | ReopenEvaluation
    | RaiseObjection
    | AnswerObjection
    | EraseContent
)
