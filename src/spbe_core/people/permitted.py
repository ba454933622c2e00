"""Whether an actor may do something: known and appointed, by a role, in this agency, for these indicators."""

from collections.abc import Callable, Iterator

from spbe_core.errors import NotPermittedError
from spbe_core.messages import LANGUAGES, render
from spbe_core.model.actor import ROLES
from spbe_core.people.action import Action
from spbe_core.people.permissions import Permissions, permissions
from spbe_core.people.roster import Actor, Appointment, Roster

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
        NotPermittedError: ``actor-unknown``, ``actor-dismissed``, ``actor-erased`` or ``not-permitted``.
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
        NotPermittedError: ``not-permitted``.
    """
    if not any(_holds(table, one, actor, action, agency, assigned) for one in actor.appointments):
        raise NotPermittedError(
            "not-permitted",
            actor=actor.id,
            held=_role_words(actor.roles),
            action=_action_words(action),
            agency=agency or "-",
            roles=_role_words(table.roles(action.name, action.kind)),
        )


def _holds(
    table: Permissions, held: Appointment, actor: Actor, action: Action, agency: str | None, assigned: Assigned
) -> bool:
    own = agency is not None and agency == actor.agency
    if not table.allow(held.role, action.name, action.kind, own=own):
        return False
    if held.unit is None or action.name == "read":
        return True
    return assigned(held.unit, action)


def _role_words(roles: tuple[str, ...]) -> dict[str, str]:
    named = [ROLES[role].words() if role in ROLES else dict.fromkeys(LANGUAGES, role) for role in roles]
    return {language: ", ".join(one[language] for one in named) or "-" for language in LANGUAGES}


def _action_words(action: Action) -> dict[str, str]:
    def words(language: str) -> Iterator[str]:
        yield render(f"action-{action.name}", "what", {}, language)
        if action.kind is not None:
            kind = ROLES[action.kind].words()[language] if action.kind in ROLES else action.kind
            yield f"({kind})"

    return {language: " ".join(words(language)) for language in LANGUAGES}
