"""Who may act, who is kept from it, and what is forgotten: through the library, on a store on disk."""

import io
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from arrangements import Ticking, attempt, code_of, refused, rulebook_of, staged_edition

from spbe_core import InputError, RecordError, Spbe
from spbe_core.errors import NotPermittedError
from spbe_core.events import ActorAppointed, ActorDismissed, EvaluationReopened, encode
from spbe_core.model.actor import Person
from spbe_core.model.verdict import ItemVerdict
from spbe_core.people.roster import Appointment
from spbe_core.ports import Append, Directory, EventLog
from spbe_core.service.assign_work import WorkAssignment
from spbe_core.service.erase_content import ContentErasure
from spbe_core.service.import_evaluation import EvaluationImport, StageImport
from spbe_core.service.people import People

RULEBOOK = rulebook_of(staged_edition())
A = "kota-a/2031"


@pytest.fixture
def spbe(tmp_path: Path) -> Iterator[Spbe]:
    with Spbe.open(tmp_path / "spbe.db", create=True, rulebook=RULEBOOK, clock=Ticking()) as opened:
        yield opened


@pytest.fixture
def people(spbe: Spbe) -> People:
    """An agency with its people, an assessor from another one, and an evaluation whose documents are being assessed."""
    people = spbe.people
    people.appoint("determiner", actor="root")
    people.appoint("coordinator", actor="koor", agency="kota-a", by="root")
    people.appoint("data-entry", actor="entri", agency="kota-a", by="koor")
    people.appoint("internal-assessor", actor="intern", agency="kota-a", by="koor")
    people.appoint("external-assessor", actor="ekstern", agency="univ-b", by="root")
    spbe.open_evaluation(A, agency_name="Kota A", by="koor")
    spbe.close_stage(A, "self", by="koor")
    return people


class TestBeforeAnybodyIsAppointed:
    def test_anybody_may_do_anything(self, spbe: Spbe) -> None:
        """A store without people works as if there were no permissions."""
        spbe.open_evaluation(A, agency_name="Kota A")
        spbe.submit_evidence(A, io.BytesIO(b"x"), indicators=["1"], by="anybody")

        assert spbe.people.actors() == ()
        assert spbe.people.may("nobody", "determine", agency="kota-a")

    @pytest.mark.parametrize("role", ["coordinator", "external-assessor", "auditor"])
    def test_the_first_is_a_determiner(self, spbe: Spbe, role: str) -> None:
        """Nobody else could appoint the others, so nobody else comes first."""
        with refused("first-is-determiner", RecordError):
            spbe.people.appoint(role, agency="kota-a")
        spbe.people.appoint("determiner", actor="root")

        assert [one.id for one in spbe.people.actors()] == ["root"]

    def test_of_two_who_want_to_be_first_one_is(self, spbe: Spbe, tmp_path: Path) -> None:
        """Programs that appoint the first determiner at once do not both succeed."""

        def appoint(number: int) -> str | None:
            with Spbe.open(tmp_path / "spbe.db", rulebook=RULEBOOK) as other:
                return code_of(attempt(lambda: other.people.appoint("determiner", actor=f"root-{number}"))[1])

        with ThreadPoolExecutor(4) as pool:
            codes = list(pool.map(appoint, range(4)))

        assert len(spbe.people.actors()) == 1
        assert sorted(map(str, codes)) == ["None", *["actor-unknown"] * 3]

    def test_units_may_be_there_before_people(self, spbe: Spbe) -> None:
        """Registering units asks nobody who they are yet."""
        spbe.people.register_unit("kota-a", "dinas", name="Dinas")
        spbe.people.register_unit("kota-a", "dinas", name="Dinas")

        assert [one.name for one in spbe.people.units("kota-a")] == ["Dinas"]
        assert len(spbe.people.history()) == 1
        assert spbe.people.units("kota-b") == ()


