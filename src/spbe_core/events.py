"""The facts of an evaluation, in the past tense: the promise on disk.

Every event has an explicit topic and version. A stored event is never edited; when a form must change, the class
gets a new version and :data:`UPCASTERS` learns to read the old one. The bytes are canonical JSON, and members this
version does not know are kept in ``extra`` and written back unchanged.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final

import attrs
import msgspec

from spbe_core.errors import InputError, StoreError
from spbe_core.model.canonical import canonical_json


def _nothing() -> dict[str, Any]:
    return {}  # calling dict[str, Any] takes several times as long


EXACT_PATTERN: Final = r"^-?[0-9]{1,18}(\.[0-9]{1,18}|/[1-9][0-9]{0,17})?$"
"""What an exact number looks like as text."""


@attrs.frozen(kw_only=True)
class Event:
    """A fact.

    Attributes:
        at: when it was recorded, UTC.
        by: pseudonymous id of the actor.
        extra: members written by a later version of the library.
    """

    TOPIC: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: str
    extra: Mapping[str, Any] = attrs.field(factory=_nothing)


@attrs.frozen(kw_only=True)
class CardRecord:
    """A scorecard as recorded: every number as exact text, with what it was computed from.

    Attributes:
        edition_digest: digest of the edition that was applied.
        complete: whether every indicator had a value.
        values: indicator -> exact value of every indicator that had one.
        nodes: node id -> exact index of every node that had one.
        index: exact overall index, None unless complete.
        grade: official name, None unless complete.
        grade_basis: which number the grade was read from.
        places: decimal places the edition publishes.
        missing: indicators without a value.
        pending: indicators counted as the minimum.
    """

    edition_digest: str
    complete: bool
    values: dict[str, str]
    nodes: dict[str, str]
    index: Annotated[str, msgspec.Meta(pattern=EXACT_PATTERN)] | None
    grade: str | None
    grade_basis: str
    places: Annotated[int, msgspec.Meta(ge=0, le=9)]
    missing: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class EditionRegistered(Event):
    """An edition's canonical document entered the log, once per digest, in a stream of its own."""

    TOPIC: ClassVar[str] = "spbe:edition-registered"

    edition: str
    digest: str
    document: str


@attrs.frozen(kw_only=True)
class EvaluationOpened(Event):
    """An agency's evaluation of one year began under a pinned edition."""

    TOPIC: ClassVar[str] = "spbe:evaluation-opened"

    agency: str
    agency_name: str
    year: int
    edition: str
    edition_digest: str
    process: str
    stages: tuple[str, ...]
    optional_stages: tuple[str, ...]


@attrs.frozen(kw_only=True)
class EvidenceSubmitted(Event):
    """A document was put in the vault and entered the record."""

    TOPIC: ClassVar[str] = "spbe:evidence-submitted"

    evidence: str
    title: str
    file_name: str
    digest: str
    size: int
    indicators: tuple[str, ...]
    effective: date | None = None


@attrs.frozen(kw_only=True)
class EvidenceSuperseded(Event):
    """A document's place was taken by a newer one."""

    TOPIC: ClassVar[str] = "spbe:evidence-superseded"

    evidence: str
    successor: str


@attrs.frozen(kw_only=True)
class EvidenceWithdrawn(Event):
    """A document was taken back; its content and the fact stay."""

    TOPIC: ClassVar[str] = "spbe:evidence-withdrawn"

    evidence: str
    reason: str


@attrs.frozen(kw_only=True)
class IndicatorScored(Event):
    """An indicator was given a value at a stage.

    Attributes:
        value: exact text.
        previous: the value it had at this stage before, None if none.
        basis: what the value rests on: ``assessor`` (a person's judgement), ``rules`` or ``import``.
        reason: why, in the assessor's words.
        edition_digest: digest of the edition whose rules accepted the value.
    """

    TOPIC: ClassVar[str] = "spbe:indicator-scored"

    stage: str
    indicator: str
    value: str
    previous: str | None
    basis: str
    reason: str
    edition_digest: str


