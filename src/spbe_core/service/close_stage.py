"""Closing a stage: its scorecard is computed and recorded."""

from spbe_core.evaluation.commands import CloseStage
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Ports
from spbe_core.service.card import card_of, card_record
from spbe_core.service.recording import load, pinned_edition, record


def close_stage(ports: Ports, evaluation_id: EvaluationId, stage: str, by: str) -> Evaluation:
    """Close a stage with the card its values make; an incomplete card is recorded as incomplete.

    Raises:
        InputError: ``unknown-stage``.
        RecordError: the stage is closed or not reached, or the result is determined.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)

    def command(evaluation: Evaluation) -> CloseStage:
        known = stage if stage in evaluation.stages else None
        return CloseStage(stage=stage, card=card_record(card_of(evaluation, edition, ports.rulebook, known)))

    return record(ports, evaluation_id, by, command)