class TestAppointing:
    def test_ids_are_made_up_where_none_is_given(self, people: People) -> None:
        """A random id says nothing about who it is."""
        made = [people.appoint("auditor", name="Siti Rahma", by="root").id for _ in range(3)]

        assert len(set(made)) == 3
        assert all(one.startswith("a-") and "siti" not in one for one in made)

    def test_one_actor_may_hold_several_roles_of_one_side(self, people: People) -> None:
        """Roles add up, whether the units differ or the roles; the same again is nothing new."""
        people.register_unit("kota-a", "dinas", name="Dinas", by="koor")
        people.appoint("respondent", actor="entri", agency="kota-a", unit="dinas", by="koor")
        before = len(people.history())
        again = people.appoint("respondent", actor="entri", agency="kota-a", unit="dinas", by="koor")

        assert again.roles == ("data-entry", "respondent")
        assert len(people.history()) == before

    @pytest.mark.parametrize(
        ("role", "agency"),
        [("external-assessor", "kota-a"), ("determiner", "kota-a"), ("auditor", "kota-a"), ("data-entry", "kota-b")],
    )
    def test_nobody_works_for_two_sides_or_two_agencies(self, people: People, role: str, agency: str) -> None:
        """Whoever enters data for an agency is no assessor, determiner or auditor, and nobody's elsewhere."""
        with refused("actor-on-two-sides", RecordError):
            people.appoint(role, actor="entri", agency=agency, by="root")

    def test_the_decree_that_appoints_is_on_record(self, people: People) -> None:
        """On what ground somebody holds a role is told with it; there need not be one."""
        people.appoint("auditor", actor="inspektur", ground="SK Wali Kota 7/2031", by="root")
        grounds = [one.event.ground for one in people.history() if isinstance(one.event, ActorAppointed)]

        assert grounds == ["", "", "", "", "", "SK Wali Kota 7/2031"]

    def test_a_closed_unit_gets_no_respondents_and_no_tasks(self, spbe: Spbe, people: People) -> None:
        """What it has stays until it is reassigned; registered again it is there again."""
        people.register_unit("kota-a", "dinas", name="Dinas", by="koor")
        people.appoint("respondent", actor="resp", agency="kota-a", unit="dinas", by="koor")
        spbe.assign_work(A, [WorkAssignment(subject="1", units=("dinas",))], by="koor")
        closed = people.close_unit("kota-a", "dinas", reason="digabung", by="koor")
        assert closed.closed is not None
        assert (closed.name, closed.closed.reason, people.units()) == ("Dinas", "digabung", (closed,))
        spbe.submit_evidence(A, io.BytesIO(b"x"), indicators=["1"], by="resp")
        for attempted in (
            lambda: people.appoint("respondent", actor="baru", agency="kota-a", unit="dinas", by="koor"),
            lambda: spbe.assign_work(A, [WorkAssignment(subject="2", units=("dinas",))], by="koor"),
            lambda: people.close_unit("kota-a", "dinas", reason="r", by="koor"),
        ):
            with refused("unit-is-closed", InputError) as caught:
                attempted()
            assert "digabung" in caught.value.what("id")
            assert 'spbe people unit add kota-a dinas --name "Dinas"' in caught.value.remedy("id")
        with refused("unknown-unit", InputError):
            people.close_unit("kota-a", "tak-ada", reason="r", by="koor")
        with refused("text-missing", InputError):
            people.close_unit("kota-a", "dinas", reason=" ", by="koor")
        assert people.register_unit("kota-a", "dinas", name="Dinas", by="koor").closed is None
        spbe.assign_work(A, [WorkAssignment(subject="2", units=("dinas",))], by="koor")

    def test_nobody_appoints_themselves(self, people: People) -> None:
        """Not even to what they may appoint others to."""
        with refused("appoints-self", NotPermittedError):
            people.appoint("data-entry", actor="koor", agency="kota-a", by="koor")

    @pytest.mark.parametrize(
        ("code", "given"),
        [
            ("unknown-role", {"role": "king"}),
            ("role-needs-agency", {"role": "coordinator"}),
            ("role-needs-unit", {"role": "respondent", "agency": "kota-a"}),
            ("role-without-unit", {"role": "auditor", "unit": "dinas"}),
            ("unknown-unit", {"role": "respondent", "agency": "kota-a", "unit": "dinas"}),
            ("code-malformed", {"role": "auditor", "actor": "Siti Rahma"}),
            ("code-malformed", {"role": "auditor", "actor": "siti@contoh.go.id"}),
            ("code-malformed", {"role": "auditor", "actor": "a\x1b[31m"}),
            ("code-malformed", {"role": "auditor", "actor": ""}),
            ("code-malformed", {"role": "auditor", "agency": "../x"}),
            ("text-missing", {"role": "auditor", "name": " "}),
        ],
    )
    def test_what_is_malformed_is_refused(self, people: People, code: str, given: dict[str, str]) -> None:
        """An id cannot be a name or an address as people write them, and each role has the place it needs."""
        before = len(people.history())
        with refused(code, InputError):
            people.appoint(**given, by="root")  # type: ignore[arg-type]

        assert len(people.history()) == before

    def test_the_last_determiner_stays(self, people: People) -> None:
        """A store in which nobody could be appointed any more is not made, by dismissal or by erasure."""
        with refused("last-determiner", RecordError):
            people.dismiss("root", reason="r", by="root")
        with refused("last-determiner", RecordError):
            people.erase("root", ground="g", by="root")
        people.appoint("determiner", actor="root-2", by="root")
        people.dismiss("root", reason="r", by="root-2")

        assert people.may("root-2", "determine", agency="kota-a")
        assert not people.may("root", "determine", agency="kota-a")


