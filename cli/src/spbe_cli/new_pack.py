"""Making the project of a new rule pack from the template that lies beside this module."""

import re
from datetime import UTC, datetime
from keyword import iskeyword
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import attrs

from spbe_core.errors import InputError

TEMPLATE: Final = Path(__file__).with_name("template")

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)
_LONGEST: Final = 60
"""Characters of a name; the name becomes folders, and some systems stop at about four times that."""
_WRITTEN: Final = {"permenpanrb": "PermenPANRB"}
"""Kinds of regulation whose official spelling has capitals within."""


@attrs.frozen
class NewPack:
    """What the template is filled with.

    Attributes:
        name: of the regulation, also the id of its edition, e.g. ``permen-1-2030``.
        module: the name as Python writes it.
        regulation: what people call it, e.g. ``Permen 1/2030``.
        year: first evaluation year.
    """

    name: str
    module: str
    regulation: str
    year: int


def new_pack(name: str, today: datetime | None = None) -> NewPack:
    """Say what a pack of a name is called everywhere.

    Args:
        name: lower-case letters, digits and single hyphens; a year at its end is the first evaluation year.
        today: decides the year where the name has none; now if left out.

    Raises:
        InputError: ``pack-name-invalid``.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or iskeyword(name):
        raise InputError("pack-name-invalid", name=name)
    kind, *rest = name.split("-")
    regulation = " ".join([_WRITTEN.get(kind, kind.capitalize()), "/".join(rest)]).strip()
    ends_in_year = bool(rest) and _YEAR.fullmatch(rest[-1]) is not None
    year = int(rest[-1]) if ends_in_year else (today or datetime.now(UTC)).year + 1
    return NewPack(name, name.replace("-", "_"), regulation, year)


def make_pack(pack: NewPack, into: Path) -> Path:
    """Write the project into a folder of its name, whole or not at all, and return that folder.

    Args:
        pack: what it is called.
        into: where its folder is made.

    Raises:
        InputError: ``pack-folder-taken``, ``author-tools-missing`` or ``pack-not-made``.
    """
    target = into / pack.name
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError("pack-folder-taken", folder=target)
        into.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".spbe-", dir=into) as workshop:
            made = Path(workshop) / pack.name
            _fill(pack, made)
            if target.exists():
                target.rmdir()
            made.rename(target)
    except OSError as problem:
        raise InputError("pack-not-made", folder=target, reason=problem.strerror or problem) from problem
    return target


def _fill(pack: NewPack, made: Path) -> None:
    try:
        from copier import run_copy  # noqa: PLC0415 - only authors install it
        from copier.errors import CopierError  # noqa: PLC0415
    except ImportError as problem:
        raise InputError("author-tools-missing", library=problem.name) from problem
    try:
        run_copy(str(TEMPLATE), made, data=attrs.asdict(pack), defaults=True, quiet=True)
    except CopierError as problem:
        raise InputError("pack-not-made", folder=made.name, reason=problem) from problem
