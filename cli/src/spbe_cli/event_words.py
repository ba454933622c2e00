"""Events in a sentence each: what one says, or several that read best together."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import attrs

from spbe_cli.language import spoken, text, texts
from spbe_core.events import (
    ActorAppointed,
    ActorDismissed,
    CardRecord,
    Event,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    IndicatorScored,
    ItemJudged,
    ObjectionAnswered,
    ObjectionRaised,
    StageClosed,
    WorkAssigned,
)
from spbe_core.messages import render
from spbe_core.model.actor import ROLES
from spbe_core.model.exact import exact, rounded_text

NAMELESS: Final[Mapping[str, str]] = MappingProxyType({})


def belongs_with(event: Event) -> tuple[object, ...] | None:
    """Return what events share that are told in one sentence; None for one that is told alone."""
    match event:
        case IndicatorScored():
            return event.TOPIC, event.at, event.by, event.stage, event.basis, event.reason, event.objection
        case ItemJudged():
            return (
                event.TOPIC,
                event.at,
                event.by,
                event.stage,
                event.verdict,
                event.code,
                event.reason,
                event.objection,
            )
        case WorkAssigned():
            return event.TOPIC, event.by, event.units, event.responsible, event.deadline, event.reason
        case _:
            return None


def told(together: Sequence[Event], stages: Mapping[str, str] = NAMELESS) -> str:
    """Tell events that belong together, or one alone, in the reader's language.

    Args:
        together: the events.
        stages: stage id -> official name; one that is not in it is told by its id.
    """
    first = together[0]
    match first:
        case IndicatorScored():
            return _scored([one for one in together if isinstance(one, IndicatorScored)], stages)
        case ItemJudged():
            return _judged([one for one in together if isinstance(one, ItemJudged)], stages)
        case WorkAssigned():
            return _assigned([one for one in together if isinstance(one, WorkAssigned)])
        case _:
            return _alone(first, stages)


def verdict_words(verdict: str, code: str = "", reason: str = "") -> str:
    """Say a verdict, and why where it says so."""
    why = "; ".join(filter(None, [render(f"verdict-{code}", "what", {}, spoken()) if code else "", reason]))
    said = render(f"verdict-{verdict}", "what", {}, spoken())
    return f"{said} ({why})" if why else said


def outcome_words(outcome: str) -> str:
    """Say how an objection was answered."""
    return render(f"outcome-{outcome}", "what", {}, spoken())


def _scored(events: Sequence[IndicatorScored], stages: Mapping[str, str]) -> str:
    first = events[0]
    facts = {
        "stage": stages.get(first.stage, first.stage),
        "reason": first.value_policy or first.reason,
        "count": len(events),
        "indicator": first.indicator,
    }
    if len(events) == 1:
        return text(f"events.indicator-{_basis(first)}", value=_value(first), **facts)
    values = ", ".join(f"{one.indicator}={_value(one)}" for one in events)
    return f"{text(f'events.indicators-{_basis(first)}', **facts)}: {values}"


def _basis(event: IndicatorScored) -> str:
    return "by-rules" if event.basis == "rules" else "scored"


def _value(event: IndicatorScored) -> str:
    value = event.value
    if event.external_score is not None:
        value = text("events.score", value=value, score=event.external_score)
    return value if event.previous is None else f"{event.previous} → {value}"


def _judged(events: Sequence[ItemJudged], stages: Mapping[str, str]) -> str:
    first = events[0]
    verdict = verdict_words(first.verdict, first.code, first.reason)
    stage, items = stages.get(first.stage, first.stage), ", ".join(one.item for one in events)
    return text("events.item-judged", items=items, stage=stage, verdict=verdict)


def _assigned(events: Sequence[WorkAssigned]) -> str:
    first = events[0]
    tasks = ", ".join(one.item or one.indicator for one in events)
    why = f" ({first.reason})" if first.reason else ""
    if not first.units:
        return text("events.work-taken-back", tasks=tasks) + why
    shared = f" ({text('events.responsible', unit=first.responsible)})" if len(first.units) > 1 else ""
    day = "" if first.deadline is None else text("events.deadline", deadline=first.deadline)
    return text("events.work-assigned", tasks=tasks, units=", ".join(first.units)) + shared + day + why


def _alone(event: Event, stages: Mapping[str, str]) -> str:
    kind = event.TOPIC.removeprefix("spbe:")
    facts = attrs.asdict(event, recurse=False)
    if "stage" in facts:
        facts["stage"] = stages.get(facts["stage"], facts["stage"])
    match event:
        case EvidenceSubmitted() if event.carried_from is not None:
            kind = "evidence-carried"
        case EvidenceCoverageAdded():
            facts["covers"] = ", ".join((*event.indicators, *event.items))
        case ObjectionRaised():
            facts["subject"] = event.item or event.indicator
        case ObjectionAnswered():
            facts["outcome"] = outcome_words(event.outcome)
        case ActorAppointed():
            kind = "actor-appointed-by" if event.ground else kind
            facts |= {"role": _role(event.role), "place": _place(event)}
        case ActorDismissed() if event.role is not None or event.unit is not None:
            kind = "actor-dismissed-as"
            ended = "" if event.role is None else text("events.as-role", role=_role(event.role))
            facts["as_role"] = ended + ("" if event.unit is None else text("events.of-unit", unit=event.unit))
        case StageClosed() if not event.card.complete:
            kind, facts["count"] = "stage-closed-incomplete", len(event.card.missing)
        case _:
            pass
    card = facts.pop("card", None)
    if isinstance(card, CardRecord):
        index = None if card.index is None else rounded_text(exact(card.index), card.places)
        facts |= {"index": index, "grade": card.grade}
    return text(f"events.{kind}", **facts) if f"events.{kind}" in texts(spoken()) else kind


def _place(event: ActorAppointed) -> str:
    if event.agency is None:
        return ""
    if event.unit is None:
        return text("events.in-agency", agency=event.agency)
    return text("events.in-unit", agency=event.agency, unit=event.unit)


def _role(role: str) -> str:
    return ROLES[role].words()[spoken()] if role in ROLES else role
