"""Loading an evaluation and recording what a command leads to, also when several write at once."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from spbe_core.errors import ConcurrencyError, RecordError, RulesError, StoreError
from spbe_core.evaluation.commands import Command
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import EditionRegistered, Event, edition_stream
from spbe_core.model.edition import Edition
from spbe_core.model.edition_document import read_edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Append, EventLog, Ports
from spbe_core.projections.evaluations import is_evaluation
from spbe_core.service.permission import Permission

_ATTEMPTS: Final = 30
_LONGEST_PAUSE: Final = 0.25

_T = TypeVar("_T")


def evaluation_streams(log: EventLog) -> Sequence[str]:
    """Name every stream that is neither an edition's nor that of the people."""
    return [name for name in log.streams() if is_evaluation(name)]


def load(log: EventLog, evaluation_id: EvaluationId) -> Evaluation:
    """Fold an evaluation from its events.

    Raises:
        RecordError: ``evaluation-unknown``.
    """
    evaluation = fold(recorded.event for recorded in log.stream(str(evaluation_id)))
    if evaluation is None:
        raise RecordError("evaluation-unknown", id=evaluation_id)
    return evaluation


def pinned_edition(log: EventLog, digest: str) -> Edition:
    """Return the edition an evaluation pinned, from the log and not from what is installed today.

    Raises:
        StoreError: ``edition-not-registered``, ``edition-record-unreadable``, or ``edition-digest-wrong`` where the
            document was changed.
    """
    for recorded in log.stream(edition_stream(digest)):
        if isinstance(recorded.event, EditionRegistered):
            try:
                edition = read_edition(recorded.event.document.encode())
            except (RulesError, UnicodeEncodeError) as problem:
                raise StoreError("edition-record-unreadable", digest=digest) from problem
            if edition.digest != digest:
                raise StoreError("edition-digest-wrong", digest=digest, found=edition.digest)
            return edition
    raise StoreError("edition-not-registered", digest=digest)


def record(
    ports: Ports, evaluation_id: EvaluationId, by: str, command_for: Callable[[Evaluation], Command]
) -> Evaluation:
    """Decide on a command and append its events; where another writer was faster, reload and decide again.

    Args:
        ports: log and clock.
        evaluation_id: which evaluation.
        by: pseudonymous actor id.
        command_for: makes the command from the state it will be decided on.

    Raises:
        RecordError: the evaluation is unknown or does not allow the command.
        NotPermittedError: the actor may not give it.
        StoreError: ``earlier-unreadable``: an evaluation that evidence was carried over from, where that decides.
        ConcurrencyError: ``store-conflict`` when others kept being faster.
    """
    return record_all(ports, evaluation_id, by, (command_for,))


def record_all(
    ports: Ports, evaluation_id: EvaluationId, by: str, commands_for: Iterable[Callable[[Evaluation], Command]]
) -> Evaluation:
    """Decide on commands one after the other and append the events of all of them, or of none; else as :func:`record`.

    Args:
        ports: log and clock.
        evaluation_id: which evaluation.
        by: pseudonymous actor id.
        commands_for: each makes a command from the state that the ones before it lead to.

    Raises:
        RecordError: the evaluation is unknown or does not allow one of them.
        NotPermittedError: the actor may not give one of them.
        StoreError: ``earlier-unreadable``: an evaluation that evidence was carried over from, where that decides.
        ConcurrencyError: ``store-conflict`` when others kept being faster.
    """
    makers = tuple(commands_for)

    def attempt() -> Evaluation:
        before = load(ports.log, evaluation_id)
        permission = Permission(ports.log)
        played = Played(ports, by, before)
        for command_for in makers:
            command = command_for(played.evaluation)
            permission.ask(by, command, evaluation_id.agency, played.evaluation)
            played.play(command)
        if played.events:
            ports.log.append(
                *permission.held(played.events[0]), Append(str(evaluation_id), before.version, played.events)
            )
        return played.evaluation

    return persistently(attempt)


def always(command: Command) -> Callable[[Evaluation], Command]:
    """Return what makes the same command from any state."""
    return lambda _: command


class Played:
    """Commands decided one after the other, before any of it is recorded.

    Args:
        ports: clock.
        by: pseudonymous actor id.
        evaluation: the state to begin with.
    """

    def __init__(self, ports: Ports, by: str, evaluation: Evaluation) -> None:
        self._ports, self._by = ports, by
        self.evaluation = evaluation
        self.events: list[Event] = []

    def play(self, command: Command) -> None:
        """Decide on a command from what the ones before led to."""
        decided = decide(self.evaluation, command, mark(self._ports, self._by, self.evaluation))
        after = fold(decided, self.evaluation)
        assert after is not None  # noqa: S101 - folding from a state never gives none
        self.events += decided
        self.evaluation = after


def persistently(attempt: Callable[[], _T]) -> _T:
    """Try again while another writer is faster, with growing random pauses."""
    for place in range(_ATTEMPTS):
        try:
            return attempt()
        except ConcurrencyError:
            time.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.002 * 2**place)))  # noqa: S311 - only spreads writers
    return attempt()


def mark(ports: Ports, by: str, evaluation: Evaluation | None = None) -> Mark:
    """Say who and when; recorded time never runs backwards within an evaluation, whatever the clock does."""
    now = ports.clock()
    return Mark(now if evaluation is None else max(now, evaluation.changed_at), by)


def registration(ports: Ports, edition: Edition, by: str) -> Sequence[Append]:
    """Return what must be appended so that the log holds an edition; nothing where it already does."""
    stream = edition_stream(edition.digest)
    if any(True for _ in ports.log.stream(stream)):
        return ()
    registered = EditionRegistered(
        at=ports.clock(), by=by, edition=edition.id, digest=edition.digest, document=edition.document.decode()
    )
    return (Append(stream, 0, (registered,)),)
