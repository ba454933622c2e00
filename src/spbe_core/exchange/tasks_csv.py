"""Tasks as CSV, for a coordinator's spreadsheet."""

from collections.abc import Iterable
from typing import Final

from spbe_core.evaluation.worklist import TaskLine
from spbe_core.exchange.csv_file import csv_bytes

_HEADER: Final = (
    "evaluation",
    "task",
    "units",
    "responsible",
    "deadline",
    "state",
    "late",
    "evidence",
    "to_revise",
)


def tasks_csv(lines: Iterable[tuple[str, TaskLine]], unreadable: Iterable[str] = ()) -> bytes:
    """Write tasks, one a row; several units, documents or items in a cell are separated by semicolons.

    Args:
        lines: each task with the id of its evaluation.
        unreadable: evaluations whose tasks cannot be told; each has one row that says so.
    """
    gaps = [(evaluation, *[None] * 4, "unreadable", *[None] * 3) for evaluation in unreadable]
    return csv_bytes(_HEADER, [*(_row(evaluation, line) for evaluation, line in lines), *gaps])


def _row(evaluation: str, line: TaskLine) -> tuple[object, ...]:
    return (
        evaluation,
        line.item or line.indicator,
        ";".join(line.units),
        line.responsible,
        line.deadline,
        line.state,
        "yes" if line.late else "no",
        ";".join(line.evidence),
        ";".join(line.to_revise),
    )
