"""A recorded card says where each value was given, on what it rests, and which programs computed it."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from arrangements import Plugin, Ticking, rulebook_of, small_edition

from spbe_core import Spbe, installed_rules
from spbe_core.events import CardRecord
from spbe_core.model.canonical import canonical_json
from spbe_core.model.finding import Finding
from spbe_core.model.verdict import ItemVerdict
from spbe_core.plugins import PluginRulebook
from spbe_core.service.import_evaluation import DeterminationImport, EvaluationImport, StageImport

PEMDI: Final = "permenpanrb-8-2026"
KOTA: Final = "kota-contoh/2026"
SMALL: Final = "kota-contoh/2031"
CORE: Final = {"spbe-core": version("spbe-core")}


def recorded(spbe: Spbe, evaluation: str) -> CardRecord:
    result = spbe.evaluation(evaluation).result
    assert result is not None
    return result.card


class TestSources:
    """Stage and basis of each value that counts."""

    def test_every_value_says_its_stage_and_basis(self) -> None:
        """A value that is not taken up keeps the stage it was given at; verdicts and outside scores are told apart."""
        edition = next(one for one in installed_rules().editions() if one.id == PEMDI)
        fed = {one.indicator for one in edition.externals}
        items = [ItemVerdict(item=one.id, verdict="accepted") for one in edition.items_of("1") if one.level == 1]
        values = {one.id: 3 for one in edition.indicators if one.id not in {"1", *fed}}
        with Spbe.open("memory:", clock=Ticking(datetime(2026, 8, 1, tzinfo=UTC))) as spbe:
            spbe.open_evaluation(KOTA, agency_name="Kota Contoh")
            spbe.judge_items(KOTA, items, stage="self")
            spbe.assess(KOTA, values, stage="self", reason="x")
            closed = spbe.close_stage(KOTA, "self").closed["self"]
            spbe.assess(KOTA, {"2": 4}, stage="document", reason="x")
            spbe.enter_external_scores(KOTA, {"5": "68.75"}, stage="document", published="Bappenas 2026")
            spbe.close_stage(KOTA, "document")
            spbe.judge_items(KOTA, items, stage="interview")
            spbe.close_stage(KOTA, "interview")
            spbe.determine(KOTA, decree="SK 1")
            determined, report = recorded(spbe, KOTA), spbe.audit()

        assert set(closed.sources) == set(closed.bases) == set(closed.values) == {"1", *values}
        assert set(closed.sources.values()) == {"self"}
        assert closed.bases == {**dict.fromkeys(values, "assessor"), "1": "rules"}
        later = {"1": "interview", "2": "document", "5": "document"}
        assert determined.sources == {**dict.fromkeys(values, "self"), **later}
        assert determined.bases == {**closed.bases, "5": "external"}
        assert set(determined.pending).isdisjoint(determined.sources)
        assert report.differences == ()

    def test_a_stage_that_is_closed_again_knows_nothing_of_later_ones(self) -> None:
        """What a later stage gave before the reopening is no source of the card that the earlier one is closed with."""
        with Spbe.open("memory:", clock=Ticking()) as spbe:
            spbe.open_evaluation("kota-a/2024", agency_name="Kota A")
            for stage in ("self", "document"):
                spbe.assess("kota-a/2024", {"1": 3, "2": 2}, stage=stage, reason="x")
                spbe.close_stage("kota-a/2024", stage)
            spbe.reopen("kota-a/2024", "self", reason="lagi")
            again = spbe.close_stage("kota-a/2024", "self").closed["self"]
            later = spbe.close_stage("kota-a/2024", "document").closed["document"]

        assert (again.sources, later.sources) == ({"1": "self", "2": "self"}, {"1": "document", "2": "document"})

    def test_what_came_with_a_whole_evaluation_says_so(self) -> None:
        """Imported values are on that basis, in the cards of stages and of the determination."""
        values = {str(one): str(1 + one % 5) for one in range(1, 6)}
        whole = EvaluationImport(
            id=SMALL,
            agency_name="Kota",
            process="pendek",
            stages=(StageImport(stage="self", values=values),),
            determination=DeterminationImport(decree="SK 1"),
        )
        with Spbe.open("memory:", rulebook=rulebook_of(small_edition()), clock=Ticking()) as spbe:
            cards = [spbe.import_evaluation(whole).closed["self"], recorded(spbe, SMALL)]

        assert [one.bases for one in cards] == [dict.fromkeys(values, "import")] * 2
        assert [one.sources for one in cards] == [dict.fromkeys(values, "self")] * 2


class TestCalculatedBy:
    """Programs by their distributions."""

    @pytest.mark.parametrize(
        ("year", "packs"),
        [
            (2022, ["spbe-rules-permenpanrb-59-2020"]),
            (2023, ["spbe-rules-pedoman-6-2023", "spbe-rules-permenpanrb-59-2020"]),
            (2024, ["spbe-rules-pedoman-3-2024", "spbe-rules-permenpanrb-59-2020"]),
        ],
    )
    def test_it_names_the_core_the_rule_pack_and_the_guidance_of_the_year(self, year: int, packs: list[str]) -> None:
        """Of all that is installed exactly what applied to the edition in that year is named, with its version."""
        evaluation = f"kota-a/{year}"
        with Spbe.open("memory:", clock=Ticking()) as spbe:
            spbe.open_evaluation(evaluation, agency_name="Kota A")
            card = spbe.close_stage(evaluation, "self").closed["self"]

        assert card.calculated_by == {**CORE, **{pack: version(pack) for pack in packs}}

    def test_rules_of_unknown_origin_are_left_out(self) -> None:
        """Of a rulebook whose plugins were given as objects only the core is known."""
        book = PluginRulebook({"contoh": Plugin(small_edition())})
        with Spbe.open("memory:", rulebook=book, clock=Ticking()) as spbe:
            spbe.open_evaluation(SMALL, agency_name="Kota", process="pendek")
            card = spbe.close_stage(SMALL, "self").closed["self"]

        assert card.calculated_by == CORE


class TestAudit:
    """What was altered in the database, and what the audit says to it."""

    @pytest.fixture
    def audited(self, tmp_path: Path) -> Callable[[str, Callable[[dict[str, Any]], object]], list[Finding]]:
        """Change the determined card in the file, under a version of its form, and return what an audit finds."""
        book, file = rulebook_of(small_edition()), tmp_path / "spbe.db"
        with Spbe.open(file, create=True, rulebook=book, clock=Ticking()) as spbe:
            spbe.open_evaluation(SMALL, agency_name="Kota", process="pendek")
            spbe.assess(SMALL, {str(one): 3 for one in range(1, 6)}, stage="self", reason="x")
            spbe.close_stage(SMALL, "self")
            spbe.determine(SMALL, decree="SK 1")

        def changed(form: str, change: Callable[[dict[str, Any]], object]) -> list[Finding]:
            with closing(sqlite3.connect(file)) as database:
                ((state,),) = database.execute("SELECT state FROM spbe_event WHERE topic LIKE 'spbe:result-%'")
                members = msgspec.json.decode(state)
                change(members["card"])
                given = "UPDATE spbe_event SET state = ?, topic = ? WHERE topic LIKE 'spbe:result-%'"
                database.execute(given, (canonical_json(members), f"spbe:result-determined@{form}"))
                database.commit()
            with Spbe.open(file, rulebook=book) as spbe:
                return list(spbe.audit().findings)

        return changed

    @pytest.mark.parametrize(
        ("member", "given", "named"),
        [
            ("sources", {"2": "document"}, ["sources 2"]),
            ("bases", {"2": "rules", "3": "external"}, ["bases 2", "bases 3"]),
            ("sources", {"9": "self"}, ["sources 9"]),
        ],
    )
    def test_an_altered_origin_is_a_difference(
        self, audited: Any, member: str, given: Mapping[str, str], named: list[str]
    ) -> None:
        """Each altered entry is named; then the audit says what computed the card and what is installed."""
        *differing, told = audited("3", lambda card: card[member].update(given))

        assert [(one.severity, one.code, one.parameters["member"]) for one in differing] == [
            ("difference", "audit-card-differs", one) for one in named
        ]
        assert (told.severity, told.code) == ("remark", "audit-calculated-by")

    @pytest.mark.parametrize("member", ["sources", "bases"])
    def test_an_origin_that_was_taken_out_is_a_difference(self, audited: Any, member: str) -> None:
        """A card of the present form without its sources is no card of an earlier one."""
        *differing, _ = audited("3", lambda card: card[member].clear())

        assert len(differing) == 5

    def test_a_difference_is_told_with_the_versions(self, audited: Any) -> None:
        """Whoever asks why a card comes out otherwise learns which versions to compare, in either language."""

        def change(card: dict[str, Any]) -> None:
            card["grade"] = "Lain"
            card["calculated_by"] = {"spbe-rules-contoh": "2.4.1", "spbe-core": "0.0.9"}

        _, told = audited("3", change)
        for language in ("id", "en"):
            assert "spbe-core 0.0.9, spbe-rules-contoh 2.4.1" in told.what(language)
            assert f"spbe-core {CORE['spbe-core']}" in told.what(language)

    def test_what_computed_a_card_is_not_compared(self, audited: Any) -> None:
        """A result goes on holding when programs get other versions."""
        assert audited("3", lambda card: card["calculated_by"].update({"spbe-core": "0.0.1", "lain": "9"})) == []

    @pytest.mark.parametrize("form", ["1", "2"])
    def test_a_card_of_an_earlier_form_has_no_origin_to_compare(self, audited: Any, form: str) -> None:
        """It is audited in all that it says, and what it does not say is no difference."""

        def earlier(card: dict[str, Any]) -> None:
            for member in ("sources", "bases", "calculated_by"):
                del card[member]

        assert audited(form, earlier) == []
        differing, told = audited(form, lambda card: card.update(grade="Lain"))
        assert (differing.parameters["member"], told.parameters["recorded"]) == ("grade", "-")

    def test_missing_rules_are_told_with_the_versions(self, tmp_path: Path) -> None:
        """Where a card cannot be computed any more, the audit says what would be needed."""
        with Spbe.open(tmp_path / "spbe.db", create=True, clock=Ticking()) as spbe:
            spbe.open_evaluation("kota-a/2024", agency_name="Kota A")
            spbe.close_stage("kota-a/2024", "self")
        with Spbe.open(tmp_path / "spbe.db", rulebook=PluginRulebook({})) as spbe:
            told = [one.parameters for one in spbe.audit().findings if one.code == "audit-calculated-by"]

        (found,) = told
        assert "spbe-rules-permenpanrb-59-2020" in str(found["recorded"])
        assert found["installed"] == f"spbe-core {CORE['spbe-core']}"
