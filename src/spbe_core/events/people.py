"""Units and actors come and go; who the actors are is nowhere in the record."""

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
class ActorAppointed(Event):
    """An actor was given a role.

    Attributes:
        actor: pseudonymous id of the actor.
        role: what they may act as from now on.
        agency: where they work; None where the role is bound to none.
        unit: the unit they answer for, where the role is that of one.
    """

    TOPIC: ClassVar[str] = "spbe:actor-appointed"

    actor: str
    role: str
    agency: str | None
    unit: str | None


@attrs.frozen(kw_only=True)
class ActorDismissed(Event):
    """All roles of an actor ended.

    Attributes:
        actor: pseudonymous id of the actor.
    """

    TOPIC: ClassVar[str] = "spbe:actor-dismissed"

    actor: str
    reason: str


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
