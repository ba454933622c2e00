"""Which command is allowed in which state, what becomes a fact, and who is told why not."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import attrs
import pytest
from arrangements import refused, small_edition

from spbe_core import InputError, RecordError
from spbe_core.errors import SpbeError
from spbe_core.evaluation.commands import (
    AnswerObjection,
    AssessIndicators,
    AssignWork,
    CloseStage,
    Command,
    CoverWithEvidence,
    DetermineResult,
    JudgeItems,
    OpenEvaluation,
    RaiseObjection,
    ReopenEvaluation,
    SubmitEvidence,
    WithdrawEvidence,
)
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import (
    CardRecord,
    EvaluationOpened,
    EvaluationReopened,
    Event,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    IndicatorScored,
    ItemJudged,
    ObjectionAnswered,
    ObjectionRaised,
    ResultDetermined,
    StageClosed,
    WorkAssigned,
)
from spbe_core.model.document import DocumentFacts
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.verdict import ItemVerdict, VerdictKind

EDITION = small_edition()
MARK = Mark(datetime(2030, 5, 1, tzinfo=UTC), "asesor-7")
CARD = CardRecord(
    edition_digest=EDITION.digest,
    complete=True,
    values={},
    nodes={},
    index="3",
    grade="Sedang",
    grade_basis="exact",
    places=2,
    missing=(),
    pending=(),
)
GAPS = attrs.evolve(CARD, complete=False, index=None, grade=None, missing=("4", "5"))

OPEN = OpenEvaluation(id=EvaluationId("kota-a", 2030), agency_name="Kota A", edition=EDITION, process="penuh")
DETERMINE = DetermineResult(decree="SK 1", decree_date=date(2031, 1, 2), card=CARD)


def submit(supersedes: str | None = None) -> SubmitEvidence:
    digest = f"sha256:{'0' * 64}"
    return SubmitEvidence(
        title="SK", file_name="sk.pdf", digest=digest, size=3, indicators=("1", "2"), supersedes=supersedes
    )


def withdraw(evidence: str) -> WithdrawEvidence:
    return WithdrawEvidence(evidence=evidence, reason="salah")


def assess(stage: str, **values: str) -> AssessIndicators:
    given = {name.removeprefix("i"): value for name, value in (values or {"i1": "3"}).items()}
    return AssessIndicators(stage=stage, values=given, basis="assessor", reason="SK")


def close(stage: str) -> CloseStage:
    return CloseStage(stage=stage, card=CARD)


def reopen(stage: str) -> ReopenEvaluation:
    return ReopenEvaluation(stage=stage, reason="sanggah")


def cover(evidence: str, *indicators: str, items: tuple[str, ...] = ()) -> CoverWithEvidence:
    return CoverWithEvidence(evidence=evidence, indicators=indicators, items=items)


def verdict(
    item: str, kind: VerdictKind, code: str = "", reason: str = "", evidence: tuple[str, ...] = ()
) -> ItemVerdict:
    return ItemVerdict(item=item, verdict=kind, code=code, reason=reason, evidence=evidence)


def judge(stage: str, *verdicts: ItemVerdict) -> JudgeItems:
    given = verdicts or (verdict("I1-L1-01", "accepted"),)
    return JudgeItems(stage=stage, verdicts=given, indicators={one.item: one.item[1] for one in given})


def assign(*units: str, responsible: str | None = None, deadline: date | None = None, reason: str = "") -> AssignWork:
    return AssignWork(indicator="1", item=None, units=units, responsible=responsible, deadline=deadline, reason=reason)


def contest(stage: str, item: str | None = None, evidence: tuple[str, ...] = ()) -> RaiseObjection:
    return RaiseObjection(stage=stage, indicator="1", item=item, reason="keliru", evidence=evidence)


def answer(objection: str) -> AnswerObjection:
    return AnswerObjection(objection=objection, outcome="granted", reason="benar")


def played(*commands: Command) -> Evaluation:
    """Return the state that commands lead to from the beginning."""
    state: Evaluation | None = None
    for command in commands:
        state = fold(decide(state, command, MARK), state)
    assert state is not None
    return state


BEGUN = (OPEN, submit(), assess("self"))
STATES = {
    "none": None,
    "begun": played(*BEGUN),
    "self closed": played(*BEGUN, close("self")),
    "document closed": played(*BEGUN, close("self"), close("document")),
    "visited": played(*BEGUN, close("self"), close("document"), assess("visitation")),
    "all closed": played(*BEGUN, close("self"), close("document"), assess("visitation"), close("visitation")),
    "determined": played(*BEGUN, close("self"), close("document"), DETERMINE),
    "reopened": played(*BEGUN, close("self"), close("document"), DETERMINE, reopen("document")),
}
OK, NOT_OPEN, DONE = "", "evaluation-not-open", "already-determined"
STAGE = {
    "self": [NOT_OPEN, OK, *["stage-closed"] * 4, DONE, "stage-closed"],
    "document": [NOT_OPEN, "stage-not-reached", OK, *["stage-closed"] * 3, DONE, OK],
    "visitation": [NOT_OPEN, *["stage-not-reached"] * 2, OK, OK, "stage-closed", DONE, "stage-not-reached"],
    "interview": [NOT_OPEN, *["unknown-stage"] * 5, DONE, "unknown-stage"],
}
CLOSED = {
    "self": [NOT_OPEN, "stage-not-closed", *[OK] * 6],
    "document": [NOT_OPEN, *["stage-not-closed"] * 2, *[OK] * 4, "stage-not-closed"],
    "visitation": [NOT_OPEN, *["stage-not-closed"] * 4, OK, *["stage-not-closed"] * 2],
    "interview": [NOT_OPEN, *["unknown-stage"] * 7],
}
TABLE: list[tuple[str, Command, list[str]]] = [
    ("open", OPEN, [OK, *["evaluation-already-open"] * 7]),
    ("submit", submit(), [NOT_OPEN, *[OK] * 5, DONE, OK]),
    ("supersede", submit(supersedes="E1"), [NOT_OPEN, *[OK] * 5, DONE, OK]),
    ("supersede unknown", submit(supersedes="E9"), [NOT_OPEN, *["unknown-evidence"] * 5, DONE, "unknown-evidence"]),
    ("withdraw", withdraw("E1"), [NOT_OPEN, *[OK] * 5, DONE, OK]),
    ("withdraw unknown", withdraw("E9"), [NOT_OPEN, *["unknown-evidence"] * 5, DONE, "unknown-evidence"]),
    *((f"assess {stage}", assess(stage), outcomes) for stage, outcomes in STAGE.items()),
    *((f"judge at {stage}", judge(stage), outcomes) for stage, outcomes in STAGE.items()),
    *((f"close {stage}", close(stage), outcomes) for stage, outcomes in STAGE.items()),
    ("cover", cover("E1", "3"), [NOT_OPEN, *[OK] * 5, DONE, OK]),
    ("cover with unknown", cover("E9", "3"), [NOT_OPEN, *["unknown-evidence"] * 5, DONE, "unknown-evidence"]),
    ("assign", assign("dinas-a"), [NOT_OPEN, *[OK] * 5, DONE, OK]),
    ("take back nothing", assign(), [NOT_OPEN, *["task-not-assigned"] * 5, DONE, "task-not-assigned"]),
    *((f"contest {stage}", contest(stage), outcomes) for stage, outcomes in CLOSED.items()),
    ("answer unknown", answer("O9"), [NOT_OPEN, *["unknown-objection"] * 7]),
    (
        "determine",
        DETERMINE,
        [NOT_OPEN, *["stages-not-closed"] * 2, OK, "stages-not-closed", OK, DONE, "stages-not-closed"],
    ),
    *((f"reopen {stage}", reopen(stage), outcomes) for stage, outcomes in CLOSED.items()),
]
CASES = [
    pytest.param(state, command, outcome, id=f"{name} when {state}")
    for name, command, outcomes in TABLE
    for state, outcome in zip(STATES, outcomes, strict=True)
]


@pytest.mark.parametrize(("state", "command", "outcome"), CASES)
def test_every_command_in_every_state(state: str, command: Command, outcome: str) -> None:
    """A command leads to events that fold, or to the one error that says why it does not."""
    before = STATES[state]
    if outcome:
        with refused(outcome, InputError if outcome.startswith("unknown") else RecordError):
            decide(before, command, MARK)
    else:
        events = decide(before, command, MARK)
        after = fold(events, before)

        assert {(event.at, event.by) for event in events} == {(MARK.at, MARK.by)}
        assert after is not None
        assert after.version == (0 if before is None else before.version) + len(events)


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
@pytest.mark.parametrize(
    ("state", "command_of"),
    [
        ("none", lambda text: attrs.evolve(OPEN, agency_name=text)),
        ("begun", lambda text: attrs.evolve(submit(), title=text)),
        ("begun", lambda text: attrs.evolve(withdraw("E1"), reason=text)),
        ("begun", lambda text: attrs.evolve(assess("self"), reason=text)),
        ("document closed", lambda text: attrs.evolve(DETERMINE, decree=text)),
        ("self closed", lambda text: attrs.evolve(reopen("self"), reason=text)),
        ("begun", lambda text: judge("self", verdict("I1-L1-01", "revise", "unsigned", text))),
        ("begun", assign),
        ("self closed", lambda text: attrs.evolve(contest("self"), reason=text)),
        ("contested", lambda text: attrs.evolve(answer("O1"), reason=text)),
    ],
    ids=[
        "agency name",
        "title",
        "withdrawal",
        "assessment",
        "decree",
        "reopening",
        "refusal",
        "unit",
        "objection",
        "answer",
    ],
)
def test_what_an_auditor_reads_must_not_be_empty(state: str, command_of: Callable[[str], Command], text: str) -> None:
    """A name, title, reason or decree of nothing but white space is refused."""
    before = played(*BEGUN, close("self"), contest("self")) if state == "contested" else STATES[state]
    with refused("text-missing", InputError):
        decide(before, command_of(text), MARK)


def decided(state: str, command: Command) -> Sequence[Event]:
    return decide(STATES[state], command, MARK)


class TestFacts:
    """What the events of an allowed command say."""

    def test_opening_pins_the_edition_and_the_process(self) -> None:
        """The opening event has the edition's digest and the process's stages, the optional ones marked."""
        (event,) = decided("none", OPEN)

        assert event == EvaluationOpened(
            at=MARK.at,
            by=MARK.by,
            agency="kota-a",
            agency_name="Kota A",
            year=2030,
            edition=EDITION.id,
            edition_digest=EDITION.digest,
            process="penuh",
            stages=("self", "document", "visitation"),
            optional_stages=("visitation",),
        )

    def test_an_unknown_process_opens_nothing(self) -> None:
        """A process the edition does not have is the caller's mistake."""
        with refused("unknown-process", InputError):
            decided("none", attrs.evolve(OPEN, process="cepat"))

    def test_evidence_is_numbered_in_order_of_submission(self) -> None:
        """The second document is E2, and E3 follows although E1 is gone by then."""
        state = played(*BEGUN, submit(supersedes="E1"), withdraw("E2"))
        (event,) = decide(state, submit(), MARK)

        assert isinstance(event, EvidenceSubmitted)
        assert event.evidence == "E3"
        assert (event.title, event.file_name, event.size, event.indicators) == ("SK", "sk.pdf", 3, ("1", "2"))

    def test_superseding_is_two_facts(self) -> None:
        """The newer document is submitted, and the older one's place is taken by it."""
        submitted, superseded = decided("begun", submit(supersedes="E1"))

        assert isinstance(submitted, EvidenceSubmitted)
        assert isinstance(superseded, EvidenceSuperseded)
        assert (superseded.evidence, superseded.successor) == ("E1", submitted.evidence)

    def test_evidence_must_name_an_indicator(self) -> None:
        """A document that supports nothing is refused."""
        with refused("evidence-without-indicator", InputError):
            decided("begun", attrs.evolve(submit(), indicators=()))

    @pytest.mark.parametrize("again", [withdraw("E1"), submit(supersedes="E1")], ids=["withdraw", "supersede"])
    @pytest.mark.parametrize("first", [withdraw("E1"), submit(supersedes="E1")], ids=["withdrawn", "superseded"])
    def test_a_document_is_taken_back_once(self, first: Command, again: Command) -> None:
        """What was withdrawn or superseded can be neither again."""
        with refused("evidence-gone", RecordError):
            decide(played(*BEGUN, first), again, MARK)

    def test_withdrawing_says_why(self) -> None:
        """The event names document and reason."""
        (event,) = decided("begun", withdraw("E1"))

        assert isinstance(event, EvidenceWithdrawn)
        assert (event.evidence, event.reason) == ("E1", "salah")

    def test_each_value_is_a_fact_with_the_one_before(self) -> None:
        """Assessing two indicators is two events; one that had a value at the stage carries it along."""
        first, second = decided("begun", assess("self", i1="4", i2="2"))

        assert isinstance(first, IndicatorScored)
        assert isinstance(second, IndicatorScored)
        assert (first.indicator, first.value, first.previous, first.basis) == ("1", "4", "3", "assessor")
        assert (second.indicator, second.value, second.previous, second.stage) == ("2", "2", None, "self")
        assert first.edition_digest == EDITION.digest

    def test_the_value_before_is_that_of_the_same_stage(self) -> None:
        """A value of an earlier stage is no previous value of a later one."""
        (event,) = decided("self closed", assess("document", i1="4"))

        assert isinstance(event, IndicatorScored)
        assert event.previous is None

    def test_assessing_nothing_is_nothing(self) -> None:
        """No values, no events."""
        assert list(decided("begun", AssessIndicators(stage="self", values={}, basis="assessor", reason="SK"))) == []

    def test_closing_keeps_the_card(self) -> None:
        """A stage may close with gaps; the card that says so is the fact."""
        (event,) = decided("begun", CloseStage(stage="self", card=GAPS))

        assert isinstance(event, StageClosed)
        assert (event.stage, event.card) == ("self", GAPS)

    def test_a_card_with_gaps_cannot_be_determined(self) -> None:
        """A result with gaps is refused, and the error names them."""
        with refused("card-incomplete", RecordError) as caught:
            decided("document closed", attrs.evolve(DETERMINE, card=GAPS))

        assert caught.value.parameters["missing"] == "4, 5"

    def test_determining_names_what_still_waits(self) -> None:
        """The stages that must be closed first are listed; an optional one only where it was begun."""
        with refused("stages-not-closed") as begun:
            decided("begun", DETERMINE)
        with refused("stages-not-closed") as visited:
            decided("visited", DETERMINE)

        assert begun.value.parameters["stages"] == "self, document"
        assert visited.value.parameters["stages"] == "visitation"

    def test_determining_keeps_decree_and_card(self) -> None:
        """The result has the decree, its date and the card."""
        (event,) = decided("document closed", DETERMINE)

        assert isinstance(event, ResultDetermined)
        assert (event.decree, event.decree_date, event.card) == ("SK 1", date(2031, 1, 2), CARD)

    def test_reopening_opens_what_came_after(self) -> None:
        """A reopened stage, those behind it and the result are open again; values and what lies before stay."""
        state = played(*BEGUN, close("self"), close("document"), assess("visitation"), close("visitation"), DETERMINE)
        (event,) = decide(state, reopen("document"), MARK)
        after = fold([event], state)

        assert isinstance(event, EvaluationReopened)
        assert after is not None
        assert (list(after.closed), after.result, after.open_stage) == (["self"], None, "document")
        assert after.scores["visitation"]["1"].value == "3"


