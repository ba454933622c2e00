"""The list of evaluations: a read model that follows the log."""

from collections.abc import Mapping, Sequence
from typing import Final

from spbe_core.errors import StoreError
from spbe_core.ports import EventLog, ReadModel
from spbe_core.projections.evaluations import EvaluationRow, project, read_row

_READ_ONLY: Final = frozenset({"store-unwritable", "store-forbidden"})


def list_evaluations(log: EventLog, model: ReadModel) -> Sequence[EvaluationRow]:
    """Bring the read model up to date and return its rows by agency and year."""
    rows = [read_row(key, row) for key, row in _up_to_date(log, model).items()]
    return sorted(rows, key=lambda row: (row.agency, row.year))


def _up_to_date(log: EventLog, model: ReadModel) -> Mapping[str, bytes]:
    """Take every event since the model's position into account; a faster process's work is left alone.

    Who may only read gets the same rows, and the model stays where it is.
    """
    while True:
        start, before = model.position(), model.rows()
        changed, position = project(log.all(start), before)
        try:
            current = position is None or model.advance(start, position, changed)
        except StoreError as error:
            if error.code not in _READ_ONLY:
                raise
            current = model.position() == start
        if current:
            return {**before, **changed}
