"""An edition: one regulation's instrument as applied in given years."""

import hashlib
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

import attrs

from spbe_core.errors import InputError, RulesError
from spbe_core.model.canonical import LATER, canonical_json, members_of
from spbe_core.model.citation import Citation
from spbe_core.model.exact import rounded
from spbe_core.model.external import External
from spbe_core.model.scale import Scale
from spbe_core.model.value_policy import ASSESSOR, ValueBand, ValuePolicy

DOCUMENT_FORMAT: Final = "spbe-edition-1"

NodeKind = Literal["domain", "aspect"]
GradeBasis = Literal["exact", "rounded"]
Lifecycle = Literal["draft", "in_force", "repealed"]


@attrs.frozen
class Node:
    """A domain or aspect: an inner node of the tree that carries weights.

    Attributes:
        id: ``D1``, ``A1``, ...
        kind: its tier.
        name: official Indonesian name.
        weight: in hundredths of the whole (percent).
        parent: id of the node above, None at the top tier.
        source: citation id of the weight.
    """

    id: str
    kind: NodeKind
    name: str
    weight: Fraction
    parent: str | None
    source: str


@attrs.frozen
class Indicator:
    """A leaf of the tree: what an assessor gives a value.

    Attributes:
        id: the official number as text, e.g. ``12`` or ``35a``.
        name: official Indonesian name.
        weight: in hundredths of the whole (percent).
        parent: id of its aspect.
        capability: key of the level names that apply, e.g. ``process`` or ``service``.
        source: citation id of the weight.
        question: the questionnaire's question, where known.
    """

    id: str
    name: str
    weight: Fraction
    parent: str
    capability: str
    source: str
    question: str = ""


@attrs.frozen
class LevelName:
    """What a maturity level is called for one capability."""

    level: int
    capability: str
    name: str
    source: str


@attrs.frozen
class GradeBand:
    """A grade (predikat) and the lowest index that earns it; the next higher band ends it.

    Attributes:
        name: official name.
        floor: lowest index of the band, included; None for the lowest band.
        source: citation id.
    """

    name: str
    floor: Fraction | None
    source: str


@attrs.frozen
class GradePractice:
    """Whether one year's grades were read from the exact or the rounded index."""

    year: int
    basis: GradeBasis
    source: str


@attrs.frozen
class Stage:
    """A stage of the assessment, in the order of the edition's list.

    Attributes:
        id: ``self``, ``document``, ``interview``, ``visitation``.
        name: official name.
        optional: whether an evaluation may be determined without it.
        source: citation id.
    """

    id: str
    name: str
    optional: bool
    source: str


@attrs.frozen
class Process:
    """A kind of evaluation (pemantauan, evaluasi) and the stages it goes through."""

    id: str
    name: str
    stages: tuple[str, ...]
    source: str


@attrs.frozen
class Criterion:
    """What a maturity level of an indicator means, in one or two sentences."""

    indicator: str
    level: int
    text: str
    source: str


@attrs.frozen
class Item:
    """One piece of evidence (butir) that a level of an indicator asks for.

    Attributes:
        id: ``I3-L2-01``.
        indicator: official number.
        level: maturity level.
        text: what is asked for.
        source: citation id.
        supporting: whether a source asks for it only beside others, e.g. an invitation beside the minutes; the ladder
            asks for it like for any other.
        valid_months: older evidence does not count; None where no source sets a limit.
        documents: kinds of document that may show it, where a source names them.
    """

    id: str
    indicator: str
    level: int
    text: str
    source: str
    supporting: bool = False
    valid_months: int | None = None
    documents: tuple[str, ...] = attrs.field(default=(), metadata=LATER)


@attrs.frozen
class AppliedOverlay:
    """A year's technical guidance that this edition was derived with.

    Attributes:
        id: of the overlay.
        title: official title of the guidance.
        source: citation id.
    """

    id: str
    title: str
    source: str


