"""The event log on any ``eventsourcing`` application recorder."""

from collections.abc import Iterator, Sequence
from typing import Final

from eventsourcing import persistence
from eventsourcing.persistence import ApplicationRecorder, Notification

from spbe_core.errors import StoreError
from spbe_core.events import encode, topic_of
from spbe_core.ports import Append, Recorded, StoredEvent
from spbe_core.storage.sqlite_failures import translated

_PAGE: Final = 100
_HISTORY_PAGE: Final = 1000


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
            persistence.StoredEvent(append.stream, append.expected_version + place, topic_of(event), encode(event))
            for append in appends
            for place, event in enumerate(append.events, start=1)
        ]
        held = [(append.stream, append.expected_version) for append in appends if not append.events]
        with translated(self._store):
            self._recorder.insert_events(stored, held=held)

    def stream(self, name: str) -> Iterator[Recorded]:
        """Read one stream; the position of its events in the whole log is not known here and given as 0.

        Raises:
            StoreError: ``history-gap`` where an event is missing between two others.
        """
        for version, stored in enumerate(self.history(name), start=1):
            if stored.version != version:
                raise StoreError("history-gap", stream=name, version=version)
            yield Recorded(0, name, version, stored.event())

    def history(self, name: str) -> Iterator[StoredEvent]:
        """Read one stream as bytes, a page at a time, whether they can be read as events or not."""
        after: int | None = None
        while True:
            with translated(self._store):
                page = self._recorder.select_events(name, gt=after, limit=_HISTORY_PAGE)
            for stored in page:
                yield StoredEvent(0, str(stored.originator_id), stored.originator_version, stored.topic, stored.state)
            if len(page) < _HISTORY_PAGE:
                return
            after = _grown(self._store, after, page[-1].originator_version)

    def all(self, after: int = 0) -> Iterator[Recorded]:
        """Read the whole log in order, a page at a time."""
        for stored in self.stored(after):
            yield Recorded(stored.position, stored.stream, stored.version, stored.event())

    def stored(self, after: int = 0) -> Iterator[StoredEvent]:
        """Read the whole log in order as bytes, a page at a time."""
        for stored in self._stored(after or None):
            yield StoredEvent(
                stored.id, str(stored.originator_id), stored.originator_version, stored.topic, stored.state
            )

    def streams(self) -> Sequence[str]:
        """Name every stream in order of first appearance, without reading what its events say."""
        return tuple(dict.fromkeys(str(stored.originator_id) for stored in self._stored(None)))

    def _stored(self, after: int | None) -> Iterator[Notification]:
        """Read from behind a place, or from the very first: whoever changes a store from outside may go below 1."""
        while True:
            with translated(self._store):
                page = self._recorder.select_notifications(after, _PAGE, inclusive_of_start=False)
            for stored in page:
                after = _grown(self._store, after, stored.id)
                yield stored
            if len(page) < _PAGE:
                return


def _grown(store: str, before: int | None, place: object) -> int:
    """Return a place that the next page can begin behind; one that did not grow would have it leave something out."""
    if not isinstance(place, int) or (before is not None and place <= before):
        raise StoreError("store-corrupt", store=store, reason=f"{before}, {place}")
    return place