class TestEvidence:
    """What documents may say of themselves, and what they come to serve."""

    def test_a_document_cannot_end_before_it_begins(self) -> None:
        """Its last day is no earlier than its first; one day is enough."""
        day = date(2030, 1, 1)
        with refused("document-expires-early", InputError):
            facts = DocumentFacts(effective=day, expires=date(2029, 12, 31))
            decided("begun", attrs.evolve(submit(), document=facts))

        assert decided("begun", attrs.evolve(submit(), document=DocumentFacts(effective=day, expires=day)))

    def test_serving_more_says_only_what_is_new(self) -> None:
        """What the document served before is not said again, and nothing new is no event."""
        (event,) = decided("begun", cover("E1", "2", "3", items=("I1-L1-01",)))

        assert isinstance(event, EvidenceCoverageAdded)
        assert (event.evidence, event.indicators, event.items) == ("E1", ("3",), ("I1-L1-01",))
        assert list(decided("begun", cover("E1", "1", "2"))) == []

    def test_what_is_gone_serves_nothing_more(self) -> None:
        """A withdrawn document covers nothing new."""
        with refused("evidence-gone", RecordError):
            decide(played(*BEGUN, withdraw("E1")), cover("E1", "3"), MARK)


class TestVerdicts:
    """What an assessor says of items."""

    def test_each_verdict_is_a_fact(self) -> None:
        """With the indicator of its item, why, and what it was judged on."""
        given = verdict("I2-L1-01", "revise", "unsigned", "tanpa tanda tangan", evidence=("E1",))
        accepted, revise = decided("begun", judge("self", verdict("I1-L1-01", "accepted"), given))

        assert isinstance(accepted, ItemJudged)
        assert (accepted.verdict, accepted.code, accepted.reason, accepted.evidence) == ("accepted", "", "", ())
        assert revise == ItemJudged(
            at=MARK.at,
            by=MARK.by,
            stage="self",
            item="I2-L1-01",
            indicator="2",
            verdict="revise",
            code="unsigned",
            reason="tanpa tanda tangan",
            evidence=("E1",),
        )

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ((verdict("I1-L1-01", "accepted"), verdict("I1-L1-01", "accepted")), "item-judged-twice"),
            ((verdict("I1-L1-01", "accepted", "unsigned"),), "verdict-code-needless"),
            ((verdict("I1-L1-01", "rejected", "", "r"),), "verdict-code-missing"),
            ((verdict("I1-L1-01", "revise", "lama", "r"),), "verdict-code-unknown"),
            ((verdict("I1-L1-01", "rejected", "lower-level-failed", "r"),), "verdict-code-unknown"),
            ((verdict("I1-L1-01", "accepted", evidence=("E9",)),), "unknown-evidence"),
        ],
        ids=["twice", "code on accepted", "no code", "unknown code", "the derived code", "unknown evidence"],
    )
    def test_a_verdict_that_does_not_explain_itself_is_refused(self, given: tuple[ItemVerdict, ...], code: str) -> None:
        """None of the verdicts of one command is recorded then."""
        with refused(code, InputError):
            decided("begun", judge("self", verdict("I2-L1-01", "accepted"), *given))

    def test_what_is_gone_cannot_be_judged(self) -> None:
        """A verdict rests on documents that stand."""
        with refused("evidence-gone", RecordError):
            given = judge("self", verdict("I1-L1-01", "accepted", evidence=("E1",)))
            decide(played(*BEGUN, withdraw("E1")), given, MARK)

    def test_verdicts_of_stages_stay_side_by_side(self) -> None:
        """A later stage's verdict replaces no earlier one; the same stage's does."""
        refusal = verdict("I1-L1-01", "rejected", "absent", "tidak ada")
        state = played(*BEGUN, judge("self", refusal), judge("self"), close("self"), judge("document", refusal))

        assert state.verdicts["self"]["I1-L1-01"].verdict == "accepted"
        assert state.verdicts["document"]["I1-L1-01"].verdict == "rejected"

    def test_an_optional_stage_with_verdicts_must_be_closed(self) -> None:
        """It was begun, so the result waits for it."""
        state = played(*BEGUN, close("self"), close("document"), judge("visitation"))
        with refused("stages-not-closed", RecordError):
            decide(state, DETERMINE, MARK)

    def test_closing_makes_facts_of_what_verdicts_give(self) -> None:
        """Each value that changed becomes one with the policy beside it, before the stage is closed."""
        closing = attrs.evolve(close("self"), found={"1": "3", "2": "1.5"}, value_policy="share-in-band")
        *scored, closed = decided("begun", closing)

        assert isinstance(closed, StageClosed)
        (only,) = scored  # indicator 1 has that value already
        assert isinstance(only, IndicatorScored)
        assert (only.indicator, only.value, only.basis, only.value_policy, only.reason) == (
            "2",
            "1.5",
            "rules",
            "share-in-band",
            "",
        )


