"""Test vectors: each number agrees with an independent formula, and every boundary is hit."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import floor
from typing import Any

import pytest
from arrangements import Plugin, indices_by_formula, level_rules, refused, rulebook_of, small_edition

from spbe_core import Edition, installed_rules
from spbe_core.exchange.vectors_json import vectors_members
from spbe_core.model.edition import GradeBand, Indicator, Node
from spbe_core.model.exact import exact, exact_text
from spbe_core.model.external import ConversionBand, External
from spbe_core.model.scale import Scale
from spbe_core.model.vector import Vector
from spbe_core.plugins import PluginRulebook
from spbe_core.rules import ExternallyFed
from spbe_core.vectors.boundaries import boundaries
from spbe_core.vectors.generate import vectors_of
from spbe_core.vectors.totals import Totals

BANDS = (ConversionBand(1, *map(Fraction, ("0", "100", "1", "5"))),)
PENDING = External("4", "Indeks Lain", "Badan", "s", BANDS, "s")
UNKNOWN = External("5", "Indeks Ketiga", "Badan", "s", BANDS)


def fed_rulebook(edition: Edition) -> PluginRulebook:
    """A rulebook whose rules count an external indicator without a score as the edition says."""
    return PluginRulebook({"contoh": Plugin(edition, rules=[ExternallyFed(one) for one in level_rules(edition)])})


DECIMAL = small_edition(
    id="contoh-desimal",
    years=(2030,),
    grade_practices=(),
    scale=Scale(Fraction(1), Fraction(5), "decimal", "missing", "s"),
    externals=(PENDING, UNKNOWN),
)
FLAT = small_edition(
    id="contoh-datar",
    scale=Scale(Fraction(1), Fraction(5), "decimal", "missing", "s"),
    nodes=tuple(Node(f"A{one}", "aspect", "Aspek", Fraction(weight), None, "s") for one, weight in ((1, 60), (2, 40))),
    indicators=(
        Indicator("1", "Satu", Fraction(60), "A1", "general", "s"),
        Indicator("4", "Empat", Fraction(25), "A2", "general", "s"),
        Indicator("5", "Lima", Fraction(15), "A2", "general", "s"),
    ),
    externals=(PENDING,),
)
COARSE = small_edition(
    id="contoh-kasar",
    scale=Scale(Fraction(-1), Fraction(2), "integer", "refused", "s"),
    places=0,
    grades=(GradeBand("Jauh", Fraction(7), "s"), GradeBand("Atas", Fraction(1), "s"), GradeBand("Bawah", None, "s")),
)
CASES = [
    *((installed_rules(), edition) for edition in installed_rules().editions()),
    (rulebook_of(small_edition()), small_edition()),
    (rulebook_of(COARSE), COARSE),
    *((fed_rulebook(edition), edition) for edition in (DECIMAL, FLAT)),
]
every_edition = pytest.mark.parametrize(("rulebook", "edition"), CASES, ids=[edition.id for _, edition in CASES])


@cache
def made_of(rulebook: PluginRulebook, edition: Edition) -> Sequence[Vector]:
    """Generate an edition's vectors, once for all tests."""
    return tuple(vectors_of(rulebook, edition.id))


def vectors(rulebook: PluginRulebook, edition: Edition) -> Sequence[dict[str, Any]]:
    """Return the vectors as they are written to the file."""
    made: list[dict[str, Any]] = vectors_members(edition, made_of(rulebook, edition))["vectors"]
    return made


def half_up(number: Fraction, places: int) -> str:
    """Round as a regulation's reader would by hand: add a half of the last place, and cut."""
    scaled = floor(abs(number) * 10**places + Fraction(1, 2))
    digits = str(scaled).rjust(places + 1, "0")
    point = f".{digits[-places:]}" if places else ""
    return f"{'-' if number < 0 and scaled else ''}{digits[: len(digits) - places]}{point}"


@every_edition
def test_every_number_agrees_with_the_formula(rulebook: PluginRulebook, edition: Edition) -> None:
    """Indices of nodes and whole, shown and exact, and grades are those of the formula, written out tier by tier."""
    pending_known = {external.indicator for external in edition.externals if external.pending}
    for vector in vectors(rulebook, edition):
        empty = [number for number, value in vector["values"].items() if value is None]
        assert vector["pending"] == [number for number in empty if number in pending_known]
        assert vector["missing"] == [number for number in empty if number not in pending_known]
        values = {
            number: edition.scale.minimum if value is None else exact(value)
            for number, value in vector["values"].items()
        }
        nodes, index = indices_by_formula(edition, values)
        gaps = {node.id for number in vector["missing"] for node in edition.ancestors(edition.indicator(number))}
        for name, computed in nodes.items():
            shown = (half_up(computed, edition.places), exact_text(computed))
            expected = (None, None) if name in gaps else shown
            assert (vector["nodes"][name]["index"], vector["nodes"][name]["exact_index"]) == expected, vector["name"]
        if vector["missing"]:
            assert (vector["index"], vector["exact_index"], vector["grade"]) == (None, None, None)
            continue
        assert (vector["index"], vector["exact_index"]) == (half_up(index, edition.places), exact_text(index))
        held = exact(vector["index"]) if vector["grade_basis"] == "rounded" else index
        reached = [band.name for band in edition.grades if band.floor is None or held >= band.floor]
        assert vector["grade"] == reached[0], vector["name"]
        assert vector["grade_basis"] == rulebook.edition(edition.id, vector["year"]).grade_basis(vector["year"])


