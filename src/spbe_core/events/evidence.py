"""Documents come, are replaced and go."""

from datetime import date
from typing import ClassVar

import attrs

from spbe_core.events.event import Event


@attrs.frozen(kw_only=True)
class EvidenceSubmitted(Event):
    """A document was put in the vault and entered the record."""

    TOPIC: ClassVar[str] = "spbe:evidence-submitted"

    evidence: str
    title: str
    file_name: str
    digest: str
    size: int
    indicators: tuple[str, ...]
    effective: date | None = None


@attrs.frozen(kw_only=True)
class EvidenceSuperseded(Event):
    """A document's place was taken by a newer one."""

    TOPIC: ClassVar[str] = "spbe:evidence-superseded"

    evidence: str
    successor: str


@attrs.frozen(kw_only=True)
class EvidenceWithdrawn(Event):
    """A document was taken back; its content and the fact stay."""

    TOPIC: ClassVar[str] = "spbe:evidence-withdrawn"

    evidence: str
    reason: str
