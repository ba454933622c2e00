"""Who owes what: the tasks of units, and how far each is. Pure: evaluation, edition and day in, lines out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal, get_args

import attrs

from spbe_core.evaluation.standing import ItemStanding
from spbe_core.evaluation.state import Assignment, Evaluation, Task
from spbe_core.model.edition import Edition, Item
from spbe_core.model.evidence import Evidence

TaskState = Literal["to-revise", "owed", "submitted", "rejected", "accepted"]
TASK_STATES: Final[tuple[TaskState, ...]] = get_args(TaskState)
"""How far a task can be, what needs hands first."""

WANTS_HANDS: Final[frozenset[TaskState]] = frozenset({"to-revise", "owed"})
"""How far a task is that its unit must still do something for."""


@attrs.frozen(kw_only=True)
class TaskLine:
    """A task and how far it is.

    Attributes:
        indicator: official number.
        item: item id; None where the whole indicator is the task.
        units: who is to do it.
        responsible: who of them answers for it.
        deadline: last day; None where there is none.
        state: ``owed`` without evidence that is valid on the day, ``to-revise`` where a verdict asks for better
            evidence that has not come, ``submitted`` while something waits for a verdict, ``rejected`` where an
            assessor rejected something, ``accepted`` otherwise.
        late: whether the deadline is over while the unit's hands are wanted and the result is not determined.
        evidence: ids of the documents that stand for it and are valid on the day.
        to_revise: ids of the items that want better evidence.
    """

    indicator: str
    item: str | None
    units: tuple[str, ...]
    responsible: str | None
    deadline: date | None
    state: TaskState
    late: bool
    evidence: tuple[str, ...]
    to_revise: tuple[str, ...]


@attrs.frozen(kw_only=True)
class UnitLine:
    """One unit on the coordinator's board.

    Attributes:
        unit: id.
        counts: state -> number of the unit's tasks in it.
        late: how many of its tasks are late.
    """

    unit: str
    counts: Mapping[TaskState, int]
    late: int


def worklist(
    evaluation: Evaluation,
    edition: Edition,
    standings: Iterable[ItemStanding],
    documents: Mapping[Task, Sequence[Evidence]],
    today: date,
) -> tuple[TaskLine, ...]:
    """List the tasks of all units, in the edition's order.

    Args:
        evaluation: as its events left it.
        edition: the one it pinned.
        standings: how items stand.
        documents: what stands for each indicator and item.
        today: the day on which evidence must be valid and deadlines are held against.
    """
    of_indicator: dict[str, list[ItemStanding]] = {}
    for standing in standings:
        of_indicator.setdefault(standing.item.indicator, []).append(standing)
    tasks = [
        _line(evaluation, documents, of_indicator.get(task.indicator, []), task, today)
        for task in evaluation.assignments.values()
    ]
    order = {indicator.id: place for place, indicator in enumerate(edition.indicators)}
    return tuple(sorted(tasks, key=lambda line: (order.get(line.indicator, len(order)), line.item or "")))


def board(lines: Iterable[TaskLine]) -> tuple[UnitLine, ...]:
    """Count the tasks of each unit by how far they are; a shared task counts for every unit that has it."""
    by_unit: dict[str, list[TaskLine]] = {}
    for line in lines:
        for unit in line.units:
            by_unit.setdefault(unit, []).append(line)
    return tuple(
        UnitLine(
            unit=unit,
            counts={state: sum(line.state == state for line in own) for state in TASK_STATES},
            late=sum(line.late for line in own),
        )
        for unit, own in sorted(by_unit.items())
    )


def wants_revision(standing: ItemStanding, documents: Mapping[Task, Sequence[Evidence]]) -> bool:
    """Whether an item is to be revised and no newer evidence has come for it since.

    Args:
        standing: how the item stands.
        documents: what stands for each indicator and item.
    """
    revise = standing.given is not None and standing.given.verdict == "revise"
    return revise and not _has_newer(standing, documents)


def revision_waits(standing: ItemStanding, documents: Mapping[Task, Sequence[Evidence]]) -> bool:
    """Whether an item is to be revised and newer evidence has come for it that nobody has judged.

    Args:
        standing: how the item stands.
        documents: what stands for each indicator and item.
    """
    revise = standing.given is not None and standing.given.verdict == "revise"
    return revise and _has_newer(standing, documents)


def _line(
    evaluation: Evaluation,
    documents: Mapping[Task, Sequence[Evidence]],
    standings: list[ItemStanding],
    task: Assignment,
    today: date,
) -> TaskLine:
    own = [one for one in standings if task.item in {None, one.item.id}]
    covering = documents.get((task.indicator, task.item), ())
    valid = tuple(one.id for one in covering if one.document.valid_on(today))
    to_revise = tuple(one.item.id for one in own if wants_revision(one, documents))
    state = _state(own, documents, has_evidence=bool(valid), to_revise=bool(to_revise))
    return TaskLine(
        indicator=task.indicator,
        item=task.item,
        units=task.units,
        responsible=task.responsible,
        deadline=task.deadline,
        state=state,
        late=evaluation.result is None and task.deadline is not None and task.deadline < today and state in WANTS_HANDS,
        evidence=valid,
        to_revise=to_revise,
    )


def _state(
    own: list[ItemStanding],
    documents: Mapping[Task, Sequence[Evidence]],
    *,
    has_evidence: bool,
    to_revise: bool,
) -> TaskState:
    if to_revise:
        return "to-revise"
    if not has_evidence:
        return "owed"
    judged = [one for one in own if one.given is not None and not one.lost]
    fresh = any(_has_unjudged(one, documents) for one in own)
    if not judged or fresh:
        return "submitted"
    return "rejected" if any(one.verdict == "rejected" for one in judged) else "accepted"


def _has_unjudged(standing: ItemStanding, documents: Mapping[Task, Sequence[Evidence]]) -> bool:
    """Whether evidence that names the item, or came after its verdict, has not been judged for it."""
    if standing.given is not None:
        return _has_newer(standing, documents)
    item = standing.item
    return standing.failed_below is None and any(item.id in one.items for one in documents.get(_task(item), ()))


def _has_newer(standing: ItemStanding, documents: Mapping[Task, Sequence[Evidence]]) -> bool:
    """Whether evidence came to serve the item after its verdict; by place, since two events may share a time."""
    given = standing.given
    if given is None:
        return False
    judged = frozenset(given.evidence)
    found = documents.get(_task(standing.item), ())
    return any(one.served_since > given.version and one.id not in judged for one in found)


def _task(item: Item) -> Task:
    return item.indicator, item.id
