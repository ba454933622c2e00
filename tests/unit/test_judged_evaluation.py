"""A whole evaluation recorded by verdicts: its numbers are the calculator's, and its history says how they came."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from io import BytesIO
from typing import Any, Final

import attrs
import pytest
from arrangements import Plugin, Ticking, judged_edition, ladder_rulebook, refused

from spbe_core import InputError, RecordError, Spbe, installed_rules, score
from spbe_core.events import IndicatorScored, ItemJudged, ResultDetermined, StageClosed
from spbe_core.model.document import DocumentFacts
from spbe_core.model.dossier import Dossier
from spbe_core.model.score import IndicatorScore
from spbe_core.model.verdict import ItemVerdict
from spbe_core.plugins import PluginRulebook
from spbe_core.service.assign_work import WorkAssignment

PEMDI: Final = next(one for one in installed_rules().editions() if one.id == "permenpanrb-8-2026")
KOTA: Final = "kota-contoh/2026"
JUDGED: Final = ("1", "2", "3", "4")
VALUES: Final[dict[str, Any]] = {
    one.id: "2.75" for one in PEMDI.indicators if one.id not in JUDGED and PEMDI.external(one.id) is None
}
SCORES: Final[dict[str, Any]] = {"5": "68.75", "7": "3.05"}
ACCEPTED: Final = [item.id for indicator in JUDGED for item in PEMDI.items_of(indicator) if item.level <= 2]


def accepted(items: list[str]) -> list[ItemVerdict]:
    return [ItemVerdict(item=item, verdict="accepted") for item in items]


def rejected(item: str) -> ItemVerdict:
    return ItemVerdict(item=item, verdict="rejected", code="absent", reason="tidak ada")


@pytest.fixture
def spbe() -> Iterator[Spbe]:
    """A store with one evaluation under the regulation of 2026 whose first stage has been assessed."""
    with Spbe.open("memory:", clock=Ticking(datetime(2026, 8, 1, tzinfo=UTC))) as opened:
        opened.open_evaluation(KOTA, agency_name="Kota Contoh")
        opened.judge_items(KOTA, accepted(ACCEPTED), stage="self", by="asesor-1")
        opened.assess(KOTA, VALUES, stage="self", reason="Berita acara 3", by="asesor-1")
        opened.enter_external_scores(KOTA, SCORES, stage="self", published="Bappenas 2026, hlm. 4", by="asesor-1")
        yield opened


def scored(spbe: Spbe, basis: str) -> dict[str, IndicatorScored]:
    events = [one.event for one in spbe.history(KOTA)]
    return {one.indicator: one for one in events if isinstance(one, IndicatorScored) and one.basis == basis}


class TestPemdi:
    """The regulation of 2026: items, outside scores, decimals, all stages."""

    def test_the_card_is_the_calculators(self, spbe: Spbe) -> None:
        """Verdicts, values and scores give number for number what calculating without a record gives."""
        card = spbe.card(KOTA)
        calculated = score(VALUES, edition=PEMDI.id, year=2026, accepted_items=ACCEPTED, external_scores=SCORES)
        expected = {line.id: line.value for line in calculated.indicators}

        assert {line.id: line.value for line in card.indicators} == expected
        assert (card.index, card.grade, card.nodes) == (calculated.index, calculated.grade, calculated.nodes)
        assert card.indicator("5").value == Fraction("3.75")
        assert card.indicator("1").value == Fraction("2.5")
        assert (card.pending, card.value_policy) == (("6", "18"), "share-in-band")

    def test_closing_records_what_the_verdicts_gave(self, spbe: Spbe) -> None:
        """Each judged indicator gets a value on the basis of the rules, with the policy; nothing else does."""
        spbe.close_stage(KOTA, "self", by="koordinator-1")
        by_rules = scored(spbe, "rules")

        assert tuple(by_rules) == JUDGED
        assert {(one.value, one.value_policy, one.reason, one.previous) for one in by_rules.values()} == {
            ("2.5", "share-in-band", "", None)
        }
        external = scored(spbe, "external")
        assert (external["5"].value, external["5"].external_score) == ("3.75", "68.75")
        assert external["7"].reason == "Bappenas 2026, hlm. 4"
        closed = spbe.evaluation(KOTA).closed["self"]
        assert (closed.value_policy, closed.pending, closed.complete) == ("share-in-band", ("6", "18"), True)

    def test_from_the_first_verdict_to_a_corrected_decree(self, spbe: Spbe) -> None:
        """Closed, contested, answered, reopened, judged anew and determined: the audit finds every card again."""
        spbe.close_stage(KOTA, "self")
        spbe.judge_items(KOTA, [rejected("I1-L2-01")], stage="document", by="asesor-2")
        spbe.enter_external_scores(KOTA, {"6": 4}, stage="document", published="BIG 2026")
        spbe.close_stage(KOTA, "document")
        spbe.close_stage(KOTA, "interview")
        contested = spbe.card(KOTA)
        spbe.raise_objection(KOTA, "I1-L2-01", stage="document", reason="ada di lampiran II", by="koordinator-1")
        with refused("objections-unanswered", RecordError):
            spbe.determine(KOTA, decree="SK 1")
        spbe.answer_objection(KOTA, "O1", "granted", reason="lampiran II memuatnya", by="asesor-2")
        spbe.reopen(KOTA, "document", reason="sanggah O1 dikabulkan")
        spbe.judge_items(KOTA, accepted(["I1-L2-01"]), stage="document", by="asesor-2")
        spbe.close_stage(KOTA, "document")
        spbe.close_stage(KOTA, "interview")
        after = spbe.determine(KOTA, decree="SK 1", decree_date=date(2026, 12, 1))

        assert contested.indicator("1").value == Fraction("2.25")
        assert spbe.card(KOTA).indicator("1").value == Fraction("2.5")
        assert after.result is not None
        assert after.result.card.values["6"] == "4"
        report = spbe.audit()
        assert report.differences == ()
        assert [one.code for one in report.findings] == ["audit-accepted-undocumented"]
        events = [one.event for one in spbe.history(KOTA)]
        assert report.cards == sum(isinstance(one, StageClosed | ResultDetermined) for one in events)
        given = [(one.stage, one.verdict) for one in events if isinstance(one, ItemJudged) and one.item == "I1-L2-01"]
        assert given == [("self", "accepted"), ("document", "rejected"), ("document", "accepted")]

    def test_a_failed_level_rejects_what_lies_above(self, spbe: Spbe) -> None:
        """Of the levels above nothing counts, whatever was accepted there, and the explanation says so."""
        spbe.judge_items(KOTA, [rejected("I2-L1-01")], stage="self")

        assert spbe.card(KOTA).indicator("2").value == Fraction("1.25")
        below = [one for one in spbe.explain(KOTA, "2") if one.code == "reason-lower-level-failed"]
        assert [one.parameters["item"] for one in below] == ["I2-L2-01"]

    def test_an_explanation_tells_what_was_contested_and_what_became_of_it(self, spbe: Spbe) -> None:
        """In the order it was recorded: also the verdict that another one replaced at the same stage."""
        spbe.close_stage(KOTA, "self")
        spbe.judge_items(KOTA, [rejected("I1-L2-01")], stage="document", by="asesor-2")
        spbe.close_stage(KOTA, "document")
        spbe.raise_objection(KOTA, "I1-L2-01", stage="document", reason="ada", by="koordinator-1")
        spbe.answer_objection(KOTA, "O1", "granted", reason="benar", by="asesor-3")
        spbe.reopen(KOTA, "document", reason="O1", objection="O1")
        spbe.judge_items(KOTA, accepted(["I1-L2-01"]), stage="document", by="asesor-3")
        told = [one for one in spbe.explain(KOTA, "1") if one.code.startswith(("reason-recorded", "reason-objection"))]

        assert [one.code.removeprefix("reason-") for one in told[-6:]] == [
            "recorded-by-rules",
            "recorded-refusal",
            "recorded-by-rules",
            "objection",
            "objection-answer",
            "recorded-verdict",
        ]

    def test_a_verdict_of_a_later_stage_outlives_an_earlier_value(self, spbe: Spbe) -> None:
        """An assessor's value of the first stage gives way to verdicts of the second; a given value does not."""
        spbe.close_stage(KOTA, "self")
        first = PEMDI.items_of("9")[0].id
        spbe.judge_items(KOTA, accepted([first]), stage="document")
        spbe.judge_items(KOTA, accepted([PEMDI.items_of("10")[0].id]), stage="document")
        spbe.assess(KOTA, {"10": "3.25"}, stage="document", reason="Berita acara 5")
        card = spbe.card(KOTA)

        assert card.indicator("9").value == Fraction("1.25")
        assert card.indicator("10").value == Fraction("3.25")

    def test_verdicts_do_not_take_an_outside_score_away(self, spbe: Spbe) -> None:
        """Items of a fed indicator may be judged; its value stays the published one."""
        spbe.close_stage(KOTA, "self")
        spbe.judge_items(KOTA, accepted([PEMDI.items_of("5")[0].id]), stage="document")

        assert spbe.card(KOTA).indicator("5").value == Fraction("3.75")
        assert "5" not in spbe.card(KOTA).pending
        spbe.close_stage(KOTA, "document")
        assert "5" not in scored(spbe, "rules")

    @pytest.mark.parametrize(
        ("scores", "code"),
        [
            ({"1": 50}, "indicator-not-external"),
            ({"99": 50}, "unknown-indicator"),
            ({"5": 101}, "external-score-out-of-range"),
            ({"6": 2, "5": "lima"}, "number-not-exact"),
        ],
        ids=["an assessor's", "unknown", "above the bands", "no number"],
    )
    def test_a_score_that_feeds_nothing_is_refused(self, spbe: Spbe, scores: dict[str, Any], code: str) -> None:
        """And none of the others of the same command is recorded."""
        before = spbe.evaluation(KOTA).version
        with refused(code, InputError):
            spbe.enter_external_scores(KOTA, scores, stage="self", published="x")

        assert spbe.evaluation(KOTA).version == before

    def test_one_unknown_item_records_no_verdict(self, spbe: Spbe) -> None:
        """All of them or none."""
        before = spbe.evaluation(KOTA).version
        with refused("unknown-item", InputError):
            spbe.judge_items(KOTA, accepted(["I1-L1-01", "I9-L9-99"]), stage="self")

        assert spbe.evaluation(KOTA).version == before


