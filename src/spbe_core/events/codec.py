"""Facts as bytes and back: canonical JSON under an explicit topic and version.

Members this version does not know are kept in ``extra`` and written back unchanged.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import attrs
import msgspec

from spbe_core.errors import InputError, StoreError
from spbe_core.events.assessment import IndicatorScored, ItemJudged
from spbe_core.events.card import CardRecord
from spbe_core.events.edition import EditionRegistered
from spbe_core.events.erasure import ContentErased
from spbe_core.events.event import Event
from spbe_core.events.evidence import (
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
)
from spbe_core.events.objection import ObjectionAnswered, ObjectionRaised
from spbe_core.events.people import (
    ActorAppointed,
    ActorDismissed,
    PermissionsAdopted,
    PersonErased,
    UnitClosed,
    UnitRegistered,
)
from spbe_core.events.process import EvaluationOpened, EvaluationReopened, ResultDetermined, StageClosed
from spbe_core.events.work import WorkAssigned
from spbe_core.model.canonical import canonical_json
from spbe_core.model.document import DocumentFacts

EVENT_CLASSES: Final = (
    EditionRegistered,
    EvaluationOpened,
    EvidenceSubmitted,
    EvidenceCoverageAdded,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    WorkAssigned,
    ItemJudged,
    IndicatorScored,
    StageClosed,
    ResultDetermined,
    EvaluationReopened,
    ObjectionRaised,
    ObjectionAnswered,
    ContentErased,
    UnitRegistered,
    UnitClosed,
    ActorAppointed,
    ActorDismissed,
    PersonErased,
    PermissionsAdopted,
)

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


def _with_document_facts(members: dict[str, Any]) -> dict[str, Any]:
    document = {"effective": members.pop("effective", None)}
    later = {"media_type": None, "link": None, "items": (), "document": document, "carried_from": None}
    return members | later


def _without_external_score(members: dict[str, Any]) -> dict[str, Any]:
    return members | {"external_score": None}


def _without_value_policy(members: dict[str, Any]) -> dict[str, Any]:
    return members  # before verdicts were recorded no value could rest on them, as the card's default says


def _without_origin(members: dict[str, Any]) -> dict[str, Any]:
    return members  # where values came from and what computed them was not recorded, as the card's defaults say


def _without_objection(members: dict[str, Any]) -> dict[str, Any]:
    return members  # before objections were recorded nothing could follow from one, as the default says


UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = {
    (EvidenceSubmitted.TOPIC, 1): _with_document_facts,
    (IndicatorScored.TOPIC, 1): _without_external_score,
    (StageClosed.TOPIC, 1): _without_value_policy,
    (StageClosed.TOPIC, 2): _without_origin,
    (ResultDetermined.TOPIC, 1): _without_value_policy,
    (ResultDetermined.TOPIC, 2): _without_origin,
    (EvaluationReopened.TOPIC, 1): _without_objection,
}
"""(topic, old version) -> how its members become those of the next version."""

_CLASSES: Final[Mapping[str, type[Event]]] = {kind.TOPIC: kind for kind in EVENT_CLASSES}
_MEMBERS: Final[Mapping[type[attrs.AttrsInstance], frozenset[str]]] = {
    kind: frozenset(field.name for field in attrs.fields(kind) if field.name != "extra")
    for kind in (*EVENT_CLASSES, CardRecord, DocumentFacts)
}
_PARTS: Final[Mapping[type[Event], Mapping[str, type[CardRecord | DocumentFacts]]]] = {
    kind: {field.name: field.type for field in attrs.fields(kind) if field.type in {CardRecord, DocumentFacts}}
    for kind in EVENT_CLASSES
}
"""Members that hold members of their own."""
_READERS: Final[Mapping[type[Event], msgspec.json.Decoder[Event]]] = {
    kind: msgspec.json.Decoder(kind) for kind in EVENT_CLASSES
}


def _strict(kind: type[attrs.AttrsInstance], parts: Mapping[str, type[attrs.AttrsInstance]]) -> type[msgspec.Struct]:
    """Make a struct that forbids other members: the quickest way to learn whether there are any."""
    kinds: Mapping[str, Any] = {name: _strict(part, {}) for name, part in parts.items()}
    members = [(name, kinds.get(name, Any), None) for name in _MEMBERS[kind]]
    return msgspec.defstruct(kind.__name__, members, forbid_unknown_fields=True)


_KNOWN: Final[Mapping[type[Event], msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(_strict(kind, parts)) for kind, parts in _PARTS.items()
}
_TOPIC: Final = re.compile(r"([a-z:-]{1,64})@([1-9][0-9]{0,3})", re.ASCII)


def topic_of(event: Event) -> str:
    """Return the topic under which an event is stored, e.g. ``spbe:evidence-submitted@1``."""
    return f"{event.TOPIC}@{event.VERSION}"


def encode(event: Event) -> bytes:
    """Write an event's members as canonical JSON.

    Raises:
        InputError: ``text-not-unicode`` where a text holds half a character, as undecodable file names do;
            ``event-form-wrong`` where a member is not of its type, as callers without a type checker may have it.
    """
    members = _plain(event)
    for name in _PARTS[type(event)]:
        members[name] = _plain(getattr(event, name))
    try:
        state = canonical_json(members)
    except UnicodeEncodeError as problem:
        raise InputError("text-not-unicode", text=ascii(problem.object)) from problem
    try:
        decode(topic_of(event), state)
    except StoreError as problem:
        # A log that is only ever appended to must not take in what nobody could read again.
        raise InputError("event-form-wrong", topic=topic_of(event), reason=problem.parameters["reason"]) from problem
    return state


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
        for name, part in _PARTS[kind].items():
            if isinstance(members.get(name), dict):
                members[name] = _set_apart(members[name], part)
        return msgspec.convert(_set_apart(members, kind), kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, TypeError, RecursionError) as problem:
        raise StoreError("event-unreadable", topic=topic, reason=problem) from problem


def _plain(part: Event | CardRecord | DocumentFacts) -> dict[str, object]:
    return {**part.extra, **{name: getattr(part, name) for name in _MEMBERS[type(part)]}}


def _set_apart(members: dict[str, Any], kind: type[attrs.AttrsInstance]) -> dict[str, Any]:
    """Put the members this version does not know into ``extra``."""
    known = _MEMBERS[kind]
    unknown = {name: member for name, member in members.items() if name not in known}
    kept = {name: member for name, member in members.items() if name in known}
    return {**kept, "extra": unknown} if unknown else kept


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