class TestDismissing:
    def test_whoever_is_dismissed_may_nothing_until_appointed_again(self, spbe: Spbe, people: People) -> None:
        """What they did stays; what they want to do is refused; an unknown actor is refused like that too."""
        people.dismiss("ekstern", reason="pindah", by="root")
        for by, code in (("ekstern", "actor-dismissed"), ("nobody", "actor-unknown"), ("local", "actor-unknown")):
            with refused(code, NotPermittedError):
                spbe.assess(A, {"1": 3}, stage="document", reason="r", by=by)
        people.appoint("external-assessor", actor="ekstern", agency="univ-b", by="root")
        spbe.assess(A, {"1": 3}, stage="document", reason="r", by="ekstern")

        assert spbe.evaluation(A).scores["document"]["1"].by == "ekstern"

    def test_nobody_is_dismissed_twice(self, people: People) -> None:
        """Where there is no role there is nothing to end."""
        people.dismiss("entri", reason="r", by="koor")
        with refused("actor-holds-nothing", RecordError):
            people.dismiss("entri", reason="r", by="koor")
        with refused("unknown-actor", InputError):
            people.dismiss("siapa", reason="r", by="koor")

    def test_one_role_ends_and_the_others_stay(self, spbe: Spbe, people: People) -> None:
        """A role, or the part of it in one unit, ends alone; an audit knows that the actor goes on to hold one."""
        for unit in ("dinas", "badan"):
            people.register_unit("kota-a", unit, name=unit, by="koor")
            people.appoint("respondent", actor="entri", agency="kota-a", unit=unit, by="koor")
        left = people.dismiss("entri", role="respondent", unit="badan", reason="pindah", by="koor")
        assert left.appointments == (Appointment("data-entry"), Appointment("respondent", "dinas"))
        assert (left.standing, left.dismissed) == ("appointed", None)
        people.dismiss("entri", role="respondent", reason="pindah", by="koor")
        spbe.submit_evidence(A, io.BytesIO(b"x"), indicators=["1"], by="entri")
        assert spbe.audit().findings == ()
        for given in ({"role": "respondent"}, {"unit": "dinas"}, {"role": "data-entry", "unit": "dinas"}):
            with refused("actor-holds-nothing", RecordError):
                people.dismiss("entri", **given, reason="r", by="koor")
        with refused("unknown-role", InputError):
            people.dismiss("entri", role="king", reason="r", by="koor")

        assert people.dismiss("entri", role="data-entry", reason="r", by="koor").standing == "dismissed"

    def test_a_role_is_ended_only_by_whoever_may_end_it(self, people: People) -> None:
        """A coordinator ends what they could give, and not what a determiner gave the same actor beside it."""
        people.appoint("coordinator", actor="entri", agency="kota-a", by="root")
        with refused("not-permitted", NotPermittedError):
            people.dismiss("entri", reason="r", by="koor")

        assert people.dismiss("entri", role="data-entry", reason="r", by="koor").roles == ("coordinator",)

    def test_a_dismissal_in_between_is_not_lost(self, spbe: Spbe, people: People, tmp_path: Path) -> None:
        """An actor who was allowed when asked, and is dismissed before it is recorded, records nothing."""

        class Interrupted:
            """A log before whose first append another program dismisses the assessor."""

            def __init__(self, log: EventLog) -> None:
                self.log, self.calls = log, 0

            def append(self, *appends: Append) -> None:
                self.calls += 1
                if self.calls == 1:
                    with Spbe.open(tmp_path / "spbe.db", rulebook=RULEBOOK) as other:
                        other.people.dismiss("ekstern", reason="r", by="root")
                self.log.append(*appends)

            def __getattr__(self, name: str) -> object:
                return getattr(self.log, name)

        log = Interrupted(spbe._ports.log)
        spbe._ports = attrs.evolve(spbe._ports, log=log)  # type: ignore[arg-type]
        with refused("actor-dismissed", NotPermittedError):
            spbe.assess(A, {"1": 3}, stage="document", reason="r", by="ekstern")

        assert log.calls == 1
        assert spbe.evaluation(A).scores.get("document") is None

    def test_in_a_race_nothing_is_recorded_after_the_dismissal(self, tmp_path: Path, people: People) -> None:
        """However many programs write as an actor, the dismissal stands behind everything of theirs."""

        def assess(number: int) -> Sequence[str | None]:
            with Spbe.open(tmp_path / "spbe.db", rulebook=RULEBOOK) as spbe:
                return [
                    code_of(attempt(lambda: spbe.assess(A, {"1": 3}, stage="document", reason="r", by="ekstern"))[1])
                    for _ in range(15)
                ]

        def dismiss() -> None:
            with Spbe.open(tmp_path / "spbe.db", rulebook=RULEBOOK) as spbe:
                while len(spbe.history(A)) < 12:
                    pass
                spbe.people.dismiss("ekstern", reason="r", by="root")

        with ThreadPoolExecutor(4) as pool:
            dismissed = pool.submit(dismiss)
            codes = [code for found in pool.map(assess, range(3)) for code in found]
            dismissed.result()
        with Spbe.open(tmp_path / "spbe.db", rulebook=RULEBOOK) as spbe:
            events = [recorded.event for recorded in spbe._ports.log.all()]
            place = next(place for place, event in enumerate(events) if isinstance(event, ActorDismissed))

        assert set(codes) <= {None, "actor-dismissed"}
        assert all(event.by != "ekstern" for event in events[place:])
        assert sum(event.by == "ekstern" for event in events) == codes.count(None)


