"""The list of evaluations: a read model that follows the log."""

from collections.abc import Sequence

from spbe_core.ports import EventLog, ReadModel
from spbe_core.projections.evaluations import EvaluationRow, project, read_row


def list_evaluations(log: EventLog, model: ReadModel) -> Sequence[EvaluationRow]:
    """Bring the read model up to date and return its rows by agency and year."""
    catch_up(log, model)
    rows = [read_row(key, row) for key, row in model.rows().items()]
    return sorted(rows, key=lambda row: (row.agency, row.year))


def catch_up(log: EventLog, model: ReadModel) -> None:
    """Take every event since the model's position into account; a faster process's work is left alone."""
    while True:
        start = model.position()
        rows, position = project(log.all(start), model.rows())
        if position is None or model.advance(start, position, rows):
            return