class TestWork:
    """Who is told to do what."""

    def test_the_first_unit_answers_unless_another_is_named(self) -> None:
        """Units are named once each, and one of them is responsible."""
        (first,) = decided("begun", assign("dinas-a", "dinas-b", "dinas-a"))
        (named,) = decided("begun", assign("dinas-a", "dinas-b", responsible="dinas-b"))

        assert isinstance(first, WorkAssigned)
        assert isinstance(named, WorkAssigned)
        assert (first.units, first.responsible) == (("dinas-a", "dinas-b"), "dinas-a")
        assert named.responsible == "dinas-b"
        with refused("responsible-not-assigned", InputError):
            decided("begun", assign("dinas-a", responsible="dinas-c"))

    def test_changing_hands_needs_a_reason_and_a_new_deadline_none(self) -> None:
        """Reassigning is a fact with its reason; the same again is nothing."""
        state = played(*BEGUN, assign("dinas-a"))

        assert list(decide(state, assign("dinas-a"), MARK)) == []
        assert len(decide(state, assign("dinas-a", deadline=date(2030, 6, 1)), MARK)) == 1
        for other in (assign("dinas-b"), assign("dinas-a", "dinas-b"), assign(), assign("dinas-b", reason=" ")):
            with refused("reassignment-unexplained", InputError):
                decide(state, other, MARK)
            assert len(decide(state, attrs.evolve(other, reason="pindah"), MARK)) == 1

    def test_what_was_taken_back_is_nobodys(self) -> None:
        """It may be assigned again as if it were new, and is not taken back twice."""
        state = played(*BEGUN, assign("dinas-a"), assign(reason="pindah"))

        assert state.assignments == {}
        assert decide(state, assign("dinas-b"), MARK)
        with refused("task-not-assigned", RecordError):
            decide(state, assign(reason="lagi"), MARK)


