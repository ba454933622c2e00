"""An evaluation as its events left it, and how each event changes it.

``evolve`` needs nothing but the event: no plugin, no edition, no clock. That is why any history can be folded by
anyone who has only this library.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Self

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

    def open_stages(self) -> tuple[str, ...]:
        """Return the stages that stand in the way of a determination: open, and required or begun."""
        return tuple(
            stage
            for stage in self.stages
            if stage not in self.closed and (stage not in self.optional_stages or self.scores.get(stage))
        )

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
    """Fold a history into the evaluation it describes; None where there is no history.

    Args:
        events: what happened after ``start``, oldest first.
        start: the evaluation so far, None where the history begins.

    Raises:
        StoreError: ``event-out-of-place`` where no evaluation could have come to an event; the record is damaged.
    """
    draft = None if start is None else _Draft.of(start)
    for event in events:
        try:
            if draft is None:
                draft = _Draft.of(_opened(event))
            else:
                draft.take(event)
        except (LookupError, ValueError) as problem:
            raise StoreError("event-out-of-place", topic=topic_of(event)) from problem
    return None if draft is None else draft.finished()


def evolve(evaluation: Evaluation | None, event: Event) -> Evaluation:
    """Return the evaluation as it is after one more event.

    Raises:
        StoreError: as :func:`fold`.
    """
    after = fold((event,), evaluation)
    assert after is not None  # noqa: S101 - folding an event never gives none
    return after


def _opened(event: Event) -> Evaluation:
    if not isinstance(event, EvaluationOpened):
        raise LookupError(f"{event.TOPIC} before {EvaluationOpened.TOPIC}")
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


@attrs.define
class _Draft:
    """An evaluation while events are folded into it: changed in place, and seen by nobody before it is finished."""

    start: Evaluation
    version: int
    changed_at: datetime
    evidence: dict[str, Evidence]
    scores: dict[str, dict[str, StageScore]]
    closed: dict[str, CardRecord]
    result: Result | None

    @classmethod
    def of(cls, start: Evaluation) -> Self:
        scores = {stage: dict(given) for stage, given in start.scores.items()}
        return cls(
            start, start.version, start.changed_at, dict(start.evidence), scores, dict(start.closed), start.result
        )

    def finished(self) -> Evaluation:
        return attrs.evolve(
            self.start,
            version=self.version,
            changed_at=self.changed_at,
            evidence=self.evidence,
            scores=self.scores,
            closed=self.closed,
            result=self.result,
        )

    def take(self, event: Event) -> None:
        match event:
            case IndicatorScored():
                given = StageScore(event.value, event.basis, event.reason, event.at, event.by)
                self.scores.setdefault(event.stage, {})[event.indicator] = given
            case EvidenceSubmitted():
                self.evidence[event.evidence] = _evidence(event)
            case EvidenceSuperseded():
                replaced = self.evidence[event.evidence]
                self.evidence[event.evidence] = attrs.evolve(replaced, superseded_by=event.successor)
            case EvidenceWithdrawn():
                withdrawn = self.evidence[event.evidence]
                self.evidence[event.evidence] = attrs.evolve(withdrawn, withdrawn=event.reason)
            case StageClosed():
                self.closed[event.stage] = event.card
            case ResultDetermined():
                self.result = Result(event.decree, event.decree_date, event.at, event.by, event.card)
            case EvaluationReopened():
                self._reopen(event.stage)
            case _:
                raise LookupError(f"{event.TOPIC} does not belong to an evaluation that is open")
        self.version += 1
        self.changed_at = event.at

    def _reopen(self, stage: str) -> None:
        if stage not in self.closed:
            raise LookupError(stage)
        kept = self.start.stages[: self.start.stages.index(stage)]
        self.closed = {one: card for one, card in self.closed.items() if one in kept}
        self.result = None


def _evidence(event: EvidenceSubmitted) -> Evidence:
    return Evidence(
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
