"""Who gets which task as CSV: ``task,units,responsible,deadline``."""

from datetime import date
from typing import Final

from spbe_core.errors import InputError
from spbe_core.exchange.text_file import csv_rows, decoded, read_header, wrong_width
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
    rows = csv_rows(decoded(content))
    read_header(rows, _HEADER)
    seen: dict[str, int] = {}
    found: list[WorkAssignment] = []
    for line, row in rows:
        if len(row) != len(_HEADER):
            raise wrong_width(row, len(_HEADER), line)
        subject, units, responsible, deadline = (cell.strip() for cell in row)
        if subject in seen:
            raise InputError("task-twice", at_line=line, task=subject, first=seen[subject])
        seen[subject] = line
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
    if not found:
        raise InputError("csv-without-rows")
    return tuple(found)


def _day(text: str, line: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("day-malformed", at_line=line, day=text) from None
