"""Items and outside scores become values: laws of the ladder and of the conversions, and the one real case."""

from fractions import Fraction
from typing import Final

import attrs
import pytest
from arrangements import refused, rulebook_of
from hypothesis import given
from hypothesis import strategies as st

from spbe_core import InputError, Scorecard, installed_rules, score
from spbe_core.model.edition import Edition
from spbe_core.model.external import External

EDITION: Final = next(one for one in installed_rules().editions() if one.value_policies)
ITEMS: Final = [item.id for item in EDITION.items]
JUDGED: Final = [leaf.id for leaf in EDITION.indicators if EDITION.external(leaf.id) is None]
CASE: Final = next(one for one in installed_rules().published_results() if one.agency == "kab-aceh-tengah")
ACCEPTED: Final = [item for item, verdict in CASE.items.items() if verdict == "accepted"]
NOT_REPRODUCED: Final = {"3": (Fraction(6, 5), "1.26"), "4": (Fraction(4, 3), "1.30"), "20": (Fraction(5, 4), "1.30")}
"""What the share of items gives beside what the assessor gave; the documentation explains them."""

accepted_items = st.sets(st.sampled_from(ITEMS), max_size=len(ITEMS))
policies = st.sampled_from(["share-in-band", "whole-levels"])


def card_of(accepted: set[str], policy: str = "share-in-band") -> Scorecard:
    return score({}, edition=EDITION.id, accepted_items=accepted, value_policy=policy)


def value_of(card: Scorecard, indicator: str) -> Fraction:
    value = card.indicator(indicator).value
    assert value is not None
    return value


def complete_level(indicator: str, accepted: set[str]) -> int:
    """The highest level that is complete with all below it, 0 for none: counted anew, level by level."""
    level = 0
    while level < 5 and all(item.id in accepted for item in EDITION.items_for(indicator, level + 1)):
        level += 1
    return level


class TestLadder:
    @given(accepted_items)
    def test_a_value_lies_in_the_band_of_the_first_open_level(self, accepted: set[str]) -> None:
        """No item above an incomplete level lifts the value out of that level's band."""
        card = card_of(accepted)
        for indicator in JUDGED:
            complete = complete_level(indicator, accepted)
            band = EDITION.value_bands[min(complete, 4)]
            value = value_of(card, indicator)

            assert band.floor <= value <= band.ceiling
            assert complete < 5 or value == 5
            assert value_of(card_of(accepted, "whole-levels"), indicator) == max(1, complete)

    @given(accepted_items, st.sampled_from(ITEMS), policies)
    def test_one_more_item_never_costs_anything(self, accepted: set[str], item: str, policy: str) -> None:
        """Accepting an item lowers no value and no index."""
        before, after = card_of(accepted - {item}, policy), card_of(accepted | {item}, policy)

        assert all(value_of(after, one) >= value_of(before, one) for one in JUDGED)
        assert after.index is not None
        assert before.index is not None
        assert after.index >= before.index

    @given(accepted_items, policies)
    def test_items_above_an_open_level_do_not_count(self, accepted: set[str], policy: str) -> None:
        """Taking away every item above the first incomplete level changes nothing."""
        counted = {
            item.id
            for item in EDITION.items
            if item.id in accepted and item.level <= complete_level(item.indicator, accepted) + 1
        }

        assert card_of(counted, policy).indicators == card_of(accepted, policy).indicators

    def test_the_ends(self) -> None:
        """Nothing accepted is 1 everywhere, everything accepted 5 wherever no other ministry has the word."""
        nothing, everything = card_of(set()), card_of(set(ITEMS))

        assert nothing.index == 1
        assert {value_of(everything, one) for one in JUDGED} == {Fraction(5)}
        assert everything.pending == ("5", "6", "7", "18")

    def test_the_assessors_policy_makes_no_value_of_items(self) -> None:
        """Under it only what an assessor gave counts; the rest is missing."""
        card = score({"1": "3.25"}, edition=EDITION.id, accepted_items=ITEMS, value_policy="assessor")

        assert value_of(card, "1") == Fraction(13, 4)
        assert card.missing == tuple(one for one in JUDGED if one != "1")
        assert card.value_policy == "assessor"

    def test_a_value_given_stands_under_every_policy(self) -> None:
        """The assessor has the last word."""
        for policy in EDITION.value_policies:
            card = score({"1": 2}, edition=EDITION.id, accepted_items=ITEMS, value_policy=policy.id)

            assert value_of(card, "1") == 2

    def test_unknown_names_are_refused(self) -> None:
        """A policy or an item that the edition does not have is an error, not a guess."""
        with refused("unknown-value-policy", InputError):
            score({}, edition=EDITION.id, accepted_items=[], value_policy="rata-rata")
        with refused("unknown-value-policy", InputError):
            score({}, year=2024, value_policy="assessor")
        with refused("unknown-item", InputError):
            score({}, edition=EDITION.id, accepted_items=["I1-L1-99"])


def fed(edition: Edition) -> list[External]:
    return list(edition.externals)


EXTERNALS: Final = [external for edition in installed_rules().editions() for external in fed(edition)]


