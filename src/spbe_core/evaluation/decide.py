"""Whether a command is allowed, and what becomes a fact if it is. Pure: state and command in, events out."""

from collections.abc import Sequence
from datetime import datetime
from functools import singledispatch
from typing import Any

import attrs

from spbe_core.errors import InputError, RecordError
from spbe_core.evaluation.commands import (
    AssessIndicators,
    CloseStage,
    Command,
    DetermineResult,
    OpenEvaluation,
    ReopenEvaluation,
    SubmitEvidence,
    WithdrawEvidence,
)
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import (
    EvaluationOpened,
    EvaluationReopened,
    Event,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    IndicatorScored,
    ResultDetermined,
    StageClosed,
)
from spbe_core.model.evidence import Evidence


@attrs.frozen
class Mark:
    """Who does something, and when it is recorded."""

    at: datetime
    by: str


def decide(evaluation: Evaluation | None, command: Command, mark: Mark) -> Sequence[Event]:
    """Return the events a command leads to.

    Args:
        evaluation: state so far, None before it was opened.
        command: what is asked.
        mark: by whom and when.

    Raises:
        RecordError: the evaluation's state does not allow it.
        InputError: the command itself is empty or names something unknown.
    """
    _require(mark.by, "actor")
    if isinstance(command, OpenEvaluation):
        return _open(evaluation, command, mark)
    if evaluation is None:
        raise RecordError("evaluation-not-open")
    return _decide(command, evaluation, mark)


def _open(evaluation: Evaluation | None, command: OpenEvaluation, mark: Mark) -> Sequence[Event]:
    if evaluation is not None:
        raise RecordError("evaluation-already-open", id=evaluation.id)
    _require(command.agency_name, "agency-name")
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


@singledispatch
def _decide(command: Any, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    raise AssertionError(f"no rule for {command!r}")


@_decide.register
def _(command: SubmitEvidence, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    _refuse_determined(evaluation)
    _require(command.title, "title")
    if not command.indicators:
        raise InputError("evidence-without-indicator")
    submitted = EvidenceSubmitted(
        at=mark.at,
        by=mark.by,
        evidence=f"E{len(evaluation.evidence) + 1}",
        title=command.title,
        file_name=command.file_name,
        digest=command.digest,
        size=command.size,
        indicators=command.indicators,
        effective=command.effective,
    )
    if command.supersedes is None:
        return (submitted,)
    replaced = _standing(evaluation, command.supersedes)
    superseded = EvidenceSuperseded(at=mark.at, by=mark.by, evidence=replaced.id, successor=submitted.evidence)
    return (submitted, superseded)


@_decide.register
def _(command: WithdrawEvidence, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    _refuse_determined(evaluation)
    _require(command.reason, "reason")
    withdrawn = _standing(evaluation, command.evidence)
    return (EvidenceWithdrawn(at=mark.at, by=mark.by, evidence=withdrawn.id, reason=command.reason),)


@_decide.register
def _(command: AssessIndicators, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    _refuse_unless_open(evaluation, command.stage)
    _require(command.reason, "reason")
    given = evaluation.scores.get(command.stage, {})
    return tuple(
        IndicatorScored(
            at=mark.at,
            by=mark.by,
            stage=command.stage,
            indicator=indicator,
            value=value,
            previous=given[indicator].value if indicator in given else None,
            basis=command.basis,
            reason=command.reason,
            edition_digest=evaluation.edition_digest,
        )
        for indicator, value in command.values.items()
    )


@_decide.register
def _(command: CloseStage, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    _refuse_unless_open(evaluation, command.stage)
    return (StageClosed(at=mark.at, by=mark.by, stage=command.stage, card=command.card),)


@_decide.register
def _(command: DetermineResult, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    _refuse_determined(evaluation)
    _require(command.decree, "decree")
    waiting = evaluation.open_stages()
    if waiting:
        raise RecordError("stages-not-closed", id=evaluation.id, stages=", ".join(waiting))
    if not command.card.complete:
        raise RecordError("card-incomplete", id=evaluation.id, missing=", ".join(command.card.missing))
    determined = ResultDetermined(
        at=mark.at, by=mark.by, decree=command.decree, decree_date=command.decree_date, card=command.card
    )
    return (determined,)


@_decide.register
def _(command: ReopenEvaluation, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    _require(command.reason, "reason")
    if command.stage not in evaluation.stages:
        raise _no_such_stage(evaluation, command.stage)
    if command.stage not in evaluation.closed:
        raise RecordError("stage-not-closed", id=evaluation.id, stage=command.stage)
    return (EvaluationReopened(at=mark.at, by=mark.by, stage=command.stage, reason=command.reason),)


def _refuse_determined(evaluation: Evaluation) -> None:
    if evaluation.result is not None:
        raise RecordError("already-determined", id=evaluation.id, decree=evaluation.result.decree)


def _refuse_unless_open(evaluation: Evaluation, stage: str) -> None:
    _refuse_determined(evaluation)
    if stage not in evaluation.stages:
        raise _no_such_stage(evaluation, stage)
    if stage in evaluation.closed:
        raise RecordError("stage-closed", id=evaluation.id, stage=stage)
    if not evaluation.may_assess(stage):
        raise RecordError("stage-not-reached", id=evaluation.id, stage=stage, open=evaluation.open_stage)


def _no_such_stage(evaluation: Evaluation, stage: str) -> InputError:
    return InputError("unknown-stage", stage=stage, stages=", ".join(evaluation.stages))


def _standing(evaluation: Evaluation, evidence_id: str) -> Evidence:
    evidence = evaluation.evidence.get(evidence_id)
    if evidence is None:
        raise InputError("unknown-evidence", id=evaluation.id, evidence=evidence_id)
    if not evidence.stands:
        raise RecordError("evidence-gone", id=evaluation.id, evidence=evidence_id)
    return evidence


def _require(text: str, name: str) -> None:
    if not text.strip():
        raise InputError("text-missing", name=name)
