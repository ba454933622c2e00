"""Going through the stages: closing, determining, reopening, objecting."""

from collections.abc import Sequence

from spbe_core.errors import InputError, RecordError
from spbe_core.evaluation.commands import (
    AnswerObjection,
    AssessIndicators,
    CloseStage,
    DetermineResult,
    OpenEvaluation,
    RaiseObjection,
    ReopenEvaluation,
)
from spbe_core.evaluation.decisions.assessment import assess
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.decisions.requirements import (
    refuse_determined,
    refuse_unknown_objection,
    refuse_unless_closed,
    refuse_unless_open,
    require_text,
    standing_evidence,
)
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import (
    EvaluationOpened,
    EvaluationReopened,
    Event,
    ObjectionAnswered,
    ObjectionRaised,
    ResultDetermined,
    StageClosed,
)


def open_evaluation(command: OpenEvaluation, evaluation: Evaluation | None, mark: Mark) -> Sequence[Event]:
    """Begin an evaluation under a pinned edition."""
    if evaluation is not None:
        raise RecordError("evaluation-already-open", id=evaluation.id)
    require_text(command.agency_name, "agency-name")
    process = command.edition.process(command.process)
    opened = EvaluationOpened(
        at=mark.at,
        by=mark.by,
        agency=command.id.agency,
        agency_name=command.agency_name,
        year=command.id.year,
        edition=command.edition.id,
        edition_digest=command.edition.digest,
        process=process.id,
        stages=process.stages,
        optional_stages=tuple(stage for stage in process.stages if command.edition.stage(stage).optional),
    )
    return (opened,)


def close_stage(command: CloseStage, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """End a stage; the values that rest on its verdicts become facts with it."""
    refuse_unless_open(evaluation, command.stage)
    given = evaluation.scores.get(command.stage, {})
    new = {
        indicator: value
        for indicator, value in command.found.items()
        if indicator not in given or given[indicator].value != value
    }
    found: Sequence[Event] = ()
    if new:
        by_rules = AssessIndicators(
            stage=command.stage, values=new, basis="rules", reason="", value_policy=command.value_policy
        )
        found = assess(by_rules, evaluation, mark)
    return (*found, StageClosed(at=mark.at, by=mark.by, stage=command.stage, card=command.card))


def determine(command: DetermineResult, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Lay the result down: every stage closed, every objection answered, every value there."""
    refuse_determined(evaluation)
    require_text(command.decree, "decree")
    waiting = evaluation.open_stages()
    if waiting:
        raise RecordError("stages-not-closed", id=evaluation.id, stages=", ".join(waiting))
    unanswered = evaluation.unanswered()
    if unanswered:
        named = ", ".join(one.id for one in unanswered)
        raise RecordError("objections-unanswered", id=evaluation.id, objections=named)
    if not command.card.complete:
        raise RecordError("card-incomplete", id=evaluation.id, missing=", ".join(command.card.missing))
    determined = ResultDetermined(
        at=mark.at, by=mark.by, decree=command.decree, decree_date=command.decree_date, card=command.card
    )
    return (determined,)


def reopen(command: ReopenEvaluation, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Open a closed stage again."""
    require_text(command.reason, "reason")
    refuse_unless_closed(evaluation, command.stage)
    refuse_unknown_objection(evaluation, command.objection)
    reopened = EvaluationReopened(
        at=mark.at, by=mark.by, stage=command.stage, reason=command.reason, objection=command.objection
    )
    return (reopened,)


def raise_objection(command: RaiseObjection, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Contest what a closed stage says; also after the determination, which may then be reopened."""
    require_text(command.reason, "reason")
    refuse_unless_closed(evaluation, command.stage)
    for evidence in command.evidence:
        standing_evidence(evaluation, evidence)
    same = (command.stage, command.indicator, command.item)
    for one in evaluation.unanswered():
        if (one.stage, one.indicator, one.item) == same:
            raise RecordError("objection-already-raised", id=evaluation.id, objection=one.id)
    raised = ObjectionRaised(
        at=mark.at,
        by=mark.by,
        objection=f"O{len(evaluation.objections) + 1}",
        stage=command.stage,
        indicator=command.indicator,
        item=command.item,
        reason=command.reason,
        evidence=command.evidence,
    )
    return (raised,)


def answer_objection(command: AnswerObjection, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Grant an objection, partly or not; once."""
    require_text(command.reason, "reason")
    objection = evaluation.objections.get(command.objection)
    if objection is None:
        raise InputError("unknown-objection", id=evaluation.id, objection=command.objection)
    if objection.answer is not None:
        raise RecordError("objection-answered", id=evaluation.id, objection=objection.id)
    answered = ObjectionAnswered(
        at=mark.at, by=mark.by, objection=objection.id, outcome=command.outcome, reason=command.reason
    )
    return (answered,)
