"""An explanation is a calculation that anyone can follow: each sum it prints comes out as it says."""

import re
from fractions import Fraction
from typing import Any

from arrangements import level_rules
from hypothesis import given
from hypothesis import strategies as st
from strategies import cards_of, cards_with_gaps, scored_editions

from spbe_core import Reason, Scorecard, explain_index, explain_indicator, explain_node
from spbe_core.model.edition import Edition
from spbe_core.model.exact import rounded
from spbe_core.scoring import dossiers_of, judge, score

Drawn = tuple[Edition, dict[str, Any], int | None]


def card_of(edition: Edition, values: dict[str, Any], year: int | None) -> Scorecard:
    rules = {one.node: one for one in level_rules(edition)}
    return score(edition, judge(edition, dossiers_of(edition, values, year), rules), year)


def weighed(reason: Reason) -> Fraction:
    """Work out the sum a reason prints, from its text alone."""
    terms = re.findall(r"(\S+) × (\S+) \(", str(reason.parameters["sum"]))
    total = sum((Fraction(weight) * Fraction(value) for weight, value in terms), Fraction(0))
    return total / Fraction(str(reason.parameters["whole"]))


@given(scored_editions(cards_of))
def test_every_printed_sum_comes_out(drawn: Drawn) -> None:
    """From the indicators through aspects and domains to the index, each line's arithmetic is right and complete."""
    edition, values, year = drawn
    card = card_of(edition, values, year)
    subjects = {None: (card.index, explain_index(edition, card))}
    subjects |= {node.id: (node.index, explain_node(edition, card, node.id)) for node in card.nodes}
    for index, reasons in subjects.values():
        first, second, *_ = reasons
        assert first.code == "reason-weighing"
        assert weighed(first) == index
        assert Fraction(str(first.parameters["index"])) == index
        assert second.code == "reason-rounding"
        assert index is not None
        assert Fraction(str(second.parameters["rounded"])) == rounded(index, edition.places)


@given(scored_editions(cards_of), st.data())
def test_an_indicator_is_followed_up_to_the_grade(drawn: Drawn, data: st.DataObject) -> None:
    """The explanation of an indicator passes each node above it, and its last steps are index and grade."""
    edition, values, year = drawn
    card = card_of(edition, values, year)
    leaf = data.draw(st.sampled_from(edition.indicators))
    reasons = explain_indicator(edition, card, leaf.id)
    names = [reason.parameters["name"] for reason in reasons if reason.code == "reason-weighing"]
    share = next(reason for reason in reasons if reason.code == "reason-share")

    assert names == [*(node.id for node in edition.ancestors(leaf)), edition.index_name]
    assert Fraction(str(share.parameters["share"])) == values[leaf.id] * leaf.weight / 100
    assert tuple(reasons[-len(explain_index(edition, card)) :]) == explain_index(edition, card)
    assert next(reason for reason in reasons if reason.code == "reason-grade").parameters["grade"] == card.grade


@given(scored_editions(cards_with_gaps), st.data())
def test_every_step_has_words_and_a_source(drawn: Drawn, data: st.DataObject) -> None:
    """With gaps or without, each step can be said in both languages, and a source it names is one of the edition's."""
    edition, values, year = drawn
    card = card_of(edition, values, year)
    leaf = data.draw(st.sampled_from(edition.indicators))
    reasons = explain_indicator(edition, card, leaf.id)

    assert all(reason.what(language) for reason in reasons for language in ("id", "en"))
    assert all(edition.citation(reason.source) for reason in reasons if reason.source)
    assert all(finding.what(language) for finding in card.findings for language in ("id", "en"))
    incomplete = [reason for reason in reasons if reason.code == "reason-incomplete"]
    assert bool(incomplete) == (not card.complete)