@attrs.frozen(eq=False)
class Edition:
    """One regulation's instrument: tree, weights, levels, grades, stages, rounding and lifecycle.

    Two editions are equal when their canonical documents are: the digest is the identity.

    Attributes:
        id: of the regulation and year, in lower case with hyphens.
        title: official title.
        index_name: what its index is called.
        regulation: number of the regulation.
        lifecycle: draft, in force or repealed.
        in_force: first day of force; None for a draft.
        repealed: the day it ceased to apply, if it did.
        years: evaluation years it applies to.
        scale: allowed values.
        places: decimal places of every displayed index.
        rounding_source: citation id of the rounding rule.
        default_grade_basis: basis for years without a known practice.
        grade_basis_source: citation id of that default.
        grade_practices: years with a known practice.
        nodes: domains and aspects, parents before children.
        indicators: leaves in official order.
        level_names: names of the maturity levels.
        grades: bands from highest to lowest.
        stages: in order.
        processes: kinds of evaluation.
        citations: every source referred to.
        criteria: what the levels mean, where a source says it.
        items: the evidence the levels ask for.
        externals: indicators that other ministries' indices feed.
        value_bands: the stretch of the scale that belongs to each level, from the lowest.
        value_policies: how judged items may become a value; the first is the default.
        overlays: the guidance this edition was derived with.
    """

    id: str
    title: str
    index_name: str
    regulation: str
    lifecycle: Lifecycle
    in_force: date | None
    repealed: date | None
    years: tuple[int, ...]
    scale: Scale
    places: int
    rounding_source: str
    default_grade_basis: GradeBasis
    grade_basis_source: str
    grade_practices: tuple[GradePractice, ...]
    nodes: tuple[Node, ...]
    indicators: tuple[Indicator, ...]
    level_names: tuple[LevelName, ...]
    grades: tuple[GradeBand, ...]
    stages: tuple[Stage, ...]
    processes: tuple[Process, ...]
    citations: tuple[Citation, ...]
    criteria: tuple[Criterion, ...] = attrs.field(default=(), metadata=LATER)
    items: tuple[Item, ...] = attrs.field(default=(), metadata=LATER)
    externals: tuple[External, ...] = attrs.field(default=(), metadata=LATER)
    value_bands: tuple[ValueBand, ...] = attrs.field(default=(), metadata=LATER)
    value_policies: tuple[ValuePolicy, ...] = attrs.field(default=(), metadata=LATER)
    overlays: tuple[AppliedOverlay, ...] = attrs.field(default=(), metadata=LATER)

    @cached_property
    def document(self) -> bytes:
        """The canonical document: what an evaluation pins and what the digest is taken of.

        Its form may only ever grow by members that are left out when empty, or old digests would change.
        """
        return canonical_json({"format": DOCUMENT_FORMAT, **members_of(self, without_empty=True)})

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical document, as ``sha256:<hex>``."""
        return f"sha256:{hashlib.sha256(self.document).hexdigest()}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edition) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Edition({self.id!r}, {self.digest[:19]}…)"

    @cached_property
    def _indicator_by_id(self) -> dict[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def _node_by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    def indicator(self, indicator_id: str) -> Indicator:
        """Return an indicator by its official number.

        Raises:
            InputError: ``unknown-indicator``.
        """
        try:
            return self._indicator_by_id[indicator_id]
        except KeyError:
            raise InputError(
                "unknown-indicator",
                indicator=indicator_id,
                edition=self.id,
                first=self.indicators[0].id,
                last=self.indicators[-1].id,
            ) from None

    def node(self, node_id: str) -> Node:
        """Return a domain or aspect by its id.

        Raises:
            InputError: ``unknown-node``.
        """
        try:
            return self._node_by_id[node_id]
        except KeyError:
            raise InputError("unknown-node", node=node_id, edition=self.id) from None

    def stage(self, stage_id: str) -> Stage:
        """Return a stage by its id.

        Raises:
            InputError: ``unknown-stage``.
        """
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise InputError("unknown-stage", stage=stage_id, stages=", ".join(stage.id for stage in self.stages))

    def process(self, process_id: str | None) -> Process:
        """Return a kind of evaluation by its id; None means the last of the list, which has the most stages.

        Raises:
            InputError: ``unknown-process``.
        """
        for process in self.processes if process_id is not None else self.processes[-1:]:
            if process_id in {None, process.id}:
                return process
        known = ", ".join(process.id for process in self.processes)
        raise InputError("unknown-process", process=process_id, processes=known)

    def citation(self, source: str) -> Citation:
        """Return a source by its id.

        Raises:
            RulesError: ``edition-source-unknown``.
        """
        for citation in self.citations:
            if citation.id == source:
                return citation
        raise RulesError("edition-source-unknown", edition=self.id, source=source)

    def level_name(self, capability: str, level: Fraction) -> str:
        """Return what a whole level is called for a capability, or nothing where no name is known."""
        for named in self.level_names:
            if named.capability == capability and named.level == level:
                return named.name
        return ""

    def top_nodes(self) -> tuple[Node, ...]:
        """Return the highest tier: domains, or aspects where the edition has no domains."""
        return tuple(node for node in self.nodes if node.parent is None)

    def criterion(self, indicator_id: str, level: int) -> Criterion | None:
        """Return what a level of an indicator means, None where no source says it."""
        found = (one for one in self.criteria if (one.indicator, one.level) == (indicator_id, level))
        return next(found, None)

    @cached_property
    def _item_by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    def item(self, item_id: str) -> Item:
        """Return an item by its id.

        Raises:
            InputError: ``unknown-item``.
        """
        try:
            return self._item_by_id[item_id]
        except KeyError:
            raise InputError("unknown-item", item=item_id, edition=self.id) from None

    def indicator_or_item(self, subject: str) -> tuple[str, str | None]:
        """Return an indicator and one of its items, or None for all of it, whichever a text names.

        Raises:
            InputError: ``unknown-item`` or ``unknown-indicator``.
        """
        if subject in self._item_by_id:
            return self._item_by_id[subject].indicator, subject
        if "-" in subject and self.items and not any("-" in one.id for one in self.indicators):
            self.item(subject)  # which is none, and was meant to be one
        return self.indicator(subject).id, None

    def items_for(self, indicator_id: str, level: int) -> tuple[Item, ...]:
        """Return the evidence that a level of an indicator asks for."""
        return tuple(one for one in self.items if (one.indicator, one.level) == (indicator_id, level))

    @cached_property
    def _items_by_indicator(self) -> dict[str, tuple[Item, ...]]:
        gathered: dict[str, list[Item]] = {}
        for item in self.items:
            gathered.setdefault(item.indicator, []).append(item)
        return {indicator: tuple(items) for indicator, items in gathered.items()}

    @cached_property
    def _external_by_indicator(self) -> dict[str, External]:
        return {external.indicator: external for external in self.externals}

    def items_of(self, indicator_id: str) -> tuple[Item, ...]:
        """Return the evidence that all levels of an indicator ask for."""
        return self._items_by_indicator.get(indicator_id, ())

    def external(self, indicator_id: str) -> External | None:
        """Return what feeds an indicator from outside, None where an assessor judges it."""
        return self._external_by_indicator.get(indicator_id)

    def value_policy(self, named: str | None, *, judged: bool) -> ValuePolicy | None:
        """Return the value policy to apply; None where none is named and the edition has none that fits.

        Args:
            named: policy id; None chooses the edition's default where items were judged, else ``assessor``.
            judged: whether there are verdicts on items.

        Raises:
            InputError: ``unknown-value-policy``.
        """
        if named is None and judged:
            return next(iter(self.value_policies), None)
        for policy in self.value_policies:
            if policy.id == (named or ASSESSOR):
                return policy
        if named is None:
            return None
        known = ", ".join(policy.id for policy in self.value_policies) or "-"
        raise InputError("unknown-value-policy", policy=named, edition=self.id, policies=known)

    def ancestors(self, indicator: Indicator) -> tuple[Node, ...]:
        """Return the nodes above an indicator, nearest first."""
        path = [self.node(indicator.parent)]
        while (parent := path[-1].parent) is not None:
            path.append(self.node(parent))
        return tuple(path)

    def top_of(self, node_id: str) -> Node:
        """Return the node of the highest tier that a node belongs to.

        Raises:
            InputError: ``unknown-node``.
        """
        node = self.node(node_id)
        while node.parent is not None:
            node = self.node(node.parent)
        return node

    def grade_basis(self, year: int | None) -> GradeBasis:
        """Return whether a year's grade is read from the exact or the rounded index."""
        for known in self.grade_practices:
            if known.year == year:
                return known.basis
        return self.default_grade_basis

    def grade(self, index: Fraction, basis: GradeBasis) -> GradeBand:
        """Return the one band an index falls in.

        Args:
            index: exact index within the scale.
            basis: which number the bands are held against.
        """
        number = rounded(index, self.places) if basis == "rounded" else index
        return next(band for band in self.grades if band.floor is None or number >= band.floor)
