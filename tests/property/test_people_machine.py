"""Random people give random commands: exactly what a small table and the duties kept apart allow is recorded."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any, Final, cast

from arrangements import Ticking, attempt, judged_edition, ladder_rulebook
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from life import evaluation_of, life, sit_down
from staff import Staffed, employ

from spbe_core import Evaluation, Spbe
from spbe_core.errors import NotPermittedError
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.model.verdict import ItemVerdict
from spbe_core.service.assign_work import WorkAssignment

ROLES: Final = {
    "c": "coordinator",
    "p": "person-in-charge",
    "e": "data-entry",
    "r": "respondent",
    "i": "internal-assessor",
    "x": "external-assessor",
    "d": "determiner",
    "a": "auditor",
}
# Who may in their own agency | who may in any other; written from the manual, not from the file the library reads.
TABLE: Final = """
open-evaluation     c d   | d
submit-evidence     c p e r |
withdraw-evidence   c p e r |
cover-evidence      c p e r |
carry-over-evidence c p e r |
assess self         c p e r i |
assess document     | x
judge-items self    i |
judge-items document | x
close-stage self    c |
close-stage document | x
determine           d | d
reopen              d | d
raise-objection     c p |
answer-objection    d | x d
assign-work         c |
register-unit       c d | d
close-unit          c d | d
erase-person        c d | d
"""
OWN_PEOPLE: Final = {"person-in-charge", "data-entry", "respondent", "internal-assessor"}
"""Roles that a coordinator gives and ends in their agency; a determiner gives and ends every role anywhere."""
FROM_OUTSIDE: Final = {"assess document", "judge-items document", "close-stage document", "determine", "reopen"}

AGENCIES: Final = ("kota-a", "kota-b", "univ")
EVALUATIONS: Final = ("kota-a/2030", "kota-a/2031", "kota-a/2032", "kota-b/2031")
ACTORS: Final = ("root", "koor", "p1", "p2", "p3", "p4", "p5")
UNITS: Final = ("dinas", "badan")
INDICATORS: Final = ("1", "2")
STAGES: Final = ("self", "document")
RULEBOOK: Final = ladder_rulebook(judged_edition())


def _parsed() -> Mapping[str, tuple[set[str], set[str]]]:
    rows: dict[str, tuple[set[str], set[str]]] = {}
    for line in TABLE.strip().splitlines():
        left, _, others = line.partition("|")
        words = left.split()
        command = " ".join(word for word in words if len(word) > 1)
        own = {ROLES[word] for word in words if len(word) == 1}
        rows[command] = own, {ROLES[word] for word in others.split()}
    return rows


MAY: Final = _parsed()


@dataclass
class Person:
    """An actor, as the documentation describes them."""

    agency: str | None = None
    held: set[tuple[str, str | None]] = field(default_factory=set)
    served: set[str | None] = field(default_factory=set)
    units: set[tuple[str | None, str | None]] = field(default_factory=set)
    erased: bool = False


@dataclass
class Document:
    """Evidence: what it is, what for, who submitted it and who had a part in it, and where it was carried over from."""

    content: bytes
    indicators: set[str]
    by: str
    parts: set[str]
    origin: str | None = None


class PeopleMachine(RuleBasedStateMachine):
    """Everybody tries everything; some of them are asked to do what they may."""

    def __init__(self) -> None:
        super().__init__()
        self.spbe = Spbe.open("memory:", create=True, rulebook=RULEBOOK, clock=Ticking())
        self.people: dict[str, Person] = {}
        self.documents: dict[str, list[Document]] = {}
        self.tasks: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.checkpoints: list[Checkpoint] = []
        self.by_role_alone = False

    # -- what must be allowed --------------------------------------------------------------------------------------

    def holds(
        self, by: str, command: str, agency: str | None, unit_may: Callable[[str], bool] = lambda _: True
    ) -> bool:
        """Say whether a role of an actor allows a command there."""
        person = self.people.get(by)
        if person is None or person.erased:
            return False
        own = agency is not None and person.agency == agency
        may = MAY[command][0 if own else 1]
        return any(role in may and (unit is None or unit_may(unit)) for role, unit in person.held)

    def gives(self, by: str, role: str, agency: str | None) -> bool:
        """Say whether an actor may give or end a role there."""
        person = self.people.get(by)
        if person is None or person.erased:
            return False
        roles = {held for held, _ in person.held}
        own = agency is not None and person.agency == agency
        return "determiner" in roles or (own and "coordinator" in roles and role in OWN_PEOPLE)

    def may(
        self, by: str, command: str, evaluation: str, indicators: Collection[str] = (), taken: Collection[int] = ()
    ) -> bool:
        """Say whether an actor may give a command on an evaluation."""
        agency = evaluation.partition("/")[0]

        def unit_may(unit: str) -> bool:
            submitters = [self.documents[evaluation][one].by for one in taken]
            return self.by_role_alone or (
                bool(indicators)
                and all(unit in self.tasks[evaluation, one] for one in indicators)
                and all(one == by or (agency, unit) in self.people.get(one, Person()).units for one in submitters)
            )

        if not self.holds(by, command, agency, unit_may):
            return False
        if self.by_role_alone:
            return True
        person = self.people[by]
        if command in FROM_OUTSIDE and agency in person.served and agency != person.agency:
            return False
        if command in {"submit-evidence", "cover-evidence", "carry-over-evidence"}:
            return not any(self.has_judged(by, evaluation, one) for one in indicators)
        judges = command.startswith("judge-items") or command == "assess document"
        return not (judges and any(self.has_own(by, evaluation, one) for one in indicators))

    def has_judged(self, by: str, evaluation: str, indicator: str) -> bool:
        """Say whether a verdict on an indicator, or a level of an assessor's, is an actor's as it stands."""
        state = self.spbe.evaluation(evaluation)
        verdicts = [one for given in state.verdicts.values() for one in given.values() if one.indicator == indicator]
        level = state.scores.get("document", {}).get(indicator)
        return by in {one.by for one in verdicts} or (level is not None and (level.by, level.basis) == (by, "assessor"))

    def has_own(self, by: str, evaluation: str, indicator: str) -> bool:
        """Say whether an actor had a part in the content of a document for an indicator."""
        return any(
            self.had_part(by, evaluation, one.content)
            for one in self.documents[evaluation]
            if indicator in one.indicators
        )

    def had_part(self, by: str, evaluation: str, content: bytes) -> bool:
        """Say whether an actor had a part in a content, here or where it came from."""
        same = [one for one in self.documents[evaluation] if one.content == content]
        return any(by in one.parts or (one.origin and self.had_part(by, one.origin, content)) for one in same)

    def may_answer(self, by: str, evaluation: str, objection: str) -> bool:
        """Say whether an actor may answer an objection: one they did not raise, to nothing that they judged."""
        agency = evaluation.partition("/")[0]
        if self.by_role_alone or not self.holds(by, "answer-objection", agency):
            return self.holds(by, "answer-objection", agency)
        person, state = self.people[by], self.spbe.evaluation(evaluation)
        contested = state.objections[objection]
        outsider = agency in person.served and agency != person.agency
        if contested.by == by or outsider:
            return False
        if "determiner" in {role for role, _ in person.held}:
            return True
        upto = [one for one in STAGES[: STAGES.index(contested.stage) + 1] if "1" in state.scores.get(one, {})]
        stage = upto[-1] if upto else contested.stage
        value = state.scores.get(stage, {}).get(contested.indicator)
        verdicts = [one for one in state.verdicts.get(stage, {}).values() if one.indicator == contested.indicator]
        return by not in {one.by for one in verdicts} | ({value.by} if value and value.basis != "rules" else set())

    # -- giving commands -------------------------------------------------------------------------------------------

    def give(self, data: st.DataObject, may: Callable[[str], bool], command: Callable[[str], Any]) -> str | None:
        """Have somebody give a command; return who did, None where it was refused.

        It is somebody who may, or whose role allows it and something else does not, or anybody.
        Whoever may not is refused and leaves no trace. Whoever may is never told that they may not: other reasons
        against it are told by another test.
        """
        able = [actor for actor in ACTORS if may(actor)]
        self.by_role_alone = True
        nearly = [actor for actor in ACTORS if actor not in able and may(actor)]
        self.by_role_alone = False
        by = data.draw(st.sampled_from(data.draw(st.sampled_from([able or ACTORS, nearly or able or ACTORS, ACTORS]))))
        before = self.spbe.ledger.checkpoint("x")
        _, error = attempt(lambda: command(by))
        assert not isinstance(error, NotPermittedError) or by not in able, (by, error)
        assert error is not None or by in able, by
        if error is not None:
            assert self.spbe.ledger.checkpoint("x").root == before.root
        return by if error is None else None

    @initialize(helped=st.booleans())
    def employ(self, helped: bool) -> None:
        people = self.spbe.people
        people.appoint("determiner", actor="root", name="Nama root")
        self.people["root"] = Person(held={("determiner", None)})
        for unit in UNITS:
            people.register_unit("kota-a", unit, name=unit, by="root")
        self.give_role("koor", "coordinator", "kota-a", None, "root")
        self.give_role("p1", "data-entry", "kota-a", None, "koor")
        self.give_role("p1", "internal-assessor", "kota-a", None, "koor")
        self.give_role("p2", "respondent", "kota-a", "dinas", "koor")
        self.give_role("p3", "external-assessor", "univ", None, "root")
        for evaluation in EVALUATIONS[:2]:
            self.spbe.open_evaluation(evaluation, agency_name="Kota", by="koor")
            self.documents[evaluation] = []
        self.begin(*EVALUATIONS[:2], helped=helped)

    def begin(self, last: str, now: str, *, helped: bool) -> None:
        """Bring last year's evaluation to an objection that waits for its answer, and carry its evidence over.

        So everybody has something to judge from the start: what they had a part in, and what they had not.
        """
        spbe = self.spbe
        spbe.submit_evidence(last, BytesIO(b"x"), indicators=["1"], by="p1")
        spbe.carry_over_evidence(now, f"{last}#E1", by="koor")
        self.documents[last].append(Document(b"x", {"1"}, "p1", {"p1"}))
        self.documents[now].append(Document(b"x", {"1"}, "koor", {"koor"}, last))
        spbe.submit_evidence(now, BytesIO(b"y"), indicators=["2"], by="koor")
        self.documents[now].append(Document(b"y", {"2"}, "koor", {"koor"}))
        if helped:
            spbe.cover_with_evidence(now, "E2", indicators=["1"], by="p1")
            self.documents[now][-1] = Document(b"y", {"1", "2"}, "koor", {"koor", "p1"})
        spbe.close_stage(last, "self", by="koor")
        spbe.assess(last, {"1": 3}, stage="document", reason="r", by="p3")
        spbe.close_stage(last, "document", by="p3")
        spbe.raise_objection(last, "1", stage="document", reason="r", by="koor")

    def give_role(self, actor: str, role: str, agency: str | None, unit: str | None, by: str) -> None:
        """Appoint somebody, in the store and in the model."""
        self.spbe.people.appoint(role, actor=actor, agency=agency, unit=unit, name=f"Nama {actor}", by=by)
        person = self.people.setdefault(actor, Person())
        person.agency = agency
        person.held.add((role, unit))
        person.served |= {agency} - {None}
        person.units |= {(agency, unit)} if unit else set()

    @rule(
        data=st.data(),
        role=st.sampled_from(list(ROLES.values())),
        actor=st.sampled_from(ACTORS),
        agency=st.sampled_from(AGENCIES) | st.just("kota-a"),
        unit=st.sampled_from(UNITS),
    )
    def appoint(self, data: st.DataObject, role: str, actor: str, agency: str, unit: str) -> None:
        place = None if role in {"determiner", "auditor"} and agency == "univ" else agency
        held = (role, unit if role == "respondent" else None)

        def may(by: str) -> bool:
            known = self.people.get(actor, Person())
            again = place == known.agency and held in known.held
            return self.gives(by, role, place) and not known.erased and (by != actor or again)

        self.give(data, may, lambda by: self.give_role(actor, role, place, held[1], by))

    @precondition(lambda self: self.spbe.people.may("root", "appoint", kind="determiner"))
    @rule(
        actor=st.sampled_from(ACTORS[1:]),
        role=st.sampled_from(["external-assessor", "determiner", "internal-assessor"]),
        agency=st.sampled_from(["univ", "kota-a", "kota-b"]),
    )
    def change_sides(self, actor: str, role: str, agency: str) -> None:
        """Somebody moves on to another side, which those who may see to; what they did before goes with them."""
        person = self.people.get(actor, Person())
        if not person.erased:
            if person.held:
                self.spbe.people.dismiss(actor, reason="pindah", by="root")
                person.held = set()
            self.give_role(actor, role, None if (role, agency) == ("determiner", "univ") else agency, None, "root")

    @rule(data=st.data(), actor=st.sampled_from(ACTORS), role=st.none() | st.sampled_from(list(ROLES.values())))
    def dismiss(self, data: st.DataObject, actor: str, role: str | None) -> None:
        person = self.people.get(actor, Person())
        ending = {held for held, _ in person.held if role in {None, held}} or {held for held, _ in person.held}

        def may(by: str) -> bool:
            return all(self.gives(by, one, person.agency) for one in ending)

        if self.give(data, may, lambda by: self.spbe.people.dismiss(actor, role=role, reason="r", by=by)):
            person.held = {(held, unit) for held, unit in person.held if role not in {None, held}}

    @precondition(lambda self: len(self.people) > 5)
    @rule(data=st.data(), actor=st.sampled_from(ACTORS))
    def erase(self, data: st.DataObject, actor: str) -> None:
        person = self.people.get(actor, Person())

        def may(by: str) -> bool:
            roles = [held for held, _ in person.held]
            return self.holds(by, "erase-person", person.agency) and all(
                self.gives(by, one, person.agency) for one in roles
            )

        if data.draw(st.integers(0, 2)) == 0 and self.give(
            data, may, lambda by: self.spbe.people.erase(actor, ground="g", by=by)
        ):
            person.erased, person.held = True, set()
            self.checkpoints.append(self.spbe.ledger.checkpoint("x"))

    @rule(data=st.data(), agency=st.sampled_from(AGENCIES[:2]), unit=st.sampled_from(UNITS), closes=st.booleans())
    def change_units(self, data: st.DataObject, agency: str, unit: str, closes: bool) -> None:
        def command(by: str) -> object:
            if closes:
                return self.spbe.people.close_unit(agency, unit, reason="r", by=by)
            return self.spbe.people.register_unit(agency, unit, name=unit, by=by)

        name = "close-unit" if closes else "register-unit"
        self.give(data, lambda by: self.holds(by, name, agency), command)

    @precondition(lambda self: len(self.documents) < len(EVALUATIONS))
    @rule(data=st.data(), evaluation=st.sampled_from(EVALUATIONS))
    def open(self, data: st.DataObject, evaluation: str) -> None:
        agency = evaluation.partition("/")[0]
        command = partial(self.spbe.open_evaluation, evaluation, agency_name="Kota")
        if self.give(data, lambda by: self.holds(by, "open-evaluation", agency), lambda by: command(by=by)):
            self.documents[evaluation] = []

    @rule(data=st.data(), indicator=st.sampled_from(INDICATORS), units=st.sets(st.sampled_from(UNITS), max_size=2))
    def assign(self, data: st.DataObject, indicator: str, units: set[str]) -> None:
        evaluation = self.an_evaluation(data)

        def command(by: str) -> Evaluation:
            task = WorkAssignment(subject=indicator, units=tuple(sorted(units)), reason="r")
            return self.spbe.assign_work(evaluation, [task], by=by)

        if self.give(data, lambda by: self.may(by, "assign-work", evaluation), command):
            self.tasks[evaluation, indicator] = units

    @rule(data=st.data(), content=st.sampled_from([b"x", b"y"]), indicator=st.sampled_from(INDICATORS))
    def submit(self, data: st.DataObject, content: bytes, indicator: str) -> None:
        evaluation = self.an_evaluation(data)
        documents = self.documents[evaluation]
        replaced = data.draw(st.none() | st.sampled_from(range(len(documents)))) if documents else None
        about = {indicator} | (set() if replaced is None else documents[replaced].indicators)

        def may(by: str) -> bool:
            return self.may(by, "submit-evidence", evaluation, about, () if replaced is None else (replaced,))

        def command(by: str) -> Evaluation:
            supersedes = None if replaced is None else f"E{replaced + 1}"
            source = BytesIO(content)
            return self.spbe.submit_evidence(evaluation, source, indicators=[indicator], supersedes=supersedes, by=by)

        if by := self.give(data, may, command):
            documents.append(Document(content, {indicator}, by, {by}))

    @precondition(lambda self: any(self.documents.values()))
    @rule(data=st.data(), withdraws=st.sampled_from([False, False, True]), indicator=st.sampled_from(INDICATORS))
    def withdraw_or_cover(self, data: st.DataObject, withdraws: bool, indicator: str) -> None:
        evaluation = self.an_evaluation(data, with_documents=True)
        place = data.draw(st.sampled_from(range(len(self.documents[evaluation]))))
        document = self.documents[evaluation][place]

        def may(by: str) -> bool:
            if withdraws:
                return self.may(by, "withdraw-evidence", evaluation, document.indicators, (place,))
            return self.may(by, "cover-evidence", evaluation, {indicator})

        def command(by: str) -> Evaluation:
            if withdraws:
                return self.spbe.withdraw_evidence(evaluation, f"E{place + 1}", reason="r", by=by)
            return self.spbe.cover_with_evidence(evaluation, f"E{place + 1}", indicators=[indicator], by=by)

        by = self.give(data, may, command)
        if by and not withdraws and indicator not in document.indicators:
            document.indicators.add(indicator)
            document.parts.add(by)

    @precondition(lambda self: self.documents.get("kota-a/2030") or self.documents.get("kota-a/2031"))
    @rule(data=st.data())
    def carry_over(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from([one for one in EVALUATIONS[:2] if self.documents.get(one)]))
        later = [one for one in EVALUATIONS[1:3] if one > source and one in self.documents]
        place = data.draw(st.sampled_from(range(len(self.documents[source]))))
        document = self.documents[source][place]
        for evaluation in later[:1]:
            command = partial(self.spbe.carry_over_evidence, evaluation, f"{source}#E{place + 1}")
            may = partial(
                self.may, command="carry-over-evidence", evaluation=evaluation, indicators=document.indicators
            )
            if by := self.give(data, may, lambda by, command=command: command(by=by)):
                carried = Document(document.content, set(document.indicators), by, {by}, source)
                self.documents[evaluation].append(carried)

    @rule(data=st.data(), stage=st.sampled_from(STAGES), indicator=st.sampled_from(INDICATORS))
    def assess(self, data: st.DataObject, stage: str, indicator: str) -> None:
        evaluation = self.an_evaluation(data)
        command = partial(self.spbe.assess, evaluation, {indicator: 3}, stage=stage, reason="r")
        may = partial(self.may, command=f"assess {stage}", evaluation=evaluation, indicators={indicator})
        self.give(data, may, lambda by: command(by=by))

    @rule(data=st.data(), stage=st.sampled_from(["self", "self", "document"]), indicator=st.sampled_from(INDICATORS))
    def judge(self, data: st.DataObject, stage: str, indicator: str) -> None:
        evaluation = self.an_evaluation(data)
        verdict = ItemVerdict(item=f"I{indicator}-L1-01", verdict="accepted")
        command = partial(self.spbe.judge_items, evaluation, [verdict], stage=stage)
        may = partial(self.may, command=f"judge-items {stage}", evaluation=evaluation, indicators={indicator})
        self.give(data, may, lambda by: command(by=by))

    @rule(
        data=st.data(), stage=st.sampled_from(STAGES), what=st.sampled_from(["close", "close", "reopen", "determine"])
    )
    def proceed(self, data: st.DataObject, stage: str, what: str) -> None:
        evaluation = self.an_evaluation(data)
        commands: dict[str, tuple[str, Callable[..., Evaluation]]] = {
            "close": (f"close-stage {stage}", partial(self.spbe.close_stage, evaluation, stage)),
            "reopen": ("reopen", partial(self.spbe.reopen, evaluation, stage, reason="r")),
            "determine": ("determine", partial(self.spbe.determine, evaluation, decree="SK")),
        }
        name, command = commands[what]
        self.give(data, partial(self.may, command=name, evaluation=evaluation), lambda by: command(by=by))

    @rule(data=st.data(), stage=st.sampled_from(STAGES))
    def object_to(self, data: st.DataObject, stage: str) -> None:
        evaluation = self.an_evaluation(data)
        command = partial(self.spbe.raise_objection, evaluation, "1", stage=stage, reason="r")
        may = partial(self.may, command="raise-objection", evaluation=evaluation)
        self.give(data, may, lambda by: command(by=by))

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        waiting = [(one, waits.id) for one in self.documents for waits in self.spbe.evaluation(one).unanswered()]
        for evaluation, objection in [data.draw(st.sampled_from(waiting))] if waiting else []:
            command = partial(self.spbe.answer_objection, evaluation, objection, "denied", reason="r")
            may = partial(self.may_answer, evaluation=evaluation, objection=objection)
            self.give(data, may, lambda by, command=command: command(by=by))

    def an_evaluation(self, data: st.DataObject, *, with_documents: bool = False) -> str:
        """Choose one that is open."""
        return data.draw(st.sampled_from([one for one, held in self.documents.items() if held or not with_documents]))

    # -- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def everybody_is_who_they_are(self) -> None:
        """Roles are those of the model, and of who was erased no name is left."""
        actors = {one.id: one for one in self.spbe.people.actors()}
        assert {name: {(one.role, one.unit) for one in actor.appointments} for name, actor in actors.items()} == {
            name: person.held for name, person in self.people.items()
        }
        named = {name: person.name for name, person in self.spbe.people.directory().items()}
        assert named == {name: f"Nama {name}" for name, person in self.people.items() if not person.erased}

    def teardown(self) -> None:
        """Everything that was recorded passes an audit, and every checkpoint verifies."""
        assert self.spbe.audit().differences == ()
        for checkpoint in [*self.checkpoints[-2:], self.spbe.ledger.checkpoint("x")]:
            assert self.spbe.ledger.verify(checkpoint).differences == ()


TestPeopleMachine = PeopleMachine.TestCase
TestPeopleMachine.settings = settings(stateful_step_count=60, max_examples=settings.default.max_examples // 2)


def test_whole_lives_pass_an_audit() -> None:
    """What people do from the opening to a second determination was permitted to each of them."""
    for seed in range(5):
        desk = sit_down(None)
        agency = evaluation_of(seed).partition("/")[0]
        employ(desk.spbe, agency)
        staffed = cast("Any", Staffed(desk.spbe))
        for step in life(seed):
            step(type(desk)(staffed, desk.clock, None))

        assert len(desk.spbe.history(evaluation_of(seed))) > 10
        assert desk.spbe.audit().findings == ()
