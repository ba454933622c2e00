"""What the levels mean and which evidence they ask for, in every installed edition."""

import pytest

from spbe_core import Edition, installed_rules

EDITIONS = [one for one in installed_rules().editions() if one.lifecycle != "draft"]
UNKNOWN = {("permenpanrb-8-2026", "20", 5)}
"""Levels whose criterion no source at hand gives in full; the edition's citation ``kriteria`` says so."""


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_every_level_has_a_meaning_and_a_source(edition: Edition) -> None:
    """No level of any indicator is left without a criterion, and each cites a listed source."""
    for indicator in edition.indicators:
        for level in range(int(edition.scale.minimum), int(edition.scale.maximum) + 1):
            criterion = edition.criterion(indicator.id, level)
            if (edition.id, indicator.id, level) in UNKNOWN:
                assert criterion is None
                continue
            assert criterion is not None, (indicator.id, level)
            assert criterion.text.endswith(".")
            assert edition.citation(criterion.source).document


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_every_level_above_nothing_asks_for_evidence(edition: Edition) -> None:
    """From level 1 on there is at least one item, and its evidence has a limit only where one is stated."""
    for indicator in edition.indicators:
        for level in range(1, int(edition.scale.maximum) + 1):
            items = edition.items_for(indicator.id, level)
            assert items, (indicator.id, level)
            assert all(item.valid_months is None or item.valid_months > 0 for item in items)


def test_a_review_older_than_two_years_does_not_count_at_level_four() -> None:
    """The guidance of 2024 lets reviews at level 4 of the policies hold for 24 months; that of 2023 set no limit."""

    def limits(year: int) -> set[int | None]:
        edition = installed_rules().edition("permenpanrb-59-2020", year)
        return {item.valid_months for number in ("1", "2", "4", "10") for item in edition.items_for(number, 4)}

    assert limits(2024) == {24, None}
    assert limits(2023) == {None}


def test_documents_without_criteria_keep_their_digest() -> None:
    """An edition that states no criteria writes the document it wrote before editions could state any."""
    document = installed_rules().edition("permenpanrb-59-2020").document

    assert b'"criteria":' in document
    assert b'"criteria":[]' not in document
