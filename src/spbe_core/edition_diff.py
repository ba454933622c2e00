"""What differs between two editions, part by part and member by member.

Ids mean the same thing only within one instrument (one edition id). Between two instruments indicators are matched by
a crosswalk, and domains and aspects by their official name; without a crosswalk indicators are not compared at all.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, Literal, cast

import attrs

from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.model.external import ConversionBand
from spbe_core.rules.crosswalk import Crosswalk, Link, LinkKind

PartKind = Literal[
    "edition",
    "scale",
    "node",
    "indicator",
    "criterion",
    "item",
    "external",
    "level-name",
    "grade",
    "grade-practice",
    "stage",
    "process",
    "value-band",
    "value-policy",
    "overlay",
    "citation",
]
Matching = Literal["id", "crosswalk", "nothing"]

_CITING: Final = frozenset({"source", "rounding_source", "grade_basis_source", "pending"})
"""Members that hold ids of citations, which say nothing about another instrument's."""

_NAMING: Final = ("name", "text", "title", "document", "basis")
"""Members that say what a part is, the first it has."""

ORDER: Final = "order"
"""The member under which it is told that a table's parts stand in another order."""


@attrs.frozen
class Part:
    """Something that only one of the two editions has.

    Attributes:
        part: what it is, e.g. ``indicator`` or ``stage``.
        id: by which its edition calls it.
        name: official name or text, empty where it has none.
    """

    part: PartKind
    id: str
    name: str


@attrs.frozen
class Change:
    """A member that is not the same in both editions.

    Attributes:
        part: what it belongs to, e.g. ``indicator``.
        before_id: id of that part in the first edition; empty for the edition itself.
        after_id: its id in the second edition.
        member: ``name``, ``weight``, ``parent``, ``floor``, ...; ``order`` where a table is in another order.
        before: what the first edition says, as text; None where it says nothing.
        after: what the second edition says.
    """

    part: PartKind
    before_id: str
    after_id: str
    member: str
    before: str | None
    after: str | None


@attrs.frozen
class EditionDiff:
    """What differs between two editions; empty tuples where nothing does.

    Attributes:
        before: id of the first edition.
        after: id of the second edition.
        before_digest: of the first edition's canonical document.
        after_digest: of the second edition's canonical document.
        matched_by: how indicators were matched: by ``id`` (one instrument), by ``crosswalk``, or by ``nothing``, and
            then they were not compared.
        dropped: what only the first edition has.
        added: what only the second edition has.
        changed: what both have and say differently.
        crosswalk: by which indicators were matched, None where none was needed or none is there.
    """

    before: str
    after: str
    before_digest: str
    after_digest: str
    matched_by: Matching
    dropped: tuple[Part, ...]
    added: tuple[Part, ...]
    changed: tuple[Change, ...]
    crosswalk: Crosswalk | None = None

    @property
    def empty(self) -> bool:
        """Whether both editions say the same."""
        return self.matched_by == "id" and not (self.dropped or self.added or self.changed)

    def links(self, kind: LinkKind) -> tuple[Link, ...]:
        """Return the crosswalk's links of a kind, e.g. ``split``; none where there is no crosswalk."""
        return () if self.crosswalk is None else tuple(link for link in self.crosswalk.links if link.kind == kind)

    def changes(self, part: PartKind, member: str | None = None) -> tuple[Change, ...]:
        """Return what changed in one kind of part, e.g. ``("indicator", "weight")`` for the reweighted ones."""
        return tuple(one for one in self.changed if one.part == part and member in {None, one.member})


def diff(before: Edition, after: Edition, crosswalk: Crosswalk | None = None) -> EditionDiff:
    """Say what differs between two editions.

    Args:
        before: the first edition.
        after: the second edition, which may be another year's form of the same instrument.
        crosswalk: from the first to the second, held against both; not looked at where both are one instrument.
    """
    alike = before.id == after.id
    crosswalk = None if alike else crosswalk
    tables = tuple(_tables(before, after, crosswalk, alike=alike))
    return EditionDiff(
        before.id,
        after.id,
        before.digest,
        after.digest,
        "id" if alike else "nothing" if crosswalk is None else "crosswalk",
        tuple(table.told(one) for table in tables for key, one in table.before.items() if key not in table.after),
        tuple(table.told(one) for table in tables for key, one in table.after.items() if key not in table.before),
        tuple(change for table in tables for change in table.changes()),
        crosswalk,
    )


