"""Verdicts on items as CSV: ``item,verdict`` to calculate with, ``item,verdict,code,reason`` to record."""

from typing import Final, get_args

from spbe_core.errors import InputError
from spbe_core.exchange.text_file import csv_rows, decoded, read_header, wrong_width
from spbe_core.model.edition import Edition
from spbe_core.model.verdict import ItemVerdict
from spbe_core.rules.published import Verdict

HEADER: Final = ("item", "verdict")
_RECORDED_HEADER: Final = ("item", "verdict", "code", "reason")
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


def read_verdicts(content: bytes) -> tuple[ItemVerdict, ...]:
    """Read verdicts to be recorded, before any edition is known; an accepted item needs no code and no reason.

    Raises:
        InputError: the file is not such a CSV; the error says which line.
    """
    rows = csv_rows(decoded(content))
    read_header(rows, _RECORDED_HEADER)
    found: dict[str, tuple[int, ItemVerdict]] = {}
    for line, row in rows:
        if len(row) != len(_RECORDED_HEADER):
            raise wrong_width(row, len(_RECORDED_HEADER), line)
        item, verdict, code, reason = row
        if item in found:
            raise InputError("item-twice", at_line=line, item=item, first=found[item][0])
        found[item] = (line, _verdict(item, verdict, code, reason, line))
    if not found:
        raise InputError("csv-without-rows")
    return tuple(one for _, one in found.values())


def _verdict(item: str, verdict: str, code: str, reason: str, line: int) -> ItemVerdict:
    try:
        return ItemVerdict.read(item, verdict, code, reason)
    except InputError as problem:
        raise problem.at(at_line=line) from None