class TestDutiesKeptApart:
    def test_whoever_worked_for_an_agency_does_not_assess_it_from_outside(self, spbe: Spbe, people: People) -> None:
        """To change sides does not help, whatever the new role would allow."""
        people.dismiss("entri", reason="pindah", by="root")
        people.appoint("external-assessor", actor="entri", agency="univ-b", by="root")
        with refused("judges-own-agency", NotPermittedError):
            spbe.assess(A, {"2": 3}, stage="document", reason="r", by="entri")

    def test_nobody_judges_evidence_that_they_submitted(self, spbe: Spbe) -> None:
        """Also where it was withdrawn since, and was submitted while nobody was appointed yet."""
        spbe.open_evaluation(A, agency_name="Kota A")
        spbe.submit_evidence(A, io.BytesIO(b"x"), indicators=["1"], by="ekstern")
        spbe.withdraw_evidence(A, "E1", reason="r")
        spbe.close_stage(A, "self")
        spbe.people.appoint("determiner", actor="root")
        spbe.people.appoint("external-assessor", actor="ekstern", agency="univ-b", by="root")
        with refused("judges-own-evidence", NotPermittedError):
            spbe.assess(A, {"1": 3, "2": 3}, stage="document", reason="r", by="ekstern")
        spbe.assess(A, {"2": 3}, stage="document", reason="r", by="ekstern")

    def test_an_internal_assessor_gives_no_verdict_on_what_they_submitted(self, spbe: Spbe, people: People) -> None:
        """Also not at the self assessment, where verdicts are the agency's own verification."""
        evaluation = "kota-a/2030"
        people.appoint("data-entry", actor="intern", agency="kota-a", by="koor")
        spbe.open_evaluation(evaluation, agency_name="Kota A", by="koor")
        verdict = [ItemVerdict(item="I1-L1-01", verdict="accepted")]
        spbe.submit_evidence(evaluation, io.BytesIO(b"x"), indicators=["1"], by="intern")
        with refused("judges-own-evidence", NotPermittedError):
            spbe.judge_items(evaluation, verdict, stage="self", by="intern")

    def test_whoever_judged_first_brings_no_evidence_afterwards(self, spbe: Spbe, people: People) -> None:
        """Nor does it replace what was judged, serve more or come from last year in their name."""
        evaluation = "kota-a/2030"
        people.appoint("data-entry", actor="intern", agency="kota-a", by="koor")
        spbe.open_evaluation(evaluation, agency_name="Kota A", by="koor")
        spbe.submit_evidence(evaluation, io.BytesIO(b"y"), indicators=["1"], by="entri")
        spbe.submit_evidence(evaluation, io.BytesIO(b"z"), indicators=["2"], by="intern")
        verdict = [ItemVerdict(item="I1-L1-01", verdict="accepted", evidence=())]
        spbe.judge_items(evaluation, verdict, stage="self", by="intern")
        for give in (
            lambda: spbe.submit_evidence(evaluation, io.BytesIO(b"x"), indicators=["1"], by="intern"),
            lambda: spbe.submit_evidence(evaluation, io.BytesIO(b"x"), supersedes="E1", by="intern"),
            lambda: spbe.submit_link(evaluation, "https://contoh.go.id", items=["I1-L1-01"], by="intern"),
            lambda: spbe.cover_with_evidence(evaluation, "E2", indicators=["1"], by="intern"),
        ):
            with refused("submits-to-own-judgement", NotPermittedError):
                give()
        spbe.submit_evidence(evaluation, io.BytesIO(b"x"), indicators=["2"], by="intern")
        assert spbe.audit().differences == ()

    def test_nobody_answers_an_objection_they_raised(self, spbe: Spbe, people: People) -> None:
        """Whoever changes sides to a determiner leaves it to another one."""
        spbe.raise_objection(A, "1", stage="self", reason="r", by="koor")
        people.dismiss("koor", reason="r", by="root")
        people.appoint("determiner", actor="koor", by="root")
        with refused("answers-own-objection", NotPermittedError):
            spbe.answer_objection(A, "O1", "granted", reason="r", by="koor")
        spbe.answer_objection(A, "O1", "granted", reason="r", by="root")

    @pytest.mark.parametrize("command", ["answer-objection", "enter-external-score", "determine", "reopen", "import"])
    @pytest.mark.parametrize("side", ["another side", "another agency", "this agency"])
    def test_whoever_worked_for_an_agency_decides_nothing_on_its_result(
        self, spbe: Spbe, people: People, command: str, side: str
    ) -> None:
        """A determiner who once worked there leaves it to another one, unless they are appointed in that agency now."""
        spbe.raise_objection(A, "1", stage="self", reason="r", by="koor")
        people.dismiss("entri", reason="pindah", by="root")
        agency = {"another side": None, "another agency": "kota-b", "this agency": "kota-a"}[side]
        people.appoint("determiner", actor="entri", agency=agency, by="root")
        whole = EvaluationImport(
            id="kota-a/2030", agency_name="A", stages=(StageImport(stage="self", values={"1": "3"}),)
        )

        def give(evaluation: str, by: str) -> object:
            given: dict[str, Callable[[], object]] = {
                "answer-objection": lambda: spbe.answer_objection(evaluation, "O1", "denied", reason="r", by=by),
                "enter-external-score": lambda: spbe.enter_external_scores(
                    evaluation, {"5": 50}, stage="document", published="p", by=by
                ),
                "determine": lambda: spbe.determine(evaluation, decree="1", by=by),
                "reopen": lambda: spbe.reopen(evaluation, "self", reason="r", by=by),
                "import": lambda: spbe.import_evaluation(whole, by=by),
            }
            return given[command]()

        _, error = attempt(give, A, "entri")
        allowed = "stages-not-closed" if command == "determine" else None
        assert code_of(error) == (allowed if side == "this agency" else "judges-own-agency")
        if side != "this agency":
            assert code_of(attempt(give, A, "root")[1]) == allowed
        spbe.open_evaluation("kota-a/2032", agency_name="Kota A", by="entri")

    @pytest.mark.parametrize("subject", ["1", "I1-L1-01"])
    def test_nobody_answers_an_objection_to_what_they_judged(self, spbe: Spbe, people: People, subject: str) -> None:
        """The verdict or value is looked at by another assessor or by a determiner."""
        people.appoint("external-assessor", actor="ekstern-2", agency="univ-b", by="root")
        spbe.judge_items(A, [ItemVerdict(item="I1-L1-01", verdict="accepted")], stage="document", by="ekstern")
        spbe.close_stage(A, "document", by="ekstern-2")
        spbe.raise_objection(A, subject, stage="document", reason="r", by="koor")
        with refused("answers-own-judgement", NotPermittedError):
            spbe.answer_objection(A, "O1", "denied", reason="r", by="ekstern")
        spbe.answer_objection(A, "O1", "denied", reason="r", by="ekstern-2")

    @pytest.mark.parametrize("subject", ["1", "I1-L1-01"])
    def test_a_verdict_that_was_carried_over_is_whose_it_was(self, spbe: Spbe, people: People, subject: str) -> None:
        """Contested at a stage that did not take it up, it is still the verdict of who gave it."""
        people.appoint("external-assessor", actor="ekstern-2", agency="univ-b", by="root")
        spbe.judge_items(A, [ItemVerdict(item="I1-L1-01", verdict="accepted")], stage="document", by="ekstern")
        for stage in ("document", "interview"):
            spbe.close_stage(A, stage, by="ekstern-2")
        spbe.raise_objection(A, subject, stage="interview", reason="r", by="koor")
        with refused("answers-own-judgement", NotPermittedError):
            spbe.answer_objection(A, "O1", "denied", reason="r", by="ekstern")
        spbe.answer_objection(A, "O1", "denied", reason="r", by="ekstern-2")

    def test_a_value_that_was_carried_over_is_whose_it_was(self, spbe: Spbe, people: People) -> None:
        """A value not taken up at the contested stage was given at the one before, and by whoever gave it there."""
        people.appoint("external-assessor", actor="ekstern-2", agency="univ-b", by="root")
        spbe.assess(A, {"1": 3}, stage="document", reason="r", by="ekstern")
        for stage in ("document", "interview"):
            spbe.close_stage(A, stage, by="ekstern-2")
        spbe.raise_objection(A, "1", stage="interview", reason="r", by="koor")
        spbe.raise_objection(A, "2", stage="interview", reason="r", by="koor")
        with refused("answers-own-judgement", NotPermittedError):
            spbe.answer_objection(A, "O1", "denied", reason="r", by="ekstern")
        spbe.answer_objection(A, "O1", "denied", reason="r", by="ekstern-2")
        spbe.answer_objection(A, "O2", "denied", reason="r", by="ekstern")

    def test_a_value_that_was_taken_up_again_is_whose_it_became(self, spbe: Spbe, people: People) -> None:
        """Whoever gave it at an earlier stage may look at what a later one made of it, and not the other way round."""
        people.appoint("external-assessor", actor="ekstern-2", agency="univ-b", by="root")
        for stage, assessor in (("document", "ekstern"), ("interview", "ekstern-2")):
            spbe.assess(A, {"1": 3}, stage=stage, reason="r", by=assessor)
            spbe.close_stage(A, stage, by="ekstern-2")
        spbe.raise_objection(A, "1", stage="interview", reason="r", by="koor")
        with refused("answers-own-judgement", NotPermittedError):
            spbe.answer_objection(A, "O1", "denied", reason="r", by="ekstern-2")
        spbe.answer_objection(A, "O1", "denied", reason="r", by="ekstern")

    def test_a_determiner_answers_what_they_brought_in(self, spbe: Spbe, people: People) -> None:
        """Whoever imported an evaluation is in no way of it: there may be nobody else."""
        whole = EvaluationImport(
            id="kota-c/2031", agency_name="C", stages=(StageImport(stage="self", values={"1": "3"}),)
        )
        spbe.import_evaluation(whole, by="root")
        people.appoint("coordinator", actor="koor-c", agency="kota-c", by="root")
        spbe.raise_objection("kota-c/2031", "1", stage="self", reason="r", by="koor-c")
        spbe.answer_objection("kota-c/2031", "O1", "granted", reason="r", by="root")

    def test_a_published_score_is_entered_by_nobody_who_worked_for_the_agency(self, spbe: Spbe, people: People) -> None:
        """It becomes a value like any other from outside."""
        people.dismiss("entri", reason="pindah", by="root")
        people.appoint("external-assessor", actor="entri", agency="univ-b", by="root")
        with refused("judges-own-agency", NotPermittedError):
            spbe.enter_external_scores(A, {"5": 50}, stage="document", published="p", by="entri")
        spbe.enter_external_scores(A, {"5": 50}, stage="document", published="p", by="ekstern")

    def test_the_agency_may_claim_a_level_for_what_it_submitted(self, spbe: Spbe, people: People) -> None:
        """The self assessment is a claim and no judgement."""
        spbe.open_evaluation("kota-a/2030", agency_name="Kota A", by="koor")
        spbe.submit_evidence("kota-a/2030", io.BytesIO(b"x"), indicators=["1"], by="entri")
        spbe.assess("kota-a/2030", {"1": 3}, stage="self", reason="r", by="entri")

    def test_nothing_is_put_in_the_vault_for_whoever_may_not_submit(self, spbe: Spbe, people: People) -> None:
        """Permission is asked before the content is read."""
        source = io.BytesIO(b"much content")
        with refused("not-permitted", NotPermittedError):
            spbe.submit_evidence(A, source, indicators=["1"], by="ekstern")

        assert source.tell() == 0