class TestObjections:
    """An agency contests, and is answered."""

    def test_they_are_numbered_and_answered_once(self) -> None:
        """The second is O2, whatever became of the first; an answer is final."""
        state = played(*BEGUN, close("self"), contest("self", evidence=("E1",)), answer("O1"))
        (raised,) = decide(state, contest("self"), MARK)

        assert isinstance(raised, ObjectionRaised)
        assert raised.objection == "O2"
        assert state.objections["O1"].evidence == ("E1",)
        with refused("objection-answered", RecordError):
            decide(state, answer("O1"), MARK)

    def test_the_same_waits_once(self) -> None:
        """While one waits for its answer the same is refused; another item, or the value, is another matter."""
        state = played(*BEGUN, close("self"), contest("self", "I1-L1-01"))
        with refused("objection-already-raised", RecordError):
            decide(state, contest("self", "I1-L1-01"), MARK)

        assert decide(state, contest("self"), MARK)
        assert decide(state, contest("self", "I1-L2-01"), MARK)

    def test_it_rests_on_evidence_that_stands(self) -> None:
        """Unknown and withdrawn documents support nothing."""
        with refused("unknown-evidence", InputError):
            decided("self closed", contest("self", evidence=("E9",)))
        with refused("evidence-gone", RecordError):
            decide(played(*BEGUN, close("self"), withdraw("E1")), contest("self", evidence=("E1",)), MARK)

    @pytest.mark.parametrize(
        ("then", "waiting"),
        [
            ((), ["O1"]),
            ((reopen("self"),), []),
            ((reopen("self"), close("self")), []),
            ((judge("document", verdict("I1-L1-01", "accepted")),), []),
            ((judge("document", verdict("I1-L2-01", "accepted")),), ["O1"]),
            ((judge("document", verdict("I2-L1-01", "accepted")),), ["O1"]),
            ((assess("document", i1="4"),), []),
            ((attrs.evolve(judge("document", verdict("I2-L1-01", "accepted")), objection="O1"),), []),
            ((close("document"), reopen("document")), ["O1"]),
        ],
        ids=[
            "nothing",
            "reopened",
            "reopened and closed",
            "judged",
            "another item",
            "another indicator",
            "value",
            "named",
            "a later stage",
        ],
    )
    def test_what_was_granted_waits_until_something_follows(
        self, then: tuple[Command, ...], waiting: list[str]
    ) -> None:
        """Its stage opened again, or what it contests judged; of a denied one nothing is to follow."""
        begun = (*BEGUN, close("self"), contest("self", "I1-L1-01"))

        assert [one.id for one in played(*begun, answer("O1"), *then).unfollowed()] == waiting
        assert played(*begun, attrs.evolve(answer("O1"), outcome="denied"), *then).unfollowed() == ()

    def test_the_result_waits_for_every_answer(self) -> None:
        """Determining names the objections that wait; answered ones are no obstacle."""
        waiting = played(*BEGUN, close("self"), close("document"), contest("self"), contest("document"), answer("O1"))
        with refused("objections-unanswered", RecordError) as caught:
            decide(waiting, DETERMINE, MARK)

        assert caught.value.parameters["objections"] == "O2"
        assert decide(played(*BEGUN, close("self"), close("document"), contest("self"), answer("O1")), DETERMINE, MARK)

    def test_a_result_may_be_contested_and_answered(self) -> None:
        """Also after the determination; what follows needs a reopening."""
        state = played(*BEGUN, close("self"), close("document"), DETERMINE, contest("document"))
        (event,) = decide(state, answer("O1"), MARK)

        assert isinstance(event, ObjectionAnswered)
        assert state.result is not None


