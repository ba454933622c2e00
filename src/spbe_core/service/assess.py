"""Giving indicators their values at a stage."""

from collections.abc import Mapping

from spbe_core.evaluation.commands import AssessIndicators
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.exact import ExactNumber, exact_text
from spbe_core.ports import Ports
from spbe_core.service.recording import load, pinned_edition, record


def assess(
    ports: Ports,
    evaluation_id: EvaluationId,
    values: Mapping[str, ExactNumber | str],
    *,
    stage: str,
    reason: str,
    objection: str | None,
    by: str,
) -> Evaluation:
    """Give indicators their values at a stage, all of them or none.

    Args:
        ports: log, rulebook and clock.
        evaluation_id: which evaluation.
        values: indicator -> number, or its text as in a file.
        stage: stage id.
        reason: why, in the assessor's words.
        objection: id of the objection they follow from, None where they follow from none.
        by: pseudonymous actor id.

    Raises:
        InputError: an indicator is unknown or a value is not of the edition's scale.
        RecordError: the stage is closed or not reached, or the result is determined.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    accepted = accept_values(edition, values)
    return record(
        ports,
        evaluation_id,
        by,
        lambda _: AssessIndicators(stage=stage, values=accepted, basis="assessor", reason=reason, objection=objection),
    )


def accept_values(edition: Edition, values: Mapping[str, ExactNumber | str]) -> dict[str, str]:
    """Return indicator -> exact text of each value, every one checked against the edition.

    Raises:
        InputError: an indicator is unknown or a value is not of the edition's scale.
    """
    accepted: dict[str, str] = {}
    for indicator_id, given in values.items():
        indicator = edition.indicator(indicator_id)
        value = edition.scale.read_for(indicator.id, given)
        if value is not None:
            accepted[indicator.id] = exact_text(value)
    return accepted
