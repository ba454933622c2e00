"""Reading a text file that came from somebody's spreadsheet, and saying what is wrong with it."""

import codecs
import csv
import io
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from spbe_core.errors import InputError

LARGEST: Final = 16 * 1024 * 1024
"""Bytes; many times any national table of 640 agencies, and little enough that whatever it holds stays below a gigabyte
in memory."""

LARGEST_NOTE: Final = 64 * 1024 * 1024
"""Bytes of a signed note: a checkpoint grows with its ledger, by less than six bytes an event."""


@contextmanager
def opened_file(source: Path | BinaryIO) -> Generator[BinaryIO]:
    """Open an input file for as long as it is read.

    Args:
        source: the file, or an open binary stream.

    Raises:
        InputError: ``file-missing``, ``file-not-regular`` or ``file-unreadable``.
    """
    try:
        if not isinstance(source, Path):
            yield source
        elif not source.exists():
            raise InputError("file-missing", file=source)
        elif not source.is_file():
            raise InputError("file-not-regular", file=source)
        else:
            with source.open("rb") as file:
                yield file
    except OSError as failure:
        raise InputError("file-unreadable", file=source, reason=failure.strerror) from failure


def read_bytes(source: Path | BinaryIO, *, largest: int = LARGEST) -> bytes:
    """Read a whole input file.

    Args:
        source: the file, or an open binary stream.
        largest: bytes it may have.

    Raises:
        InputError: ``file-missing``, ``file-not-regular``, ``file-unreadable`` or ``file-too-large``.
    """
    with opened_file(source) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise InputError("file-too-large", file=source if isinstance(source, Path) else "-", largest=largest)
    return content


def decoded(content: bytes) -> str:
    """Decode UTF-8 text without a byte order mark.

    Raises:
        InputError: ``text-utf16``, ``text-bom``, ``text-not-utf8`` or ``text-with-nul``.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or content[1:2] == b"\0":
        raise InputError("text-utf16")
    if content.startswith(codecs.BOM_UTF8):
        raise InputError("text-bom")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise InputError("text-not-utf8", at_line=content.count(b"\n", 0, problem.start) + 1) from problem
    if "\0" in text:
        raise InputError("text-with-nul")
    return text


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) of every row that is not blank.

    Raises:
        InputError: ``csv-broken`` for a quote that is never closed and the like.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as problem:
        raise InputError("csv-broken", at_line=line, reason=problem) from problem


def read_header(rows: Iterator[tuple[int, list[str]]], expected: Sequence[str], *, more: bool = False) -> list[str]:
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