class TestErasingAPerson:
    def test_the_name_goes_and_the_record_stays(self, spbe: Spbe, people: People, tmp_path: Path) -> None:
        """No file holds the name any more, every event is where it was, and it says that, when and on what ground."""
        people.appoint("data-entry", actor="entri", agency="kota-a", name="Siti Rahma", contact="0811", by="koor")
        spbe.submit_evidence(A, io.BytesIO(b"x"), indicators=["1"], by="entri")
        checkpoint = spbe.ledger.checkpoint("x")
        before = [encode(one.event) for one in spbe.history(A)]
        assert people.name_of("entri") == "Siti Rahma"
        assert people.naming()("entri") == {"id": "entri (Siti Rahma)", "en": "entri (Siti Rahma)"}
        people.erase("entri", ground="UU 27/2022 Pasal 8", by="koor")

        assert all(b"Siti" not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
        assert people.name_of("entri") is None
        assert people.naming()("entri") == {"id": "entri (dihapus)", "en": "entri (erased)"}
        assert [encode(one.event) for one in spbe.history(A)] == before
        assert spbe.ledger.verify(checkpoint).findings == ()
        assert spbe.audit().findings == ()
        erased = next(one for one in people.actors() if one.id == "entri").erased
        assert erased is not None
        assert (erased.by, erased.reason) == ("koor", "UU 27/2022 Pasal 8")

    def test_names_are_never_in_an_event(self, spbe: Spbe, people: People) -> None:
        """Whatever is recorded, the name stands only in the directory."""
        people.appoint("data-entry", actor="entri", agency="kota-a", name="Siti Rahma", contact="siti@x.id", by="koor")

        assert all(b"Rahma" not in stored.state and b"siti@" not in stored.state for stored in spbe._ports.log.stored())

    def test_an_erased_id_is_not_used_again(self, spbe: Spbe, people: People) -> None:
        """It may do nothing and be appointed to nothing; erasing again is allowed and adds nothing."""
        people.erase("entri", ground="g", by="koor")
        before = len(people.history())
        people.erase("entri", ground="g", by="root")
        with refused("actor-erased", NotPermittedError):
            spbe.submit_evidence(A, io.BytesIO(b"x"), indicators=["1"], by="entri")
        with refused("actor-erased", NotPermittedError):
            people.appoint("data-entry", actor="entri", agency="kota-a", name="Siti", by="koor")

        assert len(people.history()) == before
        assert people.name_of("entri") is None

    @pytest.mark.parametrize("moment", ["before the name is put", "after the name is put"])
    def test_an_erasure_in_between_is_not_undone(self, spbe: Spbe, people: People, tmp_path: Path, moment: str) -> None:
        """Whoever is erased while they are being appointed once more leaves no name behind."""

        class Interrupted:
            """A directory beside whose first name another program erases the person."""

            def __init__(self, directory: Directory) -> None:
                self.directory = directory

            def put(self, actor: str, person: Person) -> None:
                if moment == "after the name is put":
                    self.directory.put(actor, person)
                with Spbe.open(tmp_path / "spbe.db", rulebook=RULEBOOK) as other:
                    other.people.erase(actor, ground="g", by="root")
                if moment == "before the name is put":
                    self.directory.put(actor, person)

            def __getattr__(self, name: str) -> object:
                return getattr(self.directory, name)

        directory = Interrupted(spbe._ports.directory)
        interrupted = People(attrs.evolve(spbe._ports, directory=directory))  # type: ignore[arg-type]
        appointed = interrupted.appoint("data-entry", actor="entri", agency="kota-a", name="Siti Rahma", by="koor")

        assert appointed.standing == "erased"
        assert dict(spbe._ports.directory.people()) == {}
        assert all(b"Siti" not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())

    def test_what_a_failure_left_goes_when_repeated(self, spbe: Spbe, people: People) -> None:
        """A name left in the directory after the erasure was recorded is not shown, and goes with the next try."""
        people.erase("entri", ground="g", by="koor")
        spbe._ports.directory.put("entri", Person("Sisa"))

        assert people.name_of("entri") is None
        people.erase("entri", ground="g", by="koor")
        assert dict(spbe._ports.directory.people()) == {}


def damage(path: Path, state: bytes | str | int, stream: str, version: int = 1) -> None:
    """Change an event in a store from outside, as no program should."""
    with closing(sqlite3.connect(path)) as direct, direct:
        changed = direct.execute(
            "UPDATE spbe_event SET state = ? WHERE originator_id = ? AND originator_version = ?",
            (state, stream, version),
        )
        assert changed.rowcount == 1


class TestErasingContent:
    def erase(self, spbe: Spbe, evaluation: str = A, **options: bool) -> ContentErasure:
        digest = next(iter(spbe.evaluation(evaluation).evidence.values())).digest
        return spbe.erase_content(evaluation, digest, ground="UU 27/2022 Pasal 8", by="root", **options)

    def test_it_is_remarked_and_no_difference(self, spbe: Spbe, people: People) -> None:
        """Audit and verification say what went, when, by whom and on what ground, and that the rest is whole."""
        spbe.submit_evidence(A, io.BytesIO(b"rahasia"), indicators=["1"], by="entri")
        before = spbe.ledger.checkpoint("x")
        self.erase(spbe)
        after = spbe.ledger.checkpoint("x")
        found = [spbe.audit().findings, spbe.ledger.verify(after).findings, spbe.ledger.verify(before).findings]

        assert [one.code for (one,) in found] == [
            "audit-content-erased",
            "audit-content-erased",
            "verify-content-erased-since",
        ]
        assert all(one.severity != "difference" for (one,) in found)
        assert all("UU 27/2022 Pasal 8" in one.what("id") and "root" in one.what("id") for (one,) in found)
        with refused("content-missing"):
            spbe.evidence_content(spbe.evaluation(A).evidence["E1"].digest)

    def test_content_that_is_missing_without_it_stays_a_difference(self, spbe: Spbe, people: People) -> None:
        """Also where the same content was erased elsewhere, before the document came."""
        spbe.submit_evidence(A, io.BytesIO(b"rahasia"), indicators=["1"], by="entri")
        self.erase(spbe)
        spbe.open_evaluation("kota-b/2031", agency_name="Kota B", by="root")
        people.appoint("data-entry", actor="entri-b", agency="kota-b", by="root")
        spbe.submit_evidence("kota-b/2031", io.BytesIO(b"rahasia"), indicators=["1"], by="entri-b")
        digest = spbe.evaluation(A).evidence["E1"].digest
        assert spbe.audit().findings == ()
        spbe._ports.vault.erase(digest)

        assert [(one.code, one.severity) for one in spbe.audit().findings] == [
            ("audit-content-erased", "remark"),
            ("audit-content-missing", "difference"),
        ]

    def test_what_was_erased_does_not_come_back(self, spbe: Spbe, people: People) -> None:
        """Not into the record, nor into the vault; other content is taken as before."""
        spbe.submit_evidence(A, io.BytesIO(b"rahasia"), indicators=["1"], by="entri")
        digest = spbe.evaluation(A).evidence["E1"].digest
        self.erase(spbe)
        before = len(spbe.history(A))
        with refused("content-erased", RecordError) as caught:
            spbe.submit_evidence(A, io.BytesIO(b"rahasia"), indicators=["2"], by="entri")

        assert caught.value.parameters["ground"] == "UU 27/2022 Pasal 8"
        assert len(spbe.history(A)) == before
        assert spbe._ports.vault.verify(digest) is None
        spbe.submit_evidence(A, io.BytesIO(b"disamarkan"), indicators=["1"], by="entri")

    def test_content_that_others_submitted_is_refused_or_erased_everywhere(self, spbe: Spbe, people: People) -> None:
        """Nobody loses a document unasked; said everywhere, every evaluation that has it says so."""
        spbe.open_evaluation("kota-b/2031", agency_name="Kota B", by="root")
        people.appoint("data-entry", actor="entri-b", agency="kota-b", by="root")
        spbe.submit_evidence(A, io.BytesIO(b"sama"), indicators=["1"], by="entri")
        spbe.submit_evidence("kota-b/2031", io.BytesIO(b"sama"), indicators=["2"], by="entri-b")
        with refused("content-shared", RecordError) as caught:
            self.erase(spbe)
        assert caught.value.parameters["ids"] == "kota-b/2031"
        assert spbe.audit().findings == ()

        assert self.erase(spbe, everywhere=True) == ContentErasure((A, "kota-b/2031"))
        assert [one.code for one in spbe.audit().findings] == ["audit-content-erased"] * 2

    @pytest.mark.parametrize("stream", ["planted", "kota-b/2031", "kota-c/2031", "edition/x"])
    def test_no_planted_stream_stands_in_its_way(self, spbe: Spbe, people: People, stream: str) -> None:
        """A stream that is no evaluation, or another one than it says, is named and holds nothing up."""
        spbe.submit_evidence(A, io.BytesIO(b"rahasia"), indicators=["1"], by="entri")
        opened, submitted = spbe.history(A)[0].event, spbe.history(A)[-1].event
        spbe._ports.log.append(Append(stream, 0, [opened, submitted] if stream == "kota-c/2031" else [submitted]))
        with refused("content-shared", RecordError) as caught:
            self.erase(spbe)
        assert caught.value.parameters["ids"] == stream

        assert self.erase(spbe, everywhere=True) == ContentErasure((A,), (stream,))
        with refused("content-missing"):
            spbe.evidence_content(spbe.evaluation(A).evidence["E1"].digest)

    def test_no_history_without_the_content_is_read(self, spbe: Spbe, people: People, tmp_path: Path) -> None:
        """However damaged the rest of the store is, what has nothing to do with the content is of no matter."""
        spbe.open_evaluation("kota-b/2031", agency_name="Kota B", by="root")
        spbe.submit_evidence(A, io.BytesIO(b"rahasia"), indicators=["1"], by="entri")
        damage(tmp_path / "spbe.db", b"x", "kota-b/2031")

        assert self.erase(spbe) == ContentErasure((A,))

    @pytest.mark.parametrize(
        ("version", "state"), [(1, b"x"), (1, "x"), (1, 0), (2, b"%s"), (2, "%s"), (2, b'{"digest":"%s"}')]
    )
    def test_a_damaged_history_with_the_content_is_named(
        self, spbe: Spbe, people: People, tmp_path: Path, version: int, state: bytes | str | int
    ) -> None:
        """What it would be told is not known; the content goes where that was said, and the rest is recorded."""
        spbe.open_evaluation("kota-b/2031", agency_name="Kota B", by="root")
        people.appoint("data-entry", actor="entri-b", agency="kota-b", by="root")
        for evaluation, by in ((A, "entri"), ("kota-b/2031", "entri-b")):
            spbe.submit_evidence(evaluation, io.BytesIO(b"sama"), indicators=["1"], by=by)
        digest = str(spbe.evaluation("kota-b/2031").evidence["E1"].digest)
        if isinstance(state, bytes):
            state = state.replace(b"%s", digest.encode())
        elif isinstance(state, str):
            state = state.replace("%s", digest)
        damage(tmp_path / "spbe.db", state, "kota-b/2031", version)

        assert self.erase(spbe, everywhere=True) == ContentErasure((A,), ("kota-b/2031",))

    def test_repeating_adds_nothing(self, spbe: Spbe, people: People) -> None:
        """Where only the content was left, only the content goes; an unknown digest is no erasure."""
        spbe.submit_evidence(A, io.BytesIO(b"rahasia"), indicators=["1"], by="entri")
        self.erase(spbe)
        before = spbe.ledger.checkpoint("x").size
        self.erase(spbe)

        assert spbe.ledger.checkpoint("x").size == before
        with refused("unknown-content", InputError):
            spbe.erase_content(A, "sha256:" + "0" * 64, ground="g", by="root")
        with refused("text-missing", InputError):
            spbe.erase_content(A, spbe.evaluation(A).evidence["E1"].digest, ground=" ", by="root")


class TestAuditing:
    def test_what_nobody_appointed_recorded_is_found(self, spbe: Spbe, people: People) -> None:
        """An event put into the record in the name of somebody who held no role by then, or not this one."""
        people.dismiss("ekstern", reason="r", by="root")
        assert spbe.audit().findings == ()
        version, at = spbe.evaluation(A).version, spbe.evaluation(A).changed_at
        for place, by in enumerate(("ekstern", "koor", "siapa")):
            forged = EvaluationReopened(at=at, by=by, stage="self", reason="r")
            closed = spbe.history(A)[1].event
            spbe._ports.log.append(Append(A, version + 2 * place, [forged, attrs.evolve(closed, at=at)]))

        assert [(one.code, one.parameters["by"], one.parameters["version"]) for one in spbe.audit().differences] == [
            ("audit-not-permitted", "koor", 5),
            ("audit-not-appointed", "ekstern", 3),
            ("audit-not-appointed", "siapa", 7),
        ]

    def test_what_was_recorded_before_there_were_people_is_no_matter(self, spbe: Spbe) -> None:
        """History from before the first appointment stays as good as it was."""
        spbe.open_evaluation(A, agency_name="Kota A")
        spbe.people.appoint("determiner", actor="root", by="anybody")

        assert spbe.audit().findings == ()