@attrs.frozen
class CountedItems:
    """Rules of a regulation that knows one way only: the number of accepted items is the value."""

    edition: str
    node: str

    def score(self, dossier: Dossier) -> IndicatorScore:
        count = sum(item.id in dossier.accepted for item in dossier.items)
        if not count:
            return IndicatorScore(dossier.indicator.id, None, "missing", ())
        return IndicatorScore(dossier.indicator.id, Fraction(count), "scored", ())


class TestEditionsWithoutAWay:
    """Editions that say nothing of how verdicts become values: the assessor's value is the value."""

    OLD: Final = "kota-contoh/2024"

    def test_judging_items_leaves_the_level_where_it_is(self) -> None:
        """A level carries over past verdicts of a later stage, as it does where nothing was judged."""
        levels: dict[str, Any] = dict.fromkeys(map(str, range(1, 48)), 3)
        with Spbe.open("memory:") as spbe:
            spbe.open_evaluation(self.OLD, agency_name="Kota Contoh")
            spbe.assess(self.OLD, levels, stage="self", reason="uji")
            spbe.close_stage(self.OLD, "self")
            spbe.judge_items(self.OLD, [rejected("I1-L1-01")], stage="document")
            spbe.close_stage(self.OLD, "document")

            assert (spbe.card(self.OLD).index, spbe.card(self.OLD).complete) == (3, True)
            assert spbe.evaluation(self.OLD).closed["document"].value_policy is None
            assert spbe.audit().findings == ()

    def test_rules_that_need_no_policy_still_close_a_stage(self) -> None:
        """Where an edition names no policy its id stands for it as the reason of what its rules find."""
        edition = attrs.evolve(judged_edition(), value_policies=(), value_bands=())
        rules = [CountedItems(edition.id, node.id) for node in edition.top_nodes()]
        with Spbe.open("memory:", rulebook=PluginRulebook({"contoh": Plugin(edition, rules=rules)})) as spbe:
            spbe.open_evaluation("kota-a/2030", agency_name="Kota A")
            spbe.judge_items("kota-a/2030", accepted(["I1-L1-01", "I1-L2-01"]), stage="self")
            given = spbe.close_stage("kota-a/2030", "self").scores["self"]["1"]

            assert (given.value, given.basis, given.value_policy) == ("2", "rules", None)
            assert spbe.audit().differences == ()


