"""An evaluation goes through its stages."""

from datetime import date
from typing import ClassVar

import attrs

from spbe_core.events.card import CardRecord
from spbe_core.events.event import Event


@attrs.frozen(kw_only=True)
class EvaluationOpened(Event):
    """An agency's evaluation of one year began under a pinned edition."""

    TOPIC: ClassVar[str] = "spbe:evaluation-opened"

    agency: str
    agency_name: str
    year: int
    edition: str
    edition_digest: str
    process: str
    stages: tuple[str, ...]
    optional_stages: tuple[str, ...]


@attrs.frozen(kw_only=True)
class StageClosed(Event):
    """A stage ended with the card it had."""

    TOPIC: ClassVar[str] = "spbe:stage-closed"
    VERSION: ClassVar[int] = 3

    stage: str
    card: CardRecord


@attrs.frozen(kw_only=True)
class ResultDetermined(Event):
    """The result was laid down by decree."""

    TOPIC: ClassVar[str] = "spbe:result-determined"
    VERSION: ClassVar[int] = 3

    decree: str
    decree_date: date | None
    card: CardRecord


@attrs.frozen(kw_only=True)
class EvaluationReopened(Event):
    """A closed stage, and all that came after it, was opened again for a reason.

    Attributes:
        objection: id of the objection it follows from; None where it follows from none.
    """

    TOPIC: ClassVar[str] = "spbe:evaluation-reopened"
    VERSION: ClassVar[int] = 2

    stage: str
    reason: str
    objection: str | None = None
