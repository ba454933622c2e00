"""Documents and links come, serve more items, are replaced and go."""

from typing import ClassVar

import attrs

from spbe_core.events.event import Event
from spbe_core.model.document import DocumentFacts


@attrs.frozen(kw_only=True)
class EvidenceSubmitted(Event):
    """A document was put in the vault, or a link was named, and entered the record.

    Attributes:
        evidence: ``E1``, ``E2``, ... within the evaluation.
        digest: of the content, None for a link.
        size: bytes, None for a link.
        media_type: found from the content; None for a link and for what was recorded before it was looked at.
        link: the address; None for a document.
        items: ids of the items it covers.
        document: what it says of itself, see [the facts of a document](#the-facts-of-a-document).
        carried_from: ``AGENCY/YEAR#E1`` of the evidence it was carried over from.
    """

    TOPIC: ClassVar[str] = "spbe:evidence-submitted"
    VERSION: ClassVar[int] = 2

    evidence: str
    title: str
    file_name: str
    digest: str | None
    size: int | None
    media_type: str | None
    link: str | None
    indicators: tuple[str, ...]
    items: tuple[str, ...]
    document: DocumentFacts
    carried_from: str | None


@attrs.frozen(kw_only=True)
class EvidenceCoverageAdded(Event):
    """A document that was submitted before serves more indicators or items."""

    TOPIC: ClassVar[str] = "spbe:evidence-coverage-added"

    evidence: str
    indicators: tuple[str, ...]
    items: tuple[str, ...]


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
