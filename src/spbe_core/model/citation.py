"""Where a number or a name comes from, and how sure we are of it."""

from typing import Literal

import attrs

Confidence = Literal["high", "medium", "low"]


@attrs.frozen
class Citation:
    """The source of an official number or name.

    Attributes:
        id: short key by which the edition's data refers to it.
        document: the regulation, guidance, decree or report.
        place: article, table or page.
        confidence: ``high`` for a primary text or an exact recomputation, less where it is secondary.
        note: what a reader must know before relying on it.
    """

    id: str
    document: str
    place: str = ""
    confidence: Confidence = "high"
    note: str = ""

    def __str__(self) -> str:
        return f"{self.document}, {self.place}" if self.place else self.document
