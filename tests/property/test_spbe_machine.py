"""Random commands against a store on disk and against a model of a few dozen lines, which must always agree."""

import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, cast, get_args

from arrangements import Ticking, attempt, code_of, indices_by_formula, judged_edition, ladder_rulebook
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from staff import Staffed, employ

from spbe_core import Evaluation, Spbe
from spbe_core.events.objection import Outcome as Answer
from spbe_core.model.verdict import VERDICT_KINDS, ItemVerdict, VerdictKind
from spbe_core.service.assign_work import WorkAssignment

EDITION = judged_edition()
RULEBOOK = ladder_rulebook(EDITION)
EVALUATIONS = ("kota-a/2030", "kota-a/2031")
STAGES = ("self", "document", "visitation", "interview")
INDICATORS = tuple(leaf.id for leaf in EDITION.indicators)
ITEMS = tuple(item.id for item in EDITION.items)
SUBJECTS = ("1", "4", "I1-L1-01", "I3-L1-01")
DOCUMENTS = ("E1", "E2", "E3")
Outcome = tuple[Fraction | None, str | None]


@dataclass
class Model:
    """One evaluation, as the documentation describes it."""

    year: int
    stages: tuple[str, ...]
    events: int = 1
    evidence: dict[str, str] = field(default_factory=dict)
    covers: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    by_rules: set[tuple[str, str]] = field(default_factory=set)
    verdicts: dict[str, dict[str, str]] = field(default_factory=dict)
    tasks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    objections: dict[str, tuple[str, str, str | None]] = field(default_factory=dict)
    closed: dict[str, Outcome] = field(default_factory=dict)
    result: tuple[str, Outcome] | None = None
    shown: Outcome = (None, None)
    cards: int = 0

    def latest(self, upto: str | None = None) -> dict[str, tuple[str, Fraction | None]]:
        """Return indicator -> stage its value is of and the value; None where it is what the verdicts make it."""
        last = len(self.stages) if upto is None else self.stages.index(upto) + 1
        found: dict[str, tuple[str, Fraction | None]] = {}
        for stage in self.stages[:last]:
            found |= {EDITION.item(item).indicator: (stage, None) for item in self.verdicts.get(stage, {})}
            given = self.values.get(stage, {})
            found |= {name: (stage, given[name]) for name in given if (stage, name) not in self.by_rules}
        return found

    def by_verdicts(self, indicator: str, upto: str | None = None) -> Fraction:
        """Return one below the first level with an item that is not accepted, and the accepted share of that level."""
        last = len(self.stages) if upto is None else self.stages.index(upto) + 1
        accepted = {
            item
            for item in ITEMS
            if [given[item] for stage in self.stages[:last] if item in (given := self.verdicts.get(stage, {}))][-1:]
            == ["accepted"]
        }
        for level in range(1, 6):
            asked = [item.id for item in EDITION.items_of(indicator) if item.level == level]
            if not accepted.issuperset(asked):
                floor = max(1, level - 1)
                return floor + Fraction(len(accepted.intersection(asked)) * (level - floor), len(asked))
        return Fraction(5)

    def outcome(self, upto: str | None = None) -> Outcome:
        """Return exact index and grade of the latest values, None each while one is missing."""
        latest = self.latest(upto)
        if latest.keys() != set(INDICATORS):
            return None, None
        values = {name: self.by_verdicts(name, upto) if value is None else value for name, (_, value) in latest.items()}
        _, index = indices_by_formula(EDITION, values)
        number = Fraction(int(index * 100 + Fraction(1, 2)), 100) if self.year == 2031 else index
        return index, "Tinggi" if number >= Fraction("3.5") else "Sedang" if number >= Fraction("1.8") else "Rendah"

    def enter(self, covers: set[str]) -> None:
        """Take a document in."""
        name = f"E{len(self.evidence) + 1}"
        self.evidence[name], self.covers[name] = "stands", covers
        self.events += 1

    def refuses_stage(self, stage: str) -> str | None:
        """Return why nothing can be done at a stage, None where it is open."""
        if self.result is not None:
            return "already-determined"
        if stage not in self.stages:
            return "unknown-stage"
        if stage in self.closed:
            return "stage-closed"
        waiting = [one for one in self.stages[: self.stages.index(stage)] if one != "visitation"]
        return None if all(one in self.closed for one in waiting) else "stage-not-reached"

    def refuses_determination(self) -> str | None:
        """Return why the result cannot be determined, None where it can."""
        if self.result is not None:
            return "already-determined"
        open_stages = [one for one in self.stages if one not in self.closed]
        if any(one != "visitation" or self.values.get(one) or self.verdicts.get(one) for one in open_stages):
            return "stages-not-closed"
        if any(answer is None for _, _, answer in self.objections.values()):
            return "objections-unanswered"
        return "card-incomplete" if self.outcome()[0] is None else None

    def refuses_evidence(self, evidence: str | None) -> str | None:
        """Return why a document cannot be changed, None where it can or none is named."""
        if self.result is not None:
            return "already-determined"
        if evidence is None or self.evidence.get(evidence) == "stands":
            return None
        return "evidence-gone" if evidence in self.evidence else "unknown-evidence"