class TestExternal:
    @pytest.mark.parametrize("external", EXTERNALS, ids=lambda one: f"{one.indicator}-{one.agency}")
    @given(data=st.data())
    def test_conversion_is_monotone_and_stays_in_its_band(self, external: External, data: st.DataObject) -> None:
        """A higher score is worth more, and each score's value lies in the values of its band."""
        lowest, highest = external.bands[0].score_from, external.bands[-1].score_to
        scores = st.fractions(0, 1).map(lambda share: lowest + (highest - lowest) * share)
        lower, higher = sorted([data.draw(scores), data.draw(scores)])
        band = next(one for one in external.bands if lower <= one.score_to)

        assert band.value_from <= external.convert(lower) <= band.value_to
        assert external.convert(lower) <= external.convert(higher)
        assert lower == higher or external.convert(lower) < external.convert(higher)

    @pytest.mark.parametrize("external", EXTERNALS, ids=lambda one: f"{one.indicator}-{one.agency}")
    def test_the_corners_are_those_of_the_table(self, external: External) -> None:
        """Each band's ends convert to its values, also where the next band begins."""
        for band in external.bands:
            assert external.convert(band.score_from) == band.value_from
            assert external.convert(band.score_to) == band.value_to
        for outside in (external.bands[0].score_from - 1, external.bands[-1].score_to + 1):
            with refused("external-score-out-of-range", InputError):
                external.convert(outside)

    def test_the_worked_examples_of_the_module(self) -> None:
        """A score of 25 in Satu Data Indonesia is worth 2.00, one of 68.75 is worth 3.75 (module of indicator 5)."""
        for given_score, value in (("25", "2"), ("68.75", "3.75")):
            card = score({}, edition=EDITION.id, external_scores={"5": given_score})

            assert value_of(card, "5") == Fraction(value)
            assert card.indicator("5").standing == "external"

    def test_a_missing_score_is_pending_and_the_card_complete(self) -> None:
        """It counts as the minimum and is named; any other gap leaves the card without an index."""
        values = dict.fromkeys(JUDGED, "2.5")
        card = score(values, edition=EDITION.id)

        assert (card.complete, card.pending, card.missing) == (True, ("5", "6", "7", "18"), ())
        weight = sum(EDITION.indicator(one).weight for one in JUDGED)
        assert card.index == (weight * Fraction(5, 2) + 100 - weight) / 100
        assert score({**values, "1": None}, edition=EDITION.id).missing == ("1",)

    def test_only_a_fed_indicator_takes_a_score(self) -> None:
        """An outside score for an indicator that assessors judge is refused."""
        with refused("indicator-not-external", InputError):
            score({}, edition=EDITION.id, external_scores={"1": 50})


class TestRealCase:
    def test_the_assessors_values_give_the_published_numbers(self) -> None:
        """Every aspect and the index of Aceh Tengah 2026 come out from the assessor's own values."""
        values = {indicator: Fraction(value) for indicator, value in CASE.values.items()}
        card = score(values, edition=CASE.edition, year=CASE.year)

        assert {node.id: card.display(node.index) for node in card.nodes} == CASE.nodes
        assert (card.index_text, card.exact_index_text, card.grade) == (CASE.index, "931/750", CASE.grade)

    def test_items_give_the_assessors_values_but_for_three(self) -> None:
        """Seventeen of twenty values follow from the accepted items; the three that do not are known and named."""
        card = score({}, edition=CASE.edition, year=CASE.year, accepted_items=ACCEPTED)
        differing = {
            line.id: (line.value, CASE.values[line.id])
            for line in card.indicators
            if Fraction(CASE.values[line.id]) != (1 if line.value is None else line.value)
        }

        assert differing == NOT_REPRODUCED
        assert len(CASE.items) == len(ITEMS) == 232
        assert (card.index_text, card.pending) == ("1.23", ("5", "6", "7", "18"))
        assert card.value_policy == "share-in-band"


def test_a_draft_can_be_explored_but_no_result_made_of_it() -> None:
    """The draft of 2025 scores and says what it is; no evaluation can be opened under it."""
    from spbe_core import Spbe

    draft = installed_rules().edition("pemdi-draft-2025")
    card = score({leaf.id: 3 for leaf in draft.indicators}, edition=draft.id)

    assert (len(draft.indicators), draft.lifecycle) == (35, "draft")
    assert [finding.code for finding in card.findings] == ["edition-draft"]
    assert installed_rules().edition_for(2025).lifecycle != "draft"
    with Spbe.open("memory:") as spbe, refused("edition-is-draft", InputError):
        spbe.open_evaluation("kota-a/2025", agency_name="Kota A", edition=draft.id)


def test_a_value_and_a_score_for_one_indicator_are_refused() -> None:
    """Nobody can tell which of them is meant."""
    with refused("value-and-score", InputError):
        score({"5": 3}, edition=EDITION.id, external_scores={"5": 90})


def test_an_edition_need_not_name_the_assessors_policy() -> None:
    """Values that an assessor gave are scored where the edition lists other policies only; the card then names none."""
    policies = tuple(one for one in EDITION.value_policies if one.id != "assessor")
    edition = attrs.evolve(EDITION, id="tanpa-asesor", value_policies=policies)
    card = score({"1": 3}, edition=edition.id, rulebook=rulebook_of(edition))

    assert (value_of(card, "1"), card.value_policy) == (3, None)
    assert (
        score({}, edition=edition.id, accepted_items=[], rulebook=rulebook_of(edition)).value_policy == policies[0].id
    )
