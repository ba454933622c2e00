"""What somebody is about to do, in the words of the permissions."""

from collections.abc import Iterable, Mapping
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
        objection: id of the objection that is answered.
    """

    name: str
    kind: str | None = None
    indicators: tuple[str, ...] = ()
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
            replaced = () if command.supersedes is None else (command.supersedes,)
            return Action(name, None, (*command.indicators, *_supported(evaluation, replaced)))
        case CoverWithEvidence():
            return Action("cover-evidence", None, command.indicators)
        case WithdrawEvidence():
            return Action("withdraw-evidence", None, _supported(evaluation, (command.evidence,)))
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


def _supported(evaluation: Evaluation | None, evidence: Iterable[str]) -> tuple[str, ...]:
    if evaluation is None:
        return ()
    known = evaluation.evidence
    return tuple(indicator for one in evidence if one in known for indicator in known[one].indicators)
