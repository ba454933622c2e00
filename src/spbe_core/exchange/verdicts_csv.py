"""Verdicts on items as CSV: ``item,verdict`` to calculate with, ``item,verdict,code,reason`` to record."""

from typing import Final, get_args

from spbe_core.errors import InputError
from spbe_core.exchange.csv_table import once, table
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
    known = {item.id for item in edition.items}
    accepted: set[str] = set()
    for line, (item, verdict) in once(table(content, HEADER), "item-twice", "item"):
        if item not in known:
            raise InputError("unknown-item", at_line=line, item=item, edition=edition.id)
        if verdict not in VERDICTS:
            raise InputError("unknown-verdict", at_line=line, verdict=verdict, verdicts=", ".join(VERDICTS))
        if verdict == "accepted":
            accepted.add(item)
    return frozenset(accepted)


def read_verdicts(content: bytes) -> tuple[ItemVerdict, ...]:
    """Read verdicts to be recorded, before any edition is known; an accepted item needs no code and no reason.

    Raises:
        InputError: the file is not such a CSV; the error says which line.
    """
    rows = once(table(content, _RECORDED_HEADER), "item-twice", "item")
    return tuple(_verdict(line, *cells) for line, cells in rows)


def _verdict(line: int, *cells: str) -> ItemVerdict:
    try:
        return ItemVerdict.read(*cells)
    except InputError as problem:
        raise problem.at(at_line=line) from None