_NUMBERS: Final[Mapping[PartKind, frozenset[str]]] = {
    "edition": frozenset({"places"}),
    "scale": frozenset({"minimum", "maximum", "step", "empty"}),
    "node": frozenset({"kind", "parent", "weight"}),
    "indicator": frozenset({"parent", "weight"}),
    "external": frozenset({"bands"}),
    "grade": frozenset({"floor", ORDER}),
    "value-band": frozenset({"floor", "ceiling"}),
}
"""The members that a computation reads; what else a part says are words, or years of their own."""


def differing_number(before: Edition, after: Edition, year: int | None = None) -> Change | None:
    """Return the first number in which two forms of one instrument differ, None where only words do.

    Numbers are all that values, indices and grades of the year are computed from: scale, tree, weights, conversions,
    rounding, grades. A part that only one form has is a change of its ``id``.

    Args:
        before: the first form.
        after: the second form, of the same edition id.
        year: evaluation year, which decides from which number the grade is read.
    """
    found = diff(before, after)
    bases = before.grade_basis(year), after.grade_basis(year)
    changed = (
        *(one for one in found.changed if one.member in _NUMBERS.get(one.part, ()) or _counts_otherwise(one)),
        *(Change(one.part, one.id, "", "id", one.id, None) for one in found.dropped if one.part in _NUMBERS),
        *(Change(one.part, "", one.id, "id", None, one.id) for one in found.added if one.part in _NUMBERS),
        *([Change("edition", "", "", "grade_basis", *bases)] if bases[0] != bases[1] else ()),
    )
    return next(iter(changed), None)


def _counts_otherwise(change: Change) -> bool:
    """Whether a score that is not there counts in one form as the minimum and in the other as missing."""
    return (change.part, change.member) == ("external", "pending") and not (change.before and change.after)


_Keyed = Mapping[Hashable, Any]
_Key = Callable[[Any], Hashable]
_Name = Callable[[Any], str]


@attrs.frozen
class _Table:
    """One kind of part in both editions, under keys that mean the same in both.

    Attributes:
        part: what it is.
        before: key -> part of the first edition.
        after: key -> part of the second edition.
        name: what a part is called by its own edition.
        ignored: members that cannot be compared.
        homes: id of a node in the first edition -> its id in the second.
        ordered: whether the order of the parts says something.
    """

    part: PartKind
    before: _Keyed
    after: _Keyed
    name: _Name
    ignored: frozenset[str]
    homes: Mapping[str, str] = attrs.field(factory=dict[str, str])
    ordered: bool = True

    def told(self, one: Any) -> Part:
        """Say what a part is."""
        return Part(self.part, self.name(one), str(next((getattr(one, it) for it in _NAMING if hasattr(one, it)), "")))

    def changes(self) -> Iterator[Change]:
        """Yield every member that both editions have and fill differently."""
        for key, one in self.before.items():
            if key in self.after:
                yield from self._member_changes(one, self.after[key])
        kept = [key for key in self.before if key in self.after], [key for key in self.after if key in self.before]
        if self.ordered and kept[0] != kept[1]:
            was = ", ".join(self.name(self.before[key]) for key in kept[0])
            now = ", ".join(self.name(self.after[key]) for key in kept[1])
            yield Change(self.part, "", "", ORDER, was, now)

    def _member_changes(self, one: Any, other: Any) -> Iterator[Change]:
        for field in attrs.fields(cast("type[attrs.AttrsInstance]", type(one))):
            was, now = getattr(one, field.name), getattr(other, field.name)
            if field.name in self.ignored or (field.name == "parent" and self._same_home(was, now)):
                continue
            if field.name == "parent" or was != now:
                yield Change(self.part, self.name(one), self.name(other), field.name, _text(was), _text(now))

    def _same_home(self, was: str | None, now: str | None) -> bool:
        if was is None or now is None:
            return was is now
        return self.homes.get(was) == now


def _by_id(one: Any) -> str:
    return str(one.id)


_OWN: Final[tuple[tuple[PartKind, str, _Name], ...]] = (
    ("level-name", "level_names", lambda one: f"{one.capability}-{one.level}"),
    ("grade", "grades", lambda one: one.name),
    ("grade-practice", "grade_practices", lambda one: str(one.year)),
    ("stage", "stages", _by_id),
    ("process", "processes", _by_id),
    ("value-band", "value_bands", lambda one: str(one.level)),
    ("value-policy", "value_policies", _by_id),
    ("overlay", "overlays", _by_id),
    ("citation", "citations", _by_id),
)
"""Tables of an edition that stand by themselves: part, member, what each is called."""

