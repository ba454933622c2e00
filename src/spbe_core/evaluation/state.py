"""An evaluation as its events left it, and how each event changes it.

``evolve`` needs nothing but the event: no plugin, no edition, no clock. That is why any history can be folded by
anyone who has only this library.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import reduce, singledispatch

import attrs

from spbe_core.errors import StoreError
from spbe_core.events import (
    CardRecord,
    EvaluationOpened,
    EvaluationReopened,
    Event,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    IndicatorScored,
    ResultDetermined,
    StageClosed,
    topic_of,
)
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.evidence import Evidence


@attrs.frozen
class StageScore:
    """The value an indicator was last given at one stage."""

    value: str
    basis: str
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
        closed: stage -> the card it was closed with.
        result: the determined result, None before determination and after reopening.
        opened_at: when it was opened.
        changed_at: when its last event was recorded.
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
    closed: Mapping[str, CardRecord] = attrs.field(factory=dict[str, CardRecord])
    result: Result | None = None

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

    def values(self, upto: str | None = None) -> dict[str, tuple[str, str]]:
        """Return indicator -> (value, stage it was given at), each from the latest stage that gave one.

        A value not taken up at a stage carries over from the one before (Pedoman MenPANRB 3/2024, pp. 219, 222).

        Args:
            upto: last stage to look at, the last of all by default.
        """
        last = len(self.stages) if upto is None else self.stages.index(upto) + 1
        return {
            indicator: (given.value, stage)
            for stage in self.stages[:last]
            for indicator, given in self.scores.get(stage, {}).items()
        }


def fold(events: Iterable[Event], start: Evaluation | None = None) -> Evaluation | None:
    """Fold a history into the evaluation it describes; None where there is no history."""
    return reduce(evolve, events, start)


def evolve(evaluation: Evaluation | None, event: Event) -> Evaluation:
    """Return the evaluation as it is after one more event.

    Raises:
        StoreError: ``event-out-of-place`` where no evaluation could have come to this event; the record is damaged.
    """
    if isinstance(event, EvaluationOpened) and evaluation is None:
        return Evaluation(
            id=EvaluationId(event.agency, event.year),
            version=1,
            agency_name=event.agency_name,
            edition=event.edition,
            edition_digest=event.edition_digest,
            process=event.process,
            stages=event.stages,
            optional_stages=event.optional_stages,
            opened_at=event.at,
            changed_at=event.at,
        )
    if evaluation is None:
        raise StoreError("event-out-of-place", topic=topic_of(event))
    try:
        return _after(event, evaluation)
    except (LookupError, ValueError) as problem:
        raise StoreError("event-out-of-place", topic=topic_of(event)) from problem


def _next(before: Evaluation, event: Event, **changes: object) -> Evaluation:
    return attrs.evolve(before, version=before.version + 1, changed_at=event.at, **changes)  # type: ignore[arg-type]


@singledispatch
def _after(event: Event, before: Evaluation) -> Evaluation:
    raise LookupError(f"{event.TOPIC} does not belong to an evaluation that is open")


@_after.register
def _(event: EvidenceSubmitted, before: Evaluation) -> Evaluation:
    submitted = Evidence(
        id=event.evidence,
        title=event.title,
        file_name=event.file_name,
        digest=event.digest,
        size=event.size,
        indicators=event.indicators,
        effective=event.effective,
        submitted_at=event.at,
        submitted_by=event.by,
    )
    return _next(before, event, evidence={**before.evidence, submitted.id: submitted})


@_after.register
def _(event: EvidenceSuperseded, before: Evaluation) -> Evaluation:
    changed = attrs.evolve(before.evidence[event.evidence], superseded_by=event.successor)
    return _next(before, event, evidence={**before.evidence, changed.id: changed})


@_after.register
def _(event: EvidenceWithdrawn, before: Evaluation) -> Evaluation:
    changed = attrs.evolve(before.evidence[event.evidence], withdrawn=event.reason)
    return _next(before, event, evidence={**before.evidence, changed.id: changed})


@_after.register
def _(event: IndicatorScored, before: Evaluation) -> Evaluation:
    given = StageScore(event.value, event.basis, event.reason, event.at, event.by)
    at_stage = {**before.scores.get(event.stage, {}), event.indicator: given}
    return _next(before, event, scores={**before.scores, event.stage: at_stage})


@_after.register
def _(event: StageClosed, before: Evaluation) -> Evaluation:
    return _next(before, event, closed={**before.closed, event.stage: event.card})


@_after.register
def _(event: ResultDetermined, before: Evaluation) -> Evaluation:
    result = Result(event.decree, event.decree_date, event.at, event.by, event.card)
    return _next(before, event, result=result)


@_after.register
def _(event: EvaluationReopened, before: Evaluation) -> Evaluation:
    if event.stage not in before.closed:
        raise LookupError(event.stage)
    kept = before.stages[: before.stages.index(event.stage)]
    closed = {stage: card for stage, card in before.closed.items() if stage in kept}
    return _next(before, event, closed=closed, result=None)
