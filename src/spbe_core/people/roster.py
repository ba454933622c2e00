"""Who holds which role, and which units there are: folded from the events of one stream."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal

import attrs

from spbe_core.errors import StoreError
from spbe_core.events import (
    ActorAppointed,
    ActorDismissed,
    Event,
    PermissionsAdopted,
    PersonErased,
    UnitClosed,
    UnitRegistered,
    topic_of,
)

STREAM: Final = "people"
"""Name of the stream; an evaluation's has a slash in it."""


@attrs.frozen
class Appointment:
    """A role that an actor holds, and the unit it is held in, where it is that of one."""

    role: str
    unit: str | None = None


@attrs.frozen(kw_only=True)
class Ended:
    """When and why an actor was dismissed, a person erased or a unit closed."""

    at: datetime
    by: str
    reason: str


@attrs.frozen(kw_only=True)
class Actor:
    """An actor as the record knows them.

    Attributes:
        id: pseudonymous id.
        agency: where they work, None where their roles are bound to none.
        appointments: what they hold now.
        served: agencies they ever worked in.
        units: (agency, unit) that they ever answered for.
        dismissed: when and why their last role ended, None while they hold something.
        erased: when and on what ground it was forgotten who they are.
    """

    id: str
    agency: str | None
    appointments: tuple[Appointment, ...] = ()
    served: frozenset[str] = frozenset()
    units: frozenset[tuple[str, str]] = frozenset()
    dismissed: Ended | None = None
    erased: Ended | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles they hold now, each once."""
        return tuple(dict.fromkeys(one.role for one in self.appointments))

    @property
    def standing(self) -> Literal["appointed", "dismissed", "erased"]:
        """Whether they may act, may not any more, or never again."""
        return "erased" if self.erased is not None else "appointed" if self.appointments else "dismissed"


@attrs.frozen
class Unit:
    """A unit of an agency, and when and why it was closed, where it was."""

    agency: str
    id: str
    name: str
    closed: Ended | None = None


@attrs.frozen
class Roster:
    """Every actor and unit of a store.

    Attributes:
        version: number of events folded.
        changed_at: when the last of them was recorded.
        actors: id -> actor, dismissed and erased ones included.
        units: (agency, unit) -> unit, closed ones included.
        permissions: digest of the table that was adopted last, None before the first.
    """

    version: int = 0
    changed_at: datetime | None = None
    actors: Mapping[str, Actor] = attrs.field(factory=dict[str, Actor])
    units: Mapping[tuple[str, str], Unit] = attrs.field(factory=dict[tuple[str, str], Unit])
    permissions: str | None = None

    @property
    def managed(self) -> bool:
        """Whether anybody was ever appointed; before that, nobody is asked who they are."""
        return bool(self.actors)

    def holding(self, role: str) -> tuple[str, ...]:
        """Return the ids of those who hold a role now."""
        return tuple(one.id for one in self.actors.values() if role in one.roles)


def fold_people(events: Iterable[Event], start: Roster | None = None) -> Roster:
    """Fold what happened to people and units, oldest first.

    Raises:
        StoreError: ``event-out-of-place`` where an event cannot be about people, or is about somebody unknown.
    """
    roster = Roster() if start is None else start
    version, changed_at = roster.version, roster.changed_at
    actors, units, adopted = dict(roster.actors), dict(roster.units), roster.permissions
    for event in events:
        version, changed_at = version + 1, event.at
        match event:
            case UnitRegistered():
                units[event.agency, event.unit] = Unit(event.agency, event.unit, event.name)
            case UnitClosed() if (event.agency, event.unit) in units:
                ended = Ended(at=event.at, by=event.by, reason=event.reason)
                units[event.agency, event.unit] = attrs.evolve(units[event.agency, event.unit], closed=ended)
            case ActorAppointed():
                actors[event.actor] = _appointed(actors.get(event.actor), event)
            case ActorDismissed() if event.actor in actors:
                actors[event.actor] = _dismissed(actors[event.actor], event)
            case PersonErased() if event.actor in actors:
                ended = Ended(at=event.at, by=event.by, reason=event.ground)
                actors[event.actor] = attrs.evolve(actors[event.actor], appointments=(), erased=ended)
            case PermissionsAdopted():
                adopted = event.digest
            case _:
                raise StoreError("event-out-of-place", topic=topic_of(event))
    return Roster(version, changed_at, actors, units, adopted)


def ended_roles(actor: Actor, role: str | None, unit: str | None) -> tuple[str, ...]:
    """Return the roles that appointments are lost in when a role, or every one, ends in a unit, or in every one."""
    left = _kept(actor.appointments, role, unit)
    return tuple(dict.fromkeys(one.role for one in actor.appointments if one not in left))


def _kept(held: Iterable[Appointment], role: str | None, unit: str | None) -> tuple[Appointment, ...]:
    return tuple(one for one in held if role not in {None, one.role} or unit not in {None, one.unit})


def _dismissed(before: Actor, event: ActorDismissed) -> Actor:
    left = _kept(before.appointments, event.role, event.unit)
    ended = None if left else Ended(at=event.at, by=event.by, reason=event.reason)
    return attrs.evolve(before, appointments=left, dismissed=ended)


def _appointed(before: Actor | None, event: ActorAppointed) -> Actor:
    known = before or Actor(id=event.actor, agency=None)
    return attrs.evolve(
        known,
        agency=event.agency,
        appointments=(*known.appointments, Appointment(event.role, event.unit)),
        served=known.served if event.agency is None else known.served | {event.agency},
        units=known.units if event.agency is None or event.unit is None else known.units | {(event.agency, event.unit)},
        dismissed=None,
    )
