"""Values of indicators as CSV: one card per file, or one agency per row."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs

from spbe_core.errors import InputError, SpbeError
from spbe_core.exchange.csv_table import csv_rows, once, read_header, table, wrong_width
from spbe_core.model.edition import Edition


def read_cells(content: bytes) -> list[tuple[int, str, str]]:
    """Read ``indicator,value`` into (line, indicator, value as written), before any edition is known.

    Raises:
        InputError: the file is not such a CSV; the error says which line.
    """
    rows = once(table(content, ["indicator", "value"]), "indicator-twice", "indicator")
    return [(line, indicator, value) for line, (indicator, value) in rows]


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
    rows = csv_rows(content)
    header = read_header(rows, ["agency", "year"], more=True)
    indicators = header[2:]
    if len(set(indicators)) < len(indicators) or not indicators:
        raise InputError("csv-header-wrong", found=",".join(header), expected="agency,year,1,2,...")
    line = None
    for line, row in rows:
        if len(row) != len(header):
            yield BulkRow(line, row[0], row[1] if len(row) > 1 else "", {}, wrong_width(row, len(header), line))
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
