"""An event log that tells plugins what was committed, after it was."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import msgspec

from spbe_core.events import Event, encode, topic_of
from spbe_core.ports import Append, EventLog, Recorded, Rulebook, StoredEvent
from spbe_core.rules.hookspecs import Committed, CommittedFact

_LOGGER: Final = logging.getLogger("spbe")
_APART: Final = frozenset({"at", "by"})


@attrs.frozen
class ObservedLog:
    """Passes everything on to a log, and after each append tells the rulebook's observers.

    Attributes:
        log: where events are kept.
        rulebook: who the observers are.
    """

    log: EventLog
    rulebook: Rulebook

    def append(self, *appends: Append) -> None:
        """Append, then tell; what goes wrong in an observer is logged and changes nothing."""
        self.log.append(*appends)
        for one in appends:
            if one.events:
                facts = tuple(_fact(event) for event in one.events)
                committed = Committed(one.stream, one.expected_version + len(one.events), facts)
                for problem in self.rulebook.committed(committed):
                    _LOGGER.warning("%s", problem)

    def stream(self, name: str) -> Iterator[Recorded]:
        """Read one stream from its beginning."""
        return self.log.stream(name)

    def history(self, name: str) -> Iterator[StoredEvent]:
        """Read one stream as bytes."""
        return self.log.history(name)

    def all(self, after: int = 0) -> Iterator[Recorded]:
        """Read the whole log in order, from behind a position."""
        return self.log.all(after)

    def stored(self, after: int = 0) -> Iterator[StoredEvent]:
        """Read the whole log in order as bytes."""
        return self.log.stored(after)

    def streams(self) -> Sequence[str]:
        """Name every stream in order of first appearance."""
        return self.log.streams()


def _fact(event: Event) -> CommittedFact:
    members: dict[str, Any] = msgspec.json.decode(encode(event))
    told = {name: value for name, value in members.items() if name not in _APART}
    return CommittedFact(topic_of(event), event.at, event.by, told)
