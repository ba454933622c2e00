"""Who owes what: how far a task is, when it is late, and that the board counts what the worklists list."""

from collections import UserDict
from collections.abc import ValuesView
from datetime import UTC, date, datetime, timedelta
from typing import Final

import attrs
import pytest
from arrangements import judged_edition, rulebook_of
from hypothesis import given
from hypothesis import strategies as st

from spbe_core.evaluation.commands import (
    AssignWork,
    Command,
    CoverWithEvidence,
    JudgeItems,
    OpenEvaluation,
    SubmitEvidence,
    WithdrawEvidence,
)
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.standing import item_standings, standing_documents
from spbe_core.evaluation.state import Evaluation
from spbe_core.evaluation.worklist import TASK_STATES, TaskLine, board, worklist
from spbe_core.model.document import DocumentFacts
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.evidence import Evidence
from spbe_core.model.verdict import VERDICT_KINDS, ItemVerdict, VerdictKind
from spbe_core.service.judge_items import judging
from spbe_core.service.status import status_of

EDITION: Final = judged_edition()
RULEBOOK: Final = rulebook_of(EDITION)
ITEMS: Final = tuple(item.id for item in EDITION.items)
OPEN: Final = OpenEvaluation(id=EvaluationId("kota-a", 2030), agency_name="Kota A", edition=EDITION, process="penuh")
TODAY: Final = date(2030, 6, 30)
UNITS: Final = ("dinas-a", "dinas-b", "dinas-c")

Step = Command | tuple[str, VerdictKind]
"""A command, or an item with a verdict on what stands for it at that moment."""


def submit(
    *indicators: str, items: tuple[str, ...] = (), expires: date | None = None, supersedes: str | None = None
) -> SubmitEvidence:
    return SubmitEvidence(
        title="SK",
        file_name="sk.pdf",
        digest=f"sha256:{'0' * 64}",
        size=3,
        indicators=indicators,
        items=items,
        document=DocumentFacts(expires=expires),
        supersedes=supersedes,
    )


def assign(subject: str = "1", *units: str, deadline: date | None = None) -> AssignWork:
    indicator, item = EDITION.indicator_or_item(subject)
    named = units or UNITS[:1]
    return AssignWork(indicator=indicator, item=item, units=named, responsible=None, deadline=deadline, reason="r")


def judge(evaluation: Evaluation, item: str, kind: VerdictKind) -> JudgeItems:
    code = "" if kind == "accepted" else "incomplete"
    return judging(evaluation, EDITION, "self", (ItemVerdict(item=item, verdict=kind, code=code, reason="r"),))


def after(*steps: Step) -> Evaluation:
    """Return the state that steps lead to, each a second after the one before."""
    at = datetime(2030, 1, 1, tzinfo=UTC)
    state = fold(decide(None, OPEN, Mark(at, "a")))
    assert state is not None
    for step in steps:
        at += timedelta(seconds=1)
        command = judge(state, *step) if isinstance(step, tuple) else step
        state = fold(decide(state, command, Mark(at, "a")), state)
        assert state is not None
    return state


def listed(state: Evaluation, today: date = TODAY) -> tuple[TaskLine, ...]:
    return worklist(state, EDITION, item_standings(state, EDITION), standing_documents(state, EDITION), today)


def of_unit(state: Evaluation, unit: str) -> tuple[TaskLine, ...]:
    return tuple(one for one in listed(state) if unit in one.units)


def line(*steps: Step, today: date = TODAY) -> TaskLine:
    (only,) = listed(after(*steps), today)
    return only


EXPIRED: Final = TODAY - timedelta(days=1)
EXAMPLES: Final[dict[str, tuple[list[Step], str]]] = {
    "nothing yet": ([assign()], "owed"),
    "evidence for another indicator": ([assign(), submit("2")], "owed"),
    "evidence": ([assign(), submit("1")], "submitted"),
    "evidence that covers it later": (
        [assign(), submit("2"), CoverWithEvidence(evidence="E1", indicators=("1",), items=())],
        "submitted",
    ),
    "expired evidence": ([assign(), submit("1", expires=EXPIRED)], "owed"),
    "evidence that ends today": ([assign(), submit("1", expires=TODAY)], "submitted"),
    "withdrawn evidence": ([assign(), submit("1"), WithdrawEvidence(evidence="E1", reason="r")], "owed"),
    "accepted": ([assign(), submit("1"), ("I1-L1-01", "accepted")], "accepted"),
    "accepted, and expired since": ([assign(), submit("1", expires=EXPIRED), ("I1-L1-01", "accepted")], "owed"),
    "to revise": ([assign(), submit("1"), ("I1-L1-01", "accepted"), ("I1-L2-01", "revise")], "to-revise"),
    "to revise without evidence": ([assign(), ("I1-L1-01", "revise")], "to-revise"),
    "revised": ([assign(), submit("1"), ("I1-L1-01", "revise"), submit("1", supersedes="E1")], "submitted"),
    "revised for another item": (
        [assign(), submit("1"), ("I1-L1-01", "revise"), submit("1", items=("I1-L2-01",))],
        "to-revise",
    ),
    "revised and accepted": (
        [assign(), submit("1"), ("I1-L1-01", "revise"), submit("1"), ("I1-L1-01", "accepted")],
        "accepted",
    ),
    "rejected": ([assign(), submit("1"), ("I1-L1-01", "rejected")], "rejected"),
    "more after an acceptance": ([assign(), submit("1"), ("I1-L1-01", "accepted"), submit("1")], "submitted"),
    "an item": ([assign("I1-L2-01"), submit("1", items=("I1-L1-01",))], "owed"),
    "an item, its own evidence": ([assign("I1-L2-01"), submit("1", items=("I1-L2-01",))], "submitted"),
    "an item, evidence of the whole": ([assign("I1-L2-01"), submit("1")], "submitted"),
    "an item another of which is to revise": (
        [assign("I1-L2-01"), submit("1"), ("I1-L1-01", "revise"), ("I1-L2-01", "accepted")],
        "accepted",
    ),
    "an item below which one was rejected": (
        [assign("I1-L2-01"), submit("1"), ("I1-L2-01", "accepted"), ("I1-L1-01", "rejected")],
        "rejected",
    ),
}


