"""How long the texts may be that people put into the record: an event is kept forever and read again and again."""

from collections.abc import Iterator, Mapping
from typing import Final, cast

import attrs

from spbe_core.errors import InputError
from spbe_core.messages import field_words

LONGEST: Final[Mapping[str, int]] = {
    "agency_name": 300,
    "by": 100,
    "contact": 300,
    "decree": 300,
    "file_name": 1000,
    "ground": 4000,
    "issuer": 300,
    "kind": 300,
    "link": 2000,
    "name": 300,
    "number": 300,
    "reason": 4000,
    "title": 1000,
    "units": 100,
}
"""Member of an event, or of what the directory holds -> characters."""

ANY_OTHER: Final = 4000
"""Characters of a member that is not named above; those are ids and numbers, which other rules keep shorter."""

MOST: Final = 5000
"""Texts in one list: more items than any edition has."""


def refuse_too_long(fact: attrs.AttrsInstance) -> None:
    """Refuse a fact that holds a text longer, or a list of more, than its kind may be.

    Args:
        fact: an event, or what the directory holds, before it is kept.

    Raises:
        InputError: ``text-too-long`` or ``list-too-long``.
    """
    for name, text in _texts(fact):
        longest = LONGEST.get(name, ANY_OTHER)
        if len(text) > longest:
            told = "actor" if name == "by" else name.replace("_", "-")
            raise InputError("text-too-long", name=told, asked=field_words(told), length=len(text), longest=longest)


def _texts(fact: attrs.AttrsInstance) -> Iterator[tuple[str, str]]:
    for field in attrs.fields(type(fact)):
        member: object = getattr(fact, field.name)
        if isinstance(member, str):
            yield field.name, member
        elif isinstance(member, tuple):
            several = cast("tuple[object, ...]", member)
            if len(several) > MOST:
                raise InputError("list-too-long", name=field.name, length=len(several), longest=MOST)
            yield from ((field.name, one) for one in several if isinstance(one, str))
        elif attrs.has(type(member)):
            yield from _texts(cast("attrs.AttrsInstance", member))
