"""Who gets which task as CSV: ``task,units,responsible,deadline``."""

from datetime import date
from typing import Final

from spbe_core.errors import InputError
from spbe_core.exchange.csv_table import once, table
from spbe_core.service.assign_work import WorkAssignment

_HEADER: Final = ("task", "units", "responsible", "deadline")


def read_assignments(content: bytes, reason: str) -> tuple[WorkAssignment, ...]:
    """Read assignments, one task a row; units are separated by semicolons, the last two columns may be empty.

    A row says all of a task: where ``deadline`` is empty the task has none, whatever it had before.

    Args:
        content: the file.
        reason: why tasks that somebody has already change hands.

    Raises:
        InputError: what is wrong and in which line.
    """
    rows = ((line, [cell.strip() for cell in cells]) for line, cells in table(content, _HEADER))
    found: list[WorkAssignment] = []
    for line, (subject, units, responsible, deadline) in once(rows, "task-twice", "task"):
        named = tuple(unit.strip() for unit in units.split(";") if unit.strip())
        if not named:
            raise InputError("task-without-unit", at_line=line, task=subject)
        found.append(
            WorkAssignment(
                subject=subject,
                units=named,
                responsible=responsible or None,
                deadline=_day(deadline, line),
                no_deadline=not deadline,
                reason=reason,
            )
        )
    return tuple(found)


def _day(text: str, line: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("day-malformed", at_line=line, day=text) from None
