"""Laws of the difference between two editions."""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import attrs
from arrangements import small_edition
from hypothesis import given
from hypothesis import strategies as st
from strategies import editions

from spbe_core.edition_diff import Change, EditionDiff, Part, diff, differing_number
from spbe_core.model.citation import Citation
from spbe_core.model.edition import Criterion, Edition, GradePractice, Indicator, Item, Process, Stage
from spbe_core.model.external import ConversionBand, External
from spbe_core.model.value_policy import ValueBand, ValuePolicy
from spbe_core.rules.crosswalk import Crosswalk, Link


def mirrored(found: EditionDiff) -> EditionDiff:
    """The same difference as told from the second edition."""
    changed = tuple(
        attrs.evolve(
            one, before_id=one.after_id, after_id=one.before_id, before=one.after, after=one.before
        )
        for one in found.changed
    )  # fmt: skip
    return EditionDiff(
        found.after,
        found.before,
        found.after_digest,
        found.before_digest,
        found.matched_by,
        found.added,
        found.dropped,
        changed,
        None if found.crosswalk is None else found.crosswalk.reversed(),
    )


def same(one: EditionDiff, other: EditionDiff) -> bool:
    """Whether two differences say the same, in whatever order."""
    parts = ("dropped", "added", "changed")
    alike = all(Counter(getattr(one, part)) == Counter(getattr(other, part)) for part in parts)
    return alike and attrs.evolve(one, dropped=(), added=(), changed=()) == attrs.evolve(
        other, dropped=(), added=(), changed=()
    )


@st.composite
def crosswalks(draw: st.DrawFn, before: Edition, after: Edition) -> Crosswalk:
    """Draw a crosswalk that covers two editions."""
    left, right = (list(draw(st.permutations([leaf.id for leaf in one.indicators]))) for one in (before, after))
    links: list[Link] = []
    while left or right:
        sources, targets = draw(st.sampled_from([(1, 1), (1, 2), (2, 1), (0, 1), (1, 0)]))
        if sources > len(left) or targets > len(right):
            sources, targets = (1, 0) if left else (0, 1)
        kind: Any = {(1, 1): "one-to-one", (1, 2): "split", (2, 1): "merged", (0, 1): "new", (1, 0): "dropped"}[
            sources, targets
        ]
        ends = tuple(left[:sources]), tuple(right[:targets])
        del left[:sources], right[:targets]
        links.append(Link(*ends, kind, "s", "low"))
    return Crosswalk(before.id, after.id, tuple(links), (Citation("s", "S"),))


@given(editions())
def test_an_edition_does_not_differ_from_itself(edition: Edition) -> None:
    """Nothing is dropped, added or changed."""
    assert diff(edition, edition).empty


@given(editions(), editions())
def test_within_one_instrument_no_difference_means_the_same_digest(before: Edition, after: Edition) -> None:
    """The difference is empty exactly where the canonical documents are the same: no member is overlooked."""
    assert diff(before, after).empty == (before.digest == after.digest)


@given(editions(), editions())
def test_within_one_instrument_both_directions_mirror_each_other(before: Edition, after: Edition) -> None:
    """What is dropped one way is added the other way, and every change is turned round."""
    assert same(mirrored(diff(before, after)), diff(after, before))


@given(st.data())
def test_along_a_crosswalk_both_directions_mirror_each_other(data: st.DataObject) -> None:
    """The same holds between two instruments, with a crosswalk and without."""
    before, after = data.draw(editions()), attrs.evolve(data.draw(editions()), id="acak-2")
    crosswalk = data.draw(crosswalks(before, after))

    assert same(mirrored(diff(before, after, crosswalk)), diff(after, before, crosswalk.reversed()))
    assert same(mirrored(diff(before, after)), diff(after, before))


@given(st.data())
def test_along_a_crosswalk_every_indicator_is_accounted_for(data: st.DataObject) -> None:
    """An indicator is linked, dropped or added; split and merged ones are in the links alone."""
    before, after = data.draw(editions()), attrs.evolve(data.draw(editions()), id="acak-2")
    found = diff(before, after, data.draw(crosswalks(before, after)))
    dropped = [one.id for one in found.dropped if one.part == "indicator"]
    added = [one.id for one in found.added if one.part == "indicator"]
    linked = [*found.links("one-to-one"), *found.links("split"), *found.links("merged")]

    assert Counter(dropped) == Counter(one for link in found.links("dropped") for one in link.sources)
    assert Counter(added) == Counter(one for link in found.links("new") for one in link.targets)
    assert Counter([*dropped, *(one for link in linked for one in link.sources)]) == Counter(
        leaf.id for leaf in before.indicators
    )
    assert Counter([*added, *(one for link in linked for one in link.targets)]) == Counter(
        leaf.id for leaf in after.indicators
    )


