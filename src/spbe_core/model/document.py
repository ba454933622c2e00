"""What a document says of itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs


@attrs.frozen(kw_only=True)
class DocumentFacts:
    """The facts of a document, as its submitter read them off it.

    Attributes:
        kind: what sort of document, e.g. ``Peraturan Wali Kota``.
        number: its official number.
        issued: the day it was signed.
        issuer: who signed it.
        effective: first day on which it holds; None where it says none.
        expires: last day on which it holds; None where it says none.
        extra: members written by a later version of the library.
    """

    kind: str = ""
    number: str = ""
    issued: date | None = None
    issuer: str = ""
    effective: date | None = None
    expires: date | None = None
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any])

    def valid_on(self, day: date) -> bool:
        """Whether the document holds on a day, by what it says of itself."""
        return (self.effective is None or self.effective <= day) and (self.expires is None or day <= self.expires)


NO_FACTS: Final = DocumentFacts()
"""Of a document that nothing was read off."""
