"""Closing a stage: its scorecard is computed and recorded, with the values that rest on its verdicts."""

from spbe_core.errors import InputError
from spbe_core.evaluation.commands import CloseStage
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Ports, Rulebook
from spbe_core.service.card import recorded_card
from spbe_core.service.recording import load, pinned_edition, record


def close_stage(ports: Ports, evaluation_id: EvaluationId, stage: str, by: str) -> Evaluation:
    """Close a stage with the card its values make; an incomplete card is recorded as incomplete.

    Raises:
        InputError: ``unknown-stage``.
        RecordError: the stage is closed or not reached, or the result is determined.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    return record(ports, evaluation_id, by, lambda evaluation: closing(evaluation, edition, ports.rulebook, stage))


def closing(evaluation: Evaluation, edition: Edition, rulebook: Rulebook, stage: str) -> CloseStage:
    """Return the command that closes a stage as the evaluation stands.

    Raises:
        InputError: ``unknown-stage``.
    """
    if stage not in evaluation.stages:
        raise InputError("unknown-stage", stage=stage, stages=", ".join(evaluation.stages))
    card = recorded_card(evaluation, edition, rulebook, stage)
    found = {
        indicator: card.values[indicator]
        for indicator, source in card.sources.items()
        if (source, card.bases[indicator]) == (stage, "rules")
    }
    return CloseStage(stage=stage, card=card, found=found, value_policy=card.value_policy)
