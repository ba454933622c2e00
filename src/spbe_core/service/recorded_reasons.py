"""What the record says of an indicator: who judged what at which stage and why, and what evidence stands."""

from collections.abc import Callable, Iterator, Mapping

from spbe_core.evaluation.standing import item_standings
from spbe_core.evaluation.state import Evaluation, StageScore, StageVerdict
from spbe_core.messages import words
from spbe_core.model.edition import Edition
from spbe_core.model.score import Reason

_Naming = Callable[[str], Mapping[str, str]]


def recorded_reasons(evaluation: Evaluation, edition: Edition, indicator: str, named: _Naming) -> Iterator[Reason]:
    """Yield the verdicts and levels given at each stage, in order, then objections and the evidence that stands.

    Args:
        evaluation: as it stands.
        edition: the one it pinned.
        indicator: official number.
        named: shows an actor id in each language.
    """
    for stage in evaluation.stages:
        name = edition.stage(stage).name
        for item, verdict in evaluation.verdicts.get(stage, {}).items():
            if verdict.indicator == indicator:
                yield _verdict(name, item, verdict, named)
        given = evaluation.scores.get(stage, {}).get(indicator)
        if given is not None:
            yield _value(name, given, edition, named)
    for standing in item_standings(evaluation, edition):
        if standing.item.indicator == indicator and standing.failed_below is not None and standing.given is not None:
            facts = {"item": standing.item.id, "below": standing.failed_below.id}
            yield Reason("reason-lower-level-failed", facts)
    yield from _objections(evaluation, edition, indicator, named)
    for document in evaluation.evidence.values():
        if document.stands and indicator in document.indicators:
            facts = {"evidence": document.id, "title": document.title}
            if document.digest is None:
                yield Reason("reason-recorded-link", {**facts, "link": document.link})
            else:
                yield Reason("reason-recorded-evidence", {**facts, "digest": document.digest})


def _value(stage: str, given: StageScore, edition: Edition, named: _Naming) -> Reason:
    facts: dict[str, object] = {"stage": stage, "value": given.value, "by": named(given.by), "day": given.at.date()}
    if given.basis == "rules":
        return Reason("reason-recorded-by-rules", {**facts, "policy": given.value_policy or edition.id})
    if given.external_score is not None:
        return Reason("reason-recorded-score", {**facts, "score": given.external_score, "published": given.reason})
    return Reason("reason-recorded-value", {**facts, "reason": given.reason})


def _verdict(stage: str, item: str, verdict: StageVerdict, named: _Naming) -> Reason:
    facts: dict[str, object] = {
        "stage": stage,
        "item": item,
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


def _objections(evaluation: Evaluation, edition: Edition, indicator: str, named: _Naming) -> Iterator[Reason]:
    for one in evaluation.objections.values():
        if one.indicator != indicator:
            continue
        facts = {"objection": one.id, "stage": edition.stage(one.stage).name, "by": named(one.by), "reason": one.reason}
        yield Reason("reason-objection", facts)
        if one.answer is not None:
            outcome = words(f"outcome-{one.answer.outcome}")
            told = {"objection": one.id, "by": named(one.answer.by), "outcome": outcome, "reason": one.answer.reason}
            yield Reason("reason-objection-answer", told)
