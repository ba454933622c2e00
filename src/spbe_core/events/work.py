"""Units are told what they owe."""

from datetime import date
from typing import ClassVar

import attrs

from spbe_core.events.event import Event


@attrs.frozen(kw_only=True)
class WorkAssigned(Event):
    """The evidence of an indicator, or of one of its items, was made the task of units; an earlier assignment ends.

    Attributes:
        item: item id; None for the whole indicator.
        units: ids of the units; empty where nobody is to do it any more.
        responsible: the one of them that answers for it; None only where there are none.
        deadline: last day.
        reason: why it changed hands; empty where it is assigned for the first time.
    """

    TOPIC: ClassVar[str] = "spbe:work-assigned"

    indicator: str
    item: str | None
    units: tuple[str, ...]
    responsible: str | None
    deadline: date | None
    reason: str
