"""What of a stored event a leaf of the ledger covers: everything that has a meaning."""

from collections.abc import Iterable
from typing import Final

import msgspec

from spbe_core.errors import InputError
from spbe_core.ledger.merkle import leaf_hash
from spbe_core.ports import StoredEvent

_FORMAT: Final = b"spbe-entry-1\n"


def entry_of(stored: StoredEvent) -> bytes:
    """Write a stored event as the ledger's entry: its stream, version and topic on a line, then its bytes.

    A store that was changed from outside may hold any type; what is no text or bytes still has one entry.
    """
    head = [
        one if isinstance(one, str | int) else repr(one)
        for one in _as_found(stored.stream, stored.version, stored.topic)
    ]
    state = _as_found(stored.state)[0]
    return _FORMAT + msgspec.json.encode(head) + b"\n" + (state if isinstance(state, bytes) else repr(state).encode())


def read_entry(entry: bytes) -> StoredEvent:
    """Read a stored event back from its entry; its position in the log is not part of it.

    Raises:
        InputError: ``entry-malformed``.
    """
    start, _, rest = entry.partition(b"\n")
    head, _, state = rest.partition(b"\n")
    try:
        stored = StoredEvent(0, *msgspec.json.decode(head, type=tuple[str, int, str]), state)
    except (msgspec.MsgspecError, ValueError) as problem:
        raise InputError("entry-malformed") from problem
    if start + b"\n" != _FORMAT or entry_of(stored) != entry:
        raise InputError("entry-malformed")
    return stored


def leaves_of(events: Iterable[StoredEvent]) -> list[bytes]:
    """Hash stored events into leaves, in the log's order, which is the ledger's own dense sequence."""
    return [leaf_hash(entry_of(stored)) for stored in events]


def _as_found(*members: object) -> tuple[object, ...]:
    """Take members as what they are, whatever their declared kind."""
    return members
