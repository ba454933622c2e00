"""One byte sequence per value: the JSON that digests are taken of."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

import attrs
import msgspec

from spbe_core.model.exact import exact_text

LATER: Final[Mapping[str, Any]] = {"later": True}
"""Marks a member that joined a pinned form later: left out when empty, so that the digests of old forms stay."""


def canonical_json(members: dict[str, object]) -> bytes:
    """Write members as JSON with sorted keys, no white space and exact numbers as text."""
    return msgspec.json.encode(members, order="sorted")


def members_of(value: attrs.AttrsInstance, *, without_empty: bool = False) -> dict[str, object]:
    """Turn an attrs value, and all it holds, into plain JSON members.

    Args:
        value: what to turn.
        without_empty: whether to leave out members that are marked :data:`LATER` and empty.
    """

    def kept(field: "attrs.Attribute[Any]", member: object) -> bool:
        return not without_empty or "later" not in field.metadata or member != field.default

    return attrs.asdict(value, recurse=True, filter=kept, value_serializer=lambda _, __, member: _plain(member))


def _plain(member: object) -> object:
    if isinstance(member, Fraction):
        return exact_text(member)
    if isinstance(member, datetime):
        return member
    return member.isoformat() if isinstance(member, date) else member
