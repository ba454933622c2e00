"""Raising and answering objections (sanggah)."""

from collections.abc import Iterator

from spbe_core.evaluation.commands import AnswerObjection, RaiseObjection
from spbe_core.evaluation.state import Evaluation
from spbe_core.events.objection import Outcome
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.finding import Finding
from spbe_core.ports import Ports
from spbe_core.service.recording import always, load, pinned_edition, record


def raise_objection(
    ports: Ports,
    evaluation_id: EvaluationId,
    subject: str,
    *,
    stage: str,
    reason: str,
    evidence: tuple[str, ...],
    by: str,
) -> Evaluation:
    """Contest the value of an indicator, or the verdict on an item, of a closed stage.

    Args:
        ports: log and clock.
        evaluation_id: which evaluation.
        subject: indicator number or item id.
        stage: the stage whose judgement is contested.
        reason: why, in the agency's words.
        evidence: ids of the documents the objection rests on.
        by: pseudonymous actor id.

    Raises:
        InputError: the indicator, item, stage or evidence is unknown.
        RecordError: the stage is not closed, or the same objection waits for its answer.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    indicator, item = edition.indicator_or_item(subject)
    command = RaiseObjection(stage=stage, indicator=indicator, item=item, reason=reason, evidence=evidence)
    return record(ports, evaluation_id, by, always(command))


def answer_objection(
    ports: Ports, evaluation_id: EvaluationId, objection: str, outcome: Outcome, reason: str, by: str
) -> Evaluation:
    """Grant an objection, partly or not; what follows is judged, or reopened, like anything else.

    Raises:
        InputError: ``unknown-objection`` or ``text-missing``.
        RecordError: ``objection-answered``.
    """
    command = AnswerObjection(objection=objection, outcome=outcome, reason=reason)
    return record(ports, evaluation_id, by, always(command))


def unfollowed_objections(evaluation: Evaluation) -> Iterator[Finding]:
    """Yield which objections were granted without anything having been opened again or judged since."""
    found = evaluation.unfollowed()
    if found:
        yield Finding("status-objections-unfollowed", {"objections": ", ".join(one.id for one in found)})
