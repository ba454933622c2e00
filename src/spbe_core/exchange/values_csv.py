"""Values of indicators as CSV: one card per file, or one agency per row."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs

from spbe_core.errors import InputError, SpbeError
from spbe_core.exchange.text_file import csv_rows, decoded
from spbe_core.model.edition import Edition


def read_cells(content: bytes) -> list[tuple[int, str, str]]:
    """Read ``indicator,value`` into (line, indicator, value as written), before any edition is known.

    Raises:
        InputError: the file is not such a CSV; the error says which line.
    """
    rows = csv_rows(decoded(content))
    _check_header(next(rows, None), ["indicator", "value"])
    cells: list[tuple[int, str, str]] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        if len(row) != 2:
            raise _wrong_width(row, 2, line)
        indicator, value = row
        if indicator in seen:
            raise InputError("indicator-twice", at_line=line, indicator=indicator, first=seen[indicator])
        seen[indicator] = line
        cells.append((line, indicator, value))
    if not cells:
        raise InputError("csv-without-rows")
    return cells


def read_values(content: bytes, edition: Edition) -> dict[str, Fraction | None]:
    """Read ``indicator,value`` against an edition.

    Raises:
        InputError: what is wrong and in which line.
    """
    return {indicator: _value(edition, indicator, text, line) for line, indicator, text in read_cells(content)}


@attrs.frozen
class BulkRow:
    """One agency's row of a wide table.

    Attributes:
        line: line number in the file.
        agency: as written.
        year: evaluation year as written.
        cells: indicator -> value as written.
        problem: why the row cannot be used, None where it can.
    """

    line: int
    agency: str
    year: str
    cells: Mapping[str, str]
    problem: SpbeError | None = None


def read_bulk(content: bytes) -> Iterator[BulkRow]:
    """Read ``agency,year,1,2,...`` row by row; a row of the wrong width carries its problem.

    Raises:
        InputError: the file as a whole is not such a CSV.
    """
    rows = csv_rows(decoded(content))
    first = next(rows, None)
    _check_header(None if first is None else (first[0], first[1][:2]), ["agency", "year"])
    assert first is not None  # noqa: S101 - an absent header was refused above
    header = first[1]
    indicators = header[2:]
    repeated = next((one for one in indicators if indicators.count(one) > 1), None)
    if repeated is not None or not indicators:
        raise InputError("csv-header-wrong", found=",".join(header), expected="agency,year,1,2,...")
    line = None
    for line, row in rows:
        if len(row) != len(header):
            yield BulkRow(line, row[0], row[1] if len(row) > 1 else "", {}, _wrong_width(row, len(header), line))
        else:
            yield BulkRow(line, row[0], row[1], dict(zip(indicators, row[2:], strict=True)))
    if line is None:
        raise InputError("csv-without-rows")


def bulk_values(row: BulkRow, edition: Edition) -> dict[str, Fraction | None]:
    """Read one row's cells against an edition.

    Raises:
        InputError: what is wrong, with the line.
    """
    return {indicator: _value(edition, indicator, text, row.line) for indicator, text in row.cells.items()}


def _value(edition: Edition, indicator: str, text: str, line: int) -> Fraction | None:
    try:
        edition.indicator(indicator)
        return edition.scale.read_for(indicator, text)
    except InputError as problem:
        raise problem.at(at_line=line) from None


def _check_header(first: tuple[int, list[str]] | None, expected: list[str]) -> None:
    if first is None:
        raise InputError("csv-empty")
    line, header = first
    if header == expected:
        return
    joined = ",".join(header)
    if ";" in joined and joined.split(";")[: len(expected)] == expected:
        raise InputError("csv-semicolon", at_line=line)
    raise InputError("csv-header-wrong", at_line=line, found=joined, expected=",".join(expected))


def _wrong_width(row: list[str], expected: int, line: int) -> InputError:
    return InputError("csv-row-width", at_line=line, found=len(row), expected=expected)