class TestTwoTimes:
    """Recorded time and effective time are two questions."""

    def test_what_was_known_and_what_was_valid_differ(self) -> None:
        """On 30 June the assessor knew the old decree; valid on 30 June was the new one, submitted in July."""
        clock = Ticking(datetime(2030, 6, 1, tzinfo=UTC))
        with Spbe.open("memory:", rulebook=ladder_rulebook(judged_edition()), clock=clock) as spbe:
            spbe.open_evaluation("kota-a/2030", agency_name="Kota A")
            old = DocumentFacts(effective=date(2025, 1, 1), expires=date(2030, 5, 31))
            new = DocumentFacts(effective=date(2030, 6, 1))
            spbe.submit_evidence("kota-a/2030", BytesIO(b"lama"), indicators=["1"], title="SK lama", document=old)
            clock.now = datetime(2030, 7, 15, tzinfo=UTC)
            spbe.submit_evidence("kota-a/2030", BytesIO(b"baru"), indicators=["1"], title="SK baru", document=new)

            known = spbe.evaluation("kota-a/2030", as_of=datetime(2030, 6, 30, 23, 59, 59, tzinfo=UTC))
            valid = [one for one in spbe.evaluation("kota-a/2030").evidence.values() if one.valid_on(date(2030, 6, 30))]

            assert [one.title for one in known.evidence.values()] == ["SK lama"]
            assert [one.title for one in valid] == ["SK baru"]


