"""Evidence as it is handed in, before anything is known of it."""

from pathlib import Path
from typing import BinaryIO

import attrs

from spbe_core.model.document import NO_FACTS, DocumentFacts


@attrs.frozen(kw_only=True)
class Submission:
    """What is handed in: a file, an open stream, or a link.

    Attributes:
        content: a file or an open binary stream; None for a link.
        link: the address of evidence that is no file; empty for a document.
        file_name: the name a document came with; only its last part is kept and it is never used as a path.
        title: what it is.
        indicators: official numbers of the indicators it supports; those of its items are added.
        items: ids of the items it covers.
        document: what it says of itself.
    """

    content: Path | BinaryIO | None = None
    link: str = ""
    file_name: str = ""
    title: str = ""
    indicators: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    document: DocumentFacts = NO_FACTS