# -- each single change shows up as exactly that change ------------------------------------------------------------

Outcome = tuple[tuple[Part, ...], tuple[Part, ...], tuple[Change, ...]]


def _first(table: str, **changes: Any) -> Callable[[Edition], Edition]:
    """Change the first row of a table."""

    def change(edition: Edition) -> Edition:
        rows = getattr(edition, table)
        return attrs.evolve(edition, **{table: (attrs.evolve(rows[0], **changes), *rows[1:])})

    return change


def _and(table: str, row: Any) -> Callable[[Edition], Edition]:
    """Add a row to a table."""
    return lambda edition: attrs.evolve(edition, **{table: (*getattr(edition, table), row)})


def _whole(**changes: Any) -> Callable[[Edition], Edition]:
    return lambda edition: attrs.evolve(edition, **changes)


BASE = attrs.evolve(
    small_edition(),
    criteria=(Criterion("1", 2, "Ada", "s"),),
    items=(Item("I1-L2-01", "1", 2, "SK", "s"), Item("I1-L2-02", "1", 2, "Notula", "s")),
    externals=(
        External("5", "Indeks X", "Kementerian X", "s", (ConversionBand(1, *map(Fraction, (0, 5, 1, 5))),)),
    ),
    value_bands=(ValueBand(1, Fraction(1), Fraction(2), "s"),),
    value_policies=(ValuePolicy("assessor", "Asesor", "s"),),
)  # fmt: skip
WIDER = (ConversionBand(1, *map(Fraction, (0, 10, 1, 5))),)


def changed(part: Any, name: str, member: str, before: str | None, after: str | None) -> Outcome:
    """One change and nothing else."""
    return (), (), (Change(part, name, name, member, before, after),)


def added(part: Any, name: str, words: str) -> Outcome:
    """One new part and nothing else."""
    return (), (Part(part, name, words),), ()


SINGLE: dict[str, tuple[Callable[[Edition], Edition], Outcome]] = {
    "years": (_whole(years=(2030,)), changed("edition", "", "years", "2030, 2031, 2032", "2030")),
    "rounding": (_whole(places=3), changed("edition", "", "places", "2", "3")),
    "grade basis": (
        _whole(default_grade_basis="rounded"), changed("edition", "", "default_grade_basis", "exact", "rounded"),
    ),
    "scale": (
        lambda one: attrs.evolve(one, scale=attrs.evolve(one.scale, minimum=Fraction(0))),
        changed("scale", "", "minimum", "1", "0"),
    ),
    "renamed": (_first("indicators", name="Baru"), changed("indicator", "1", "name", "Satu", "Baru")),
    "reweighted": (_first("indicators", weight=Fraction(1, 3)), changed("indicator", "1", "weight", "12.5", "1/3")),
    "moved": (_first("indicators", parent="A2"), changed("indicator", "1", "parent", "A1", "A2")),
    "domain reweighted": (_first("nodes", weight=Fraction(41)), changed("node", "D1", "weight", "40", "41")),
    "domain renamed": (_first("nodes", name="Domain"), changed("node", "D1", "name", "Domain Satu", "Domain")),
    "indicator added": (
        _and("indicators", Indicator("6", "Enam", Fraction(1), "A3", "service", "s")), added("indicator", "6", "Enam"),
    ),
    "criterion reworded": (_first("criteria", text="Tidak"), changed("criterion", "I1-L2", "text", "Ada", "Tidak")),
    "criterion added": (_and("criteria", Criterion("1", 3, "Terpadu", "s")), added("criterion", "I1-L3", "Terpadu")),
    "item reworded": (_first("items", text="Perda"), changed("item", "I1-L2-01", "text", "SK", "Perda")),
    "item ages": (_first("items", valid_months=24), changed("item", "I1-L2-01", "valid_months", None, "24")),
    "item optional": (_first("items", supporting=True), changed("item", "I1-L2-01", "supporting", "false", "true")),
    "item added": (_and("items", Item("I1-L2-03", "1", 2, "Foto", "s")), added("item", "I1-L2-03", "Foto")),
    "items reordered": (
        lambda one: attrs.evolve(one, items=one.items[::-1]),
        ((), (), (Change("item", "", "", "order", "I1-L2-01, I1-L2-02", "I1-L2-02, I1-L2-01"),)),
    ),
    "grade recut": (_first("grades", floor=Fraction(4)), changed("grade", "Tinggi", "floor", "3.5", "4")),
    "practice added": (
        _and("grade_practices", GradePractice(2030, "exact", "s")), added("grade-practice", "2030", "exact"),
    ),
    "stage optional": (_first("stages", optional=True), changed("stage", "self", "optional", "false", "true")),
    "stage added": (_and("stages", Stage("x", "Uji", optional=True, source="s")), added("stage", "x", "Uji")),
    "process added": (_and("processes", Process("x", "Uji", ("self",), "s")), added("process", "x", "Uji")),
    "process shortened": (
        lambda one: attrs.evolve(one, processes=(one.processes[0], attrs.evolve(one.processes[1], stages=("self",)))),
        changed("process", "penuh", "stages", "self, document, visitation", "self"),
    ),
    "value band": (_first("value_bands", ceiling=Fraction(5, 2)), changed("value-band", "1", "ceiling", "2", "2.5")),
    "value policy": (
        _and("value_policies", ValuePolicy("x", "Lain", "s")), added("value-policy", "x", "Lain"),
    ),
    "conversion": (
        _first("externals", bands=WIDER), changed("external", "5", "bands", "0..5 -> 1..5", "0..10 -> 1..5"),
    ),
    "level name": (_first("level_names", name="Awal"), changed("level-name", "process-1", "name", "Rintisan", "Awal")),
    "source": (_first("citations", place="Tabel 2"), changed("citation", "s", "place", "Tabel 1", "Tabel 2")),
}  # fmt: skip


