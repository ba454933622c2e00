"""One byte sequence per value: the JSON that digests are taken of."""

from datetime import date, datetime
from fractions import Fraction

import attrs
import msgspec

from spbe_core.model.exact import exact_text


def canonical_json(members: dict[str, object]) -> bytes:
    """Write members as JSON with sorted keys, no white space and exact numbers as text."""
    return msgspec.json.encode(members, order="sorted")


def members_of(value: attrs.AttrsInstance) -> dict[str, object]:
    """Turn an attrs value, and all it holds, into plain JSON members."""
    return attrs.asdict(value, recurse=True, value_serializer=lambda _, __, member: _plain(member))


def _plain(member: object) -> object:
    if isinstance(member, Fraction):
        return exact_text(member)
    if isinstance(member, datetime):
        return member
    return member.isoformat() if isinstance(member, date) else member
