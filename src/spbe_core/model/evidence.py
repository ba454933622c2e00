"""Evidence (bukti dukung): a submitted document and what it stands for."""

from datetime import date, datetime

import attrs


@attrs.frozen(kw_only=True)
class Evidence:
    """A document as the record knows it; its content lies in the vault under its digest.

    Attributes:
        id: ``E1``, ``E2``, ... within its evaluation, in order of submission.
        title: what it is, in the submitter's words.
        file_name: the name it came with; never used as a path.
        digest: ``sha256:<hex>`` of the content.
        size: bytes of content.
        indicators: official numbers of the indicators it supports.
        effective: day from which the document itself holds, where stated.
        submitted_at: when it was recorded.
        submitted_by: pseudonymous actor id.
        withdrawn: reason of withdrawal, None while it stands.
        superseded_by: id of the evidence that took its place, None while it stands.
    """

    id: str
    title: str
    file_name: str
    digest: str
    size: int
    indicators: tuple[str, ...]
    effective: date | None
    submitted_at: datetime
    submitted_by: str
    withdrawn: str | None = None
    superseded_by: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it is neither withdrawn nor superseded."""
        return self.withdrawn is None and self.superseded_by is None