@given(st.sampled_from(sorted(SINGLE)))
def test_a_single_change_shows_up_as_exactly_that(name: str) -> None:
    """One thing is changed in an edition, and the difference says that one thing."""
    change, expected = SINGLE[name]
    found = diff(BASE, change(BASE))

    assert (found.dropped, found.added, found.changed) == expected


NUMBERS = {"rounding", "scale", "reweighted", "moved", "domain reweighted", "indicator added", "grade recut"}
NUMBERS |= {"value band", "conversion"}
"""Of the single changes, those by which a result can be another; the year's own practice decides the basis."""


@given(st.sampled_from(sorted(SINGLE)))
def test_a_number_that_differs_is_told_from_words(name: str) -> None:
    """Of each single change it is said, in both directions, whether a number of the year differs or only words do."""
    other = SINGLE[name][0](BASE)

    assert (differing_number(BASE, other, 2031) is not None) == (name in NUMBERS)
    assert (differing_number(other, BASE, 2031) is not None) == (name in NUMBERS)


def test_the_basis_is_that_of_the_year() -> None:
    """What other years practise says nothing; the year's own basis is a number like the others."""
    other = attrs.evolve(BASE, default_grade_basis="rounded", grade_practices=BASE.grade_practices[:1])

    assert differing_number(BASE, other, 2031) is None
    for year in (2030, 2032, None):
        assert differing_number(BASE, other, year) == Change("edition", "", "", "grade_basis", "exact", "rounded")


@given(st.data())
def test_a_single_change_to_any_edition_shows_up_as_exactly_that(data: st.DataObject) -> None:
    """The same for drawn editions: one indicator gets another weight and another name."""
    edition = data.draw(editions())
    place = data.draw(st.integers(0, len(edition.indicators) - 1))
    leaf = edition.indicators[place]
    other = attrs.evolve(leaf, weight=leaf.weight + 1, name=f"{leaf.name} baru")
    found = diff(
        edition,
        attrs.evolve(edition, indicators=(*edition.indicators[:place], other, *edition.indicators[place + 1 :])),
    )

    assert (found.dropped, found.added) == ((), ())
    assert [(one.after_id, one.member) for one in found.changed] == [(leaf.id, "name"), (leaf.id, "weight")]
    assert len(found.changes("indicator", "weight")) == 1


def test_between_instruments_an_aspect_is_known_by_its_name() -> None:
    """The same id means another aspect there: an indicator moved unless its aspect has the same name."""
    renamed = (*BASE.nodes[:2], attrs.evolve(BASE.nodes[2], name="Aspek Lain"), *BASE.nodes[3:])
    after = attrs.evolve(BASE, id="contoh-2", nodes=renamed)
    links = tuple(Link((leaf.id,), (leaf.id,), "one-to-one", "s", "low") for leaf in BASE.indicators)
    found = diff(BASE, after, Crosswalk(BASE.id, after.id, links, ()))

    assert [one.before_id for one in found.changes("indicator", "parent")] == ["1", "2"]
    assert [(one.part, one.id) for one in (*found.dropped, *found.added)] == [("node", "A1"), ("node", "A1")]
    assert len(found.changed) == 2


def test_without_a_crosswalk_indicators_are_not_compared() -> None:
    """Nothing is called dropped or new that nobody has matched, and the difference is never empty."""
    found = diff(BASE, attrs.evolve(BASE, id="contoh-2"))

    assert (found.matched_by, found.dropped, found.added, found.changed) == ("nothing", (), (), ())
    assert not found.empty
    assert found.links("new") == ()
