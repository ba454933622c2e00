"""What every stored fact has in common."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

import attrs
import msgspec


def nothing() -> dict[str, Any]:
    """Return no members."""
    return {}  # calling dict[str, Any] takes several times as long


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
    extra: Mapping[str, Any] = attrs.field(factory=nothing)
