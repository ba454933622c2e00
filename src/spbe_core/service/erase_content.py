"""Erasing the content of a document: recorded first, in every evaluation that submitted it, and then done."""

from collections.abc import Sequence

from spbe_core.errors import RecordError
from spbe_core.evaluation.commands import EraseContent
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Append, EventLog, Ports
from spbe_core.service.permission import permission
from spbe_core.service.recording import evaluation_streams, load, mark, persistently


def erase_content(
    ports: Ports, evaluation_id: EvaluationId, digest: str, ground: str, *, everywhere: bool, by: str
) -> Sequence[str]:
    """Take content out of the vault for good.

    It may be repeated: where it is recorded already and nothing was submitted since, only the content goes.

    Args:
        ports: log, vault and clock.
        evaluation_id: whose document it is.
        digest: of the content.
        ground: the article or request it is done for.
        everywhere: also where other evaluations submitted the same content.
        by: pseudonymous actor id.

    Returns:
        The evaluations whose histories say so.

    Raises:
        InputError: ``unknown-content`` or ``text-missing``.
        RecordError: ``content-shared`` where others submitted it and ``everywhere`` was not said.
        NotPermittedError: whoever asks may not.
        StoreError: the log or the vault cannot be written.
    """
    command = EraseContent(digest=digest, ground=ground)

    def attempt() -> Sequence[str]:
        first = load(ports.log, evaluation_id)
        others = [one for one in _submitted_in(ports.log, digest) if one.id != evaluation_id]
        appends: list[Append] = []
        for one in (first, *others):
            appends.append(permission(ports.log, by, command, one.id.agency, one))
            events = decide(one, command, mark(ports, by, one))
            if any(document.digest == digest and document.erased is None for document in one.evidence.values()):
                appends.append(Append(str(one.id), one.version, events))
        if others and not everywhere:
            raise RecordError("content-shared", digest=digest, ids=", ".join(str(one.id) for one in others))
        if any(one.events for one in appends):
            ports.log.append(*appends)
        return tuple(str(one.id) for one in (first, *others))

    erased = persistently(attempt)
    ports.vault.erase(digest)
    return erased


def _submitted_in(log: EventLog, digest: str) -> list[Evaluation]:
    evaluations = (load(log, EvaluationId.parse(name)) for name in evaluation_streams(log))
    return [one for one in evaluations if any(document.digest == digest for document in one.evidence.values())]