@attrs.frozen(kw_only=True)
class StageClosed(Event):
    """A stage ended with the card it had."""

    TOPIC: ClassVar[str] = "spbe:stage-closed"

    stage: str
    card: CardRecord


@attrs.frozen(kw_only=True)
class ResultDetermined(Event):
    """The result was laid down by decree."""

    TOPIC: ClassVar[str] = "spbe:result-determined"

    decree: str
    decree_date: date | None
    card: CardRecord


@attrs.frozen(kw_only=True)
class EvaluationReopened(Event):
    """A closed stage, and all that came after it, was opened again for a reason."""

    TOPIC: ClassVar[str] = "spbe:evaluation-reopened"

    stage: str
    reason: str


EVENT_CLASSES: Final = (
    EditionRegistered,
    EvaluationOpened,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    IndicatorScored,
    StageClosed,
    ResultDetermined,
    EvaluationReopened,
)

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = {}
"""(topic, old version) -> how its members become those of the next version."""

_CLASSES: Final[Mapping[str, type[Event]]] = {kind.TOPIC: kind for kind in EVENT_CLASSES}
_MEMBERS: Final[Mapping[type[Event], frozenset[str]]] = {
    kind: frozenset(field.name for field in attrs.fields(kind) if field.name != "extra") for kind in EVENT_CLASSES
}
_READERS: Final[Mapping[type[Event], msgspec.json.Decoder[Event]]] = {
    kind: msgspec.json.Decoder(kind) for kind in EVENT_CLASSES
}
_KNOWN: Final[Mapping[type[Event], msgspec.json.Decoder[Any]]] = {
    # A struct that forbids other members is the quickest way to learn whether there are any.
    kind: msgspec.json.Decoder(
        msgspec.defstruct(kind.__name__, [(name, Any, None) for name in members], forbid_unknown_fields=True)
    )
    for kind, members in _MEMBERS.items()
}
_TOPIC: Final = re.compile(r"([a-z:-]{1,64})@([1-9][0-9]{0,3})", re.ASCII)


def topic_of(event: Event) -> str:
    """Return the topic under which an event is stored, e.g. ``spbe:evidence-submitted@1``."""
    return f"{event.TOPIC}@{event.VERSION}"


def encode(event: Event) -> bytes:
    """Write an event's members as canonical JSON.

    Raises:
        InputError: ``text-not-unicode`` where a text holds half a character, as undecodable file names do.
    """
    members: dict[str, object] = {name: getattr(event, name) for name in _MEMBERS[type(event)]}
    try:
        return canonical_json({**event.extra, **members})
    except UnicodeEncodeError as problem:
        raise InputError("text-not-unicode", text=ascii(problem.object)) from problem


def decode(topic: str, state: bytes) -> Event:
    """Read a stored event, of any version ever written.

    Raises:
        StoreError: ``event-unknown`` for a topic or version from the future, ``event-unreadable`` for bytes that
            are no such event.
    """
    kind, written = _kind_and_version(topic)
    if written > kind.VERSION:
        raise StoreError("event-unknown", topic=topic)
    try:
        if written == kind.VERSION and _has_only_known(kind, state):
            return _READERS[kind].decode(state)
        members = msgspec.json.decode(state, type=dict[str, Any])
        for version in range(written, kind.VERSION):
            members = UPCASTERS[kind.TOPIC, version](members)
        unknown = members.keys() - _MEMBERS[kind]
        if unknown:
            members["extra"] = {member: members.pop(member) for member in unknown}
        return msgspec.convert(members, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, TypeError, RecursionError) as problem:
        raise StoreError("event-unreadable", topic=topic, reason=problem) from problem


@lru_cache(maxsize=256)
def _kind_and_version(topic: str) -> tuple[type[Event], int]:
    match = _TOPIC.fullmatch(topic)
    if match is None or match[1] not in _CLASSES:
        raise StoreError("event-unknown", topic=topic)
    return _CLASSES[match[1]], int(match[2])


def _has_only_known(kind: type[Event], state: bytes) -> bool:
    try:
        _KNOWN[kind].decode(state)
    except msgspec.ValidationError:
        return False
    return True
