"""What the record says of an indicator: who gave which level at which stage and why, and what evidence stands."""

from collections.abc import Iterator

from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.score import Reason


def recorded_reasons(evaluation: Evaluation, edition: Edition, indicator: str) -> Iterator[Reason]:
    """Yield the levels given at each stage, in order, and then the documents that stand for the indicator.

    Args:
        evaluation: as it stands.
        edition: the one it pinned.
        indicator: official number.
    """
    for stage in evaluation.stages:
        given = evaluation.scores.get(stage, {}).get(indicator)
        if given is not None:
            facts = {
                "stage": edition.stage(stage).name,
                "value": given.value,
                "by": given.by,
                "day": given.at.date(),
                "reason": given.reason,
            }
            yield Reason("reason-recorded-value", facts)
    for document in evaluation.evidence.values():
        if document.stands and indicator in document.indicators:
            facts = {"evidence": document.id, "title": document.title, "digest": document.digest}
            yield Reason("reason-recorded-evidence", facts)
