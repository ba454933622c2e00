"""How each event changes an evaluation.

Folding needs nothing but the events: no plugin, no edition, no clock. That is why any history can be folded by
anyone who has only this library.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

import attrs

from spbe_core.errors import StoreError
from spbe_core.evaluation.state import (
    Answer,
    Assignment,
    Evaluation,
    Objection,
    Result,
    StageScore,
    StageVerdict,
    Task,
)
from spbe_core.events import (
    CardRecord,
    ContentErased,
    EvaluationOpened,
    EvaluationReopened,
    Event,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    IndicatorScored,
    ItemJudged,
    ObjectionAnswered,
    ObjectionRaised,
    ResultDetermined,
    StageClosed,
    WorkAssigned,
    topic_of,
)
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.evidence import Evidence


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
        importer=event.by,
    )


@attrs.define
class _Draft:
    """An evaluation while events are folded into it: changed in place, and seen by nobody before it is finished."""

    start: Evaluation
    version: int
    changed_at: datetime
    evidence: dict[str, Evidence]
    scores: dict[str, dict[str, StageScore]]
    verdicts: dict[str, dict[str, StageVerdict]]
    objections: dict[str, Objection]
    assignments: dict[Task, Assignment]
    closed: dict[str, CardRecord]
    result: Result | None
    importer: str | None

    @classmethod
    def of(cls, start: Evaluation) -> Self:
        return cls(
            start=start,
            version=start.version,
            changed_at=start.changed_at,
            evidence=dict(start.evidence),
            scores={stage: dict(given) for stage, given in start.scores.items()},
            verdicts={stage: dict(given) for stage, given in start.verdicts.items()},
            objections=dict(start.objections),
            assignments=dict(start.assignments),
            closed=dict(start.closed),
            result=start.result,
            importer=start.importer,
        )

    def finished(self) -> Evaluation:
        return attrs.evolve(
            self.start,
            version=self.version,
            changed_at=self.changed_at,
            evidence=self.evidence,
            scores=self.scores,
            verdicts=self.verdicts,
            objections=self.objections,
            assignments=self.assignments,
            closed=self.closed,
            result=self.result,
            importer=self.importer,
        )

    def take(self, event: Event) -> None:
        match event:
            case IndicatorScored():
                given = _score(event)
                self.scores.setdefault(event.stage, {})[event.indicator] = given
                if event.basis != "rules":
                    self._follow(event.objection, event.indicator)
            case ItemJudged():
                self.verdicts.setdefault(event.stage, {})[event.item] = _verdict(event, self.version + 1)
                self._follow(event.objection, event.indicator, event.item)
            case StageClosed():
                self.closed[event.stage] = event.card
            case ResultDetermined():
                self.result = Result(event.decree, event.decree_date, event.at, event.by, event.card)
            case EvaluationReopened():
                self._reopen(event.stage)
                self._follow(event.objection)
            case WorkAssigned():
                self._assign(event)
            case ObjectionRaised():
                self.objections[event.objection] = _objection(event)
            case ObjectionAnswered():
                answer = Answer(event.outcome, event.reason, event.at, event.by)
                self.objections[event.objection] = attrs.evolve(self.objections[event.objection], answer=answer)
            case _:
                self._take_evidence(event)
        self.version += 1
        self.changed_at = event.at
        if event.by != self.importer or not _of_import(event):
            self.importer = None

    def _take_evidence(self, event: Event) -> None:
        match event:
            case EvidenceSubmitted():
                self.evidence[event.evidence] = _evidence(event, self.version + 1)
            case EvidenceCoverageAdded():
                covering = self.evidence[event.evidence]
                self.evidence[event.evidence] = attrs.evolve(
                    covering,
                    indicators=_joined(covering.indicators, event.indicators),
                    items=_joined(covering.items, event.items),
                    served_since=self.version + 1,
                    covered_by=_joined(covering.covered_by, (event.by,)),
                )
            case EvidenceSuperseded():
                replaced = self.evidence[event.evidence]
                self.evidence[event.evidence] = attrs.evolve(replaced, superseded_by=event.successor, gone_at=event.at)
            case EvidenceWithdrawn():
                withdrawn = self.evidence[event.evidence]
                self.evidence[event.evidence] = attrs.evolve(withdrawn, withdrawn=event.reason, gone_at=event.at)
            case ContentErased():
                self._erase(event)
            case _:
                raise LookupError(f"{event.TOPIC} does not belong to an evaluation that is open")

    def _erase(self, event: ContentErased) -> None:
        named = {id_: one for id_, one in self.evidence.items() if one.digest == event.digest}
        if not named:
            raise LookupError(event.digest)
        self.evidence |= {id_: attrs.evolve(one, erased=event.ground) for id_, one in named.items()}

    def _assign(self, event: WorkAssigned) -> None:
        task = (event.indicator, event.item)
        if event.units:
            self.assignments[task] = Assignment(
                indicator=event.indicator,
                item=event.item,
                units=event.units,
                responsible=event.responsible,
                deadline=event.deadline,
                reason=event.reason,
                at=event.at,
                by=event.by,
            )
        else:
            del self.assignments[task]

    def _follow(self, objection: str | None, indicator: str | None = None, item: str | None = None) -> None:
        """Note that something followed from answered objections: from the named one, and from those it is about.

        Args:
            objection: what it was said to follow from.
            indicator: what was judged; None where stages were opened again.
            item: the item that was judged; None for the whole indicator.
        """
        for one in list(self.objections.values()):
            if one.answer is None or one.followed:
                continue
            judged = one.indicator == indicator and (item is None or one.item in {None, item})
            reopened = indicator is None and one.stage not in self.closed
            if one.id == objection or judged or reopened:
                self.objections[one.id] = attrs.evolve(one, followed=True)

    def _reopen(self, stage: str) -> None:
        if stage not in self.closed:
            raise LookupError(stage)
        kept = self.start.stages[: self.start.stages.index(stage)]
        self.closed = {one: card for one, card in self.closed.items() if one in kept}
        self.result = None


def _of_import(event: Event) -> bool:
    """Say whether an import may have recorded an event; of a verdict, earlier forms did not say what it rests on."""
    if isinstance(event, IndicatorScored):
        return event.basis != "assessor"
    return isinstance(event, EvidenceSubmitted | ItemJudged | StageClosed | ResultDetermined)


def _joined(before: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))


def _score(event: IndicatorScored) -> StageScore:
    return StageScore(
        event.value,
        event.basis,
        event.reason,
        event.at,
        event.by,
        event.external_score,
        event.value_policy,
        event.objection,
    )


def _verdict(event: ItemJudged, version: int) -> StageVerdict:
    return StageVerdict(
        event.indicator,
        event.verdict,
        event.code,
        event.reason,
        event.evidence,
        event.at,
        event.by,
        version,
        event.basis,
        event.objection,
    )


def _objection(event: ObjectionRaised) -> Objection:
    return Objection(
        id=event.objection,
        stage=event.stage,
        indicator=event.indicator,
        item=event.item,
        reason=event.reason,
        evidence=event.evidence,
        at=event.at,
        by=event.by,
    )


def _evidence(event: EvidenceSubmitted, version: int) -> Evidence:
    return Evidence(
        id=event.evidence,
        title=event.title,
        file_name=event.file_name,
        digest=event.digest,
        size=event.size,
        media_type=event.media_type,
        link=event.link,
        indicators=event.indicators,
        items=event.items,
        document=event.document,
        carried_from=event.carried_from,
        submitted_at=event.at,
        submitted_by=event.by,
        served_since=version,
    )
