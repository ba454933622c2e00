"""The event log on any ``eventsourcing`` application recorder."""

from collections.abc import Iterator
from typing import Final

from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from spbe_core.events import decode, encode, topic_of
from spbe_core.ports import Append, Recorded
from spbe_core.storage.failures import translated

_PAGE: Final = 1000


class RecorderEventLog:
    """Maps events to stored events and back; the recorder keeps them.

    The mapping is ours (topic with version, canonical JSON) instead of the library's ``Mapper``, so that no class
    path reaches the database and every event is built through its validated constructor.
    """

    def __init__(self, recorder: ApplicationRecorder, store: str) -> None:
        self._recorder = recorder
        self._store = store

    def append(self, *appends: Append) -> None:
        """Add events to one or several streams in one transaction."""
        stored = [
            StoredEvent(append.stream, append.expected_version + place, topic_of(event), encode(event))
            for append in appends
            for place, event in enumerate(append.events, start=1)
        ]
        with translated(self._store):
            self._recorder.insert_events(stored)

    def stream(self, name: str) -> Iterator[Recorded]:
        """Read one stream; the position of its events in the whole log is not known here and given as 0."""
        with translated(self._store):
            stored_events = self._recorder.select_events(name)
        for stored in stored_events:
            yield Recorded(0, name, stored.originator_version, decode(stored.topic, bytes(stored.state)))

    def all(self, after: int = 0) -> Iterator[Recorded]:
        """Read the whole log in order, a page at a time."""
        while True:
            with translated(self._store):
                page = self._recorder.select_notifications(after, _PAGE, inclusive_of_start=False)
            for stored in page:
                yield Recorded(
                    stored.id,
                    str(stored.originator_id),
                    stored.originator_version,
                    decode(stored.topic, bytes(stored.state)),
                )
            if len(page) < _PAGE:
                return
            after = page[-1].id
