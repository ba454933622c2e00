"""Whether an actor may do something: known and appointed, by a role, in this agency, for these indicators."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn

from spbe_core.errors import NotPermittedError
from spbe_core.messages import LANGUAGES, render
from spbe_core.model.actor import ROLES
from spbe_core.people.action import Action
from spbe_core.people.permissions import Permissions, permissions
from spbe_core.people.roster import Actor, Roster

Assigned = Callable[[str, Action], bool]
"""Whether a unit answers for all that an action is about."""


def permitted_actor(roster: Roster, by: str, action: Action, agency: str | None, assigned: Assigned) -> Actor:
    """Return the actor, if they may do what they are about to.

    Args:
        roster: who holds which role.
        by: pseudonymous actor id, as the caller gives it.
        action: what they are about to do.
        agency: whose evaluation, unit or colleague it is about; None where it is nobody's.
        assigned: which unit answers for what, for those who act for one unit only.

    Raises:
        NotPermittedError: ``actor-unknown``, ``actor-dismissed``, ``actor-erased``, or as
            :func:`refuse_unless_allowed`.
    """
    actor = roster.actors.get(by)
    if actor is None:
        raise NotPermittedError("actor-unknown", actor=by)
    if actor.erased is not None:
        raise NotPermittedError("actor-erased", actor=by)
    if not actor.appointments:
        raise NotPermittedError("actor-dismissed", actor=by)
    refuse_unless_allowed(permissions(), actor, action, agency, assigned)
    return actor


def refuse_unless_allowed(
    table: Permissions, actor: Actor, action: Action, agency: str | None, assigned: Assigned
) -> None:
    """Refuse what none of an actor's roles allows by a table.

    Args:
        table: what each role may.
        actor: with the roles they hold.
        action: what they want to do.
        agency: whose evaluation, unit or colleague it is about; None where it is nobody's.
        assigned: which unit answers for what, for those who act for one unit only.

    Raises:
        NotPermittedError: ``not-unit-task`` or ``not-unit-evidence`` where a role allows it for what its unit answers
            for, ``only-in-own-agency`` or ``only-in-other-agencies`` where one allows it elsewhere, else
            ``not-permitted``.
    """
    own = agency is not None and agency == actor.agency
    allowing = [one for one in actor.appointments if table.allow(one.role, action.name, action.kind, own=own)]
    if any(one.unit is None or action.name == "read" or assigned(one.unit, action) for one in allowing):
        return
    facts = {"actor": actor.id, "held": role_words(actor.roles), "action": _action_words(action)}
    if allowing:
        _refuse_for_units(facts, action, [one.unit for one in allowing if one.unit is not None], assigned)
    if any(table.allow(role, action.name, action.kind, own=not own) for role in actor.roles):
        code = "only-in-other-agencies" if own else "only-in-own-agency"
        facts |= {"own": actor.agency or "-"}
    else:
        code = "not-permitted"
    roles = role_words(table.roles(action.name, action.kind))
    raise NotPermittedError(code, **facts, agency=agency or "-", roles=roles)


def _refuse_for_units(
    facts: Mapping[str, object], action: Action, units: Sequence[str], assigned: Assigned
) -> NoReturn:
    """Say what is no task of any of the units, or which document none of them submitted."""

    def answered(indicators: tuple[str, ...], items: tuple[str, ...] = ()) -> bool:
        part = Action(action.name, action.kind, indicators, items)
        return any(assigned(unit, part) for unit in units)

    facts = {**facts, "units": ", ".join(dict.fromkeys(units))}
    if action.taken and answered(action.indicators, action.items):
        raise NotPermittedError("not-unit-evidence", **facts, evidence=", ".join(action.taken))
    parts = [one for one in dict.fromkeys(action.indicators) if not answered((one,))]
    whole = [one for one in parts if not any(answered((one,), (item,)) for item in action.items)]
    items = [item for item in dict.fromkeys(action.items) if not any(answered((one,), (item,)) for one in parts)]
    raise NotPermittedError("not-unit-task", **facts, asked=_asked_words(whole, items))


def role_words(roles: tuple[str, ...]) -> dict[str, str]:
    """Return what people call roles, in every language."""
    named = [ROLES[role].words() if role in ROLES else dict.fromkeys(LANGUAGES, role) for role in roles]
    return {language: ", ".join(one[language] for one in named) or "-" for language in LANGUAGES}


def _action_words(action: Action) -> dict[str, str]:
    def words(language: str) -> Iterator[str]:
        yield render(f"action-{action.name}", "what", {}, language)
        if action.kind is not None:
            kind = ROLES[action.kind].words()[language] if action.kind in ROLES else action.kind
            yield f"({kind})"

    return {language: " ".join(words(language)) for language in LANGUAGES}


def _asked_words(indicators: Sequence[str], items: Sequence[str]) -> dict[str, str]:
    named = {"action-on-indicators": ", ".join(indicators), "action-on-items": ", ".join(items)}
    codes = [code for code, ids in named.items() if ids] or ["action-on-unnamed"]
    return {
        language: "; ".join(render(code, "what", {"ids": named.get(code, "")}, language) for code in codes)
        for language in LANGUAGES
    }
