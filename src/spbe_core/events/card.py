"""A scorecard inside an event."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

import attrs
import msgspec

from spbe_core.events.event import nothing
from spbe_core.model.exact import exact_text
from spbe_core.model.scorecard import Scorecard
from spbe_core.model.value_policy import ASSESSOR

EXACT_PATTERN: Final = r"^-?[0-9]{1,2000}(\.[0-9]{1,2000}|/[1-9][0-9]{0,1999})?$"
"""What an exact number looks like as text."""


@attrs.frozen(kw_only=True)
class CardRecord:
    """A scorecard as recorded: every number as exact text, with what it was computed from.

    Attributes:
        edition_digest: digest of the edition that was applied.
        complete: whether every indicator had a value.
        values: indicator -> exact value of every indicator that had one.
        nodes: node id -> exact index of every node that had one.
        index: exact overall index, None unless complete.
        grade: official name, None unless complete.
        grade_basis: which number the grade was read from.
        places: decimal places the edition publishes.
        missing: indicators without a value.
        pending: indicators counted as the minimum.
        value_policy: id of the edition's way from verdicts to values; None where no value rests on verdicts.
        sources: indicator -> stage at which its value was given, or judged; a value that a later stage did not take up
            keeps its own.
        bases: indicator -> what its value rests on: ``assessor``, ``rules``, ``external`` or ``import``, as in the
            event that gave it.
        calculated_by: name -> version of the programs that computed the card: ``spbe-core``, and each rule pack whose
            rules or guidance applied, by its distribution; one of unknown origin is left out.
        extra: members written by a later version of the library.
    """

    edition_digest: str
    complete: bool
    values: dict[str, str]
    nodes: dict[str, str]
    index: Annotated[str, msgspec.Meta(pattern=EXACT_PATTERN)] | None
    grade: str | None
    grade_basis: str
    places: Annotated[int, msgspec.Meta(ge=0, le=9)]
    missing: tuple[str, ...]
    pending: tuple[str, ...]
    value_policy: str | None = None
    sources: dict[str, str] = attrs.field(factory=dict[str, str])
    bases: dict[str, str] = attrs.field(factory=dict[str, str])
    calculated_by: dict[str, str] = attrs.field(factory=dict[str, str])
    extra: Mapping[str, Any] = attrs.field(factory=nothing)

    @classmethod
    def of(cls, card: Scorecard) -> Self:
        """Turn a card into what an event keeps of it, without where it came from, which no card says."""
        return cls(
            edition_digest=card.edition_digest,
            complete=card.complete,
            values={line.id: exact_text(line.value) for line in card.indicators if line.value is not None},
            nodes={node.id: exact_text(node.index) for node in card.nodes if node.index is not None},
            index=card.exact_index_text,
            grade=card.grade,
            grade_basis=card.grade_basis,
            places=card.places,
            missing=card.missing,
            pending=card.pending,
            value_policy=None if card.value_policy == ASSESSOR else card.value_policy,
        )