class TestStatus:
    """An evaluation that lags says so."""

    def test_everything_that_lacks_is_named(self, spbe: Spbe) -> None:
        """Values, scores, revisions, objections, documents and tasks, each as a finding with its facts."""
        june = DocumentFacts(expires=date(2026, 6, 30))
        spbe.submit_evidence(KOTA, BytesIO(b"1"), indicators=["1"], title="SK", document=june)
        spbe.submit_evidence(KOTA, BytesIO(b"2"), items=["I3-L1-01"], title="Notula")
        spbe.judge_items(KOTA, accepted(["I3-L1-01"]), stage="self")
        spbe.withdraw_evidence(KOTA, "E2", reason="salah berkas")
        revise = ItemVerdict(item="I1-L3-01", verdict="revise", code="unsigned", reason="belum ditandatangani")
        spbe.judge_items(KOTA, [revise], stage="self")
        task = WorkAssignment(subject="1", units=("bappeda",), deadline=date(2026, 7, 31))
        spbe.assign_work(KOTA, [task])
        spbe.close_stage(KOTA, "self")
        spbe.raise_objection(KOTA, "1", stage="self", reason="terlalu rendah")
        found = spbe.status(KOTA, today=date(2026, 8, 2))
        by_code = {one.code: one.parameters for one in found.lags}

        assert by_code["status-pending"]["indicators"] == "6, 18"
        assert by_code["status-to-revise"]["items"] == "I1-L3-01"
        assert by_code["status-evidence-gone"]["items"] == "I3-L1-01"
        assert by_code["status-objections"]["objections"] == "O1"
        assert (by_code["status-expired"]["evidence"], by_code["status-expired"]["expired"]) == ("E1", june.expires)
        assert (by_code["status-late"]["task"], by_code["status-late"]["unit"]) == ("1", "bappeda")
        assert "status-carried-over" in by_code
        assert "status-missing" not in by_code
        assert [(one.unit, one.late) for one in found.units] == [("bappeda", 1)]
        assert "1" not in found.unassigned
        assert len(found.unassigned) == 19

    def test_what_counts_without_a_document_is_named(self, spbe: Spbe) -> None:
        """An interview may bear it, so it is no lack of the record; but whoever looks is told, and so is an auditor."""

        def undocumented(code: str) -> str:
            found = {one.code: one.parameters for one in spbe.status(KOTA).lags}.get(f"status-{code}-undocumented", {})
            return str(found.get("items" if code == "accepted" else "indicators", ""))

        def audited() -> list[object]:
            return [one.parameters["items"] for one in spbe.audit().findings if one.severity == "remark"]

        assert undocumented("accepted") == ", ".join(ACCEPTED)
        assert undocumented("value") == ", ".join(VALUES)
        assert audited() == [", ".join(ACCEPTED)]
        spbe.submit_evidence(KOTA, BytesIO(b"1"), indicators=[*JUDGED[1:], *list(VALUES)[1:]])
        spbe.submit_link(KOTA, "https://contoh.go.id/sk", items=["I1-L1-01"])
        rest = ", ".join(one for one in ACCEPTED if one.startswith("I1-") and one != "I1-L1-01")
        assert undocumented("accepted") == rest
        assert undocumented("value") == next(iter(VALUES))
        spbe.submit_evidence(KOTA, BytesIO(b"2"), indicators=["1", next(iter(VALUES))])
        assert (undocumented("accepted"), undocumented("value"), audited()) == ("", "", [])
        spbe.withdraw_evidence(KOTA, "E3", reason="salah berkas")
        assert (undocumented("accepted"), undocumented("value")) == (rest, next(iter(VALUES)))

    def test_a_value_of_the_lowest_level_needs_no_document(self, spbe: Spbe) -> None:
        """Level 1 asks for nothing to show; where the edition lists no items nothing is asked for at all."""
        with Spbe.open("memory:", rulebook=ladder_rulebook(judged_edition())) as other:
            other.open_evaluation("kota-a/2030", agency_name="Kota A")
            other.assess("kota-a/2030", {"1": 1, "2": 2}, stage="self", reason="Berita acara")
            lags = {one.code: one.parameters for one in other.status("kota-a/2030").lags}
        assert lags["status-value-undocumented"] == {"indicators": "2", "count": 1}
        with Spbe.open("memory:", rulebook=ladder_rulebook(attrs.evolve(judged_edition(), items=()))) as other:
            other.open_evaluation("kota-a/2030", agency_name="Kota A")
            other.assess("kota-a/2030", {"1": 1, "2": 2}, stage="self", reason="Berita acara")
            assert [one.code for one in other.status("kota-a/2030").lags] == ["status-missing"]

    def test_a_bare_evaluation_lacks_its_values_only(self) -> None:
        """Nobody is late where nothing was assigned, and unassigned indicators are no matter then."""
        with Spbe.open("memory:", rulebook=ladder_rulebook(judged_edition())) as spbe:
            spbe.open_evaluation("kota-a/2030", agency_name="Kota A")
            found = spbe.status("kota-a/2030")

            assert [one.code for one in found.lags] == ["status-missing"]
            assert (found.tasks, found.units, found.unassigned) == ((), (), ())

    def test_nothing_is_carried_over_where_there_is_no_value(self) -> None:
        """An indicator with verdicts and no way from them to a value is missing, and keeps no earlier value as well."""
        edition = attrs.evolve(judged_edition(), value_policies=(), value_bands=())
        with Spbe.open("memory:", rulebook=ladder_rulebook(edition)) as spbe:
            opened = spbe.open_evaluation("kota-a/2030", agency_name="Kota A")
            first, second, *_ = opened.stages
            spbe.judge_items("kota-a/2030", [rejected("I1-L1-01")], stage=first)
            spbe.assess("kota-a/2030", {"2": 3}, stage=first, reason="Berita acara")
            spbe.close_stage("kota-a/2030", first)
            lags = {one.code: one.parameters for one in spbe.status("kota-a/2030").lags}

            assert spbe.evaluation("kota-a/2030").open_stage == second
            assert "1" in str(lags["status-missing"]["indicators"]).split(", ")
            assert lags["status-carried-over"]["indicators"] == "2"

    def test_a_determined_evaluation_does_not_go_on_ageing(self, spbe: Spbe) -> None:
        """Its tasks are late no more, and what expires later is no lack of it; reopened, it is as before."""
        july = DocumentFacts(expires=date(2026, 7, 31))
        spbe.submit_evidence(KOTA, BytesIO(b"1"), indicators=["1"], title="SK", document=july)
        spbe.assign_work(KOTA, [WorkAssignment(subject="1", units=("bappeda",), deadline=date(2026, 7, 31))])

        def lagging() -> set[str]:
            return {one.code for one in spbe.status(KOTA, today=date(2026, 8, 31)).lags} & {
                "status-late",
                "status-expired",
            }

        assert lagging() == {"status-late", "status-expired"}
        for stage in ("self", "document", "interview"):
            spbe.close_stage(KOTA, stage)
        spbe.determine(KOTA, decree="SK 1")
        assert lagging() == set()
        spbe.reopen(KOTA, "document", reason="sanggah")
        assert lagging() == {"status-late", "status-expired"}


