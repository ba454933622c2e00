"""A store that lives as long as the process, for tests and for trying things out."""

import io
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, BinaryIO

from eventsourcing.persistence import RecordConflictError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from spbe_core.errors import StoreError
from spbe_core.model.actor import Person
from spbe_core.ports import Deposit, Inspection
from spbe_core.storage.content import copied, has_digest, verified
from spbe_core.storage.event_log import RecorderEventLog


class MemoryStore:
    """A log and read models in memory."""

    def __init__(self) -> None:
        self.log = RecorderEventLog(_Recorder(), "memory:")
        self.directory = MemoryDirectory()
        self._models: dict[str, MemoryReadModel] = {}

    def read_model(self, name: str) -> "MemoryReadModel":
        """Return the read model of a name."""
        return self._models.setdefault(name, MemoryReadModel())

    def check(self) -> None:
        """Do nothing; there is one copy of everything."""

    def close(self) -> None:
        """Do nothing; memory needs no closing."""


class _Recorder(POPOApplicationRecorder):
    """The application recorder, which also refuses where a stream that others rely on has moved on."""

    def _assert_uniqueness(
        self, stored_events: Sequence[StoredEvent], *, held: Sequence[tuple[str, int]] = (), **kwargs: Any
    ) -> None:
        super()._assert_uniqueness(stored_events, **kwargs)
        for stream, version in held:
            if any(one > version for one in self._stored_events_index[stream]):
                raise RecordConflictError(stream)


class MemoryDirectory:
    """Who the actors are, in a dictionary."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}

    def put(self, actor: str, person: Person) -> None:
        """Say who an actor is."""
        self._people[actor] = person

    def people(self) -> Mapping[str, Person]:
        """Return everybody known, by actor id."""
        return dict(sorted(self._people.items()))

    def erase(self, actor: str) -> None:
        """Forget who an actor is."""
        self._people.pop(actor, None)


class MemoryReadModel:
    """Rows derived from the log, in a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._position = 0
        self._rows: dict[str, bytes] = {}

    def position(self) -> int:
        """Return the position followed to."""
        return self._position

    def rows(self) -> Mapping[str, bytes]:
        """Return every row by key."""
        with self._lock:
            return dict(sorted(self._rows.items()))

    def advance(self, after: int, position: int, rows: Mapping[str, bytes]) -> bool:
        """Write rows and position together, unless another thread was faster."""
        with self._lock:
            if self._position != after:
                return False
            self._rows |= rows
            self._position = position
            return True

    def clear(self) -> None:
        """Forget rows and position."""
        with self._lock:
            self._rows, self._position = {}, 0


class MemoryVault:
    """Content of evidence, in a dictionary."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def put(self, source: BinaryIO, limit: int | None = None, inspect: Inspection | None = None) -> Deposit:
        """Store content under its digest."""
        target = io.BytesIO()
        deposit = copied(source, target, limit)
        if inspect is not None:
            target.seek(0)
            inspect(target, deposit)
        self._contents[deposit.digest] = target.getvalue()
        return deposit

    def open(self, digest: str) -> BinaryIO:
        """Open stored content that is still true."""
        if digest not in self._contents:
            raise StoreError("content-missing", digest=digest)
        return verified(io.BytesIO(self._contents[digest]), digest)

    def verify(self, digest: str) -> bool | None:
        """Hash stored content again."""
        content = self._contents.get(digest)
        return None if content is None else has_digest(io.BytesIO(content), digest)

    def check(self) -> None:
        """Do nothing; memory is always there."""

    def erase(self, digest: str) -> bool:
        """Forget content."""
        return self._contents.pop(digest, None) is not None
