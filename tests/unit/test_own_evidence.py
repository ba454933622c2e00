"""Nobody judges what they had a part in submitting, by whatever way and in whosever name it came."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import attrs
import pytest
from arrangements import Ticking, refused, rulebook_of, staged_edition

from spbe_core import Spbe
from spbe_core.errors import NotPermittedError
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import EvaluationOpened, EvidenceSubmitted, ObjectionAnswered, ObjectionRaised
from spbe_core.model.document import NO_FACTS
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.verdict import ItemVerdict
from spbe_core.people.action import Action
from spbe_core.people.duties import refuse_own_cause
from spbe_core.people.roster import Actor
from spbe_core.ports import Append
from spbe_core.service.judge_items import judge_items

LAST, NOW, NEXT = "kota-a/2030", "kota-a/2031", "kota-a/2032"
VERDICT = [ItemVerdict(item="I1-L1-01", verdict="accepted")]


@pytest.fixture
def spbe() -> Iterator[Spbe]:
    """An agency over three years whose internal assessors also enter data: one of them, and a colleague."""
    with Spbe.open("memory:", rulebook=rulebook_of(staged_edition()), clock=Ticking()) as spbe:
        people = spbe.people
        people.appoint("determiner", actor="root")
        people.appoint("coordinator", actor="koor", agency="kota-a", by="root")
        for actor in ("intern", "rekan"):
            people.appoint("data-entry", actor=actor, agency="kota-a", by="koor")
            people.appoint("internal-assessor", actor=actor, agency="kota-a", by="koor")
        for evaluation in (LAST, NOW, NEXT):
            spbe.open_evaluation(evaluation, agency_name="Kota A", by="koor")
        yield spbe


def submit(spbe: Spbe, evaluation: str, by: str, *, indicator: str = "1", content: bytes = b"isi") -> None:
    spbe.submit_evidence(evaluation, io.BytesIO(content), indicators=[indicator], by=by)


def judge(spbe: Spbe, evaluation: str, by: str) -> None:
    spbe.judge_items(evaluation, VERDICT, stage="self", by=by)


def judged_by(spbe: Spbe) -> str:
    """Return who gave the verdict that stands."""
    return spbe.evaluation(NOW).verdicts["self"]["I1-L1-01"].by


def refuse_to(spbe: Spbe, evaluation: str, by: str, evidence: str) -> None:
    """Expect that an actor may not judge indicator 1 because of a document, whether told beforehand or recording it."""
    before = spbe.ledger.checkpoint("x").size
    assert not spbe.people.may(by, "judge-items", kind="self", evaluation=evaluation, indicators=["1"])
    with refused("judges-own-evidence", NotPermittedError) as caught:
        judge(spbe, evaluation, by)
    assert caught.value.parameters["evidence"] == evidence
    assert spbe.ledger.checkpoint("x").size == before


def test_what_a_colleague_carried_over_stays_ones_own(spbe: Spbe) -> None:
    """However many years it went on, whoever submitted it first does not judge it; somebody with no part in it does."""
    submit(spbe, LAST, "intern")
    spbe.carry_over_evidence(NOW, f"{LAST}#E1", by="rekan")
    spbe.carry_over_evidence(NEXT, f"{NOW}#E1", by="koor")
    refuse_to(spbe, NOW, "intern", "E1")
    for by in ("intern", "rekan"):
        refuse_to(spbe, NEXT, by, "E1")
    spbe.people.appoint("internal-assessor", actor="baru", agency="kota-a", by="koor")
    judge(spbe, NEXT, "baru")


def test_what_counts_is_the_part_in_the_content_not_in_the_document(spbe: Spbe) -> None:
    """The same content, submitted or made to serve more in the earlier year as another document, is one's own here."""
    submit(spbe, LAST, "koor")
    submit(spbe, LAST, "intern", indicator="2")
    spbe.carry_over_evidence(NOW, f"{LAST}#E1", by="koor")
    refuse_to(spbe, NOW, "intern", "E1")
    spbe.cover_with_evidence(LAST, "E1", indicators=["3"], by="rekan")
    refuse_to(spbe, NOW, "rekan", "E1")


