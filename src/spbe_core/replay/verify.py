"""Holding a store against a checkpoint that was kept outside of it: every event and every document is read again."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Final

import attrs

from spbe_core.errors import SpbeError
from spbe_core.events import ContentErased, Event, EvidenceSubmitted
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.entry import entry_of
from spbe_core.ledger.merkle import leaf_hash, root_of
from spbe_core.model.finding import Finding
from spbe_core.ports import EventLog, Ports, ReadModel, StoredEvent
from spbe_core.replay.contents import Erasures, content_findings, left_out
from spbe_core.replay.histories import Histories
from spbe_core.replay.rebuild import list_differences

_WAITED: Final = timedelta(minutes=10)
"""By how much an event may be older than a checkpoint it came after: writers wait for each other, and clocks differ."""

_NAMED: Final = 100
"""Streams that are named at the most, so that a store somebody filled needs no more memory."""


@attrs.frozen
class VerifyReport:
    """What a verification found.

    Attributes:
        checkpoint: what was verified against.
        beyond: events recorded since; the checkpoint says nothing about them.
        contents: documents looked for and read again, without those whose erasure is on record.
        findings: what is not as it was, the first bad event first; and remarks on documents that were erased.
    """

    checkpoint: Checkpoint
    beyond: int
    contents: int
    findings: tuple[Finding, ...]

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that mean something is not as it was."""
        return tuple(finding for finding in self.findings if finding.severity == "difference")


def verify(ports: Ports, checkpoint: Checkpoint, listed: ReadModel, *, documents: bool = True) -> VerifyReport:
    """Hash every event and document anew and compare with the checkpoint; no stored hash is trusted.

    What was recorded since is counted and not kept, so a store that somebody filled needs no more memory. Each history
    is read a second time in the way in which everybody else reads it. An event recorded since that says it is much
    older would tell another past to whoever looks back; the first of each stream is named.

    Args:
        ports: log and vault.
        checkpoint: whose signature was checked before.
        listed: the list of evaluations, which must follow from the log.
        documents: read the contents of evidence; without, only the events are held against the checkpoint.

    Raises:
        StoreError: the vault as a whole cannot be read.
    """
    leaves: list[bytes] = []
    submissions: list[tuple[str, EvidenceSubmitted]] = []
    backdated: dict[str, StoredEvent] = {}
    erasures, histories, beyond = Erasures(), Histories(), 0
    for stored in ports.log.stored():
        event = _readable(stored)
        leaf = leaf_hash(entry_of(stored))
        histories.take(stored, leaf, covered=len(leaves) < checkpoint.size)
        if len(leaves) == checkpoint.size:
            beyond += 1
            if event is not None and event.at < checkpoint.at - _WAITED and len(backdated) < _NAMED:
                backdated.setdefault(stored.stream, stored)
            if isinstance(event, ContentErased):
                erasures.take_later(stored.stream, event)
            continue
        leaves.append(leaf)
        erasures.take(stored.stream, event)
        if isinstance(event, EvidenceSubmitted) and event.digest is not None:
            submissions.append((stored.stream, event))
    findings = [*_ledger_differences(ports.log, leaves, checkpoint)]
    if not findings:  # histories and a list of another record say nothing
        findings += histories.differences(ports.log)
        findings += _list_differences(ports.log, listed)
    findings += [
        Finding("ledger-event-backdated", {"id": one.stream, "version": one.version}, "difference")
        for one in backdated.values()
    ]
    if not documents:
        return VerifyReport(checkpoint, beyond, 0, (*findings, *left_out(len(submissions))))
    of_contents = [
        finding
        for stream, submitted in submissions
        for finding in content_findings(ports.vault, stream, submitted, erasures)
    ]
    erased = sum(finding.severity == "remark" for finding in of_contents)
    return VerifyReport(checkpoint, beyond, len(submissions) - erased, (*findings, *of_contents))


def _ledger_differences(log: EventLog, leaves: Sequence[bytes], checkpoint: Checkpoint) -> Iterator[Finding]:
    if len(leaves) == checkpoint.size and root_of(leaves) == checkpoint.root:
        return
    place = checkpoint.first_difference(leaves)
    if place is None:
        yield Finding("ledger-root-differs", {"size": checkpoint.size}, "difference")
    elif place >= len(leaves):
        missing = {"place": place + 1, "size": checkpoint.size, "found": len(leaves)}
        yield Finding("ledger-event-missing", missing, "difference")
    else:
        event = next(islice(log.stored(), place, None))
        facts = {"place": place + 1, "id": event.stream, "version": event.version, "topic": event.topic}
        yield Finding("ledger-event-differs", facts, "difference")
        if len(leaves) < checkpoint.size:
            yield Finding("ledger-store-shorter", {"size": checkpoint.size, "found": len(leaves)})


def _list_differences(log: EventLog, listed: ReadModel) -> Iterator[Finding]:
    try:
        yield from list_differences(log, listed)
    except SpbeError as problem:
        yield Finding("list-not-comparable", {"reason": problem.words()}, "difference")


def _readable(stored: StoredEvent) -> Event | None:
    try:
        return stored.event()
    except SpbeError:
        return None  # it cannot be the event that was recorded; its leaf says so
