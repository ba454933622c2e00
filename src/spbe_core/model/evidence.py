"""A piece of evidence as an evaluation knows it."""

from datetime import date, datetime

import attrs

from spbe_core.model.document import NO_FACTS, DocumentFacts
from spbe_core.model.link import place_of


@attrs.frozen(kw_only=True)
class Evidence:
    """A submitted document, with the digest of its content, or a link.

    Attributes:
        id: ``E1``, ``E2``, ... in the order of submission within its evaluation.
        title: what it is.
        file_name: the name it came with, for people only; empty for a link.
        digest: SHA-256 of the content, as ``sha256:<hex>``; None for a link.
        size: bytes; None for a link.
        media_type: what the content is, found from the content; None for a link or where it was not looked at.
        link: address of evidence that is no file; None for a document.
        indicators: official numbers of the indicators it supports.
        items: ids of the items it covers; an indicator of which it names none is covered whole.
        document: what it says of itself.
        carried_from: ``AGENCY/YEAR#E1`` of the evidence it was carried over from, None where it was submitted.
        submitted_at: when it was recorded.
        submitted_by: pseudonymous actor id.
        served_since: place in the history of the event by which it last came to serve something.
        covered_by: pseudonymous ids of those who let it serve more since.
        withdrawn: reason of withdrawal, None while it stands.
        superseded_by: id of the evidence that took its place, None while it stands.
        gone_at: when it was withdrawn or superseded.
        erased: ground on which its content was erased, None while that is kept.
    """

    id: str
    title: str
    file_name: str
    digest: str | None
    size: int | None
    indicators: tuple[str, ...]
    submitted_at: datetime
    submitted_by: str
    served_since: int
    media_type: str | None = None
    link: str | None = None
    items: tuple[str, ...] = ()
    document: DocumentFacts = NO_FACTS
    carried_from: str | None = None
    withdrawn: str | None = None
    superseded_by: str | None = None
    gone_at: datetime | None = None
    erased: str | None = None
    covered_by: tuple[str, ...] = ()

    @property
    def content(self) -> str | None:
        """What it is and not what is said of it: the digest of a document, the place that a link leads to."""
        if self.digest is not None:
            return self.digest
        return None if self.link is None else place_of(self.link)

    @property
    def stands(self) -> bool:
        """Whether it is neither withdrawn nor superseded."""
        return self.withdrawn is None and self.superseded_by is None

    def valid_on(self, day: date) -> bool:
        """Whether it stands and, by what it says of itself, holds on a day."""
        return self.stands and self.document.valid_on(day)
