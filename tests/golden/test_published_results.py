"""Every officially published result with all its levels comes out to the last digit."""

import pytest

from spbe_core import Spbe, installed_rules, score
from spbe_core.rules import PublishedResult

PUBLISHED = [one for one in installed_rules().published_results() if one.final]


def test_both_regulations_are_represented() -> None:
    """Six evaluations of three agencies under two regulations are there to be reproduced; under 8/2026 none is yet."""
    assert len(PUBLISHED) >= 6
    assert {result.edition for result in PUBLISHED} >= {"permenpanrb-5-2018", "permenpanrb-59-2020"}


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda one: f"{one.agency}-{one.year}")
class TestPublishedResult:
    def test_every_node_index_and_grade_comes_out(self, published: PublishedResult) -> None:
        """Each domain and aspect, the index and the grade are those of the report; none is left out."""
        card = score(published.values, edition=published.edition, year=published.year)

        assert {node.id: card.display(node.index) for node in card.nodes} == published.nodes
        assert (card.index_text, card.grade) == (published.index, published.grade)
        assert card.complete

    def test_the_grade_does_not_hang_on_the_basis(self, published: PublishedResult) -> None:
        """None of them is a case where the exact and the rounded index would earn different grades."""
        assert score(published.values, year=published.year).findings == ()

    def test_the_record_determines_the_same(self, published: PublishedResult) -> None:
        """The same levels, recorded stage by stage and determined, give the published index and grade."""
        evaluation = f"{published.agency}/{published.year}"
        with Spbe.open("memory:") as spbe:
            opened = spbe.open_evaluation(evaluation, agency_name=published.agency_name, process=published.process)
            for stage in opened.stages:
                if stage == opened.stages[0]:
                    spbe.assess(evaluation, published.values, stage=stage, reason="laporan hasil evaluasi")
                spbe.close_stage(evaluation, stage)
            spbe.determine(evaluation, decree="SK")
            (row,) = spbe.evaluations()

            assert (row.index, row.grade) == (published.index, published.grade)
            assert spbe.audit().findings == ()
