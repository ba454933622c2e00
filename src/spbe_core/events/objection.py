"""An agency contests what was judged, and is answered."""

from typing import ClassVar, Literal

import attrs

from spbe_core.events.event import Event

Outcome = Literal["granted", "partly-granted", "denied"]


@attrs.frozen(kw_only=True)
class ObjectionRaised(Event):
    """An agency contested the value of an indicator, or the verdict on one of its items, of a closed stage.

    Attributes:
        objection: ``O1``, ``O2``, ... within the evaluation.
        item: item id; None where the value is contested.
        evidence: ids of the documents the objection rests on.
    """

    TOPIC: ClassVar[str] = "spbe:objection-raised"

    objection: str
    stage: str
    indicator: str
    item: str | None
    reason: str
    evidence: tuple[str, ...]


@attrs.frozen(kw_only=True)
class ObjectionAnswered(Event):
    """An objection was granted, partly or not; what follows from it is recorded like any other judgement."""

    TOPIC: ClassVar[str] = "spbe:objection-answered"

    objection: str
    outcome: Outcome
    reason: str
