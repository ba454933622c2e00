"""What the record says of an indicator: who judged what at which stage and why, and what evidence stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from spbe_core.evaluation.standing import item_standings
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import Event, IndicatorScored, ItemJudged, ObjectionAnswered, ObjectionRaised
from spbe_core.messages import words
from spbe_core.model.edition import Edition
from spbe_core.model.score import Reason

_Naming = Callable[[str], Mapping[str, str]]


def recorded_reasons(
    evaluation: Evaluation, edition: Edition, events: Iterable[Event], indicator: str, named: _Naming
) -> Iterator[Reason]:
    """Yield every verdict, level, objection and answer in the order it was recorded, then the evidence that stands.

    Args:
        evaluation: as it stands.
        edition: the one it pinned.
        events: its history, oldest first.
        indicator: official number.
        named: shows an actor id in each language.
    """
    contested = {one.id for one in evaluation.objections.values() if one.indicator == indicator}
    for event in events:
        match event:
            case ItemJudged() if event.indicator == indicator:
                yield _verdict(event, edition, named)
            case IndicatorScored() if event.indicator == indicator:
                yield _value(event, edition, named)
            case ObjectionRaised() if event.objection in contested:
                yield _objection(event, edition, named)
            case ObjectionAnswered() if event.objection in contested:
                yield _answer(event, named)
            case _:
                pass
    for standing in item_standings(evaluation, edition):
        if standing.item.indicator == indicator and standing.failed_below is not None and standing.given is not None:
            facts = {"item": standing.item.id, "below": standing.failed_below.id}
            yield Reason("reason-lower-level-failed", facts)
    for document in evaluation.evidence.values():
        if document.stands and indicator in document.indicators:
            facts = {"evidence": document.id, "title": document.title}
            if document.digest is None:
                yield Reason("reason-recorded-link", {**facts, "link": document.link})
            else:
                yield Reason("reason-recorded-evidence", {**facts, "digest": document.digest})


def _value(given: IndicatorScored, edition: Edition, named: _Naming) -> Reason:
    stage = edition.stage(given.stage).name
    facts: dict[str, object] = {"stage": stage, "value": given.value, "by": named(given.by), "day": given.at.date()}
    if given.basis == "rules":
        return Reason("reason-recorded-by-rules", {**facts, "policy": given.value_policy or edition.id})
    if given.external_score is not None:
        return Reason("reason-recorded-score", {**facts, "score": given.external_score, "published": given.reason})
    return Reason("reason-recorded-value", {**facts, "reason": given.reason})


def _verdict(verdict: ItemJudged, edition: Edition, named: _Naming) -> Reason:
    facts: dict[str, object] = {
        "stage": edition.stage(verdict.stage).name,
        "item": verdict.item,
        "verdict": words(f"verdict-{verdict.verdict}"),
        "by": named(verdict.by),
        "day": verdict.at.date(),
    }
    if verdict.verdict != "accepted":
        why = words(f"verdict-{verdict.code}")
        return Reason("reason-recorded-refusal", {**facts, "why": why, "reason": verdict.reason})
    if verdict.reason:
        return Reason("reason-recorded-remark", {**facts, "reason": verdict.reason})
    return Reason("reason-recorded-verdict", facts)


def _objection(raised: ObjectionRaised, edition: Edition, named: _Naming) -> Reason:
    stage = edition.stage(raised.stage).name
    facts = {"objection": raised.objection, "stage": stage, "by": named(raised.by), "reason": raised.reason}
    return Reason("reason-objection", facts)


def _answer(answered: ObjectionAnswered, named: _Naming) -> Reason:
    outcome = words(f"outcome-{answered.outcome}")
    facts = {"objection": answered.objection, "by": named(answered.by), "outcome": outcome, "reason": answered.reason}
    return Reason("reason-objection-answer", facts)
