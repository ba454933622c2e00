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
from typing import Any

from arrangements import Ticking, attempt, code_of, indices_by_formula, rulebook_of, small_edition
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from spbe_core import Evaluation, Spbe

EDITION = small_edition()
RULEBOOK = rulebook_of(EDITION)
EVALUATIONS = ("kota-a/2030", "kota-b/2031")
STAGES = ("self", "document", "visitation", "interview")
INDICATORS = tuple(leaf.id for leaf in EDITION.indicators)
Outcome = tuple[Fraction | None, str | None]


@dataclass
class Model:
    """One evaluation, as the documentation describes it."""

    year: int
    stages: tuple[str, ...]
    events: int = 1
    evidence: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    closed: dict[str, Outcome] = field(default_factory=dict)
    result: tuple[str, Outcome] | None = None
    shown: Outcome = (None, None)
    cards: int = 0

    def outcome(self, upto: str | None = None) -> Outcome:
        """Return exact index and grade of the latest values, None each while one is missing."""
        last = len(self.stages) if upto is None else self.stages.index(upto) + 1
        latest: dict[str, str] = {}
        for stage in self.stages[:last]:
            latest |= self.values.get(stage, {})
        if latest.keys() != set(INDICATORS):
            return None, None
        _, index = indices_by_formula(EDITION, {name: Fraction(value) for name, value in latest.items()})
        number = Fraction(int(index * 100 + Fraction(1, 2)), 100) if self.year == 2031 else index
        return index, "Tinggi" if number >= Fraction("3.5") else "Sedang" if number >= Fraction("1.8") else "Rendah"

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
        if any(one != "visitation" or self.values.get(one) for one in open_stages):
            return "stages-not-closed"
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
            "values": {stage: given for stage, given in state.values.items() if given},
            "closed": state.closed,
            "result": state.result,
        }

    def outcome(card: Any) -> Outcome:
        return None if card.index is None else Fraction(card.index), card.grade

    standing = {True: "stands", False: "gone"}
    return {
        "events": state.version,
        "evidence": {one.id: standing[one.stands] for one in state.evidence.values()},
        "values": {stage: {name: one.value for name, one in given.items()} for stage, given in state.scores.items()},
        "closed": {stage: outcome(card) for stage, card in state.closed.items()},
        "result": None if state.result is None else (state.result.decree, outcome(state.result.card)),
    }


class SpbeMachine(RuleBasedStateMachine):
    """Every command in any order, the store closed and opened again at random."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Ticking()
        self.spbe = self.opened(create=True)
        self.models: dict[str, Model] = {}
        self.past: list[tuple[str, datetime, dict[str, Any]]] = []

    def opened(self, *, create: bool = False) -> Spbe:
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

    @initialize(process=st.sampled_from(["pendek", "penuh"]))
    def open_first(self, process: str) -> None:
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
        content=st.binary(max_size=3),
        indicators=st.sets(st.sampled_from(INDICATORS), min_size=1),
        supersedes=st.none() | st.sampled_from(["E1", "E2", "E3"]),
    )
    def submit(self, evaluation: str, content: bytes, indicators: set[str], supersedes: str | None) -> None:
        def command() -> Evaluation:
            return self.spbe.submit_evidence(evaluation, BytesIO(content), indicators=indicators, supersedes=supersedes)

        def effect() -> None:
            model = self.models[evaluation]
            model.evidence[f"E{len(model.evidence) + 1}"] = "stands"
            model.events += 1
            if supersedes is not None:
                model.evidence[supersedes] = "gone"
                model.events += 1

        expected = self.refusal(evaluation, lambda model: model.refuses_evidence(supersedes))
        if self.give(evaluation, expected, command, effect):
            newest = list(self.spbe.evaluation(evaluation).evidence.values())[-1]
            assert set(newest.indicators) == indicators
            with self.spbe.evidence_content(newest.digest) as stored:
                assert stored.read() == content

    @rule(evaluation=st.sampled_from(EVALUATIONS), evidence=st.sampled_from(["E1", "E2", "E3"]))
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
            given.update({name: str(value) for name, value in values.items()})
            self.models[evaluation].events += len(values)

        self.give(evaluation, self.refusal(evaluation, lambda model: model.refuses_stage(stage)), command, effect)

    @rule(evaluation=st.sampled_from(EVALUATIONS), stage=st.sampled_from(STAGES))
    def close_stage(self, evaluation: str, stage: str) -> None:
        def effect() -> None:
            model = self.models[evaluation]
            model.shown = model.closed[stage] = model.outcome(stage)
            model.events += 1
            model.cards += 1

        def refuses(model: Model) -> str | None:
            return model.refuses_stage(stage) if stage in model.stages else "unknown-stage"

        expected = self.refusal(evaluation, refuses)
        self.give(evaluation, expected, lambda: self.spbe.close_stage(evaluation, stage), effect)

    @rule(evaluation=st.sampled_from(EVALUATIONS), values=st.lists(st.integers(1, 5), min_size=5, max_size=5))
    def go_through_to_the_end(self, evaluation: str, values: list[int]) -> None:
        """Assess everything and close every stage, so that results are determined often enough."""
        model = self.models.get(evaluation)
        for stage in () if model is None or model.result is not None else model.stages:
            if stage not in model.closed:
                self.assess(evaluation, stage, dict(zip(INDICATORS, values, strict=True)))
                self.close_stage(evaluation, stage)
                values = [6 - value for value in values]
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
        assert rebuilt.events == sum(model.events for model in self.models.values()) + bool(self.models)

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

        assert report.findings == ()
        assert report.evaluations == len(self.models)
        assert report.cards == sum(model.cards for model in self.models.values())
        assert report.contents == sum(len(model.evidence) for model in self.models.values())


TestSpbeMachine = SpbeMachine.TestCase
TestSpbeMachine.settings = settings(stateful_step_count=30)
