"""One wrong digit anywhere in a pack's data does not pass: every number contradicts another one."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from arrangements import ROOT
from rogues import RoguePack

from spbe_core.testing.conformance import CHECKS
from spbe_core.testing.pack import read_pack

PACKS = sorted(file.parent.name for file in (ROOT / "plugins").glob("*/src/spbe_rules/*/__init__.py"))
THOROUGH = os.environ.get("SPBE_HYPOTHESIS_PROFILE") == "thorough"
SAMPLE = 40
"""Digits tried of each pack in the default run; ``thorough`` tries all."""

CHEAP = ("loads", "weights", "printed", "overlays", "cases")
NOT_HELD = {"crosswalk.toml"}
"""Files whose numbers no score depends on: links between instruments carry a source each and are not computed with."""

STRING_OR_COMMENT = re.compile(r'"[^"\n]*"|#[^\n]*')
NUMBER = re.compile(
    r'"-?\d[\d./]*[a-c]?"|"\d[\d.]*-\d[\d.]*"|\b\d{4}-\d{2}-\d{2}\b|(?<![\w"./-])-?\d+(?![\w"./-])'
    r'|"[AD]\d+"|"I\d+[a-c]?-L\d-\d+"|^[AD]\d+(?= =)',
    re.MULTILINE,
)


def places(text: str) -> Iterator[int]:
    """Yield where the digits of the numbers in a data file stand; texts and comments have none."""
    bare = STRING_OR_COMMENT.sub(lambda one: one[0] if NUMBER.fullmatch(one[0]) else " " * len(one[0]), text)
    for number in NUMBER.finditer(bare):
        yield from (place for place in range(*number.span()) if text[place].isdigit())


YEAR = re.compile(r"^year = \d+", re.MULTILINE)
"""What nothing contradicts in a case, where the year beside it is under the same edition."""


def held(file: Path, text: str) -> Iterator[int]:
    """Yield the digits of a file that another number holds in place."""
    loose = {place for one in YEAR.finditer(text) for place in range(*one.span())}
    in_case = file.parent.name == "cases"
    yield from (place for place in places(text) if not (in_case and place in loose))


def digits(pack: Path) -> list[tuple[str, int]]:
    """Return file and place of every digit of a pack's numbers."""
    return [
        (str(file.relative_to(pack)), place)
        for file in sorted(pack.rglob("*.toml"))
        if file.name not in NOT_HELD
        for place in held(file, file.read_text(encoding="utf-8"))
    ]


def noticed(name: str) -> bool:
    """Whether the cheap checks find anything wrong; one is enough."""
    pack = read_pack(name)
    return any(True for check in CHEAP for _ in CHECKS[check](pack))


@pytest.mark.parametrize("base", PACKS)
def test_one_wrong_digit_is_noticed(rogue: Callable[..., RoguePack], base: str) -> None:
    """Each digit of each number, one at a time, is contradicted by another file or by a case."""
    pack = rogue(base)
    found = digits(pack.folder)
    assert len(found) > 5
    assert not noticed(pack.name)
    unnoticed: list[str] = []
    for file, place in found if THOROUGH else found[:: max(len(found) // SAMPLE, 1)]:
        path = pack.folder / file
        right = path.read_text(encoding="utf-8")
        digit = str((int(right[place]) + 1) % 10)
        path.write_text(f"{right[:place]}{digit}{right[place + 1 :]}", encoding="utf-8")
        if not noticed(pack.name):
            line = right.count("\n", 0, place)
            unnoticed.append(f"{file}:{line + 1}: {right.splitlines()[line].strip()[:80]} with {digit}")
        path.write_text(right, encoding="utf-8")

    if unnoticed:
        pytest.fail("\n".join(unnoticed))
