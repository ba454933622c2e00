"""A check that a plugin makes of a document before it is recorded."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import attrs

from spbe_core.model.document import NO_FACTS, DocumentFacts
from spbe_core.model.edition import Edition


@attrs.frozen(kw_only=True)
class EvidenceFacts:
    """What is known of a document that is being submitted.

    Attributes:
        edition: the edition the evaluation pinned.
        year: evaluation year.
        indicators: official numbers it is submitted for.
        title: what it is.
        file_name: the name it came with.
        size: in bytes.
        digest: of its content, as ``sha256:<hex>``.
        effective: day from which the document itself holds, where that was said.
        submitted: day of the submission, UTC.
        items: ids of the items it is submitted for, where any were named.
        media_type: what the content is, found from the content; empty for a link.
        link: the address of evidence that is no file; its size is then 0 and its digest empty.
        document: all that it says of itself.
    """

    edition: Edition
    year: int
    indicators: tuple[str, ...]
    title: str
    file_name: str
    size: int
    digest: str
    effective: date | None
    submitted: date
    items: tuple[str, ...] = ()
    media_type: str = ""
    link: str = ""
    document: DocumentFacts = NO_FACTS


@attrs.frozen
class Refusal:
    """Why a document cannot be recorded.

    Attributes:
        what: language (``id``, ``en``) -> one sentence for people.
    """

    what: Mapping[str, str]


@attrs.frozen
class EvidenceCheck:
    """Looks at the facts of a document; pure, like rules.

    Attributes:
        id: what the check is called, in lower case with hyphens.
        check: returns what speaks against recording the document; nothing where all is well.
    """

    id: str
    check: Callable[[EvidenceFacts], Sequence[Refusal]]
