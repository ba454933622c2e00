"""Whether readers of one history are shown what the ledger holds of it: both are read, each in its own way."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice
from typing import Final

from spbe_core.ledger.entry import entry_of
from spbe_core.ledger.merkle import leaf_hash
from spbe_core.model.finding import Finding
from spbe_core.ports import EventLog, StoredEvent

_Sum = tuple[int, bytes]
"""How many events, and a hash over all of them in their order."""

_NOTHING: Final[_Sum] = (0, b"")


class Histories:
    """Every history as the whole log tells it, in a few bytes each.

    A store finds one history by another way than the whole log. Where the two disagree, a ledger that is as it was says
    nothing of what people see.
    """

    def __init__(self) -> None:
        self._told: dict[str, _Sum] = {}
        self._covered: set[str] = set()
        self._last = 0

    def take(self, stored: StoredEvent, leaf: bytes, *, covered: bool) -> None:
        """Take the next event of the log into account.

        Args:
            stored: the event.
            leaf: its leaf in the ledger.
            covered: whether the checkpoint says something of it.
        """
        if covered:
            self._covered.add(stored.stream)
        self._told[stored.stream] = _more(self._told.get(stored.stream, _NOTHING), leaf)
        self._last = stored.position

    def differences(self, log: EventLog) -> Iterator[Finding]:
        """Read each history by itself and say which are not what the log told.

        What a history has beyond that may have been recorded since; then the log tells it too by now. One that began
        after the checkpoint and that nobody finds, because its name is none, misleads nobody.
        """
        longer: dict[str, _Sum] = {}
        for stream, told in self._told.items():
            shown = log.history(stream)
            found = _sum(islice(shown, told[0]))
            if found == _NOTHING and stream not in self._covered:
                continue
            if found != told:
                yield _differs(stream)
            elif (more := _sum(shown)) != _NOTHING:
                longer[stream] = more
        since = dict.fromkeys(longer, _NOTHING)
        for stored in log.stored(self._last) if longer else ():
            if stored.stream in longer and since[stored.stream][0] < longer[stored.stream][0]:
                since[stored.stream] = _more(since[stored.stream], leaf_hash(entry_of(stored)))
        yield from (_differs(stream) for stream, more in longer.items() if since[stream] != more)


def _sum(events: Iterable[StoredEvent]) -> _Sum:
    return reduce(_more, (leaf_hash(entry_of(stored)) for stored in events), _NOTHING)


def _more(before: _Sum, leaf: bytes) -> _Sum:
    return before[0] + 1, hashlib.sha256(before[1] + leaf).digest()


def _differs(stream: str) -> Finding:
    return Finding("ledger-history-differs", {"id": stream}, "difference")
