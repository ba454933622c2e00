"""Co-signatures (C2SP tlog-cosignature): a witness saw a checkpoint at a time, and it goes on from the last one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from spbe_core.errors import InputError
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.merkle import extends
from spbe_core.ledger.signed_note import SignerKey, VerifierKey, open_note, signature_by
from spbe_core.model.finding import Finding


class WitnessKey(VerifierKey):
    """The public half of a witness's key; its signature is over the text and the time together."""

    KIND: ClassVar[bytes] = b"\4"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Say whether a co-signature of a message, time first, is this key's."""
        return super().signed(_witnessed(message, signature[:8]), signature[8:])


class WitnessSigner(SignerKey):
    """The secret half of a witness's key."""

    VERIFIER: ClassVar[type[VerifierKey]] = WitnessKey

    def cosign(self, note: str, log: VerifierKey, at: datetime) -> str:
        """Return a checkpoint's note with the co-signature under it.

        Args:
            note: the note, with the signatures it has.
            log: the key of whoever vouches for the record.
            at: when the witness saw it.

        Raises:
            InputError: ``note-malformed`` or ``note-not-signed``.
        """
        text = open_note(note, log)
        time = int(at.timestamp()).to_bytes(8)
        return note + self.line(time + self.signature(_witnessed(text.encode(), time)))


def seen_at(note: str, witness: WitnessKey) -> datetime:
    """Return when a witness saw a checkpoint, by its own clock.

    Raises:
        InputError: ``note-malformed``, or ``note-not-cosigned`` where the witness did not co-sign it.
    """
    try:
        _, signature = signature_by(note, witness)
    except InputError as problem:
        if problem.code != "note-not-signed":
            raise
        raise InputError("note-not-cosigned", key=witness.name) from problem
    try:
        return datetime.fromtimestamp(int.from_bytes(signature[:8]), UTC)
    except (ValueError, OverflowError, OSError) as problem:  # it signed a time that no calendar has
        raise InputError("note-not-cosigned", key=witness.name) from problem


def fork_of(previous: Checkpoint, newer: Checkpoint, path: Sequence[bytes]) -> Finding | None:
    """Say why a checkpoint does not go on from the one a witness saw last; None where it does.

    Args:
        previous: which the witness saw last.
        newer: which it is asked to co-sign.
        path: the hashes of a consistency proof; nothing else of the proof is believed.
    """
    if newer.origin != previous.origin:
        return Finding("witness-other-ledger", {"origin": newer.origin, "previous": previous.origin}, "difference")
    if newer.size < previous.size:
        return Finding("witness-ledger-shrank", {"size": newer.size, "previous": previous.size}, "difference")
    if not extends(previous.size, newer.size, previous.root, newer.root, path):
        return Finding("witness-ledger-forked", {"size": newer.size, "previous": previous.size}, "difference")
    return None


def _witnessed(message: bytes, time: bytes) -> bytes:
    return f"cosignature/v1\ntime {int.from_bytes(time)}\n".encode() + message
