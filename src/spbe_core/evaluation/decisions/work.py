"""Assigning work to units."""

from collections.abc import Sequence

from spbe_core.errors import InputError, RecordError, about
from spbe_core.evaluation.commands import AssignWork
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.decisions.requirements import refuse_determined, require_text
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import Event, WorkAssigned


def assign(command: AssignWork, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Give a task to units, or to others than before, which needs a reason; nothing where nothing changes."""
    refuse_determined(evaluation)
    units = tuple(dict.fromkeys(command.units))
    task = command.item or command.indicator
    responsible = (command.responsible or units[0]) if units else None
    with about(at_task=task):
        for unit in units:
            require_text(unit, "unit")
        if responsible is not None and responsible not in units:
            raise InputError("responsible-not-assigned", unit=responsible, units=", ".join(units))
    before = evaluation.assignments.get((command.indicator, command.item))
    if before is None:
        if not units:
            raise RecordError("task-not-assigned", id=evaluation.id, task=task)
    elif (before.units, before.responsible, before.deadline) == (units, responsible, command.deadline):
        return ()
    elif (before.units, before.responsible) != (units, responsible) and not command.reason.strip():
        raise InputError("reassignment-unexplained", id=evaluation.id, task=task, units=", ".join(before.units))
    assigned = WorkAssigned(
        at=mark.at,
        by=mark.by,
        indicator=command.indicator,
        item=command.item,
        units=units,
        responsible=responsible,
        deadline=command.deadline,
        reason=command.reason,
    )
    return (assigned,)
