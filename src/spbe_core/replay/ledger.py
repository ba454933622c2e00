"""The ledger of a store: checkpointed, and proved from."""

import attrs

from spbe_core.errors import InputError, RecordError
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.entry import leaves_of
from spbe_core.ledger.merkle import consistency_path, inclusion_path, root_of
from spbe_core.ports import Ports, StoredEvent


@attrs.frozen
class InclusionProof:
    """That one event is in a ledger of a size.

    Attributes:
        event: as it lies in the log.
        index: its place in the ledger, from 0.
        size: number of events in the ledger.
        path: hashes that lead to the root.
        root: over all of them.
    """

    event: StoredEvent
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes


@attrs.frozen
class ConsistencyProof:
    """That an older ledger is the beginning of a newer one."""

    old_size: int
    old_root: bytes
    new_size: int
    new_root: bytes
    path: tuple[bytes, ...]


def take_checkpoint(ports: Ports, origin: str) -> Checkpoint:
    """Say what the ledger is now; signed, it belongs outside the store.

    Every event is hashed anew: no hash is kept in the store, so none can be wrong there.

    Args:
        ports: log and clock.
        origin: which ledger, in the words of whoever signs.
    """
    return Checkpoint.of(origin, leaves_of(ports.log.stored()), ports.clock())


def prove_event(ports: Ports, stream: str, version: int, size: int | None) -> InclusionProof:
    """Prove that an event is in the ledger, or in its beginning of a size.

    Raises:
        RecordError: ``event-not-in-ledger``.
    """
    events = list(ports.log.stored())[:size]
    for index, event in enumerate(events):
        if (event.stream, event.version) == (stream, version):
            leaves = leaves_of(events)
            return InclusionProof(event, index, len(leaves), tuple(inclusion_path(leaves, index)), root_of(leaves))
    raise RecordError("event-not-in-ledger", id=stream, version=version, size=len(events))


def prove_consistency(ports: Ports, old_size: int, size: int | None = None) -> ConsistencyProof:
    """Prove that the ledger of an older size is the beginning of the ledger of a size, by default as it is.

    Raises:
        InputError: ``ledger-shorter`` where the ledger does not even have that size.
    """
    leaves = leaves_of(ports.log.stored())
    wanted = max(old_size, size or 0)
    if not 0 < wanted <= len(leaves):
        raise InputError("ledger-shorter", size=len(leaves), wanted=wanted)
    leaves = leaves[: size and wanted]
    return ConsistencyProof(
        old_size,
        root_of(leaves[:old_size]),
        len(leaves),
        root_of(leaves),
        tuple(consistency_path(leaves, old_size)),
    )