class TestOptionalStages:
    """A stage that may be skipped, with others behind it."""

    MIDDLE = attrs.evolve(
        OPEN,
        edition=attrs.evolve(
            EDITION,
            stages=tuple(attrs.evolve(stage, optional=stage.id == "document") for stage in EDITION.stages),
        ),
    )

    def test_what_comes_behind_does_not_wait_for_it(self) -> None:
        """Values may be given behind an open optional stage, and to it as well, in any order."""
        state = played(self.MIDDLE, close("self"), assess("visitation"), assess("document"), close("visitation"))

        assert state.open_stage == "document"
        assert state.may_assess("document")
        assert not state.may_assess("visitation")

    def test_it_is_skipped_only_while_it_is_empty(self) -> None:
        """The result waits for an optional stage once values were given there."""
        skipped = played(self.MIDDLE, close("self"), close("visitation"))

        assert isinstance(decide(skipped, DETERMINE, MARK)[0], ResultDetermined)
        with refused("stages-not-closed", RecordError):
            decide(played(self.MIDDLE, close("self"), close("visitation"), assess("document")), DETERMINE, MARK)


class TestEvaluation:
    """What an evaluation can say of itself."""

    def test_the_open_stage_is_the_earliest_not_closed(self) -> None:
        """From the first to the last, and none once all are closed or the result is determined."""
        open_stages = {name: None if state is None else state.open_stage for name, state in STATES.items()}

        assert open_stages == {
            "none": None,
            "begun": "self",
            "self closed": "document",
            "document closed": "visitation",
            "visited": "visitation",
            "all closed": None,
            "determined": None,
            "reopened": "document",
        }

    def test_a_later_value_of_a_stage_replaces_the_earlier(self) -> None:
        """Giving a value again at the same stage leaves the last one, with its reason."""
        state = played(OPEN, assess("self", i1="2"), attrs.evolve(assess("self", i1="4"), reason="ditinjau"))

        assert state.scores["self"]["1"].value == "4"
        assert state.scores["self"]["1"].reason == "ditinjau"


class TestDamagedHistories:
    """Events that no command could have led to."""

    @pytest.mark.parametrize(
        "events",
        [
            [EvidenceWithdrawn(at=MARK.at, by="a", evidence="E1", reason="r")],
            [*decide(None, OPEN, MARK), *decide(None, OPEN, MARK)],
            [*decide(None, OPEN, MARK), EvidenceWithdrawn(at=MARK.at, by="a", evidence="E1", reason="r")],
            [*decide(None, OPEN, MARK), EvidenceSuperseded(at=MARK.at, by="a", evidence="E1", successor="E2")],
            [*decide(None, OPEN, MARK), EvaluationReopened(at=MARK.at, by="a", stage="self", reason="r")],
            [
                *decide(None, OPEN, MARK),
                StageClosed(at=MARK.at, by="a", stage="lain", card=CARD),
                EvaluationReopened(at=MARK.at, by="a", stage="lain", reason="r"),
            ],
        ],
        ids=["not opened", "opened twice", "no such evidence", "none to supersede", "not closed", "no such stage"],
    )
    def test_are_an_error_of_the_store(self, events: Sequence[Event]) -> None:
        """A history that cannot have happened is reported as damage, not as a crash."""
        with refused("event-out-of-place", SpbeError):
            fold(events)