_OF_INDICATORS: Final[tuple[tuple[PartKind, str, _Name], ...]] = (
    ("criterion", "criteria", lambda one: f"I{one.indicator}-L{one.level}"),
    ("item", "items", _by_id),
    ("external", "externals", lambda one: one.indicator),
)
"""Tables whose rows belong to an indicator: part, member, what each is called."""

_OTHER_TABLES: Final = ("scale", "nodes", "indicators")


def _tables(before: Edition, after: Edition, crosswalk: Crosswalk | None, *, alike: bool) -> Iterator[_Table]:
    """Lay out both editions under keys that mean the same in both."""
    ignored = frozenset[str]() if alike else _CITING | {"id", "indicator"}
    tables = frozenset([*(member for _, member, _ in (*_OWN, *_OF_INDICATORS)), *_OTHER_TABLES])
    whole = _Table("edition", {"": before}, {"": after}, lambda _: "", ignored | tables)
    yield whole
    yield attrs.evolve(whole, part="scale", before={"": before.scale}, after={"": after.scale})

    by_place: _Key = _by_id if alike else lambda node: (node.kind, node.name)
    nodes = _keyed(before.nodes, by_place), _keyed(after.nodes, by_place)
    homes = {one.id: nodes[1][key].id for key, one in nodes[0].items() if key in nodes[1]}
    yield _Table("node", *nodes, _by_id, ignored, homes, ordered=alike)

    pairs, left_out = _matched(before, after, crosswalk)
    first: _Keyed = {pairs.get(one.id, (one.id,)): one for one in before.indicators if one.id not in left_out[0]}
    second: _Keyed = {one.id: one for one in after.indicators if one.id not in left_out[1]}
    yield _Table("indicator", first, second, _by_id, ignored, homes, ordered=alike)
    turned = {after_id: after_id for after_id in pairs.values()}
    for part, member, name in _OF_INDICATORS:
        # Two instruments number their items each for itself, so that only the words tell which are the same.
        key: _Key = name if alike else _by_words if part == "item" else _by_level
        rows = _owned(getattr(before, member), pairs, key), _owned(getattr(after, member), turned, key)
        yield _Table(part, *rows, name, ignored, ordered=alike)
    for part, member, name in _OWN:
        if alike or part != "citation":
            own = _keyed(getattr(before, member), name), _keyed(getattr(after, member), name)
            yield _Table(part, *own, name, ignored)


def _matched(
    before: Edition, after: Edition, crosswalk: Crosswalk | None
) -> tuple[Mapping[str, str], tuple[frozenset[str], frozenset[str]]]:
    """Return which indicator is which, and those of either edition that can be neither compared nor called gone."""
    first, second = (frozenset(leaf.id for leaf in edition.indicators) for edition in (before, after))
    if before.id == after.id:
        return {one: one for one in first & second}, (frozenset(), frozenset())
    if crosswalk is None:
        return {}, (first, second)
    links = crosswalk.links
    pairs = {link.sources[0]: link.targets[0] for link in links if link.kind == "one-to-one"}
    regrouped = [link for link in links if link.kind in {"split", "merged"}]
    sources = frozenset(one for link in regrouped for one in link.sources)
    return pairs, (sources, frozenset(one for link in regrouped for one in link.targets))


def _by_level(one: Any) -> Hashable:
    return getattr(one, "level", None)


def _by_words(one: Any) -> Hashable:
    return one.level, one.text


def _owned(parts: Iterable[Any], pairs: Mapping[str, str], key: _Key) -> dict[Hashable, Any]:
    """Put what belongs to indicators of both editions under the second edition's id and a key."""
    return _keyed((one for one in parts if one.indicator in pairs), lambda one: (pairs[one.indicator], key(one)))


def _keyed(parts: Iterable[Any], key: _Key) -> dict[Hashable, Any]:
    """Put parts under their keys; those that share one are told apart by their place among them."""
    keyed: dict[Hashable, Any] = {}
    for one in parts:
        place = 0
        while (key(one), place) in keyed:
            place += 1
        keyed[key(one), place] = one
    return keyed


def _text(value: object) -> str | None:
    """Write a member for people and programs alike; exact numbers without loss."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, tuple):
        return ", ".join(str(_text(one)) for one in cast("tuple[object, ...]", value))
    if isinstance(value, ConversionBand):
        numbers = (value.score_from, value.score_to, value.value_from, value.value_to)
        return "{}..{} -> {}..{}".format(*map(exact_text, numbers))
    return str(value)