def test_what_is_submitted_to_the_earlier_year_later_counts_too(spbe: Spbe) -> None:
    """The part in it is asked when somebody judges, not when it was carried over."""
    submit(spbe, LAST, "koor")
    spbe.carry_over_evidence(NOW, f"{LAST}#E1", by="koor")
    judge(spbe, NOW, "intern")
    submit(spbe, LAST, "intern", indicator="4")
    refuse_to(spbe, NOW, "intern", "E1")


def test_whoever_let_a_document_serve_more_had_a_part_in_it(spbe: Spbe) -> None:
    """For all that it serves, and not for what it never served."""
    submit(spbe, NOW, "koor", indicator="2")
    spbe.cover_with_evidence(NOW, "E1", indicators=["1"], by="rekan")
    refuse_to(spbe, NOW, "rekan", "E1")
    judge(spbe, NOW, "intern")


def test_the_same_content_in_a_colleagues_name_stays_ones_own(spbe: Spbe) -> None:
    """Superseding a document by its own content, or submitting it again for something else, hides nobody."""
    submit(spbe, NOW, "intern", indicator="2")
    spbe.submit_evidence(NOW, io.BytesIO(b"isi"), indicators=["1"], supersedes="E1", by="rekan")
    refuse_to(spbe, NOW, "intern", "E2")
    submit(spbe, NEXT, "intern", content=b"lain", indicator="2")
    submit(spbe, NEXT, "koor", content=b"isi")
    judge(spbe, NEXT, "intern")


def test_a_link_is_its_address(spbe: Spbe) -> None:
    """Whoever named the same address had a part in it; another address is another link."""
    for address, indicator, by in (("a", "2", "intern"), ("a", "1", "koor"), ("b", "2", "rekan")):
        spbe.submit_link(NOW, f"https://contoh.go.id/{address}", indicators=[indicator], by=by)
    refuse_to(spbe, NOW, "intern", "E2")
    judge(spbe, NOW, "rekan")


def test_erasing_who_somebody_is_takes_no_part_away(spbe: Spbe) -> None:
    """The id of whoever was erased stays in the record; others judge, and they may nothing any more."""
    submit(spbe, LAST, "rekan")
    spbe.carry_over_evidence(NOW, f"{LAST}#E1", by="koor")
    spbe.people.erase("rekan", ground="g", by="koor")
    judge(spbe, NOW, "intern")
    with refused("actor-erased", NotPermittedError):
        judge(spbe, NOW, "rekan")


def test_evidence_that_comes_in_between_is_not_lost(spbe: Spbe) -> None:
    """What is submitted to the earlier year between the question and the record has it asked again."""
    submit(spbe, LAST, "koor")
    spbe.carry_over_evidence(NOW, f"{LAST}#E1", by="koor")
    log = spbe._ports.log

    class Interrupted:
        """A log before whose first append the judge submits the content in the earlier year."""

        def __init__(self) -> None:
            self.calls = 0

        def append(self, *appends: Append) -> None:
            self.calls += 1
            if self.calls == 1:
                submit(spbe, LAST, "intern", indicator="2")
            log.append(*appends)

        def __getattr__(self, name: str) -> object:
            return getattr(log, name)

    ports = attrs.evolve(spbe._ports, log=Interrupted())  # type: ignore[arg-type]
    with refused("judges-own-evidence", NotPermittedError):
        judge_items(ports, EvaluationId.parse(NOW), "self", VERDICT, None, "intern")
    assert spbe.evaluation(NOW).verdicts == {}


@pytest.mark.parametrize("origin", ["kota-a/2031#E1", "kota-a/2032#E1", "kota-b/2030#E1", "kota-a", ""])
def test_a_planted_origin_leads_nowhere(spbe: Spbe, origin: str) -> None:
    """A document that says it came from its own or a later year, or from nowhere, keeps nobody busy."""
    submit(spbe, NOW, "koor")
    submitted = spbe.history(NOW)[-1].event
    planted = attrs.evolve(submitted, evidence="E2", carried_from=origin)
    spbe._ports.log.append(Append(NOW, 2, (planted,)))
    judge(spbe, NOW, "intern")
    assert judged_by(spbe) == "intern"
    assert spbe.audit(NOW).differences == ()


