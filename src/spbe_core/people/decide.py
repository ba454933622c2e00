"""Whether a change of the roster is allowed, and what becomes a fact if it is. Pure: command in, events out."""

from collections.abc import Sequence

from spbe_core.errors import InputError, NotPermittedError, RecordError
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.decisions.requirements import require_text
from spbe_core.events import ActorAppointed, ActorDismissed, Event, PersonErased, UnitClosed, UnitRegistered
from spbe_core.messages import words
from spbe_core.model.actor import ROLES, role_of
from spbe_core.model.code import checked_code
from spbe_core.model.text_limits import refuse_too_long
from spbe_core.people.adoption import adoption
from spbe_core.people.commands import (
    AppointActor,
    CloseUnit,
    DismissActor,
    ErasePerson,
    PeopleCommand,
    RegisterUnit,
)
from spbe_core.people.duties import refuse_self_appointment
from spbe_core.people.permitted import permitted_actor, role_words
from spbe_core.people.recorded_action import recorded_actions_on_people
from spbe_core.people.roster import Actor, Appointment, Roster, Unit, ended_roles
from spbe_core.people.units import refuse_unusable_unit


def decide_people(roster: Roster, command: PeopleCommand, mark: Mark) -> Sequence[Event]:
    """Return the events a command leads to.

    Args:
        roster: as it stands.
        command: what is asked.
        mark: by whom and when.

    Raises:
        InputError: something in the command is malformed or unknown.
        NotPermittedError: whoever asks may not.
        RecordError: the roster does not allow it.
    """
    require_text(mark.by, "actor")
    events = _decided(roster, command, mark)
    for event in events:
        refuse_too_long(event)
    return (*adoption(roster, mark), *events) if events else ()


def _decided(roster: Roster, command: PeopleCommand, mark: Mark) -> Sequence[Event]:
    match command:
        case RegisterUnit():
            return _register(roster, command, mark)
        case CloseUnit():
            return _close(roster, command, mark)
        case AppointActor():
            return _appoint(roster, command, mark)
        case DismissActor():
            return _dismiss(roster, command, mark)
        case ErasePerson():
            return _erase(roster, command, mark)


def _register(roster: Roster, command: RegisterUnit, mark: Mark) -> Sequence[Event]:
    checked_code(command.agency, "agency")
    checked_code(command.unit, "unit")
    require_text(command.name, "unit-name")
    registered = UnitRegistered(at=mark.at, by=mark.by, agency=command.agency, unit=command.unit, name=command.name)
    _allow(roster, registered)
    if roster.units.get((command.agency, command.unit)) == Unit(command.agency, command.unit, command.name):
        return ()
    return (registered,)


def _close(roster: Roster, command: CloseUnit, mark: Mark) -> Sequence[Event]:
    require_text(command.reason, "reason")
    refuse_unusable_unit(roster, command.agency, command.unit)
    closed = UnitClosed(at=mark.at, by=mark.by, agency=command.agency, unit=command.unit, reason=command.reason)
    _allow(roster, closed)
    return (closed,)


def _appoint(roster: Roster, command: AppointActor, mark: Mark) -> Sequence[Event]:
    role = role_of(command.role)
    checked_code(command.actor, "actor")
    _check_place(roster, command)
    if not roster.managed and role.id != "determiner":
        raise RecordError("first-is-determiner", role=role.words())
    appointed = ActorAppointed(
        at=mark.at,
        by=mark.by,
        actor=command.actor,
        role=role.id,
        agency=command.agency,
        unit=command.unit,
        ground=command.ground,
    )
    _allow(roster, appointed)
    known = roster.actors.get(command.actor)
    if known is not None:
        if known.erased is not None:
            raise NotPermittedError("actor-erased", actor=known.id)
        if Appointment(role.id, command.unit) in known.appointments and known.agency == command.agency:
            return ()
        _refuse_two_sides(known, command)
    if roster.managed:
        refuse_self_appointment(appointed)
    return (appointed,)


def _check_place(roster: Roster, command: AppointActor) -> None:
    """Refuse an appointment without the agency or the unit its role needs, or with a unit it has no use for."""
    role = role_of(command.role)
    if command.agency is not None:
        checked_code(command.agency, "agency")
    elif role.in_agency:
        raise InputError("role-needs-agency", role=role.words())
    if (command.unit is not None) != role.in_unit:
        raise InputError("role-needs-unit" if role.in_unit else "role-without-unit", role=role.words())
    if command.unit is not None:
        refuse_unusable_unit(roster, command.agency, command.unit)


def _refuse_two_sides(known: Actor, command: AppointActor) -> None:
    if not known.appointments:
        return
    side = ROLES[command.role].side
    if known.agency != command.agency or any(ROLES[role].side != side for role in known.roles):
        agency = known.agency or words("bound-to-no-agency")
        raise RecordError("actor-on-two-sides", actor=known.id, held=role_words(known.roles), agency=agency)


def _dismiss(roster: Roster, command: DismissActor, mark: Mark) -> Sequence[Event]:
    require_text(command.reason, "reason")
    actor = _known(roster, command.actor)
    role = None if command.role is None else role_of(command.role).id
    dismissed = ActorDismissed(
        at=mark.at, by=mark.by, actor=actor.id, role=role, unit=command.unit, reason=command.reason
    )
    _allow(roster, dismissed)
    ending = ended_roles(actor, role, command.unit)
    if not ending:
        raise RecordError("actor-holds-nothing", actor=actor.id)
    if "determiner" in ending:
        _keep_a_determiner(roster, actor)
    return (dismissed,)


def _erase(roster: Roster, command: ErasePerson, mark: Mark) -> Sequence[Event]:
    require_text(command.ground, "ground")
    actor = _known(roster, command.actor)
    erased = PersonErased(at=mark.at, by=mark.by, actor=actor.id, ground=command.ground)
    _allow(roster, erased)
    if actor.erased is not None:
        return ()
    _keep_a_determiner(roster, actor)
    return (erased,)


def _allow(roster: Roster, event: Event) -> None:
    if roster.managed:
        actions, agency = recorded_actions_on_people(event, roster)
        for action in actions:
            permitted_actor(roster, event.by, action, agency, lambda _unit, _action: False)


def _known(roster: Roster, actor: str) -> Actor:
    if actor not in roster.actors:
        raise InputError("unknown-actor", actor=actor)
    return roster.actors[actor]


def _keep_a_determiner(roster: Roster, actor: Actor) -> None:
    """Refuse to end the last determiner's role: nobody could be appointed any more."""
    if roster.holding("determiner") == (actor.id,):
        raise RecordError("last-determiner", actor=actor.id)
