"""An evaluation as its events left it."""

from collections.abc import Mapping
from datetime import date, datetime

import attrs

from spbe_core.events import CardRecord
from spbe_core.events.objection import Outcome
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.evidence import Evidence
from spbe_core.model.verdict import VerdictKind

Task = tuple[str, str | None]
"""An indicator and one of its items, or None for all of it."""


@attrs.frozen
class StageScore:
    """The value an indicator was last given at one stage; the members mean what they do in the event."""

    value: str
    basis: str
    reason: str
    at: datetime
    by: str
    external_score: str | None = None
    value_policy: str | None = None
    objection: str | None = None


@attrs.frozen
class StageVerdict:
    """The verdict an item was last given at one stage; the members mean what they do in the event.

    Attributes:
        version: place of the event in the history.
    """

    indicator: str
    verdict: VerdictKind
    code: str
    reason: str
    evidence: tuple[str, ...]
    at: datetime
    by: str
    version: int
    basis: str = "assessor"
    objection: str | None = None


@attrs.frozen
class Answer:
    """How an objection was answered."""

    outcome: Outcome
    reason: str
    at: datetime
    by: str


@attrs.frozen(kw_only=True)
class Objection:
    """An agency's contest of a value or verdict; the members mean what they do in the event.

    Attributes:
        followed: whether, since it was answered, its stage was opened again or what it contests was judged anew.
    """

    id: str
    stage: str
    indicator: str
    item: str | None
    reason: str
    evidence: tuple[str, ...]
    at: datetime
    by: str
    answer: Answer | None = None
    followed: bool = False


@attrs.frozen(kw_only=True)
class Assignment:
    """Who owes the evidence of an indicator or of one of its items; the members mean what they do in the event."""

    indicator: str
    item: str | None
    units: tuple[str, ...]
    responsible: str | None
    deadline: date | None
    reason: str
    at: datetime
    by: str


@attrs.frozen
class Result:
    """The determined result."""

    decree: str
    decree_date: date | None
    at: datetime
    by: str
    card: CardRecord


@attrs.frozen(kw_only=True)
class Evaluation:
    """One agency's evaluation, folded from its events.

    Attributes:
        version: number of events folded.
        stages: stages of its process, in order.
        optional_stages: those that may be skipped.
        evidence: id -> evidence, withdrawn ones included.
        scores: stage -> indicator -> value given there.
        verdicts: stage -> item -> verdict given there.
        objections: id -> objection.
        assignments: (indicator, item or None) -> who owes it.
        closed: stage -> the card it was closed with.
        result: the determined result, None before determination and after reopening.
        opened_at: when it was opened.
        changed_at: when its last event was recorded.
        importer: who may have imported all of it, None once it holds what no import records or is by several.
    """

    id: EvaluationId
    version: int
    agency_name: str
    edition: str
    edition_digest: str
    process: str
    stages: tuple[str, ...]
    optional_stages: tuple[str, ...]
    opened_at: datetime
    changed_at: datetime
    evidence: Mapping[str, Evidence] = attrs.field(factory=dict[str, Evidence])
    scores: Mapping[str, Mapping[str, StageScore]] = attrs.field(factory=dict[str, Mapping[str, StageScore]])
    verdicts: Mapping[str, Mapping[str, StageVerdict]] = attrs.field(factory=dict[str, Mapping[str, StageVerdict]])
    objections: Mapping[str, Objection] = attrs.field(factory=dict[str, Objection])
    assignments: Mapping[Task, Assignment] = attrs.field(factory=dict[Task, Assignment])
    closed: Mapping[str, CardRecord] = attrs.field(factory=dict[str, CardRecord])
    result: Result | None = None
    importer: str | None = None

    @property
    def open_stage(self) -> str | None:
        """The earliest stage that is not closed, None once the result is determined or all are closed."""
        if self.result is not None:
            return None
        return next((stage for stage in self.stages if stage not in self.closed), None)

    def may_assess(self, stage: str) -> bool:
        """Whether values may be given at a stage: it is open, and so is nothing before it that must be closed."""
        if self.result is not None or stage in self.closed or stage not in self.stages:
            return False
        earlier = self.stages[: self.stages.index(stage)]
        return all(one in self.closed or one in self.optional_stages for one in earlier)

    def open_stages(self) -> tuple[str, ...]:
        """Return the stages that stand in the way of a determination: open, and required or begun."""
        return tuple(
            stage
            for stage in self.stages
            if stage not in self.closed
            and (stage not in self.optional_stages or self.scores.get(stage) or self.verdicts.get(stage))
        )

    def unanswered(self) -> tuple[Objection, ...]:
        """Return the objections nobody has answered yet."""
        return tuple(one for one in self.objections.values() if one.answer is None)

    def unfollowed(self) -> tuple[Objection, ...]:
        """Return the objections that were granted, if only partly, and from which nothing has followed."""
        return tuple(
            one
            for one in self.objections.values()
            if one.answer is not None
            and one.answer.outcome != "denied"
            and not one.followed
            and one.stage in self.closed
        )

    def erased_contents(self) -> dict[str, str]:
        """Return digest -> ground of every content that was erased."""
        documents = self.evidence.values()
        return {one.digest: one.erased for one in documents if one.digest is not None and one.erased is not None}

    def stages_upto(self, upto: str | None) -> tuple[str, ...]:
        """Return the stages up to and including one, or all of them."""
        return self.stages if upto is None else self.stages[: self.stages.index(upto) + 1]