def test_a_planted_history_of_another_name_leads_nowhere(spbe: Spbe) -> None:
    """One that says it is of a later year, and that its evidence came from itself, keeps nobody busy."""
    submit(spbe, NOW, "koor")
    opened, submitted = (one.event for one in spbe.history(NOW))
    planted = "kota-a/2029"
    spbe._ports.log.append(Append(planted, 0, (opened, attrs.evolve(submitted, carried_from=f"{planted}#E1"))))
    spbe._ports.log.append(Append(NOW, 2, (attrs.evolve(submitted, evidence="E2", carried_from=f"{planted}#E1"),)))
    judge(spbe, NOW, "intern")
    assert judged_by(spbe) == "intern"
    assert spbe.audit(NOW).differences == ()
    assert {one.code for one in spbe.audit(planted).differences} == {"audit-impossible"}


def test_a_planted_objection_to_no_stage_is_nobodys_judgement(spbe: Spbe) -> None:
    """Whoever answers it contradicts nobody, and an audit says that it cannot have been raised."""
    raised = ObjectionRaised(
        at=spbe.evaluation(NOW).changed_at,
        by="koor",
        objection="O1",
        stage="tidak-ada",
        indicator="1",
        item=None,
        reason="r",
        evidence=(),
    )
    spbe._ports.log.append(Append(NOW, 1, (raised,)))
    spbe.people.appoint("external-assessor", actor="ekstern", agency="univ", by="root")
    assert spbe.people.may("ekstern", "answer-objection", evaluation=NOW, objection="O1")
    answered = ObjectionAnswered(at=raised.at, by="ekstern", objection="O1", outcome="denied", reason="r")
    spbe._ports.log.append(Append(NOW, 2, (answered,)))
    assert [(one.code, one.parameters["version"]) for one in spbe.audit(NOW).differences] == [("audit-impossible", 2)]


def test_a_link_spelled_otherwise_stays_ones_own(spbe: Spbe) -> None:
    """Fragment, port, case of the host and dots in the path lead to the same place."""
    spbe.submit_link(NOW, "https://kota-a.go.id/dok/sk.pdf", indicators=["2"], by="intern")
    for link in (
        "https://kota-a.go.id/dok/sk.pdf#hal-2",
        "http://KOTA-A.go.id:443/dok/./sk.pdf",
        "https://kota-a.go.id/dok/x/../sk.pdf",
    ):
        spbe.submit_link(NOW, link, indicators=["1"], by="rekan")
    refuse_to(spbe, NOW, "intern", "E2, E3, E4")
    spbe.submit_link(NEXT, "https://kota-a.go.id/dok/lain.pdf", indicators=["1"], by="rekan")
    judge(spbe, NEXT, "intern")


def test_many_ways_to_the_same_year_are_gone_once() -> None:
    """Carrying one content over from every year before asks for each year once, and not for each way to it."""
    asked: list[int] = []

    def earlier(evaluation_id: EvaluationId) -> Evaluation | None:
        asked.append(evaluation_id.year)
        return carrying(evaluation_id.year)

    action, actor = Action("judge-items", "self", ("1",)), Actor(id="siapa", agency="kota-a")
    refuse_own_cause(actor, action, "kota-a", carrying(2030), earlier)

    assert sorted(asked) == list(range(2000, 2030))


def carrying(year: int) -> Evaluation | None:
    """An evaluation that carried the same content over from every year since 2000."""
    edition, at = staged_edition(), datetime(2030, 1, 1, tzinfo=UTC)
    opened = EvaluationOpened(
        at=at, by="a", agency="kota-a", agency_name="A", year=year, edition=edition.id, edition_digest=edition.digest,
        process="pendek", stages=("self",), optional_stages=(),
    )  # fmt: skip
    carried = [
        EvidenceSubmitted(
            at=at, by="a", evidence=f"E{place}", indicators=("1",), items=(), title="SK", file_name="sk.pdf",
            digest=f"sha256:{'0' * 64}", size=1, media_type=None, link=None, document=NO_FACTS,
            carried_from=f"kota-a/{before}#E1",
        )
        for place, before in enumerate(range(2000, year), start=1)
    ]  # fmt: skip
    return fold([opened, *carried])