def seen(state: Evaluation | Model) -> dict[str, Any]:
    """Return what an evaluation and its model can both say."""
    if isinstance(state, Model):
        return {
            "events": state.events,
            "evidence": state.evidence,
            "covers": state.covers,
            "values": {stage: given for stage, given in state.values.items() if given},
            "verdicts": {stage: given for stage, given in state.verdicts.items() if given},
            "tasks": state.tasks,
            "objections": {name: answer for name, (_, _, answer) in state.objections.items()},
            "closed": state.closed,
            "result": state.result,
        }

    def outcome(card: Any) -> Outcome:
        return None if card.index is None else Fraction(card.index), card.grade

    standing = {True: "stands", False: "gone"}
    return {
        "events": state.version,
        "evidence": {one.id: standing[one.stands] for one in state.evidence.values()},
        "covers": {one.id: {*one.indicators, *one.items} for one in state.evidence.values()},
        "values": {
            stage: {name: Fraction(one.value) for name, one in given.items()} for stage, given in state.scores.items()
        },
        "verdicts": {
            stage: {item: one.verdict for item, one in given.items()} for stage, given in state.verdicts.items()
        },
        "tasks": {item or indicator: one.units for (indicator, item), one in state.assignments.items()},
        "objections": {one.id: one.answer and one.answer.outcome for one in state.objections.values()},
        "closed": {stage: outcome(card) for stage, card in state.closed.items()},
        "result": None if state.result is None else (state.result.decree, outcome(state.result.card)),
    }


