"""What somebody is about to do, in the words of the permissions."""

from collections.abc import Mapping
from typing import Final

import attrs

from spbe_core.evaluation.commands import (
    AnswerObjection,
    AssessIndicators,
    AssignWork,
    CloseStage,
    Command,
    CoverWithEvidence,
    DetermineResult,
    EraseContent,
    JudgeItems,
    OpenEvaluation,
    RaiseObjection,
    ReopenEvaluation,
    SubmitEvidence,
    WithdrawEvidence,
)
from spbe_core.evaluation.state import Evaluation


@attrs.frozen
class Action:
    """What is asked for.

    Attributes:
        name: a command of the permissions, e.g. ``submit-evidence``.
        kind: the stage it is about, or the role that is given or taken; None where neither matters.
        indicators: official numbers of the indicators it is about.
        items: ids of the items it is about; an indicator of which it names none is meant whole.
        taken: ids of the documents that it takes away, or lets serve less than they do.
        objection: id of the objection that is answered.
    """

    name: str
    kind: str | None = None
    indicators: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    objection: str | None = None


def action_of(command: Command, evaluation: Evaluation | None) -> Action:
    """Say what a command is.

    Args:
        command: as it will be decided on.
        evaluation: the evaluation it is about, None before it was opened.
    """
    match command:
        case SubmitEvidence():
            name = "submit-evidence" if command.carried_from is None else "carry-over-evidence"
            given = Action(name, None, command.indicators, command.items)
            return given if command.supersedes is None else taking(given, command.supersedes, evaluation)
        case CoverWithEvidence():
            narrowed = (command.evidence,) if _narrows(command, evaluation) else ()
            return Action("cover-evidence", None, command.indicators, command.items, narrowed)
        case WithdrawEvidence():
            return taking(Action("withdraw-evidence"), command.evidence, evaluation)
        case AssessIndicators():
            if command.external_scores:
                return Action("enter-external-score", None, tuple(command.values))
            return Action("assess", command.stage, tuple(command.values))
        case JudgeItems():
            return Action("judge-items", command.stage, tuple(command.indicators.values()))
        case CloseStage():
            return Action("close-stage", command.stage)
        case RaiseObjection():
            return Action("raise-objection", None, (command.indicator,))
        case AnswerObjection():
            return Action("answer-objection", objection=command.objection)
        case OpenEvaluation() | DetermineResult() | ReopenEvaluation() | AssignWork() | EraseContent():
            return Action(_SIMPLE[type(command)])


_SIMPLE: Final[Mapping[type, str]] = {
    OpenEvaluation: "open-evaluation",
    DetermineResult: "determine",
    ReopenEvaluation: "reopen",
    AssignWork: "assign-work",
    EraseContent: "erase-content",
}


def taking(action: Action, evidence: str, evaluation: Evaluation | None) -> Action:
    """Return an action that also takes a document away, and so is about all that it serves."""
    known = None if evaluation is None else evaluation.evidence.get(evidence)
    if known is None:
        return action
    return attrs.evolve(
        action,
        indicators=(*action.indicators, *known.indicators),
        items=(*action.items, *known.items),
        taken=(*action.taken, known.id),
    )


def _narrows(command: CoverWithEvidence, evaluation: Evaluation | None) -> bool:
    """Say whether a document may lose an indicator that it served whole, by naming the first items of it."""
    known = None if evaluation is None else evaluation.evidence.get(command.evidence)
    if evaluation is None or known is None or not command.items:
        return False
    by_items = {indicator for indicator, item in evaluation.assignments if item in known.items}
    return not by_items.issuperset(set(command.indicators) & set(known.indicators))
