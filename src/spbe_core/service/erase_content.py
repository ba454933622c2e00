"""Erasing the content of a document: recorded first, in every evaluation that submitted it, and then done."""

from collections.abc import Sequence
from typing import cast

import attrs

from spbe_core.errors import RecordError, SpbeError
from spbe_core.evaluation.commands import EraseContent
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import EvidenceSubmitted
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.people.action import Action
from spbe_core.ports import Append, EventLog, Ports, StoredEvent
from spbe_core.service.permission import Permission
from spbe_core.service.recording import load, mark, persistently


@attrs.frozen
class ContentErasure:
    """Where the erasure of a content is on record.

    Attributes:
        recorded: evaluations whose histories say so.
        unreadable: streams that had the content too and cannot be read, so that nothing was added to them.
    """

    recorded: tuple[str, ...]
    unreadable: tuple[str, ...] = ()


def erase_content(
    ports: Ports, evaluation_id: EvaluationId, digest: str, ground: str, *, everywhere: bool, by: str
) -> ContentErasure:
    """Take content out of the vault for good.

    A history that is damaged, or that somebody planted, does not stand in its way and is named.
    It may be repeated: where it is recorded already and nothing was submitted since, only the content goes.

    Args:
        ports: log, vault and clock.
        evaluation_id: whose document it is.
        digest: of the content.
        ground: the article or request it is done for.
        everywhere: also where other evaluations submitted the same content, whether they can be read or not.
        by: pseudonymous actor id.

    Raises:
        InputError: ``unknown-content`` or ``text-missing``.
        RecordError: ``content-shared`` where others submitted it and ``everywhere`` was not said.
        NotPermittedError: whoever asks may not.
        StoreError: the log or the vault cannot be written; where the vault is not there at all, nothing is recorded.
    """
    command = EraseContent(digest=digest, ground=ground)

    def attempt() -> ContentErasure:
        first = load(ports.log, evaluation_id)
        names = [name for name in _submitted_in(ports.log, digest) if name != str(evaluation_id)]
        read = {name: _readable(ports.log, name) for name in names}
        others = [one for one in read.values() if one is not None]
        unreadable = tuple(name for name, one in read.items() if one is None)
        permission, appends = Permission(ports.log), list[Append]()
        for one in (first, *others):
            permission.ask(by, command, one.id.agency, one)
            events = decide(one, command, mark(ports, by, one))
            if any(document.digest == digest and document.erased is None for document in one.evidence.values()):
                appends.append(Append(str(one.id), one.version, events))
        for name in unreadable:
            permission.ask(by, Action("erase-content"), name.partition("/")[0])
        if names and not everywhere:
            raise RecordError("content-shared", digest=digest, ids=", ".join(names))
        if appends:
            ports.log.append(*permission.held(appends[0].events[0]), *appends)
        return ContentErasure(tuple(str(one.id) for one in (first, *others)), unreadable)

    ports.vault.check()  # first: what is recorded as erased from a vault that is not at hand would still lie in it
    erased = persistently(attempt)
    ports.vault.erase(digest)
    return erased


def _submitted_in(log: EventLog, digest: str) -> Sequence[str]:
    """Name the streams in which a content was submitted, from the events alone: no history has to make sense."""
    return tuple(dict.fromkeys(one.stream for one in log.stored() if _submits(one, digest)))


def _submits(stored: StoredEvent, digest: str) -> bool:
    state = cast("object", stored.state)  # whoever changes a store from outside may have changed its type as well
    told = state.encode() if isinstance(state, str) else state
    if not isinstance(told, bytes) or digest.encode() not in told:
        return False
    try:
        event = stored.event()
    except SpbeError:
        return True  # it names the content, and what it says of it is not known
    return isinstance(event, EvidenceSubmitted) and event.digest == digest


def _readable(log: EventLog, name: str) -> Evaluation | None:
    try:
        evaluation = load(log, EvaluationId.parse(name))
    except SpbeError:
        return None
    return evaluation if str(evaluation.id) == name else None
