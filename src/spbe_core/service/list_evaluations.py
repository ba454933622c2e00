"""The list of evaluations: a read model that follows the log."""

from collections.abc import Mapping, Sequence
from typing import Final

from spbe_core.errors import StoreError
from spbe_core.ports import EventLog, ReadModel
from spbe_core.projections.evaluations import EvaluationRow, UnreadableRow, is_evaluation, project, read_row

_READ_ONLY: Final = frozenset({"store-unwritable", "store-forbidden"})


def list_evaluations(log: EventLog, model: ReadModel) -> Sequence[EvaluationRow | UnreadableRow]:
    """Bring the read model up to date and return its rows by agency and year.

    A history that cannot be read hides no other; the model stays before it, so that it is told each time.
    """
    rows, unreadable = _up_to_date(log, model)
    listed: dict[str, EvaluationRow | UnreadableRow] = {key: read_row(key, row) for key, row in rows.items()}
    for key, problem in unreadable.items():
        row = listed.get(key)
        readable = row.events if isinstance(row, EvaluationRow) else 0
        listed[key] = UnreadableRow(id=key, readable=readable, problem=problem)
    return [listed[key] for key in sorted(listed, key=lambda key: key.split("/"))]


def _up_to_date(log: EventLog, model: ReadModel) -> tuple[Mapping[str, bytes], Mapping[str, StoreError]]:
    """Take every event since the model's position into account; a faster process's work is left alone.

    Who may only read gets the same rows, and the model stays where it is.
    """
    while True:
        start, before = model.position(), model.rows()
        found = project(log.stored(start), before)
        try:
            current = found.position is None or model.advance(start, found.position, found.rows)
        except StoreError as error:
            if error.code not in _READ_ONLY:
                raise
            current = model.position() == start
        if current:
            unreadable = {key: problem for key, problem in found.unreadable.items() if is_evaluation(key)}
            return {**before, **found.rows, **found.beyond}, unreadable
