"""Units and actors come and go, and who may do what is adopted; who the actors are is nowhere in the record."""

from typing import ClassVar

import attrs

from spbe_core.events.event import Event


@attrs.frozen(kw_only=True)
class UnitRegistered(Event):
    """A unit of an agency entered the record, or got another name.

    Attributes:
        unit: code of the unit, within its agency.
        name: official name of the unit.
    """

    TOPIC: ClassVar[str] = "spbe:unit-registered"

    agency: str
    unit: str
    name: str


@attrs.frozen(kw_only=True)
class UnitClosed(Event):
    """A unit of an agency ended: it gets no tasks and no respondents any more, until it is registered again.

    Attributes:
        unit: code of the unit, within its agency.
    """

    TOPIC: ClassVar[str] = "spbe:unit-closed"

    agency: str
    unit: str
    reason: str


@attrs.frozen(kw_only=True)
class ActorAppointed(Event):
    """An actor was given a role.

    Attributes:
        actor: pseudonymous id of the actor.
        role: what they may act as from now on.
        agency: where they work; None where the role is bound to none.
        unit: the unit they answer for, where the role is that of one.
        ground: the decree or letter that appoints; may be empty.
    """

    TOPIC: ClassVar[str] = "spbe:actor-appointed"

    actor: str
    role: str
    agency: str | None
    unit: str | None
    ground: str


@attrs.frozen(kw_only=True)
class ActorDismissed(Event):
    """Roles of an actor ended.

    Attributes:
        actor: pseudonymous id of the actor.
        role: which one; None for every role.
        unit: where it was that of one unit only; None for every unit.
    """

    TOPIC: ClassVar[str] = "spbe:actor-dismissed"

    actor: str
    role: str | None
    unit: str | None
    reason: str


@attrs.frozen(kw_only=True)
class PermissionsAdopted(Event):
    """A table of permissions was used for the first time, or again after another one.

    What is recorded from now on was allowed by it.

    Attributes:
        digest: `sha256:<hex>` of the table.
        document: the table as canonical JSON: command, stage or role concerned, role, and where that role may.
    """

    TOPIC: ClassVar[str] = "spbe:permissions-adopted"

    digest: str
    document: str


@attrs.frozen(kw_only=True)
class PersonErased(Event):
    """Who an actor is was forgotten; what they did stays, under an id that now stands for nobody.

    Attributes:
        actor: pseudonymous id of the actor.
        ground: the article or request it was done for.
    """

    TOPIC: ClassVar[str] = "spbe:person-erased"

    actor: str
    ground: str
