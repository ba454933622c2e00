"""What a unit answers for: its tasks, and the documents that its people submitted."""

from spbe_core.evaluation.state import Evaluation, Task
from spbe_core.people.action import Action
from spbe_core.people.roster import Roster


def answers_for(roster: Roster, evaluation: Evaluation | None, by: str, unit: str, action: Action) -> bool:
    """Say whether all that an action is about is a unit's, or the actor's own.

    Args:
        roster: who ever was of the unit.
        evaluation: whose tasks and documents it is about.
        by: who acts.
        unit: code of the unit they act for.
        action: what they are about to do.
    """
    if evaluation is None or not action.indicators:
        return False
    tasks = {task for task, held in evaluation.assignments.items() if unit in held.units}
    if not all((indicator, None) in tasks for indicator in action.indicators) and not _only_items(tasks, action):
        return False
    submitters = {evaluation.evidence[one].submitted_by for one in action.taken}
    return all(one == by or _was_of(roster, one, evaluation.id.agency, unit) for one in submitters)


def _only_items(tasks: set[Task], action: Action) -> bool:
    """Say whether an action names only items that are tasks, at least one of each indicator that is none as a whole."""
    whole = {indicator for indicator, item in tasks if item is None}
    named = {(indicator, item) for indicator, item in tasks if item is not None and item in action.items}
    reached = whole | {indicator for indicator, _ in named}
    return {item for _, item in named}.issuperset(action.items) and reached.issuperset(action.indicators)


def _was_of(roster: Roster, actor: str, agency: str, unit: str) -> bool:
    return actor in roster.actors and (agency, unit) in roster.actors[actor].units
