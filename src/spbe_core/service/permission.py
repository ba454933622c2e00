"""The one place that every command passes: whether whoever gives it may."""

from collections.abc import Iterable

from spbe_core.errors import StoreError
from spbe_core.evaluation.commands import Command
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import Event
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.people.action import Action, action_of
from spbe_core.people.adoption import adoption
from spbe_core.people.duties import refuse_own_cause
from spbe_core.people.permitted import permitted_actor
from spbe_core.people.roster import STREAM, Roster, fold_people
from spbe_core.people.tasks import answers_for
from spbe_core.ports import Append, EventLog, Recorded


def roster_of(log: EventLog) -> Roster:
    """Fold who holds which role."""
    return fold_people(recorded.event for recorded in log.stream(STREAM))


def earlier_evaluation(evaluation_id: EvaluationId, history: Iterable[Recorded]) -> Evaluation | None:
    """Fold an evaluation that evidence was carried over from, None where there is none.

    Args:
        evaluation_id: which.
        history: its events, or the first of them.

    Raises:
        StoreError: ``earlier-unreadable``: who had a part in that evidence cannot be told.
    """
    try:
        return fold(one.event for one in history)
    except StoreError as problem:
        raise StoreError("earlier-unreadable", id=evaluation_id, reason=problem.words()) from problem


class Permission:
    """Whether what is recorded together may be, and what the answers rest on until it is recorded.

    Args:
        log: where the roster is, and the evaluations that evidence was carried over from.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._roster = roster_of(log)
        self._earlier: dict[EvaluationId, Evaluation | None] = {}

    def ask(self, by: str, command: Command | Action, agency: str | None, evaluation: Evaluation | None = None) -> None:
        """Refuse what the actor may not do; in a store in which nobody was ever appointed, nobody is asked.

        Args:
            by: pseudonymous actor id, as the caller gives it.
            command: what is asked.
            agency: whose evaluation it is about; None where it is nobody's.
            evaluation: as it stands, None before it is opened.

        Raises:
            NotPermittedError: the actor is unknown, dismissed or erased, their roles do not allow it, or it would be in
                their own cause.
            StoreError: ``earlier-unreadable``.
        """
        roster = self._roster
        if not roster.managed:
            return
        action = command if isinstance(command, Action) else action_of(command, evaluation)
        actor = permitted_actor(
            roster, by, action, agency, lambda unit, asked: answers_for(roster, evaluation, by, unit, asked)
        )
        refuse_own_cause(actor, action, agency, evaluation, self._find_earlier)

    def held(self, first: Event) -> tuple[Append, ...]:
        """Return what must be appended before the events that were asked for.

        The permissions are adopted with the first events that rest on them.

        A dismissal that is recorded between the question and the append makes that fail; then it is asked again. So
        does evidence that somebody submits to an earlier evaluation that was looked at.

        Args:
            first: the first of those events: by whom and when.
        """
        looked_at = [(str(name), one.version) for name, one in self._earlier.items() if one is not None]
        return (
            Append(STREAM, self._roster.version, adoption(self._roster, Mark(first.at, first.by))),
            *(Append(name, version, ()) for name, version in looked_at),
        )

    def _find_earlier(self, evaluation_id: EvaluationId) -> Evaluation | None:
        if evaluation_id not in self._earlier:
            self._earlier[evaluation_id] = earlier_evaluation(evaluation_id, self._log.stream(str(evaluation_id)))
        return self._earlier[evaluation_id]
