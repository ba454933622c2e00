"""Duties that are kept apart whatever role somebody holds: nobody judges in their own cause."""

from collections.abc import Iterable
from typing import Final

from spbe_core.errors import NotPermittedError
from spbe_core.evaluation.state import Evaluation, Objection
from spbe_core.model.actor import ROLES
from spbe_core.people.action import Action
from spbe_core.people.roster import Actor

_SELF: Final = "self"


def refuse_own_cause(actor: Actor, action: Action, evaluation: Evaluation) -> None:
    """Refuse what a role would allow, and the actor's own part in the evaluation does not.

    Args:
        actor: who wants to act.
        action: what they want to do.
        evaluation: the evaluation it is about.

    Raises:
        NotPermittedError: ``judges-own-agency``, ``judges-own-evidence``, ``answers-own-objection`` or
            ``answers-own-judgement``.
    """
    assesses = any(ROLES[role].side == "assessor" for role in actor.roles)
    if assesses and judges_from_outside(action) and evaluation.id.agency in actor.served:
        raise NotPermittedError("judges-own-agency", actor=actor.id, agency=evaluation.id.agency)
    contested = evaluation.objections.get(action.objection or "")
    if contested is not None and contested.by == actor.id:
        raise NotPermittedError("answers-own-objection", actor=actor.id, objection=contested.id)
    if contested is not None and "determiner" not in actor.roles and actor.id in judged_by(contested, evaluation):
        raise NotPermittedError("answers-own-judgement", actor=actor.id, objection=contested.id)
    if judges(action):
        submitted = own_evidence(actor.id, action.indicators, evaluation)
        if submitted:
            raise NotPermittedError("judges-own-evidence", actor=actor.id, evidence=", ".join(submitted))


def judges(action: Action) -> bool:
    """Say whether an action is a judgement: a verdict at any stage, or a level at one of the assessors'.

    At the self assessment a level is the agency's own claim, which whoever submits the evidence may make.
    """
    return action.name == "judge-items" or (action.name == "assess" and action.kind != _SELF)


def judges_from_outside(action: Action) -> bool:
    """Say whether an action belongs to those who assess another agency: at any stage but the self assessment."""
    return action.name in {"answer-objection", "enter-external-score"} or (
        action.name in {"assess", "judge-items", "close-stage"} and action.kind != _SELF
    )


def judged_by(contested: Objection, evaluation: Evaluation) -> frozenset[str]:
    """Return who gave what an objection contests, as it stands: a verdict, or a value and the verdicts it rests on."""
    if contested.item is not None:
        verdict = evaluation.verdicts.get(contested.stage, {}).get(contested.item)
        return frozenset() if verdict is None else frozenset({verdict.by})
    stages = evaluation.stages_upto(contested.stage)
    valued = (one for one in reversed(stages) if contested.indicator in evaluation.scores.get(one, {}))
    stage = next(valued, contested.stage)
    value = evaluation.scores.get(stage, {}).get(contested.indicator)
    verdicts = [one for one in evaluation.verdicts.get(stage, {}).values() if one.indicator == contested.indicator]
    givers = {one.by for one in verdicts}
    if value is not None and value.basis != "rules":  # who closes a stage only lets the rules work out the value
        givers.add(value.by)
    return frozenset(givers)


def own_evidence(actor: str, indicators: Iterable[str], evaluation: Evaluation) -> tuple[str, ...]:
    """Return the documents for some indicators that an actor submitted, also those that no longer stand."""
    wanted = set(indicators)
    return tuple(
        one.id
        for one in evaluation.evidence.values()
        if one.submitted_by == actor and not wanted.isdisjoint(one.indicators)
    )