class TestCoverage:
    """What a document serves."""

    def test_a_document_that_serves_more_serves_nothing_less(self, spbe: Spbe) -> None:
        """An item of an indicator that is covered whole adds nothing; the whole of one adds all its items."""
        spbe.submit_evidence(KOTA, BytesIO(b"1"), indicators=["1"], items=["I2-L1-01"])
        spbe.cover_with_evidence(KOTA, "E1", items=["I1-L1-01", "I3-L1-01"])
        after = spbe.cover_with_evidence(KOTA, "E1", indicators=["2"])

        assert after.evidence["E1"].indicators == ("1", "2", "3")
        assert set(after.evidence["E1"].items) == {"I3-L1-01", *(one.id for one in PEMDI.items_of("2"))}

    def test_a_successor_takes_over_what_it_is_not_told_otherwise(self, spbe: Spbe) -> None:
        """Without a word on what it supports it supports what the document before did; with one, that alone."""
        spbe.submit_evidence(KOTA, BytesIO(b"1"), indicators=["1"], items=["I2-L1-01"])
        spbe.cover_with_evidence(KOTA, "E1", indicators=["3"])
        second = spbe.submit_evidence(KOTA, BytesIO(b"2"), supersedes="E1").evidence["E2"]
        third = spbe.submit_evidence(KOTA, BytesIO(b"3"), indicators=["3"], supersedes="E2").evidence["E3"]

        assert (second.indicators, second.items) == (("1", "2", "3"), ("I2-L1-01",))
        assert (third.indicators, third.items) == (("3",), ())
        with refused("evidence-gone", RecordError):
            spbe.submit_evidence(KOTA, BytesIO(b"4"), supersedes="E1")
        with refused("unknown-evidence", InputError):
            spbe.submit_link(KOTA, "https://contoh.go.id/sk", supersedes="E9")


