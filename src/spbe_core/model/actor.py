"""Actors (pelaku): who may hold which role, and what is known of them outside the record."""

from collections.abc import Mapping
from typing import Final, Literal

import attrs

from spbe_core.errors import InputError
from spbe_core.messages import words

DEFAULT_ACTOR: Final = "local"
"""Who records where nobody is named, and nobody is asked who they are."""

Side = Literal["agency", "assessor", "determiner", "auditor"]


@attrs.frozen
class Role:
    """What somebody may be appointed to.

    Attributes:
        id: e.g. ``internal-assessor``.
        side: whose work it is; nobody works for two sides.
        in_unit: whether it is held in one unit of an agency.
        in_agency: whether it is held in, or by somebody from, an agency that must be named.
    """

    id: str
    side: Side
    in_unit: bool = False
    in_agency: bool = True

    def words(self) -> Mapping[str, str]:
        """Return its official name and its English one."""
        return words(f"role-{self.id}")


ROLES: Final[Mapping[str, Role]] = {
    role.id: role
    for role in (
        Role("coordinator", "agency"),
        Role("person-in-charge", "agency"),
        Role("data-entry", "agency"),
        Role("respondent", "agency", in_unit=True),
        Role("internal-assessor", "agency"),
        Role("external-assessor", "assessor"),
        Role("determiner", "determiner", in_agency=False),
        Role("auditor", "auditor", in_agency=False),
    )
}


def role_of(role_id: str) -> Role:
    """Return a role by its id.

    Raises:
        InputError: ``unknown-role``.
    """
    if role_id not in ROLES:
        raise InputError("unknown-role", role=role_id, roles=", ".join(ROLES))
    return ROLES[role_id]


@attrs.frozen
class Person:
    """Who an actor is: what the directory holds and may forget.

    Attributes:
        name: as people call them.
        contact: an address or a number; may be empty.
    """

    name: str
    contact: str = ""
