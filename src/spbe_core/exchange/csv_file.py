"""Writing CSV that somebody will open in a spreadsheet.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and what agencies write into
titles and reasons is theirs. After OWASP's advice on CSV injection such a cell gets an apostrophe in front, and what
neither prints nor stays on one line is spelled out. Numbers stay numbers: a number, or a text that is nothing but one
(``-0.5``), is written as it is.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from spbe_core.messages import visible
from spbe_core.model.exact import exact, exact_text

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)

# Where Excel separates columns by semicolons, as in Indonesia, it takes what follows one for a cell of its own, quotes
# or not. The wide forms of East Asian keyboards mean the same to it.
_FORMULA: Final = re.compile(r"(^|;)(?=[\s\"]*[=+\-@＝＋－＠])")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table as CSV: UTF-8 without a byte order mark, a comma between columns, a line feed after each row.

    Args:
        header: names of the columns.
        rows: cells: texts, exact numbers, dates, or None for an empty one.

    Raises:
        ValueError: a row is wider or narrower than the header.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([_cell(name) for name in header])
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells below {len(header)} columns")
        writer.writerow([_cell(one) for one in row])
    return written.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool):
        return exact_text(exact(value))
    text = visible(str(value))
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)
