"""The ledger of a store: checkpointed, held against a checkpoint, proved from and certified."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from spbe_core.errors import InputError, RecordError
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.entry import leaves_of
from spbe_core.ledger.merkle import consistency_path, inclusion_path, root_of
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Ports, ReadModel, StoredEvent
from spbe_core.replay.verify import VerifyReport, verify

if TYPE_CHECKING:
    from spbe_core.ledger.signed_note import SignerKey


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
    """That an older ledger is the beginning of a newer one.

    Attributes:
        old_size: number of events in the older one.
        old_root: over all of them.
        new_size: number of events in the newer one.
        new_root: over all of them.
        path: hashes that lead to both roots.
    """

    old_size: int
    old_root: bytes
    new_size: int
    new_root: bytes
    path: tuple[bytes, ...]


class Ledger:
    """Every event of a store, in order and provable from outside; ``Spbe.ledger`` is one.

    Args:
        ports: the store.
        listed: the list of evaluations, which verification holds against the events.
        check: raises where the store is damaged or contradicts itself; called before anything is signed or verified.
    """

    def __init__(self, ports: Ports, listed: ReadModel, check: Callable[[], None]) -> None:
        self._ports = ports
        self._list = listed
        self._check = check

    def checkpoint(self, origin: str) -> Checkpoint:
        """Say what the ledger is now: size and root over every event; sign it and keep it outside the store.

        Every event is hashed anew: no hash is kept in the store, so none can be wrong there.

        Args:
            origin: which ledger, in the words of whoever signs.

        Raises:
            StoreError: the store is damaged, or contradicts itself.
        """
        self._check()
        return Checkpoint.of(origin, leaves_of(self._ports.log.stored()), self._ports.clock())

    def verify(self, checkpoint: Checkpoint, *, documents: bool = True) -> VerifyReport:
        """Read every event and document again and hold them against a checkpoint kept outside the store.

        Args:
            checkpoint: whose signature was checked before.
            documents: read the contents of evidence; without, only the events are held against the checkpoint.

        Raises:
            StoreError: the store is damaged, or contradicts itself: what is read here might not be what is used. Or the
                vault as a whole cannot be read.
        """
        self._check()
        return verify(self._ports, checkpoint, self._list, documents=documents)

    def prove(self, evaluation: str, version: int, *, size: int | None = None) -> InclusionProof:
        """Prove that an event of an evaluation is in the ledger, or in its beginning of a size.

        Args:
            evaluation: whose event it is.
            version: the event's number in the evaluation's history, from 1.
            size: number of events in that beginning; by default the ledger as it is.

        Raises:
            InputError: ``ledger-shorter`` where the ledger does not have that size.
            RecordError: ``event-not-in-ledger``.
        """
        stream = str(EvaluationId.parse(evaluation))
        events = list(self._ports.log.stored())
        events = events[: _within(len(events), size)]
        for index, event in enumerate(events):
            if (event.stream, event.version) == (stream, version):
                leaves = leaves_of(events)
                return InclusionProof(event, index, len(leaves), tuple(inclusion_path(leaves, index)), root_of(leaves))
        raise RecordError("event-not-in-ledger", id=stream, version=version, size=len(events))

    def prove_consistency(self, old_size: int, size: int | None = None) -> ConsistencyProof:
        """Prove that the ledger of an older size is the beginning of the ledger of a size, by default as it is.

        Args:
            old_size: number of events in the older one, from 1.
            size: number of events in the newer one; by default the ledger as it is.

        Raises:
            InputError: ``ledger-shorter`` where one of them does not have that size.
        """
        leaves = leaves_of(self._ports.log.stored())
        leaves = leaves[: _within(len(leaves), size)]
        old = leaves[: _within(len(leaves), old_size)]
        path = tuple(consistency_path(leaves, old_size))
        return ConsistencyProof(old_size, root_of(old), len(leaves), root_of(leaves), path)

    def certify(self, evaluation: str, key: "SignerKey", *, stage: str | None = None) -> bytes:
        """Write the signed certificate of a determined result, or of a closed stage; it is verified without a store.

        Args:
            evaluation: whose result it is.
            key: signs the certificate and the checkpoint in it.
            stage: the stage whose card is certified; by default the determined result.

        Raises:
            InputError: ``unknown-stage`` or ``certificate-too-large``.
            RecordError: there is nothing to certify, or the record does not prove it.
            StoreError: the store is damaged, or contradicts itself.
        """
        from spbe_core.replay.certify import certify  # noqa: PLC0415 - signing needs an optional library

        self._check()
        return certify(self._ports, EvaluationId.parse(evaluation), key, stage)


def _within(whole: int, size: int | None) -> int:
    """Return the size of a ledger's beginning, by default the whole."""
    if size is None:
        return whole
    if not 0 < size <= whole:
        raise InputError("ledger-shorter", size=whole, wanted=size)
    return size
