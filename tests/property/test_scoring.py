"""What holds of every scorecard, under the installed editions and under invented ones."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from arrangements import indices_by_formula, level_rules, rulebook_of
from hypothesis import given
from hypothesis import strategies as st
from strategies import cards_of, cards_with_gaps, editions, fractions, scored_editions, values_of

from spbe_core import InputError, Scorecard, installed_rules, score
from spbe_core.model.edition import Edition, GradeBasis
from spbe_core.model.exact import rounded
from spbe_core.scoring import dossiers_of, judge
from spbe_core.scoring import score as weigh

INSTALLED = installed_rules().editions()
Values = dict[str, Any]


def card_of(edition: Edition, values: Values, year: int | None = None) -> Scorecard:
    """Score values through the same functions whether the edition is installed or invented."""
    rules = {one.node: one for one in level_rules(edition)}
    return weigh(edition, judge(edition, dossiers_of(edition, values, year), rules), year)


def any_edition(
    kinds: Callable[[Edition], st.SearchStrategy[Values]] = cards_of,
) -> st.SearchStrategy[tuple[Edition, Values, int | None]]:
    """Draw an installed edition or an invented one, with a card of values and a year or none."""

    def installed(edition: Edition) -> st.SearchStrategy[tuple[Edition, Values, int | None]]:
        return st.tuples(st.just(edition), kinds(edition), st.none() | st.sampled_from(edition.years))

    return st.sampled_from(INSTALLED).flatmap(installed) | scored_editions(kinds)


def remarks(card: Scorecard) -> list[str]:
    """Return the codes of what the card says about its grade; that an edition is a draft is said beside."""
    return [finding.code for finding in card.findings if finding.code != "edition-draft"]


def grades_at(edition: Edition, index: Fraction, basis: GradeBasis) -> list[str]:
    """Return every grade whose interval an index lies in, by the intervals and not by searching from the top."""
    number = rounded(index, edition.places) if basis == "rounded" else index
    floors = [band.floor for band in edition.grades]
    ceilings = [None, *floors[:-1]]
    return [
        band.name
        for band, ceiling in zip(edition.grades, ceilings, strict=True)
        if (band.floor is None or number >= band.floor) and (ceiling is None or number < ceiling)
    ]


class TestIndex:
    @pytest.mark.parametrize("edition", INSTALLED, ids=lambda edition: edition.id)
    def test_equal_levels_are_the_index(self, edition: Edition) -> None:
        """Where every indicator has the same level, every index is that level: all 1 is 1.00, all 5 is 5.00."""
        for level in range(int(edition.scale.minimum), int(edition.scale.maximum) + 1):
            card = score({leaf.id: level for leaf in edition.indicators}, edition=edition.id)

            assert card.index_text == f"{level}.00"
            assert {node.index for node in card.nodes} == {Fraction(level)}

    @given(editions(), st.data())
    def test_equal_values_are_the_index_of_any_edition(self, edition: Edition, data: st.DataObject) -> None:
        """The same holds for any value of any edition."""
        value = data.draw(values_of(edition))
        card = card_of(edition, {leaf.id: value for leaf in edition.indicators})

        assert card.index == value
        assert {node.index for node in card.nodes} == {value}

    @given(any_edition())
    def test_equals_the_official_formula_tier_by_tier(self, drawn: tuple[Edition, Values, int | None]) -> None:
        """Weighing all indicators at once gives exactly what averaging aspect by aspect, domain by domain gives."""
        edition, values, year = drawn
        card = card_of(edition, values, year)
        indices, index = indices_by_formula(edition, values)

        assert {node.id: node.index for node in card.nodes} == indices
        assert card.index == index

    @given(any_edition())
    def test_stays_within_the_scale(self, drawn: tuple[Edition, Values, int | None]) -> None:
        """No index lies outside the values it is made of."""
        edition, values, year = drawn
        card = card_of(edition, values, year)

        for index in (card.index, *(node.index for node in card.nodes)):
            assert index is not None
            assert min(values.values()) <= index <= max(values.values())

    @given(any_edition(), st.data())
    def test_raising_a_value_never_lowers_an_index(
        self, drawn: tuple[Edition, Values, int | None], data: st.DataObject
    ) -> None:
        """A better indicator raises the overall index and its own nodes, and lowers nothing, the grade included."""
        edition, values, year = drawn
        leaf = data.draw(st.sampled_from(edition.indicators))
        better = data.draw(values_of(edition).filter(lambda value: value >= values[leaf.id]))
        before, after = card_of(edition, values, year), card_of(edition, {**values, leaf.id: better}, year)
        order = [band.name for band in edition.grades]

        assert before.index is not None
        assert after.index is not None
        assert after.index - before.index == (better - values[leaf.id]) * leaf.weight / 100
        assert before.grade is not None
        assert after.grade is not None
        assert order.index(after.grade) <= order.index(before.grade)
        for old, new in zip(before.nodes, after.nodes, strict=True):
            assert old.index is not None
            assert new.index is not None
            assert new.index >= old.index

    @given(any_edition(cards_with_gaps), st.randoms(use_true_random=False))
    def test_order_of_input_changes_nothing(self, drawn: tuple[Edition, Values, int | None], random: Any) -> None:
        """The same values in another order make an equal card."""
        edition, values, year = drawn
        names = list(values)
        random.shuffle(names)

        assert card_of(edition, {name: values[name] for name in names}, year) == card_of(edition, values, year)


class TestGaps:
    @given(any_edition(cards_with_gaps))
    def test_bounds_are_the_cards_with_gaps_filled(self, drawn: tuple[Edition, Values, int | None]) -> None:
        """A missing value stays in the denominator: the bounds are those of the lowest and the highest level there."""
        edition, values, year = drawn
        card = card_of(edition, values, year)
        lowest, highest = (
            card_of(edition, {name: filling if value is None else value for name, value in values.items()}, year)
            for filling in (edition.scale.minimum, edition.scale.maximum)
        )

        assert (card.bounds.lowest, card.bounds.highest) == (lowest.index, highest.index)

    @given(any_edition(cards_with_gaps))
    def test_incomplete_cards_have_no_result(self, drawn: tuple[Edition, Values, int | None]) -> None:
        """Index and grade are there exactly where nothing is missing, and so is each node's index."""
        edition, values, year = drawn
        card = card_of(edition, values, year)
        gaps = [leaf.id for leaf in edition.indicators if values[leaf.id] is None]

        assert card.missing == tuple(gaps)
        assert card.complete == (not gaps)
        assert (card.index is None) == (card.grade is None) == bool(gaps)
        assert gaps == [] or remarks(card) == []
        for node in card.nodes:
            below = [leaf.id for leaf in edition.indicators if node.id in {up.id for up in edition.ancestors(leaf)}]
            assert (node.index is None) == any(values[leaf] is None for leaf in below)

    @given(any_edition(cards_with_gaps))
    def test_leaving_out_is_the_same_as_none(self, drawn: tuple[Edition, Values, int | None]) -> None:
        """An indicator that is not mentioned is one without a value."""
        edition, values, year = drawn
        mentioned = {name: value for name, value in values.items() if value is not None}

        assert card_of(edition, mentioned, year) == card_of(edition, values, year)


