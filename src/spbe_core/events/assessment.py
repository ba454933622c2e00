"""Indicators get their values."""

from typing import ClassVar

import attrs

from spbe_core.events.event import Event


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
