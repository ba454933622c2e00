"""The permissions of each role, read from one file: command, stage or role concerned, own or other agency."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Final, cast

import attrs

from spbe_core.errors import InputError, RulesError
from spbe_core.model.actor import ROLES, role_of
from spbe_core.model.canonical import canonical_json

FURTHER: Final = "further"
"""The kind of a stage that is not named here."""

STAGES: Final = ("self", "document", "interview", "visitation", FURTHER)
STAGED: Final = ("assess", "judge-items", "close-stage")
OF_ROLES: Final = ("appoint", "dismiss")
PLAIN: Final = (
    "open-evaluation",
    "submit-evidence",
    "withdraw-evidence",
    "cover-evidence",
    "carry-over-evidence",
    "enter-external-score",
    "determine",
    "reopen",
    "raise-objection",
    "answer-objection",
    "assign-work",
    "import-evaluation",
    "register-unit",
    "close-unit",
    "erase-person",
    "erase-content",
    "read",
)
KINDS: Final[Mapping[str, tuple[str | None, ...]]] = {
    **dict.fromkeys(PLAIN, (None,)),
    **dict.fromkeys(STAGED, STAGES),
    **dict.fromkeys(OF_ROLES, tuple(ROLES)),
}
"""Command -> what it is split by."""

_WHERE: Final = {"own": (True,), "other": (False,), "any": (True, False)}


def checked_kind(command: str, kind: str | None) -> str | None:
    """Return what a command is split by, None where it is not split.

    Raises:
        InputError: ``unknown-action``, or ``unknown-role`` where a role must be named.
    """
    if command not in KINDS:
        raise InputError("unknown-action", action=command, actions=", ".join(KINDS))
    if command in OF_ROLES:
        return role_of(kind or "").id
    return kind if command in STAGED else None


@attrs.frozen
class Permissions:
    """A table of permissions: which cells are allowed; all others are denied.

    Attributes:
        document: the whole table as canonical JSON.
        named: (command, kind) that it has a line for.
        allowed: (command, kind, role, whether in the role's own agency).
    """

    document: str
    named: frozenset[tuple[str, str | None]]
    allowed: frozenset[tuple[str, str | None, str, bool]]

    @cached_property
    def digest(self) -> str:
        """What the table goes by."""
        return f"sha256:{hashlib.sha256(self.document.encode()).hexdigest()}"

    def allow(self, role: str, command: str, kind: str | None, *, own: bool) -> bool:
        """Say whether a role may give a command in its own or in another agency."""
        return (*self._line(command, kind), role, own) in self.allowed

    def roles(self, command: str, kind: str | None) -> tuple[str, ...]:
        """Return the roles that may give a command anywhere."""
        line = self._line(command, kind)
        return tuple(role for role in ROLES if {(*line, role, True), (*line, role, False)} & self.allowed)

    def _line(self, command: str, kind: str | None) -> tuple[str, str | None]:
        further = command in STAGED and (command, kind) not in self.named
        return command, FURTHER if further else kind


@cache
def permissions() -> Permissions:
    """Return the permissions of this version."""
    return read_permissions((files("spbe_core.people") / "permissions.toml").read_text(encoding="utf-8"))


def read_permissions(text: str) -> Permissions:
    """Read the file of permissions; every command must be there in all its kinds, and nothing else.

    Raises:
        RulesError: ``permissions-wrong``.
    """
    table = read_table(tomllib.loads(text))
    expected = {(command, kind) for command, kinds in KINDS.items() for kind in kinds}
    wrong = sorted(f"{command} {kind or ''}".strip() for command, kind in table.named ^ expected)
    wrong += sorted({role for _, _, role, _ in table.allowed} - set(ROLES))
    if wrong:
        raise RulesError("permissions-wrong", place="-", found=", ".join(wrong))
    return table


def read_table(tables: object) -> Permissions:
    """Read a table of permissions, whatever commands, stages and roles it knows.

    Raises:
        RulesError: ``permissions-wrong``.
    """
    lines = dict(_lines(tables))
    document = canonical_json(cast("dict[str, object]", tables)).decode()
    return Permissions(document, frozenset(lines), frozenset(_cells(lines)))


def _lines(tables: object) -> Iterator[tuple[tuple[str, str | None], Mapping[str, object]]]:
    for command, kinds in _members("-", tables).items():
        below = _members(command, kinds)
        if any(isinstance(one, dict) for one in below.values()):
            yield from (((command, kind), _members(f"{command}.{kind}", roles)) for kind, roles in below.items())
        else:
            yield (command, None), below


def _cells(lines: Mapping[tuple[str, str | None], Mapping[str, object]]) -> Iterator[tuple[str, str | None, str, bool]]:
    for (command, kind), roles in lines.items():
        for role, where in roles.items():
            if not isinstance(where, str) or where not in _WHERE:
                raise RulesError("permissions-wrong", place=command, found=f"{role} = {where}")
            yield from ((command, kind, role, own) for own in _WHERE[where])


def _members(place: str, found: object) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise RulesError("permissions-wrong", place=place, found=repr(found))
    return cast("Mapping[str, object]", found)