@every_edition
def test_vectors_are_named_once_valid_and_always_the_same(rulebook: PluginRulebook, edition: Edition) -> None:
    """Names are unique, each value is one the scale allows, every year is there, and a second run gives the same."""
    made = vectors(rulebook, edition)

    assert len({vector["name"] for vector in made}) == len(made)
    assert {vector["year"] for vector in made} == set(edition.years)
    for vector in made:
        assert list(vector["values"]) == [leaf.id for leaf in edition.indicators]
        for value in vector["values"].values():
            assert value is None or edition.scale.read(value) == exact(value)
    assert tuple(vectors_of(rulebook, edition.id)) == made_of(rulebook, edition)


@every_edition
def test_each_weight_and_each_end_is_seen(rulebook: PluginRulebook, edition: Edition) -> None:
    """All lowest, all highest, and each indicator alone one higher, in every year."""
    lowest, highest = exact_text(edition.scale.minimum), exact_text(edition.scale.maximum)
    raised = exact_text(edition.scale.minimum + 1)
    for year in edition.years:
        seen = [list(one["values"].values()) for one in vectors(rulebook, edition) if one["year"] == year]
        count = len(edition.indicators)

        assert [lowest] * count in seen
        assert [highest] * count in seen
        assert all([lowest] * n + [raised] + [lowest] * (count - n - 1) in seen for n in range(count))


@pytest.mark.parametrize("edition_id", [edition.id for edition in installed_rules().editions()])
def test_floors_are_hit_from_both_sides(edition_id: str) -> None:
    """Each floor is met exactly, and missed by one step of the finest weight and value on either side."""
    for year in installed_rules().edition(edition_id).years:
        edition = installed_rules().edition(edition_id, year)
        indices = {
            vector.card.index for vector in vectors_of(installed_rules(), edition_id) if vector.card.year == year
        }
        totals = Totals.of(edition)
        finest = totals.index(1) - totals.index(0)
        for band in edition.grades:
            if band.floor is not None:
                assert {band.floor - finest, band.floor, band.floor + finest} <= indices


def test_the_grade_basis_decides_in_the_year_it_is_for() -> None:
    """What rounds to a floor has the higher grade where grades are read from the rounded index, and only there."""
    made = vectors(installed_rules(), installed_rules().edition("permenpanrb-59-2020"))
    at_floor = {one["year"]: one for one in made if one["name"].endswith("exactly what rounds to the floor of Cukup")}

    assert {year: (one["exact_index"], one["index"], one["grade"]) for year, one in at_floor.items()} == {
        year: ("1.795", "1.80", "Cukup" if year == 2023 else "Kurang") for year in range(2021, 2026)
    }


@pytest.mark.parametrize("edition_id", ["permenpanrb-59-2020", "permenpanrb-8-2026"])
def test_rounding_otherwise_would_be_found_out(edition_id: str) -> None:
    """Rounding half to even, down, up, half down or in floats gives another number somewhere."""
    made = made_of(installed_rules(), installed_rules().edition(edition_id))
    indices = [vector.card.index for vector in made if vector.card.index is not None]
    right = [half_up(index, 2) for index in indices]

    assert [half_up(round(index, 2), 2) for index in indices] != right  # Python rounds half to even
    assert [half_up(Fraction(floor(index * 100), 100), 2) for index in indices] != right
    assert [half_up(Fraction(-floor(-index * 100), 100), 2) for index in indices] != right
    assert [half_up(index - Fraction(1, 10**9), 2) for index in indices] != right
    assert [f"{index.numerator / index.denominator:.2f}" for index in indices] != right


def test_a_pending_source_leaves_the_card_whole() -> None:
    """Without its score a pending indicator counts as the minimum; one without a known practice is missing."""
    by_name: dict[str, Vector] = {one.name: one for one in made_of(fed_rulebook(DECIMAL), DECIMAL)}
    pending = by_name["2030: indicator 4 without its source"].card
    missing = by_name["2030: indicator 5 without its source"].card

    assert (pending.complete, pending.pending, pending.index) == (True, ("4",), 5 - 4 * Fraction(25, 3) / 100)
    assert (missing.complete, missing.missing, missing.index) == (False, ("5",), None)


def test_decimal_scales_get_values_of_many_decimals() -> None:
    """As many as a value may have, and never a third."""
    values = [value for _, given in boundaries(DECIMAL) for value in given.values() if value is not None]

    assert max(len(exact_text(value).partition(".")[2]) for value in values) == 10
    assert all(10**10 % value.denominator == 0 for value in values)


def test_totals_find_what_an_exhaustive_search_finds() -> None:
    """The bits are set for exactly the totals that some levels have, and the values given have them."""
    edition = small_edition(scale=Scale(Fraction(0), Fraction(2), "integer", "refused", "s"))
    totals = Totals.of(edition)
    sums = {Fraction(0)}
    for leaf in edition.indicators:
        sums = {one + level * leaf.weight / 100 for one in sums for level in range(3)}

    assert {totals.index(one) for one in totals.all()} == sums
    for total in totals.all():
        values = totals.values(total)
        assert indices_by_formula(edition, values)[1] == totals.index(total)
        assert totals.at(totals.index(total)) == total
    lowest, *_, highest = totals.all()
    assert (totals.below(totals.index(lowest)), totals.above(totals.index(highest))) == (None, None)
    assert (totals.at(Fraction(-1)), totals.at(Fraction(3)), totals.at(Fraction(1, 7))) == (None, None, None)


def test_an_edition_without_rules_or_unknown_is_refused() -> None:
    """The errors are those of any score."""
    with refused("unknown-edition"):
        list(vectors_of(installed_rules(), "contoh-0"))
    with refused("rules-missing"):
        list(vectors_of(PluginRulebook({"contoh": Plugin(small_edition(), rules=[])}), "contoh-1"))
