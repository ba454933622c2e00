"""What several commands ask of an evaluation before they are allowed."""

from collections.abc import Mapping

from spbe_core.errors import InputError, RecordError
from spbe_core.evaluation.state import Evaluation
from spbe_core.messages import field_words
from spbe_core.model.evidence import Evidence


def require_text(text: str, name: str) -> None:
    """Refuse a text that says nothing.

    Raises:
        InputError: ``text-missing``.
    """
    if not text.strip():
        raise InputError("text-missing", name=name, asked=field_words(name))


def refuse_text(given: object, name: str) -> None:
    """Refuse a text where a list of texts is meant: its letters would be taken for them.

    Raises:
        InputError: ``text-for-list``.
    """
    if isinstance(given, str):
        raise InputError("text-for-list", name=name, text=given)


def refuse_determined(evaluation: Evaluation) -> None:
    """Refuse what no longer changes once the result is laid down.

    Raises:
        RecordError: ``already-determined``.
    """
    if evaluation.result is not None:
        raise RecordError("already-determined", id=evaluation.id, decree=evaluation.result.decree)


def refuse_erased(digest: str | None, erased: Mapping[str, str]) -> None:
    """Refuse content that was erased from an evaluation: what had to go must not come back unnoticed.

    Raises:
        RecordError: ``content-erased``.
    """
    if digest is not None and digest in erased:
        raise RecordError("content-erased", digest=digest, ground=erased[digest])


def refuse_unless_open(evaluation: Evaluation, stage: str) -> None:
    """Refuse what happens at a stage unless it is the stage's turn.

    Raises:
        InputError: ``unknown-stage``.
        RecordError: ``already-determined``, ``stage-closed`` or ``stage-not-reached``.
    """
    refuse_determined(evaluation)
    refuse_unknown_stage(evaluation, stage)
    if stage in evaluation.closed:
        raise RecordError("stage-closed", id=evaluation.id, stage=stage)
    if not evaluation.may_assess(stage):
        raise RecordError("stage-not-reached", id=evaluation.id, stage=stage, open=evaluation.open_stage)


def refuse_unless_closed(evaluation: Evaluation, stage: str) -> None:
    """Refuse what can only follow a closed stage.

    Raises:
        InputError: ``unknown-stage``.
        RecordError: ``stage-not-closed``.
    """
    refuse_unknown_stage(evaluation, stage)
    if stage not in evaluation.closed:
        raise RecordError("stage-not-closed", id=evaluation.id, stage=stage)


def refuse_unknown_stage(evaluation: Evaluation, stage: str) -> None:
    """Refuse a stage the evaluation's process does not have.

    Raises:
        InputError: ``unknown-stage``.
    """
    if stage not in evaluation.stages:
        raise InputError("unknown-stage", stage=stage, stages=", ".join(evaluation.stages))


def refuse_unknown_objection(evaluation: Evaluation, objection: str | None) -> None:
    """Refuse to follow from an objection that was never raised.

    Raises:
        InputError: ``unknown-objection``.
    """
    if objection is not None and objection not in evaluation.objections:
        raise InputError("unknown-objection", id=evaluation.id, objection=objection)


def standing_evidence(evaluation: Evaluation, evidence_id: str) -> Evidence:
    """Return a document that stands.

    Raises:
        InputError: ``unknown-evidence``.
        RecordError: ``evidence-gone``.
    """
    evidence = evaluation.evidence.get(evidence_id)
    if evidence is None:
        raise InputError("unknown-evidence", id=evaluation.id, evidence=evidence_id)
    if not evidence.stands:
        raise RecordError("evidence-gone", id=evaluation.id, evidence=evidence_id)
    return evidence