class TestGrade:
    @pytest.mark.parametrize("basis", ["exact", "rounded"])
    @pytest.mark.parametrize("edition", INSTALLED, ids=lambda edition: edition.id)
    def test_every_hundredth_has_one_grade(self, edition: Edition, basis: GradeBasis) -> None:
        """At every hundredth of the scale exactly one grade applies, and it is the one the library gives."""
        for hundredths in range(int(edition.scale.minimum * 100), int(edition.scale.maximum * 100) + 1):
            index = Fraction(hundredths, 100)

            assert grades_at(edition, index, basis) == [edition.grade(index, basis).name]

    @pytest.mark.parametrize("edition", INSTALLED, ids=lambda edition: edition.id)
    @pytest.mark.parametrize("below", ["0.005", "0.0001"])
    def test_just_below_a_floor_the_basis_decides(self, edition: Edition, below: str) -> None:
        """An index that rounds up to a floor has its grade by the rounded index, and the one below by the exact."""
        for better, worse in zip(edition.grades, edition.grades[1:], strict=False):
            assert better.floor is not None
            index = better.floor - Fraction(below)

            assert edition.grade(index, "rounded") == better
            assert edition.grade(index, "exact") == worse
            assert edition.grade(better.floor, "exact") == edition.grade(better.floor, "rounded") == better
            assert edition.grade(better.floor - Fraction("0.00501"), "rounded") == worse

    @given(any_edition())
    def test_the_card_has_the_one_grade_of_its_basis(self, drawn: tuple[Edition, Values, int | None]) -> None:
        """The grade is that of the year's basis, and where the other basis disagrees a finding says so."""
        edition, values, year = drawn
        card = card_of(edition, values, year)
        assert card.index is not None
        (exact,), (by_rounding,) = (grades_at(edition, card.index, basis) for basis in ("exact", "rounded"))
        practised = {one.year: one.basis for one in edition.grade_practices}

        assert card.grade_basis == practised.get(year, edition.default_grade_basis)
        assert card.grade == {"exact": exact, "rounded": by_rounding}[card.grade_basis]
        expected = "grade-hangs-on-basis" if year in practised else "grade-basis-uncertain"
        assert remarks(card) == ([] if exact == by_rounding else [expected])

    @given(editions(), st.data())
    def test_any_index_has_one_grade(self, edition: Edition, data: st.DataObject) -> None:
        """Whatever the index within the scale, exactly one grade of any edition applies, in both bases."""
        low, high = edition.scale.minimum, edition.scale.maximum
        index = low + (high - low) * data.draw(st.fractions(0, 1))

        for basis in ("exact", "rounded"):
            assert grades_at(edition, index, basis) == [edition.grade(index, basis).name]


