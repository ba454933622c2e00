"""Which documents are taken as evidence."""

from typing import Literal

import attrs

Remark = Literal["archive-bomb", "encrypted", "macro", "nested-archive"]
"""What may speak against a document: it swells when unpacked, nobody can look into it, it runs a program, it packs
archives that were not looked into."""


@attrs.frozen(kw_only=True)
class EvidencePolicy:
    """What a document must be like to be taken.

    The defaults are this library's own and come from no regulation: anything an assessor can open without being
    harmed, up to 2 GiB.

    Attributes:
        largest: most bytes a document may have.
        media_types: types that are taken, by what the content is; None takes any.
        refused: remarks that make a document unacceptable; in spite of the others it is taken, and nothing notes them.
    """

    largest: int = attrs.field(default=2 << 30, validator=attrs.validators.ge(0))
    media_types: frozenset[str] | None = None
    refused: frozenset[Remark] = frozenset({"archive-bomb", "encrypted", "macro"})
