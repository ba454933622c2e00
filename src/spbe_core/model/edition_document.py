"""Reading an edition back from its canonical document, or from the plain members a loader gathered."""

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast, get_args, get_origin

import attrs
import msgspec

from spbe_core.errors import RulesError, SpbeError
from spbe_core.model.edition import DOCUMENT_FORMAT, Edition
from spbe_core.model.exact import exact


@lru_cache(maxsize=32)
def read_edition(document: bytes) -> Edition:
    """Read an edition back from its canonical document; the same bytes are read once.

    Raises:
        RulesError: ``edition-document-unreadable`` where the bytes are not such a document.
    """
    try:
        members: Any = msgspec.json.decode(document)
        if members.pop("format") != DOCUMENT_FORMAT:
            raise RulesError("edition-document-unreadable", reason="format")
        edition = msgspec.convert(members, Edition, dec_hook=_typed)
    except (msgspec.MsgspecError, AttributeError, KeyError, TypeError, ValueError, RecursionError) as problem:
        raise RulesError("edition-document-unreadable", reason=problem) from problem
    if edition.document != document:
        raise RulesError("edition-document-unreadable", reason="not in canonical form")
    return edition


def edition_from_members(members: Mapping[str, Any]) -> Edition:
    """Build an edition from plain members, with exact numbers as text.

    Raises:
        msgspec.ValidationError: a member is missing, unknown or of the wrong form.
    """
    refuse_unknown(Edition, members)
    return msgspec.convert(dict(members), Edition, dec_hook=_typed)


def refuse_unknown(kind: type[attrs.AttrsInstance], members: object) -> None:
    """Refuse misspelled members at any depth: msgspec would leave them out without a word.

    Raises:
        msgspec.ValidationError: a member is unknown.
    """
    if not isinstance(members, Mapping):
        return
    given = cast("Mapping[str, object]", members)
    fields = {field.name: field.type for field in attrs.fields(attrs.resolve_types(kind))}
    unknown = given.keys() - fields.keys()
    if unknown:
        raise msgspec.ValidationError(f"unknown members of {kind.__name__}: {', '.join(sorted(unknown))}")
    for name, member in given.items():
        part = get_args(fields[name])[0] if get_origin(fields[name]) is tuple else fields[name]
        if isinstance(part, type) and attrs.has(part):
            for one in cast("list[object]", member) if isinstance(member, list) else [member]:
                refuse_unknown(part, one)


def _typed(wanted: type, value: object) -> Any:
    if wanted is Fraction and isinstance(value, str):
        try:
            return exact(value)
        except SpbeError as problem:
            raise msgspec.ValidationError(f"{value!r} is not an exact number") from problem
    raise msgspec.ValidationError(f"expected {wanted.__name__} as text, got {value!r}")
