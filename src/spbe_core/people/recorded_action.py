"""What was done, in the words of the permissions: what an action is of a command, found from an event."""

from collections.abc import Mapping, Sequence
from typing import Final

from spbe_core.events import (
    ActorAppointed,
    ActorDismissed,
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
    PersonErased,
    ResultDetermined,
    StageClosed,
    UnitClosed,
    UnitRegistered,
    WorkAssigned,
)
from spbe_core.people.action import Action
from spbe_core.people.roster import Roster, ended_roles

IMPORT: Final = Action("import-evaluation")

_SIMPLE: Final[Mapping[type[Event], str]] = {
    EvaluationOpened: "open-evaluation",
    EvidenceSuperseded: "submit-evidence",
    EvidenceWithdrawn: "withdraw-evidence",
    ResultDetermined: "determine",
    EvaluationReopened: "reopen",
    ObjectionRaised: "raise-objection",
    WorkAssigned: "assign-work",
    ContentErased: "erase-content",
}


def recorded_action(event: Event) -> Action:
    """Say what an event of an evaluation is where it is not part of an import.

    Args:
        event: one that belongs to an evaluation.
    """
    match event:
        case EvidenceSubmitted():
            name = "submit-evidence" if event.carried_from is None else "carry-over-evidence"
            return Action(name, None, event.indicators)
        case EvidenceCoverageAdded():
            return Action("cover-evidence", None, event.indicators)
        case ItemJudged():
            return Action("judge-items", event.stage, (event.indicator,))
        case IndicatorScored() if event.basis == "external":
            return Action("enter-external-score", None, (event.indicator,))
        case IndicatorScored():
            return Action("close-stage" if event.basis == "rules" else "assess", event.stage, (event.indicator,))
        case StageClosed():
            return Action("close-stage", event.stage)
        case ObjectionAnswered():
            return Action("answer-objection", objection=event.objection)
        case _:
            return Action(_SIMPLE[type(event)])


def recorded_actions_on_people(event: Event, roster: Roster) -> tuple[Sequence[Action], str | None]:
    """Say what an event of the people is, and whose agency it is about; an adoption is nobody's doing.

    Args:
        event: one that belongs to the people.
        roster: as it stood before.
    """
    match event:
        case UnitRegistered():
            return (Action("register-unit"),), event.agency
        case UnitClosed():
            return (Action("close-unit"),), event.agency
        case ActorAppointed():
            return (Action("appoint", event.role),), event.agency
        case ActorDismissed() if event.actor in roster.actors:
            actor = roster.actors[event.actor]
            ending = ended_roles(actor, event.role, event.unit) or actor.roles
            return tuple(Action("dismiss", role) for role in ending), actor.agency
        case PersonErased() if event.actor in roster.actors:
            actor = roster.actors[event.actor]
            return (Action("erase-person"), *(Action("dismiss", role) for role in actor.roles)), actor.agency
        case _:
            return (), None
