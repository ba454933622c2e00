"""Saying in which line of a CSV stands what was refused after the file was read."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from spbe_core.errors import SpbeError
from spbe_core.exchange.csv_table import csv_rows

_SUBJECTS: Final = ("at_task", "at_item", "at_indicator", "task", "item", "indicator")
"""Facts of an error that say which of many it is about."""


@contextmanager
def told_with_line(content: bytes | None) -> Generator[None]:
    """Add its line to an error about what the first cell of a row names.

    Args:
        content: the file that was read before, None where there was none.

    Raises:
        SpbeError: as it was raised within, with the line.
    """
    try:
        yield
    except SpbeError as problem:
        if content is None or "at_line" in problem.parameters:
            raise
        lines = {cells[0].strip(): line for line, cells in csv_rows(content)}
        subjects = [str(problem.parameters[name]) for name in _SUBJECTS if name in problem.parameters]
        line = next((lines[one] for one in subjects if one in lines), None)
        if line is None:
            raise
        raise problem.at(at_line=line) from problem
