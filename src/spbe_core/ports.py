"""What the library needs from outside, as protocols: log, read models, vault, directory of names, rules and clock."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO, Protocol, cast

import attrs

from spbe_core.errors import StoreError
from spbe_core.events import Event, decode
from spbe_core.model.actor import Person
from spbe_core.model.edition import Edition
from spbe_core.model.evidence_policy import EvidencePolicy
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.evidence_check import EvidenceCheck
from spbe_core.rules.hookspecs import Committed
from spbe_core.rules.published import PublishedResult


@attrs.frozen
class Recorded:
    """An event as it lies in the log.

    Attributes:
        position: place in the whole log, counted from 1; 0 where one stream was read.
        stream: which history it belongs to.
        version: place in that history, counted from 1.
        event: the fact.
    """

    position: int
    stream: str
    version: int
    event: Event


@attrs.frozen
class StoredEvent:
    """An event as bytes, not yet read: what the ledger covers.

    Attributes:
        position: place in the whole log, counted from 1; it may have gaps.
        stream: which history it belongs to.
        version: place in that history, counted from 1.
        topic: name and version of its form.
        state: its members, as canonical JSON.
    """

    position: int
    stream: str
    version: int
    topic: str
    state: bytes

    def event(self) -> Event:
        """Read the event.

        Raises:
            StoreError: ``event-unknown`` or ``event-unreadable``.
        """
        # A column may hold any type; whoever changes a store from outside may have changed the type as well.
        topic, state = cast("object", self.topic), cast("object", self.state)
        if not isinstance(topic, str) or not isinstance(state, bytes):
            raise StoreError("event-unreadable", topic=topic, reason="neither text nor bytes")
        return decode(topic, state)


@attrs.frozen
class Append:
    """Events to be added to one stream that must still be at the expected version.

    Without events it adds nothing and holds the stream to its version while the others are added.
    """

    stream: str
    expected_version: int
    events: Sequence[Event]


class EventLog(Protocol):
    """An append-only log of events in named streams."""

    def append(self, *appends: Append) -> None:
        """Add events to one or several streams, all or nothing.

        Raises:
            ConcurrencyError: a stream is no longer at the expected version.
            StoreError: the store cannot be written.
        """
        ...

    def stream(self, name: str) -> Iterator[Recorded]:
        """Read one stream from its beginning."""
        ...

    def history(self, name: str) -> Iterator[StoredEvent]:
        """Read one stream as bytes, just as :meth:`stream` finds it; positions are 0."""
        ...

    def all(self, after: int = 0) -> Iterator[Recorded]:
        """Read the whole log in order, from behind a position."""
        ...

    def stored(self, after: int = 0) -> Iterator[StoredEvent]:
        """Read the whole log in order as bytes, from behind a position, whether they can be read as events or not."""
        ...

    def streams(self) -> Sequence[str]:
        """Name every stream in order of first appearance, without reading what its events say."""
        ...


class ReadModel(Protocol):
    """A table of rows derived from the log, with the position it has followed the log to."""

    def position(self) -> int:
        """Return the position of the last event that has been taken into account, 0 for none."""
        ...

    def rows(self) -> Mapping[str, bytes]:
        """Return every row by key."""
        ...

    def advance(self, after: int, position: int, rows: Mapping[str, bytes]) -> bool:
        """Write rows and the new position in one transaction.

        Returns:
            False, and nothing is written, where the model is no longer at ``after``.
        """
        ...

    def clear(self) -> None:
        """Forget every row, so that the model is derived anew."""
        ...


@attrs.frozen
class Deposit:
    """Content that lies safely in the vault, or would."""

    digest: str
    size: int


Inspection = Callable[[BinaryIO, Deposit], None]
"""Looks at content that was handed in, from its beginning and seekable, before it gets its digest for a name."""


class EvidenceVault(Protocol):
    """Content of evidence, stored once per content under its digest."""

    def put(self, source: BinaryIO, limit: int | None = None, inspect: Inspection | None = None) -> Deposit:
        """Store content and return its digest once it is safely stored.

        Content that is there already and still has its digest is not written again; content that was changed is put
        right.

        Args:
            source: read once, in pieces.
            limit: most bytes that are taken; reading stops at the first one beyond.
            inspect: sees the very bytes that would be stored; where it raises, they are not.

        Raises:
            InputError: ``content-too-large``; nothing of it is left.
            StoreError: it could not be stored; nothing of it is left under a digest.
        """
        ...

    def open(self, digest: str) -> BinaryIO:
        """Open stored content for reading, once it was read and found to have its digest; it can be sought in.

        Raises:
            StoreError: ``content-missing``, or ``content-changed`` where it no longer is what its digest says.
        """
        ...

    def verify(self, digest: str) -> bool | None:
        """Read content again: True if it still has its digest, False if not, None if it is gone.

        Raises:
            StoreError: ``vault-failed`` where it cannot be read, which does not mean that it was changed.
        """
        ...

    def check(self) -> None:
        """Refuse to go on where the vault as a whole cannot be read: then no content is missing from it, it is.

        Raises:
            StoreError: ``vault-missing``, ``vault-unreachable``, ``vault-denied`` or another that names the vault.
        """
        ...

    def erase(self, digest: str) -> bool:
        """Remove content for good, as a request about personal data may demand.

        Returns:
            False where there was none.

        Raises:
            StoreError: ``vault-failed`` or another that names the vault, where it is still there, or may be.
        """
        ...


class Directory(Protocol):
    """Who the actors are: the one thing a store may forget, and so no part of the log."""

    def put(self, actor: str, person: Person) -> None:
        """Say who an actor is, in the place of what was said before."""
        ...

    def people(self) -> Mapping[str, Person]:
        """Return everybody known, by actor id."""
        ...

    def erase(self, actor: str) -> None:
        """Forget who an actor is, so that no trace of it is left in the store's files; nothing where nobody is known.

        Raises:
            StoreError: ``erasure-unfinished`` where another process still holds what was erased; then it may be
                called again.
        """
        ...


class Rulebook(Protocol):
    """The editions and rules that are installed."""

    def editions(self) -> Sequence[Edition]:
        """Return every edition, by first year and id."""
        ...

    def edition(self, edition_id: str, year: int | None = None) -> Edition:
        """Return an edition by id; with a year, as its guidance applies it; InputError ``unknown-edition``."""
        ...

    def edition_for(self, year: int) -> Edition:
        """Return the edition that applies to an evaluation year; InputError ``no-edition-for-year``."""
        ...

    def rules(self, edition_id: str, year: int | None = None) -> Mapping[str, DomainRules]:
        """Return node id -> rules of an edition as applied in a year; empty where its rule pack is not installed."""
        ...

    def distributions(self, edition_id: str, year: int) -> Mapping[str, str]:
        """Return name -> version of the rule packs whose rules apply to an edition in a year, as far as it is known."""
        ...

    def published_results(self) -> Sequence[PublishedResult]:
        """Return every published result the plugins bring."""
        ...

    def evidence_checks(self) -> Sequence[EvidenceCheck]:
        """Return what must find nothing wrong with a document before it is recorded."""
        ...

    def committed(self, context: Committed) -> Sequence[Exception]:
        """Tell every observer what was committed, and return what went wrong in any."""
        ...


class Clock(Protocol):
    """Where the recorded time comes from."""

    def __call__(self) -> datetime:
        """Return the time now, in UTC."""
        ...


@attrs.frozen
class Ports:
    """All of the above, wired once by the library and handed to every use-case."""

    log: EventLog
    vault: EvidenceVault
    rulebook: Rulebook
    clock: Clock
    directory: Directory
    evidence_policy: EvidencePolicy = attrs.field(factory=EvidencePolicy)