def test_a_verdict_that_is_none_is_refused(spbe: Spbe) -> None:
    """A program may write any text where a verdict belongs; and a refusal without a code has no wrong one."""
    wrong: Any = "diterima"
    with refused("unknown-verdict", InputError):
        spbe.judge_items(KOTA, [ItemVerdict(item="I1-L1-01", verdict=wrong)], stage="self")
    with refused("verdict-code-missing", InputError):
        spbe.judge_items(KOTA, [ItemVerdict(item="I1-L1-01", verdict="revise", reason="x")], stage="self")


def test_a_verdict_rests_on_a_document_of_its_item(spbe: Spbe) -> None:
    """One that stands for something else is refused until it covers the item; what is gone is refused as before."""
    spbe.submit_evidence(KOTA, BytesIO(b"isi"), items=["I1-L1-01"])
    given = [ItemVerdict(item="I1-L2-01", verdict="accepted", evidence=("E1",))]
    before = spbe.evaluation(KOTA).version

    with refused("evidence-serves-other", RecordError):
        spbe.judge_items(KOTA, given, stage="self")
    assert spbe.evaluation(KOTA).version == before

    spbe.cover_with_evidence(KOTA, "E1", items=["I1-L2-01"])
    assert spbe.judge_items(KOTA, given, stage="self").verdicts["self"]["I1-L2-01"].evidence == ("E1",)
    assert spbe.audit(KOTA).differences == ()
    spbe.withdraw_evidence(KOTA, "E1", reason="salah berkas")
    with refused("evidence-gone", RecordError):
        spbe.judge_items(KOTA, given, stage="self")
