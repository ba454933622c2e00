"""Whether a command is allowed, and what becomes a fact if it is. Pure: state and command in, events out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from spbe_core.errors import RecordError
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
from spbe_core.evaluation.decisions import assessment, evidence, process, work
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.decisions.requirements import require_text
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import Event
from spbe_core.model.text_limits import refuse_too_long

_DECISIONS: Final[Mapping[type, Callable[[Any, Evaluation, Mark], Sequence[Event]]]] = {
    SubmitEvidence: evidence.submit,
    CoverWithEvidence: evidence.cover,
    WithdrawEvidence: evidence.withdraw,
    EraseContent: evidence.erase,
    AssignWork: work.assign,
    JudgeItems: assessment.judge,
    AssessIndicators: assessment.assess,
    CloseStage: process.close_stage,
    DetermineResult: process.determine,
    ReopenEvaluation: process.reopen,
    RaiseObjection: process.raise_objection,
    AnswerObjection: process.answer_objection,
}


def decide(evaluation: Evaluation | None, command: Command, mark: Mark) -> Sequence[Event]:
    """Return the events a command leads to.

    Args:
        evaluation: state so far, None before it was opened.
        command: what is asked.
        mark: by whom and when.

    Raises:
        RecordError: the evaluation's state does not allow it.
        InputError: the command itself is empty, too long or names something unknown.
    """
    require_text(mark.by, "actor")
    if isinstance(command, OpenEvaluation):
        return _bounded(process.open_evaluation(command, evaluation, mark))
    if evaluation is None:
        raise RecordError("evaluation-not-open")
    return _bounded(_DECISIONS[type(command)](cast("Any", command), evaluation, mark))


def _bounded(events: Sequence[Event]) -> Sequence[Event]:
    for event in events:
        refuse_too_long(event)
    return events
