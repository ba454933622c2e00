"""The worked examples that PermenPANRB 59/2020 itself prints, calculated with the edition's own weights."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import pytest
from arrangements import spread

from spbe_core import Scorecard, installed_rules, score

EDITION = installed_rules().edition("permenpanrb-59-2020")


def leaves(node: str) -> list[str]:
    """Return the indicators below a node, in official order."""
    return [leaf.id for leaf in EDITION.indicators if node in {one.id for one in EDITION.ancestors(leaf)}]


def card_of(levels: Mapping[str, int]) -> Scorecard:
    """Score some levels; every other indicator is at level 1."""
    return score({**{leaf.id: 1 for leaf in EDITION.indicators}, **levels}, edition=EDITION.id)


def test_table_10_aspect_from_indicators() -> None:
    """Aspect 2 with the levels 3, 4, 3, 2 has the index 3.00."""
    card = card_of(dict(zip(leaves("A2"), (3, 4, 3, 2), strict=True)))

    assert card.display(card.node("A2").index) == "3.00"
    assert card.node("A2").index == 3


def test_table_11_domain_from_aspects() -> None:
    """Domain 2 with the aspects 3.00, 4.00, 3.00, weighing 10, 10 and 5, has the index 3.40."""
    levels = {leaf: level for aspect, level in (("A2", 3), ("A3", 4), ("A4", 3)) for leaf in leaves(aspect)}
    card = card_of(levels)

    assert [card.node(aspect).weight for aspect in ("A2", "A3", "A4")] == [10, 10, 5]
    assert [card.display(card.node(aspect).index) for aspect in ("A2", "A3", "A4")] == ["3.00", "4.00", "3.00"]
    assert card.display(card.node("D2").index) == "3.40"


services = [(a7, a8) for a7, a8 in product(range(10, 51), range(6, 31)) if 11 * a7 + 12 * a8 in (582, 583)]
"""Sums of levels of the two service aspects that print as 3.20: 2.75 and 3 each, 145.50 or 145.75 of 45.5 in all.

None gives exactly 3.2, which would be 145.60.
"""


@pytest.mark.parametrize(("a7", "a8"), services)
def test_table_12_index_from_domains(a7: int, a8: int) -> None:
    """The domains 3.70, 3.40, 3.00, 3.20, weighing 13, 25, 16.5 and 45.5, make the index 3.28."""
    levels: dict[str, int] = {}
    for node, total in (("D1", 37), ("D2", 34), ("D3", 33), ("A7", a7), ("A8", a8)):
        levels |= dict(zip(leaves(node), spread(total, len(leaves(node))), strict=True))
    card = card_of(levels)

    domains = [card.node(node) for node in ("D1", "D2", "D3", "D4")]
    assert [domain.weight for domain in domains] == [13, 25, Fraction("16.5"), Fraction("45.5")]
    assert [card.display(domain.index) for domain in domains] == ["3.70", "3.40", "3.00", "3.20"]
    assert (card.index_text, card.grade) == ("3.28", "Baik")