class SpbeMachine(RuleBasedStateMachine):
    """Every command in any order, the store closed and opened again at random, with people in it or without."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Ticking()
        self.staffed = False
        self.spbe = self.opened(create=True)
        self.models: dict[str, Model] = {}
        self.past: list[tuple[str, datetime, dict[str, Any]]] = []

    def opened(self, *, create: bool = False) -> Spbe:
        spbe = self.opened_by_nobody(create=create)
        return cast("Spbe", Staffed(spbe)) if self.staffed else spbe

    def opened_by_nobody(self, *, create: bool) -> Spbe:
        return Spbe.open(self.folder / "spbe.db", create=create, rulebook=RULEBOOK, clock=self.clock)

    def teardown(self) -> None:
        try:
            self.rebuild_is_clean()
        finally:
            self.spbe.close()
            shutil.rmtree(self.folder)

    def give(
        self, evaluation: str, expected: str | None, command: Callable[[], Evaluation], effect: Callable[[], None]
    ) -> bool:
        """Give a command, expect its refusal or its effect on the model, and say whether something happened."""
        state, error = attempt(command)
        assert code_of(error) == expected
        if state is None:
            return False
        effect()
        model = self.models[evaluation]
        assert seen(state) == seen(model)
        self.past.append((evaluation, self.clock.now, deepcopy(seen(model))))
        return True

    def refusal(self, evaluation: str, of_model: Callable[[Model], str | None]) -> str | None:
        """Return what a command must be refused with; an evaluation that was never opened refuses everything."""
        model = self.models.get(evaluation)
        return "evaluation-unknown" if model is None else of_model(model)

    @initialize(process=st.sampled_from(["pendek", "penuh"]), staffed=st.booleans())
    def open_first(self, process: str, staffed: bool) -> None:
        if staffed:
            employ(self.spbe, "kota-a", ("dinas-a", "dinas-b"))
            self.staffed, self.spbe = staffed, cast("Spbe", Staffed(self.spbe))
        self.open(EVALUATIONS[0], process)

    @rule(evaluation=st.sampled_from(EVALUATIONS), process=st.sampled_from(["pendek", "penuh"]))
    def open(self, evaluation: str, process: str) -> None:
        def command() -> Evaluation:
            return self.spbe.open_evaluation(evaluation, agency_name="Kota", process=process)

        def effect() -> None:
            self.models[evaluation] = Model(int(evaluation[-4:]), EDITION.process(process).stages)

        self.give(evaluation, "evaluation-already-open" if evaluation in self.models else None, command, effect)

    @rule(
        evaluation=st.sampled_from(EVALUATIONS),
        content=st.binary(min_size=1, max_size=3),
        indicators=st.sets(st.sampled_from(INDICATORS), min_size=1),
        supersedes=st.none() | st.sampled_from(DOCUMENTS),
    )
    def submit(self, evaluation: str, content: bytes, indicators: set[str], supersedes: str | None) -> None:
        def command() -> Evaluation:
            return self.spbe.submit_evidence(evaluation, BytesIO(content), indicators=indicators, supersedes=supersedes)

        def effect() -> None:
            model = self.models[evaluation]
            model.enter(indicators)
            if supersedes is not None:
                model.evidence[supersedes] = "gone"
                model.events += 1

        expected = self.refusal(evaluation, lambda model: model.refuses_evidence(supersedes))
        if self.give(evaluation, expected, command, effect):
            newest = list(self.spbe.evaluation(evaluation).evidence.values())[-1]
            assert set(newest.indicators) == indicators
            with self.spbe.evidence_content(newest.digest) as stored:
                assert stored.read() == content

    @rule(evaluation=st.sampled_from(EVALUATIONS), evidence=st.sampled_from(DOCUMENTS))
    def withdraw(self, evaluation: str, evidence: str) -> None:
        def command() -> Evaluation:
            return self.spbe.withdraw_evidence(evaluation, evidence, reason="salah berkas")

        def effect() -> None:
            self.models[evaluation].evidence[evidence] = "gone"
            self.models[evaluation].events += 1

        self.give(evaluation, self.refusal(evaluation, lambda model: model.refuses_evidence(evidence)), command, effect)

    @rule(
        evaluation=st.sampled_from(EVALUATIONS),
        stage=st.sampled_from(STAGES),
        values=st.dictionaries(st.sampled_from(INDICATORS), st.integers(1, 5))
        | st.fixed_dictionaries({name: st.integers(1, 5) for name in INDICATORS}),
    )
    def assess(self, evaluation: str, stage: str, values: dict[str, int]) -> None:
        def command() -> Evaluation:
            return self.spbe.assess(evaluation, values, stage=stage, reason="uji")

        def effect() -> None:
            given = self.models[evaluation].values.setdefault(stage, {})
            given.update({name: Fraction(value) for name, value in values.items()})
            self.models[evaluation].by_rules -= {(stage, name) for name in values}
            self.models[evaluation].events += len(values)

        self.give(evaluation, self.refusal(evaluation, lambda model: model.refuses_stage(stage)), command, effect)

    @rule(
        evaluation=st.sampled_from(EVALUATIONS),
        stage=st.sampled_from(STAGES),
        verdicts=st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(VERDICT_KINDS), max_size=4),
    )
    def judge(self, evaluation: str, stage: str, verdicts: dict[str, VerdictKind]) -> None:
        given = [
            ItemVerdict(item=item, verdict=kind, code="" if kind == "accepted" else "other", reason="uji")
            for item, kind in verdicts.items()
        ]

        def effect() -> None:
            self.models[evaluation].verdicts.setdefault(stage, {}).update(verdicts)
            self.models[evaluation].events += len(verdicts)

        expected = self.refusal(evaluation, lambda model: model.refuses_stage(stage))
        self.give(evaluation, expected, lambda: self.spbe.judge_items(evaluation, given, stage=stage), effect)

    @rule(
        evaluation=st.sampled_from(EVALUATIONS), evidence=st.sampled_from(DOCUMENTS), subject=st.sampled_from(SUBJECTS)
    )
    def cover(self, evaluation: str, evidence: str, subject: str) -> None:
        indicator, item = EDITION.indicator_or_item(subject)
        items = [] if item is None else [item]

        def command() -> Evaluation:
            return self.spbe.cover_with_evidence(evaluation, evidence, indicators=[indicator], items=items)

        def effect() -> None:
            model = self.models[evaluation]
            before, of_indicator = model.covers[evidence], {one.id for one in EDITION.items_of(indicator)}
            if before & of_indicator:
                added = {indicator, *(items or of_indicator)}
            else:
                added = {indicator} if indicator in before else {indicator, *items}  # what is served whole stays so
            model.events += not before.issuperset(added)
            model.covers[evidence] = before | added

        self.give(evaluation, self.refusal(evaluation, lambda model: model.refuses_evidence(evidence)), command, effect)

    @rule(evidence=st.sampled_from(DOCUMENTS))
    def carry_over(self, evidence: str) -> None:
        last_year, evaluation = EVALUATIONS

        def refuses(model: Model) -> str | None:
            standing = {"stands": None, "gone": "evidence-gone"}
            return standing.get(model.evidence.get(evidence, ""), "unknown-evidence")

        def command() -> Evaluation:
            return self.spbe.carry_over_evidence(evaluation, f"{last_year}#{evidence}")

        def effect() -> None:
            self.models[evaluation].enter(self.models[last_year].covers[evidence])

        expected = self.refusal(last_year, refuses) or self.refusal(
            evaluation, lambda model: "already-determined" if model.result is not None else None
        )
        self.give(evaluation, expected, command, effect)

    @rule(
        evaluation=st.sampled_from(EVALUATIONS),
        subject=st.sampled_from(SUBJECTS),
        units=st.lists(st.sampled_from(["dinas-a", "dinas-b"]), max_size=2, unique=True).map(tuple),
    )
    def assign(self, evaluation: str, subject: str, units: tuple[str, ...]) -> None:
        def refuses(model: Model) -> str | None:
            if model.result is not None:
                return "already-determined"
            return None if units or subject in model.tasks else "task-not-assigned"

        def effect() -> None:
            model = self.models[evaluation]
            model.events += model.tasks.get(subject) != units
            model.tasks |= {subject: units}
            if not units:
                del model.tasks[subject]

        def command() -> Evaluation:
            return self.spbe.assign_work(evaluation, [WorkAssignment(subject=subject, units=units, reason="uji")])

        self.give(evaluation, self.refusal(evaluation, refuses), command, effect)

    @rule(evaluation=st.sampled_from(EVALUATIONS), stage=st.sampled_from(STAGES), subject=st.sampled_from(SUBJECTS))
    def object_to(self, evaluation: str, stage: str, subject: str) -> None:
        def refuses(model: Model) -> str | None:
            if stage not in model.closed:
                return "stage-not-closed" if stage in model.stages else "unknown-stage"
            return "objection-already-raised" if (stage, subject, None) in model.objections.values() else None

        def effect() -> None:
            model = self.models[evaluation]
            model.objections[f"O{len(model.objections) + 1}"] = (stage, subject, None)
            model.events += 1

        def command() -> Evaluation:
            return self.spbe.raise_objection(evaluation, subject, stage=stage, reason="keliru")

        self.give(evaluation, self.refusal(evaluation, refuses), command, effect)

    @rule(
        evaluation=st.sampled_from(EVALUATIONS),
        objection=st.sampled_from(["O1", "O2"]),
        outcome=st.sampled_from(get_args(Answer)),
    )
    def answer(self, evaluation: str, objection: str, outcome: Answer) -> None:
        def refuses(model: Model) -> str | None:
            if objection not in model.objections:
                return "unknown-objection"
            return None if model.objections[objection][2] is None else "objection-answered"

        def effect() -> None:
            model = self.models[evaluation]
            model.objections[objection] = (*model.objections[objection][:2], outcome)
            model.events += 1

        def command() -> Evaluation:
            return self.spbe.answer_objection(evaluation, objection, outcome, reason="uji")

        self.give(evaluation, self.refusal(evaluation, refuses), command, effect)

    @rule(evaluation=st.sampled_from(EVALUATIONS), stage=st.sampled_from(STAGES))
    def close_stage(self, evaluation: str, stage: str) -> None:
        def effect() -> None:
            model = self.models[evaluation]
            model.shown = model.closed[stage] = model.outcome(stage)
            given = model.values.setdefault(stage, {})
            for name, source in model.latest(stage).items():
                if source == (stage, None) and given.get(name) != (found := model.by_verdicts(name, stage)):
                    given[name] = found
                    model.by_rules.add((stage, name))
                    model.events += 1
            model.events += 1
            model.cards += 1

        def refuses(model: Model) -> str | None:
            return model.refuses_stage(stage) if stage in model.stages else "unknown-stage"

        expected = self.refusal(evaluation, refuses)
        self.give(evaluation, expected, lambda: self.spbe.close_stage(evaluation, stage), effect)

    @rule(evaluation=st.sampled_from(EVALUATIONS), values=st.lists(st.integers(1, 5), min_size=5, max_size=5))
    def go_through_to_the_end(self, evaluation: str, values: list[int]) -> None:
        """Assess everything, close every stage and answer all, so that results are determined often enough."""
        model = self.models.get(evaluation)
        for stage in () if model is None or model.result is not None else model.stages:
            if stage not in model.closed:
                self.assess(evaluation, stage, dict(zip(INDICATORS, values, strict=True)))
                self.close_stage(evaluation, stage)
                values = [6 - value for value in values]
        for name, (_, _, answer) in {} if model is None else dict(model.objections).items():
            if answer is None:
                self.answer(evaluation, name, "denied")
        self.determine(evaluation)

    @rule(evaluation=st.sampled_from(EVALUATIONS))
    def determine(self, evaluation: str) -> None:
        def effect() -> None:
            model = self.models[evaluation]
            model.shown = model.outcome()
            model.result = ("SK 1", model.shown)
            model.events += 1
            model.cards += 1

        expected = self.refusal(evaluation, Model.refuses_determination)
        self.give(evaluation, expected, lambda: self.spbe.determine(evaluation, decree="SK 1"), effect)

    @rule(evaluation=st.sampled_from(EVALUATIONS), stage=st.sampled_from(STAGES))
    def reopen(self, evaluation: str, stage: str) -> None:
        def refuses(model: Model) -> str | None:
            if stage not in model.stages:
                return "unknown-stage"
            return None if stage in model.closed else "stage-not-closed"

        def effect() -> None:
            model = self.models[evaluation]
            before = model.stages[: model.stages.index(stage)]
            model.closed = {one: card for one, card in model.closed.items() if one in before}
            model.result, model.shown = None, (None, None)
            model.events += 1

        def command() -> Evaluation:
            return self.spbe.reopen(evaluation, stage, reason="sanggah")

        self.give(evaluation, self.refusal(evaluation, refuses), command, effect)

    @precondition(lambda self: any(model.closed for model in self.models.values()))
    @rule(data=st.data())
    def reopen_what_is_closed(self, data: st.DataObject) -> None:
        closed = [(name, stage) for name, model in self.models.items() for stage in model.closed]
        self.reopen(*data.draw(st.sampled_from(closed)))

    @rule()
    def open_the_store_again(self) -> None:
        self.spbe.close()
        self.spbe = self.opened()

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        evaluation, moment, then = data.draw(st.sampled_from(self.past))

        assert seen(self.spbe.evaluation(evaluation, as_of=moment)) == then

    @rule()
    def rebuild_is_clean(self) -> None:
        rebuilt = self.spbe.rebuild()

        assert rebuilt.findings == ()
        assert rebuilt.rows == len(self.models)
        recorded = sum(model.events for model in self.models.values()) + bool(self.models)
        assert rebuilt.events == recorded + len(self.spbe.people.history())

    @invariant()
    def state_and_card_agree(self) -> None:
        for evaluation, model in self.models.items():
            assert seen(self.spbe.evaluation(evaluation)) == seen(model)
            card = self.spbe.card(evaluation)
            assert (card.index, card.grade) == model.outcome()
            assert len(self.spbe.history(evaluation)) == model.events

    @invariant()
    def list_agrees(self) -> None:
        rows = {row.id: row for row in self.spbe.evaluations()}

        assert list(rows) == sorted(self.models)
        for evaluation, model in self.models.items():
            row = rows[evaluation]
            exact = None if row.exact_index is None else Fraction(row.exact_index)
            assert (exact, row.grade) == model.shown
            assert (set(row.closed), row.events) == (set(model.closed), model.events)
            assert row.decree == (None if model.result is None else model.result[0])

    @invariant()
    def audit_is_clean(self) -> None:
        report = self.spbe.audit()

        assert report.differences == ()
        assert report.evaluations == len(self.models)
        assert report.cards == sum(model.cards for model in self.models.values())
        assert report.contents == sum(len(model.evidence) for model in self.models.values())


TestSpbeMachine = SpbeMachine.TestCase
TestSpbeMachine.settings = settings(stateful_step_count=30)
