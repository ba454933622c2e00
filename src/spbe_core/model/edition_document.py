"""Reading an edition back from its canonical document, or from the plain members a loader gathered."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs
import msgspec

from spbe_core.errors import RulesError, SpbeError
from spbe_core.model.edition import DOCUMENT_FORMAT, Edition
from spbe_core.model.exact import exact


def read_edition(document: bytes) -> Edition:
    """Read an edition back from its canonical document.

    Raises:
        RulesError: ``edition-document-unreadable`` where the bytes are not such a document.
    """
    try:
        members: Any = msgspec.json.decode(document)
        if members.pop("format") != DOCUMENT_FORMAT:
            raise RulesError("edition-document-unreadable", reason="format")
        return edition_from_members(members)
    except (msgspec.MsgspecError, AttributeError, KeyError, TypeError, ValueError) as problem:
        raise RulesError("edition-document-unreadable", reason=problem) from problem


def edition_from_members(members: Mapping[str, Any]) -> Edition:
    """Build an edition from plain members, with exact numbers as text.

    Raises:
        msgspec.ValidationError: a member is missing, unknown or of the wrong form.
    """
    unknown = members.keys() - {field.name for field in attrs.fields(Edition)}
    if unknown:
        raise msgspec.ValidationError(f"unknown members: {', '.join(sorted(unknown))}")
    return msgspec.convert(dict(members), Edition, dec_hook=_typed)


def _typed(wanted: type, value: object) -> Any:
    if wanted is Fraction and isinstance(value, str):
        try:
            return exact(value)
        except SpbeError as problem:
            raise msgspec.ValidationError(f"{value!r} is not an exact number") from problem
    raise msgspec.ValidationError(f"expected {wanted.__name__} as text, got {value!r}")
