"""An evaluation as the record had it at a moment."""

from datetime import datetime
from itertools import takewhile

from spbe_core.errors import RecordError
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import EventLog


def as_of(log: EventLog, evaluation_id: EvaluationId, moment: datetime) -> Evaluation:
    """Fold what had been recorded up to and including a moment.

    Raises:
        RecordError: ``evaluation-unknown``, or ``nothing-recorded-yet`` where it was opened later.
    """
    history = [recorded.event for recorded in log.stream(str(evaluation_id))]
    if not history:
        raise RecordError("evaluation-unknown", id=evaluation_id)
    evaluation = fold(takewhile(lambda event: event.at <= moment, history))
    if evaluation is None:
        raise RecordError("nothing-recorded-yet", id=evaluation_id, moment=moment, first=history[0].at)
    return evaluation
