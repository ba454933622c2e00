"""The one place that every command passes: whether whoever gives it may."""

from spbe_core.evaluation.commands import Command
from spbe_core.evaluation.state import Evaluation
from spbe_core.people.action import Action, action_of
from spbe_core.people.duties import refuse_own_cause
from spbe_core.people.permitted import permitted_actor
from spbe_core.people.roster import STREAM, Roster, fold_people
from spbe_core.people.tasks import answers_for
from spbe_core.ports import Append, EventLog


def permission(
    log: EventLog, by: str, command: Command | Action, agency: str, evaluation: Evaluation | None = None
) -> Append:
    """Ask for one command, and return what holds the answer while the command is recorded.

    Raises:
        NotPermittedError: as :func:`refuse_unless_permitted`.
    """
    roster = roster_of(log)
    refuse_unless_permitted(roster, by, command, agency, evaluation)
    return held(roster)


def roster_of(log: EventLog) -> Roster:
    """Fold who holds which role."""
    return fold_people(recorded.event for recorded in log.stream(STREAM))


def held(roster: Roster) -> Append:
    """Return what must be appended with the events that a permission rests on.

    A dismissal that is recorded between the question and the append makes that fail; then it is asked again.
    """
    return Append(STREAM, roster.version, ())


def refuse_unless_permitted(
    roster: Roster, by: str, command: Command | Action, agency: str | None, evaluation: Evaluation | None
) -> None:
    """Refuse what the actor may not do; in a store in which nobody was ever appointed, nobody is asked.

    Args:
        roster: who holds which role.
        by: pseudonymous actor id, as the caller gives it.
        command: what is asked.
        agency: whose evaluation it is about; None where it is nobody's.
        evaluation: as it stands, None before it is opened.

    Raises:
        NotPermittedError: the actor is unknown, dismissed or erased, their roles do not allow it, or it would be in
            their own cause.
    """
    if not roster.managed:
        return
    action = command if isinstance(command, Action) else action_of(command, evaluation)
    actor = permitted_actor(
        roster, by, action, agency, lambda unit, asked: answers_for(roster, evaluation, by, unit, asked)
    )
    if evaluation is not None:
        refuse_own_cause(actor, action, evaluation)
