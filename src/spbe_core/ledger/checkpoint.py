"""A checkpoint (C2SP tlog-checkpoint): size and root of the ledger at a time, signed, to be kept outside the store."""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Self

import attrs

from spbe_core.errors import InputError
from spbe_core.ledger.merkle import root_of

_FINGERPRINT: Final = 4
"""Bytes of each leaf hash that a checkpoint repeats: enough to name the first bad event, not to prove anything."""

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


@attrs.frozen
class Checkpoint:
    """What the ledger was at a moment.

    Attributes:
        origin: which ledger, in the words of whoever signed.
        size: number of events.
        root: root hash over all of them.
        at: when it was taken, UTC, as the signer's clock had it.
        fingerprints: the first bytes of each event's leaf hash, so that the first bad one can be named; empty where
            the checkpoint must not grow with the log, as in a certificate.
    """

    origin: str
    size: int
    root: bytes
    at: datetime
    fingerprints: bytes

    @classmethod
    def of(cls, origin: str, leaves: Sequence[bytes], at: datetime) -> Self:
        """Take a checkpoint of leaf hashes."""
        return cls(origin, len(leaves), root_of(leaves), at, b"".join(leaf[:_FINGERPRINT] for leaf in leaves))

    def without_fingerprints(self) -> Self:
        """Return the same checkpoint at a size that does not grow with the log; it still finds every change."""
        return attrs.evolve(self, fingerprints=b"")

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the text of a checkpoint whose signature was checked before.

        Raises:
            InputError: ``checkpoint-malformed``.
        """
        lines = text.split("\n")
        if len(lines) != 6 or not _SIZE.fullmatch(lines[1]):
            raise InputError("checkpoint-malformed")
        try:
            found = cls(
                origin=lines[0],
                size=int(lines[1]),
                root=base64.b64decode(lines[2], validate=True),
                at=datetime.fromisoformat(lines[3].removeprefix("at ")),
                fingerprints=base64.b64decode(lines[4].removeprefix("fingerprints "), validate=True),
            )
        except ValueError as problem:  # base64's own error is one
            raise InputError("checkpoint-malformed") from problem
        if str(found) != text or len(found.fingerprints) not in {0, found.size * _FINGERPRINT}:
            raise InputError("checkpoint-malformed")
        return found

    def __str__(self) -> str:
        root, marks = (base64.b64encode(part).decode() for part in (self.root, self.fingerprints))
        return f"{self.origin}\n{self.size}\n{root}\nat {self.at.isoformat()}\nfingerprints {marks}\n"

    def first_difference(self, leaves: Sequence[bytes]) -> int | None:
        """Return the place, from 0, of the first leaf that this checkpoint did not see there; None where it knows none.

        Without fingerprints only leaves that are gone have a place; the root tells whether any differs.
        """
        if not self.fingerprints:
            return len(leaves) if len(leaves) < self.size else None
        for place in range(self.size):
            mark = self.fingerprints[place * _FINGERPRINT : (place + 1) * _FINGERPRINT]
            if place >= len(leaves) or leaves[place][:_FINGERPRINT] != mark:
                return place
        return None
