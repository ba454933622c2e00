"""Making indicators and items the tasks of units."""

from collections.abc import Iterable
from datetime import date
from functools import partial

import attrs

from spbe_core.errors import about
from spbe_core.evaluation.commands import AssignWork
from spbe_core.evaluation.decisions.requirements import refuse_text
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.code import checked_code
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.people.roster import Roster
from spbe_core.people.units import refuse_unusable_unit
from spbe_core.ports import Ports
from spbe_core.service.permission import roster_of
from spbe_core.service.recording import load, pinned_edition, record_all


@attrs.frozen(kw_only=True)
class WorkAssignment:
    """A task and who gets it.

    Attributes:
        subject: indicator number or item id.
        units: unit ids (lower-case letters, digits, dots and hyphens); none takes the task back.
        responsible: the unit that answers for it; by default the first.
        deadline: last day; None leaves the one the task has, if any.
        no_deadline: takes the deadline away.
        reason: why a task changes hands; needed only then.
    """

    subject: str
    units: tuple[str, ...]
    responsible: str | None = None
    deadline: date | None = None
    no_deadline: bool = False
    reason: str = ""


def assign_work(
    ports: Ports, evaluation_id: EvaluationId, assignments: Iterable[WorkAssignment], by: str
) -> Evaluation:
    """Assign tasks, all of them or none; a task that units already have is reassigned.

    Args:
        ports: log and clock.
        evaluation_id: which evaluation.
        assignments: tasks and units.
        by: pseudonymous actor id.

    Raises:
        InputError: a task or unit is unknown or malformed, or a reason is missing.
        RecordError: the result is already determined, or a task to be taken back is nobody's.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    given = tuple(assignments)
    for one in given:
        refuse_text(one.units, "units")
    _refuse_unknown_units(roster_of(ports.log), evaluation_id.agency, given)
    commands = [partial(_command, edition, one) for one in given]
    return record_all(ports, evaluation_id, by, commands)


def _refuse_unknown_units(roster: Roster, agency: str, given: Iterable[WorkAssignment]) -> None:
    """Refuse a unit that would never see its tasks; where nobody manages people, units are only names."""
    if roster.managed:
        for one in given:
            with about(at_task=one.subject):
                for unit in one.units:
                    refuse_unusable_unit(roster, agency, unit)


def _command(edition: Edition, given: WorkAssignment, evaluation: Evaluation) -> AssignWork:
    with about(at_task=given.subject):
        indicator, item = edition.indicator_or_item(given.subject)
        for unit in (*given.units, *filter(None, [given.responsible])):
            checked_code(unit, "unit")
    before = evaluation.assignments.get((indicator, item))
    kept = None if before is None or given.no_deadline or not given.units else before.deadline
    return AssignWork(
        indicator=indicator,
        item=item,
        units=given.units,
        responsible=given.responsible,
        deadline=given.deadline or kept,
        reason=given.reason,
    )
