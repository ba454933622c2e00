"""People: who holds which role, which units there are, and forgetting who somebody is."""

from collections.abc import Mapping
from typing import Final

import msgspec

from spbe_cli.command import argument, choice, command, option
from spbe_cli.group import group
from spbe_cli.language import spoken, text
from spbe_cli.options import REASON, reading, recording
from spbe_cli.render import write_json, write_line, write_table
from spbe_cli.store import done, opened
from spbe_cli.values import shown_moment
from spbe_core.errors import InputError
from spbe_core.events import encode, topic_of
from spbe_core.library import Spbe
from spbe_core.model.actor import ROLES, Person
from spbe_core.people.roster import Actor

people: Final = group(
    "people",
    {
        "appoint": ("people", "people-appoint"),
        "list": ("people", "people-list"),
        "show": ("people", "people-show"),
        "dismiss": ("people", "people-dismiss"),
        "erase": ("people", "people-erase"),
        "unit": ("people", "people-unit"),
    },
)
people_unit: Final = group(
    "people-unit",
    {"add": ("people", "unit-add"), "close": ("people", "unit-close"), "list": ("people", "unit-list")},
)


@command("people-appoint")
@argument("role", type=choice(*ROLES))
@option("--actor")
@option("--agency")
@option("--unit")
@option("--name", key="person_name")
@option("--contact", default="")
@option("--ground", key="appointment_ground", default="")
@recording
def people_appoint(
    role: str,
    actor: str | None,
    agency: str | None,
    unit: str | None,
    name: str | None,
    contact: str,
    ground: str,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Give an actor a role."""
    with opened(store) as spbe:
        appointed = spbe.people.appoint(
            role, actor=actor, agency=agency, unit=unit, name=name, contact=contact, ground=ground, by=by
        )
    if output == "json":
        write_json({"actor": appointed.id, "role": role, "agency": agency, "unit": unit})
    else:
        write_line(text("people.appointed", actor=appointed.id, role=_role(role)))


@command("people-list")
@reading
def people_list(store: str | None, output: str) -> None:
    """List the actors."""
    with opened(store) as spbe:
        actors, directory = spbe.people.actors(), spbe.people.directory()
    if output == "json":
        write_json([_members(one, directory) for one in actors])
    elif not actors:
        write_line(text("people.empty"))
    else:
        cells = [
            (one.id, _name(one, directory), one.agency, _held(one), text(f"standing.{one.standing}")) for one in actors
        ]
        write_table(text("people.heading"), ["actor", "name", "agency", "roles", "standing"], cells)


@command("people-show")
@argument("actor")
@reading
def people_show(actor: str, store: str | None, output: str) -> None:
    """Show an actor and all that was recorded of them."""
    with opened(store) as spbe:
        shown = _found(spbe, actor)
        directory, history = spbe.people.directory(), spbe.people.history()
    of_actor = [one for one in history if getattr(one.event, "actor", None) == actor]
    if output == "json":
        events = [{"topic": topic_of(one.event), "event": msgspec.json.decode(encode(one.event))} for one in of_actor]
        write_json(_members(shown, directory) | {"events": events})
        return
    from spbe_cli.event_words import told

    person = directory.get(actor)
    known = [_name(shown, directory), None if person is None else person.contact]
    write_line(": ".join(filter(None, [actor, ", ".join(filter(None, known))])), bold=True)
    rows = [(one.version, shown_moment(one.event.at), one.event.by, told([one.event])) for one in of_actor]
    write_table("", ["number", "at", "by", "what"], rows)


@command("people-dismiss")
@argument("actor")
@option("--role", key="dismissed_role", type=choice(*ROLES))
@option("--unit", key="dismissed_unit")
@REASON
@recording
def people_dismiss(
    actor: str, role: str | None, unit: str | None, reason: str, by: str, store: str | None, output: str
) -> None:
    """End roles of an actor."""
    with opened(store) as spbe:
        spbe.people.dismiss(actor, role=role, unit=unit, reason=reason, by=by)
    done(output, "people-dismiss", {"actor": actor})


@command("people-erase")
@argument("actor")
@option("--ground", required=True)
@recording
def people_erase(actor: str, ground: str, by: str, store: str | None, output: str) -> None:
    """Forget who an actor is."""
    with opened(store) as spbe:
        spbe.people.erase(actor, ground=ground, by=by)
    done(output, "people-erase", {"actor": actor})


@command("unit-add")
@argument("agency")
@argument("unit")
@option("--name", key="unit_name", required=True)
@recording
def unit_add(agency: str, unit: str, name: str, by: str, store: str | None, output: str) -> None:
    """Register a unit."""
    with opened(store) as spbe:
        spbe.people.register_unit(agency, unit, name=name, by=by)
    done(output, "unit-add", {"agency": agency, "unit": unit})


@command("unit-close")
@argument("agency")
@argument("unit")
@REASON
@recording
def unit_close(agency: str, unit: str, reason: str, by: str, store: str | None, output: str) -> None:
    """Close a unit."""
    with opened(store) as spbe:
        spbe.people.close_unit(agency, unit, reason=reason, by=by)
    done(output, "unit-close", {"agency": agency, "unit": unit})


@command("unit-list")
@argument("agency", required=False)
@reading
def unit_list(agency: str | None, store: str | None, output: str) -> None:
    """List the units."""
    with opened(store) as spbe:
        units = spbe.people.units(agency)
    if output == "json":
        write_json(
            [
                {"agency": one.agency, "unit": one.id, "name": one.name, "closed": one.closed is not None}
                for one in units
            ]
        )
    elif not units:
        write_line(text("people.no-units"))
    else:
        cells = [
            (one.agency, one.id, one.name, text(f"standing.{'registered' if one.closed is None else 'closed'}"))
            for one in units
        ]
        write_table(text("people.units"), ["agency", "unit", "name", "standing"], cells)


def _found(spbe: Spbe, actor: str) -> Actor:
    for one in spbe.people.actors():
        if one.id == actor:
            return one
    raise InputError("unknown-actor", actor=actor)


def _members(actor: Actor, directory: Mapping[str, Person]) -> dict[str, object]:
    person = directory.get(actor.id)
    return {
        "actor": actor.id,
        "name": None if person is None else person.name,
        "contact": None if person is None else person.contact,
        "agency": actor.agency,
        "appointments": [{"role": one.role, "unit": one.unit} for one in actor.appointments],
        "standing": actor.standing,
    }


def _name(actor: Actor, directory: Mapping[str, Person]) -> str | None:
    if actor.erased is not None:
        return text("standing.erased")
    person = directory.get(actor.id)
    return None if person is None else person.name


def _held(actor: Actor) -> str:
    return ", ".join(_role(one.role) + (f" ({one.unit})" if one.unit is not None else "") for one in actor.appointments)


def _role(role: str) -> str:
    return ROLES[role].words()[spoken()]
