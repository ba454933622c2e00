"""The permissions of each role, read from one file: command, stage or role concerned, own or other agency."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

import attrs

from spbe_core.errors import InputError, RulesError
from spbe_core.model.actor import ROLES, role_of

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
    """Which cells are allowed; all others are denied.

    Attributes:
        allowed: (command, kind, role, whether in the role's own agency).
    """

    allowed: frozenset[tuple[str, str | None, str, bool]]

    def allow(self, role: str, command: str, kind: str | None, *, own: bool) -> bool:
        """Say whether a role may give a command in its own or in another agency."""
        return (command, self._known(command, kind), role, own) in self.allowed

    def roles(self, command: str, kind: str | None) -> tuple[str, ...]:
        """Return the roles that may give a command anywhere."""
        cell = (command, self._known(command, kind))
        return tuple(role for role in ROLES if {(*cell, role, True), (*cell, role, False)} & self.allowed)

    @staticmethod
    def _known(command: str, kind: str | None) -> str | None:
        return FURTHER if command in STAGED and kind not in STAGES else kind


@cache
def permissions() -> Permissions:
    """Return the permissions that hold."""
    return read_permissions((files("spbe_core.people") / "permissions.toml").read_text(encoding="utf-8"))


def read_permissions(text: str) -> Permissions:
    """Read permissions; every command must be there in all its kinds, and nothing else.

    Raises:
        RulesError: ``permissions-wrong``.
    """
    tables = tomllib.loads(text)
    _compare("", tables, KINDS)
    return Permissions(frozenset(_cells(tables)))


def _cells(tables: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str, bool]]:
    for command, kinds in KINDS.items():
        if kinds != (None,):
            _compare(command, tables[command], kinds)
        for kind in kinds:
            place = command if kind is None else f"{command}.{kind}"
            roles = tables[command] if kind is None else tables[command][kind]
            for role, where in roles.items():
                if role not in ROLES or not isinstance(where, str) or where not in _WHERE:
                    raise RulesError("permissions-wrong", place=place, found=f"{role} = {where}")
                yield from ((command, kind, role, own) for own in _WHERE[where])


def _compare(place: str, found: object, expected: Collection[str | None]) -> None:
    names = set(cast("Mapping[str, object]", found)) if isinstance(found, dict) else {repr(found)}
    if names != set(expected):
        wrong = sorted(str(name) for name in names ^ set(expected))
        raise RulesError("permissions-wrong", place=place or "-", found=", ".join(wrong))