class TestRounding:
    @given(fractions, st.integers(0, 6))
    def test_half_goes_up_as_decimal_says(self, number: Fraction, places: int) -> None:
        """Rounding equals that of the decimal module, half away from zero, where decimal has the number."""
        number = Fraction(round(number * 10**8), 10**8)  # eight decimals: halves and near-halves occur
        expected = (Decimal(number.numerator) / number.denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

        assert rounded(number, places) == Fraction(expected)

    @given(st.integers(-(10**6), 10**6), st.integers(0, 4))
    def test_exact_halves_go_away_from_zero(self, units: int, places: int) -> None:
        """A number exactly between two others rounds to the one further from zero."""
        half = Fraction(2 * units + 1, 2 * 10**places)

        assert rounded(half, places) == Fraction(units + 1 if units >= 0 else units, 10**places)

    @given(fractions, st.integers(0, 6))
    def test_rounding_moves_by_half_a_unit_at_most(self, number: Fraction, places: int) -> None:
        """The rounded number is a multiple of its unit, at most half a unit away, and stays when rounded again."""
        unit = Fraction(1, 10**places)
        result = rounded(number, places)

        assert (result / unit).denominator == 1
        assert abs(result - number) <= unit / 2
        assert rounded(result, places) == result


class TestRefusal:
    @given(any_edition(), st.data())
    def test_floats_and_bools_never_become_scores(
        self, drawn: tuple[Edition, Values, int | None], data: st.DataObject
    ) -> None:
        """One float or bool among the values refuses the whole card, even where it equals a level."""
        edition, values, _ = drawn
        leaf = data.draw(st.sampled_from(edition.indicators)).id
        wrong = data.draw(st.floats() | st.booleans() | st.sampled_from([1.0, 3.0, True, False]))
        with pytest.raises(InputError) as caught:
            score({**values, leaf: wrong}, edition=edition.id, rulebook=rulebook_of(edition))

        assert caught.value.code == "number-not-exact"
        assert caught.value.parameters["at_indicator"] == leaf

    @given(any_edition(), st.data())
    def test_parts_of_a_level_are_refused(self, drawn: tuple[Edition, Values, int | None], data: st.DataObject) -> None:
        """Where levels are whole, one value between two of them refuses the whole card."""
        edition, values, _ = drawn
        leaf = data.draw(st.sampled_from(edition.indicators)).id
        between = edition.scale.minimum + Fraction(data.draw(st.integers(1, 2)), 3)
        if edition.scale.step == "integer":
            with pytest.raises(InputError) as caught:
                score({**values, leaf: between}, edition=edition.id, rulebook=rulebook_of(edition))
            assert caught.value.code == "value-not-integer"
        else:
            card = score({**values, leaf: between}, edition=edition.id, rulebook=rulebook_of(edition))
            assert card.indicator(leaf).value == between

    @given(any_edition(), st.data())
    def test_values_outside_the_scale_are_refused(
        self, drawn: tuple[Edition, Values, int | None], data: st.DataObject
    ) -> None:
        """A value below the lowest or above the highest level refuses the whole card."""
        edition, values, _ = drawn
        leaf = data.draw(st.sampled_from(edition.indicators)).id
        beyond = data.draw(st.integers(1, 1000))
        wrong = data.draw(st.sampled_from([edition.scale.minimum - beyond, edition.scale.maximum + beyond]))
        with pytest.raises(InputError) as caught:
            score({**values, leaf: wrong}, edition=edition.id, rulebook=rulebook_of(edition))

        assert caught.value.code == "value-out-of-range"
