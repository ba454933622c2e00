"""The scorecard (kartu nilai): the whole tree with its indices and the grade."""

from fractions import Fraction

import attrs

from spbe_core.model.edition import GradeBasis, NodeKind
from spbe_core.model.exact import exact_text, rounded_text
from spbe_core.model.finding import Finding
from spbe_core.model.score import Reason, Standing


@attrs.frozen
class IndicatorLine:
    """An indicator on the card: its value and what it weighs."""

    id: str
    name: str
    weight: Fraction
    parent: str
    value: Fraction | None
    standing: Standing
    reasons: tuple[Reason, ...]


@attrs.frozen
class NodeLine:
    """A domain or aspect on the card.

    Attributes:
        index: exact index; None while a value below it is missing.
    """

    id: str
    kind: NodeKind
    name: str
    weight: Fraction
    parent: str | None
    index: Fraction | None


@attrs.frozen
class Bounds:
    """The lowest and highest index still possible while values are missing."""

    lowest: Fraction
    highest: Fraction


@attrs.frozen
class Scorecard:
    """The result of scoring one agency's values under one edition.

    Attributes:
        edition: edition id.
        edition_digest: digest of the edition's canonical document.
        year: evaluation year, None in a calculation that names none.
        places: decimal places of displayed numbers.
        complete: whether every indicator has a value or is officially pending.
        index: exact overall index, None unless complete.
        grade: official name of the grade, None unless complete.
        grade_basis: which number the grade was read from.
        nodes: domains and aspects.
        indicators: leaves in official order.
        bounds: what the index can still become.
        missing: indicators without a value.
        pending: indicators counted as the minimum until their source answers.
        findings: remarks, e.g. a grade that hangs on the basis.
        value_policy: id of the edition's policy by which items became values, None where it has none.
    """

    edition: str
    edition_digest: str
    year: int | None
    places: int
    complete: bool
    index: Fraction | None
    grade: str | None
    grade_basis: GradeBasis
    nodes: tuple[NodeLine, ...]
    indicators: tuple[IndicatorLine, ...]
    bounds: Bounds
    missing: tuple[str, ...]
    pending: tuple[str, ...]
    findings: tuple[Finding, ...]
    value_policy: str | None = None

    @property
    def index_text(self) -> str | None:
        """The index as it is published, e.g. ``2.95``."""
        return self.display(self.index)

    @property
    def exact_index_text(self) -> str | None:
        """The index without loss, e.g. ``2.9475`` or ``991/300``."""
        return None if self.index is None else exact_text(self.index)

    def display(self, number: Fraction | None) -> str | None:
        """Round a number of this card once, half up, the way the edition publishes numbers."""
        return None if number is None else rounded_text(number, self.places)

    def node(self, node_id: str) -> NodeLine:
        """Return a domain or aspect of this card; KeyError if it has none of that id."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def indicator(self, indicator_id: str) -> IndicatorLine:
        """Return an indicator of this card; KeyError if it has none of that id."""
        for line in self.indicators:
            if line.id == indicator_id:
                return line
        raise KeyError(indicator_id)