@pytest.mark.parametrize(("steps", "state"), EXAMPLES.values(), ids=EXAMPLES)
def test_how_far_a_task_is(steps: list[Step], state: str) -> None:
    """From owed over submitted to accepted, and back where better evidence is asked for."""
    assert line(*steps).state == state


@pytest.mark.parametrize(("steps", "state"), EXAMPLES.values(), ids=EXAMPLES)
@pytest.mark.parametrize(("days", "over"), [(-1, True), (0, False), (1, False)])
def test_a_task_is_late_only_while_its_unit_must_act(steps: list[Step], state: str, days: int, over: bool) -> None:
    """The day of the deadline itself is in time; who waits for the assessor is not late."""
    first, *rest = steps
    assert isinstance(first, AssignWork)
    found = line(attrs.evolve(first, deadline=TODAY + timedelta(days=days)), *rest)

    assert found.late == (over and state in {"owed", "to-revise"})


def test_a_task_names_what_stands_and_what_is_wanted() -> None:
    """Its valid documents and the items that want better ones."""
    found = line(assign(), submit("1"), submit("1", expires=EXPIRED), ("I1-L1-01", "revise"), ("I1-L2-01", "revise"))

    assert (found.evidence, found.to_revise) == (("E1",), ("I1-L1-01", "I1-L2-01"))


def test_a_shared_task_is_on_every_units_list_and_one_answers() -> None:
    """Each unit sees it, with the same responsible unit."""
    state = after(assign("1", "dinas-b", "dinas-a"), assign("2", "dinas-a"))

    assert [one.indicator for one in of_unit(state, "dinas-a")] == ["1", "2"]
    assert [one.indicator for one in of_unit(state, "dinas-b")] == ["1"]
    assert of_unit(state, "dinas-c") == ()
    assert {one.responsible for one in listed(state) if one.indicator == "1"} == {"dinas-b"}


def test_reassigning_moves_the_task() -> None:
    """It leaves the one list and is on the other, as far as it was."""
    state = after(assign("1", "dinas-a"), submit("1"), assign("1", "dinas-b"))

    assert of_unit(state, "dinas-a") == ()
    assert [one.state for one in of_unit(state, "dinas-b")] == ["submitted"]


subjects = st.sampled_from(["1", "2", "3", "4", *ITEMS])
steps_of_work: st.SearchStrategy[list[Step]] = st.lists(
    st.builds(
        lambda subject, units, days: assign(subject, *units, deadline=TODAY + timedelta(days=days)),
        subjects,
        st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True),
        st.integers(-3, 3),
    )
    | st.builds(
        lambda one, days: submit(one, expires=TODAY + timedelta(days=days)), st.sampled_from("1234"), st.integers(-2, 2)
    )
    | st.tuples(st.sampled_from(ITEMS), st.sampled_from(VERDICT_KINDS)),
    max_size=15,
)


@given(steps_of_work)
def test_the_board_counts_what_the_worklists_list(steps: list[Step]) -> None:
    """Every unit's line sums to its list, and every task is on the list of each of its units."""
    state = after(*steps)
    lines = listed(state)
    for one in board(lines):
        own = of_unit(state, one.unit)

        assert list(one.counts) == list(TASK_STATES)
        assert sum(one.counts.values()) == len(own) > 0
        assert one.late == sum(task.late for task in own)
        assert own == tuple(task for task in lines if one.unit in task.units)
    assert {one.unit for one in board(lines)} == {unit for task in lines for unit in task.units}
    assert {(task.indicator, task.item) for task in lines} == set(state.assignments)


@given(steps_of_work)
def test_what_a_task_says_holds(steps: list[Step]) -> None:
    """Its evidence is valid, owing means having none, and late means that hands are wanted."""
    state = after(*steps)
    for task in listed(state):
        assert all(state.evidence[one].valid_on(TODAY) for one in task.evidence)
        assert (task.state == "to-revise") == bool(task.to_revise)
        assert task.state != "owed" or not task.evidence
        assert task.state not in {"submitted", "rejected", "accepted"} or task.evidence
        assert not task.late or (task.state in {"owed", "to-revise"} and task.deadline is not None)


class Counted(UserDict[str, Evidence]):
    """Documents that count how often somebody goes through all of them."""

    passes = 0

    def values(self) -> ValuesView[Evidence]:
        self.passes += 1
        return super().values()


def test_the_documents_are_gone_through_three_times_however_many_the_tasks() -> None:
    """For the tasks, the card and what expired; once for every task would take minutes where there are thousands."""
    judged: list[Step] = [(item, "revise") for item in ITEMS]
    state = after(*(assign(one) for one in ("1", "2", *ITEMS)), submit("1"), submit("2"), *judged, submit("1"))
    documents = Counted(state.evidence)
    found = status_of(attrs.evolve(state, evidence=documents), EDITION, RULEBOOK, TODAY)

    assert found.tasks == listed(state)
    assert (len(found.tasks), documents.passes) == (len(ITEMS) + 2, 3)


@given(steps_of_work)
def test_better_evidence_settles_what_was_to_be_revised(steps: list[Step]) -> None:
    """Whatever came before, documents for every indicator leave nothing to revise."""
    state = after(*steps, *(submit(one) for one in "1234"))

    assert all(task.state != "to-revise" for task in listed(state))
