"""Holding a store against a checkpoint that was kept outside of it: every event and every document is read again."""

from collections.abc import Iterator, Sequence

import attrs

from spbe_core.errors import SpbeError
from spbe_core.events import EvidenceSubmitted
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.entry import leaves_of
from spbe_core.ledger.merkle import root_of
from spbe_core.model.finding import Finding
from spbe_core.ports import Ports, StoredEvent
from spbe_core.replay.contents import content_differences


@attrs.frozen
class VerifyReport:
    """What a verification found.

    Attributes:
        checkpoint: what was verified against.
        beyond: events recorded since; the checkpoint says nothing about them.
        contents: documents read again.
        findings: what is not as it was, the first bad event first.
    """

    checkpoint: Checkpoint
    beyond: int
    contents: int
    findings: tuple[Finding, ...]


def verify(ports: Ports, checkpoint: Checkpoint) -> VerifyReport:
    """Hash every event and document anew and compare with the checkpoint; no stored hash is trusted.

    Args:
        ports: log and vault.
        checkpoint: whose signature was checked before.
    """
    events = list(ports.log.stored())
    covered = events[: checkpoint.size]
    documents = list(_documents(covered))
    findings = [*_ledger_differences(covered, checkpoint)]
    for stream, submitted in documents:
        findings += content_differences(ports.vault, stream, submitted)
    return VerifyReport(checkpoint, len(events) - len(covered), len(documents), tuple(findings))


def _ledger_differences(covered: Sequence[StoredEvent], checkpoint: Checkpoint) -> Iterator[Finding]:
    leaves = leaves_of(covered)
    if len(leaves) == checkpoint.size and root_of(leaves) == checkpoint.root:
        return
    place = checkpoint.first_difference(leaves)
    if place is None:
        yield Finding("ledger-root-differs", {"size": checkpoint.size}, "difference")
    elif place >= len(covered):
        missing = {"place": place + 1, "size": checkpoint.size, "found": len(covered)}
        yield Finding("ledger-event-missing", missing, "difference")
    else:
        event = covered[place]
        facts = {"place": place + 1, "id": event.stream, "version": event.version, "topic": event.topic}
        yield Finding("ledger-event-differs", facts, "difference")


def _documents(covered: Sequence[StoredEvent]) -> Iterator[tuple[str, EvidenceSubmitted]]:
    """Yield every submission among the covered events, with the evaluation it belongs to."""
    for stored in covered:
        try:
            event = stored.event()
        except SpbeError:
            continue  # it cannot be the event that was recorded; its leaf says so
        if isinstance(event, EvidenceSubmitted) and event.digest is not None:
            yield stored.stream, event
