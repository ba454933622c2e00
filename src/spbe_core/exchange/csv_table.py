"""Reading a CSV table that came from somebody's spreadsheet, and saying what is wrong in which line."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from spbe_core.errors import InputError
from spbe_core.exchange.text_file import decoded
from spbe_core.messages import words

Row = tuple[int, list[str]]
"""Line number and cells."""


def table(content: bytes, header: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a table with exactly these columns.

    Raises:
        InputError: the file is not such a table or has no row; the error says which line.
    """
    rows = csv_rows(content)
    read_header(rows, header)
    line = None
    for line, cells in rows:
        if len(cells) != len(header):
            raise wrong_width(cells, len(header), line)
        yield line, cells
    if line is None:
        raise InputError("csv-without-rows")


def once(rows: Iterable[Row], code: str, name: str) -> Iterator[Row]:
    """Yield rows, each about something else: what its first cell names.

    Args:
        rows: as :func:`table` yields them.
        code: of the error where two are about the same.
        name: what the first cell is called there.

    Raises:
        InputError: of that code.
    """
    seen: dict[str, int] = {}
    for line, cells in rows:
        first = seen.setdefault(cells[0], line)
        if first != line:
            raise InputError(code, at_line=line, first=words("first-on-line", line=first), **{name: cells[0]})
        yield line, cells


def csv_rows(content: bytes) -> Iterator[Row]:
    """Yield (line number, cells) of every row that is not blank.

    Raises:
        InputError: the file is not plain UTF-8 text, or ``csv-broken`` for a quote that is never closed and the like.
    """
    reader = csv.reader(io.StringIO(decoded(content), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as problem:
        raise InputError("csv-broken", at_line=line, reason=problem) from problem


def read_header(rows: Iterator[Row], expected: Sequence[str], *, more: bool = False) -> list[str]:
    """Take the header off the rows and hold it against what is expected.

    Args:
        rows: as :func:`csv_rows` yields them.
        expected: the columns.
        more: whether further columns may follow.

    Raises:
        InputError: ``csv-empty``, ``csv-semicolon`` or ``csv-header-wrong``.
    """
    first = next(rows, None)
    if first is None:
        raise InputError("csv-empty")
    line, header = first
    if (header[: len(expected)] if more else header) == list(expected):
        return header
    joined = ",".join(header)
    if ";" in joined and joined.split(";")[: len(expected)] == list(expected):
        raise InputError("csv-semicolon", at_line=line)
    raise InputError("csv-header-wrong", at_line=line, found=joined, expected=",".join(expected))


def wrong_width(row: Sequence[str], expected: int, line: int) -> InputError:
    """Return the error of a row that has too few or too many columns."""
    return InputError("csv-row-width", at_line=line, found=len(row), expected=expected)
