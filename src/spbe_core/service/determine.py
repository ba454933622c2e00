"""Determining the result by decree, and reopening an evaluation."""

from datetime import date

from spbe_core.evaluation.commands import DetermineResult, ReopenEvaluation
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Ports
from spbe_core.service.card import recorded_card
from spbe_core.service.recording import always, load, pinned_edition, record


def determine(ports: Ports, evaluation_id: EvaluationId, decree: str, decree_date: date | None, by: str) -> Evaluation:
    """Lay down the result of the last values by decree.

    Raises:
        InputError: ``text-missing`` without a decree number.
        RecordError: stages are still open, values are missing, or the result is already determined.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    return record(
        ports,
        evaluation_id,
        by,
        lambda evaluation: DetermineResult(
            decree=decree,
            decree_date=decree_date,
            card=recorded_card(evaluation, edition, ports.rulebook),
        ),
    )


def reopen(
    ports: Ports, evaluation_id: EvaluationId, stage: str, reason: str, objection: str | None, by: str
) -> Evaluation:
    """Open a closed stage again, and with it all that came after; what was recorded stays in the history.

    Raises:
        InputError: ``unknown-stage``, ``unknown-objection`` or ``text-missing``.
        RecordError: ``stage-not-closed``.
    """
    command = ReopenEvaluation(stage=stage, reason=reason, objection=objection)
    return record(ports, evaluation_id, by, always(command))
