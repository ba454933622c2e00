"""Verdicts on items as CSV: ``item,verdict``."""

from typing import Final, get_args

from spbe_core.errors import InputError
from spbe_core.exchange.text_file import csv_rows, decoded, read_header, wrong_width
from spbe_core.model.edition import Edition
from spbe_core.rules.published import Verdict

HEADER: Final = ("item", "verdict")
VERDICTS: Final = get_args(Verdict)
"""Only an accepted item counts; the others say why not, or that nobody has judged it."""


def has_verdicts(content: bytes) -> bool:
    """Say whether a file is one of verdicts, by its first line."""
    return content.split(b"\n", 1)[0].strip() == ",".join(HEADER).encode()


def read_accepted(content: bytes, edition: Edition) -> frozenset[str]:
    """Read which items were accepted; items the file does not name were not.

    Raises:
        InputError: the file is not such a CSV, or names an unknown item or verdict; the error says which line.
    """
    rows = csv_rows(decoded(content))
    read_header(rows, HEADER)
    known = {item.id for item in edition.items}
    seen: dict[str, int] = {}
    accepted: set[str] = set()
    for line, row in rows:
        if len(row) != len(HEADER):
            raise wrong_width(row, len(HEADER), line)
        item, verdict = row
        if item in seen:
            raise InputError("item-twice", at_line=line, item=item, first=seen[item])
        if item not in known:
            raise InputError("unknown-item", at_line=line, item=item, edition=edition.id)
        if verdict not in VERDICTS:
            raise InputError("unknown-verdict", at_line=line, verdict=verdict, verdicts=", ".join(VERDICTS))
        seen[item] = line
        if verdict == "accepted":
            accepted.add(item)
    if not seen:
        raise InputError("csv-without-rows")
    return frozenset(accepted)
