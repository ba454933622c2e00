"""Duties that are kept apart whatever role somebody holds: nobody judges in their own cause."""

from collections.abc import Callable, Iterable, Set
from typing import Final

from spbe_core.errors import InputError, NotPermittedError
from spbe_core.evaluation.standing import latest_verdicts
from spbe_core.evaluation.state import Evaluation, Objection
from spbe_core.events import ActorAppointed, Event
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.evidence import Evidence
from spbe_core.people.action import Action
from spbe_core.people.permissions import STAGED
from spbe_core.people.roster import Actor

_SELF: Final = "self"
_OF_EVIDENCE: Final = frozenset({"submit-evidence", "cover-evidence", "carry-over-evidence"})
_ON_RESULTS: Final = frozenset({"answer-objection", "enter-external-score", "determine", "reopen", "import-evaluation"})

Earlier = Callable[[EvaluationId], Evaluation | None]
"""Finds an evaluation of an earlier year, from which evidence was carried over; None where there is none."""


def refuse_own_cause(
    actor: Actor, action: Action, agency: str | None, evaluation: Evaluation | None, earlier: Earlier
) -> None:
    """Refuse what a role would allow, and the actor's own part in the matter does not.

    Args:
        actor: who wants to act.
        action: what they want to do.
        agency: whose evaluation it is about; None where it is nobody's.
        evaluation: the evaluation it is about; None where it is about none yet.
        earlier: finds the evaluations that evidence was carried over from.

    Raises:
        NotPermittedError: ``judges-own-agency``, ``judges-own-evidence``, ``submits-to-own-judgement``,
            ``answers-own-objection`` or ``answers-own-judgement``.
    """
    contested = None if evaluation is None else evaluation.objections.get(action.objection or "")
    if contested is not None and contested.by == actor.id:
        raise NotPermittedError("answers-own-objection", actor=actor.id, objection=contested.id)
    if agency in actor.served and agency != actor.agency and _belongs_to_outsiders(action):
        raise NotPermittedError("judges-own-agency", actor=actor.id, agency=agency)
    if evaluation is None:
        return
    if contested is not None and "determiner" not in actor.roles and actor.id in _judged_by(contested, evaluation):
        raise NotPermittedError("answers-own-judgement", actor=actor.id, objection=contested.id)
    if _judges(action):
        submitted = _own_evidence(actor.id, action.indicators, evaluation, earlier)
        if submitted:
            raise NotPermittedError("judges-own-evidence", actor=actor.id, evidence=", ".join(submitted))
    if action.name in _OF_EVIDENCE:
        judged = _own_judgements(actor.id, action.indicators, evaluation)
        if judged:
            raise NotPermittedError("submits-to-own-judgement", actor=actor.id, indicators=", ".join(judged))


def refuse_self_appointment(event: Event) -> None:
    """Refuse to let somebody give themselves a role.

    Raises:
        NotPermittedError: ``appoints-self``.
    """
    if isinstance(event, ActorAppointed) and event.actor == event.by:
        raise NotPermittedError("appoints-self", actor=event.by)


def _judges(action: Action) -> bool:
    """Say whether an action is a judgement: a verdict at any stage, or a level at one of the assessors'.

    At the self assessment a level is the agency's own claim, which whoever submits the evidence may make.
    """
    return action.name == "judge-items" or (action.name == "assess" and action.kind != _SELF)


def _belongs_to_outsiders(action: Action) -> bool:
    """Say whether an action belongs to those who judge an agency and not to the agency itself.

    Whoever is appointed in the agency and may do it there by the permissions, as a determiner may, does not do it from
    outside; whoever was once, and is no more, does.
    """
    return action.name in _ON_RESULTS or (action.name in STAGED and action.kind != _SELF)


def _judged_by(contested: Objection, evaluation: Evaluation) -> frozenset[str]:
    """Return who gave what an objection contests, as it stood at that stage, carried over or not.

    That is a verdict, and the rejections that may have taken it along; or a value, and the verdicts it rests on.
    """
    if contested.stage not in evaluation.stages:  # planted: nobody gave anything there
        return frozenset()
    stages = evaluation.stages_upto(contested.stage)
    verdicts = {
        item: (stages.index(stage), given)
        for item, (stage, given) in latest_verdicts(evaluation, contested.stage).items()
        if given.indicator == contested.indicator
    }
    if contested.item is not None:
        return frozenset(
            given.by for item, (_, given) in verdicts.items() if item == contested.item or given.verdict == "rejected"
        )
    values = {
        place: value
        for place, stage in enumerate(stages)
        for value in (evaluation.scores.get(stage, {}).get(contested.indicator),)
        if value is not None and value.basis != "rules"  # who closes a stage only lets the rules work out the value
    }
    valued, judged = max(values, default=-1), max((place for place, _ in verdicts.values()), default=-1)
    givers = {given.by for place, given in verdicts.values() if judged > valued or place == valued}
    return frozenset({*givers, values[valued].by} if values else givers)


def _own_judgements(actor: str, indicators: Iterable[str], evaluation: Evaluation) -> tuple[str, ...]:
    """Return which of some indicators an actor has judged: who judges first must not bring the evidence afterwards."""
    wanted = set(indicators)
    judged = {
        verdict.indicator
        for given in evaluation.verdicts.values()
        for verdict in given.values()
        if verdict.by == actor and verdict.indicator in wanted
    } | {
        indicator
        for stage, given in evaluation.scores.items()
        for indicator, value in given.items()
        if stage != _SELF and value.by == actor and value.basis == "assessor" and indicator in wanted
    }
    return tuple(sorted(judged, key=lambda one: (len(one), one)))


def _own_evidence(actor: str, indicators: Iterable[str], evaluation: Evaluation, earlier: Earlier) -> tuple[str, ...]:
    """Return the documents for some indicators that an actor had a part in, also those that no longer stand.

    A part in a document has whoever submitted its content or let it serve more: in this evaluation, whatever it was
    submitted for, or in one that the content was carried over from.
    """
    wanted = set(indicators)
    serving = [one for one in evaluation.evidence.values() if not wanted.isdisjoint(one.indicators)]
    own = _own_contents(actor, {one.content for one in serving}, evaluation, earlier, {})
    return tuple(one.id for one in serving if one.content in own)


def _own_contents(
    actor: str,
    contents: Set[str | None],
    evaluation: Evaluation,
    earlier: Earlier,
    asked: dict[EvaluationId, set[str | None]],
) -> set[str | None]:
    """Return those of some contents that an actor had a part in, in an evaluation or where it carried them over from.

    Args:
        actor: whose part.
        contents: digests and links.
        evaluation: where to begin.
        earlier: finds the others.
        asked: evaluation -> contents that were asked for there; many ways may lead to the same year.
    """
    same = [one for one in evaluation.evidence.values() if one.content in contents]
    own = {one.content for one in same if actor == one.submitted_by or actor in one.covered_by}
    carried: dict[EvaluationId, set[str | None]] = {}
    for one in same:
        if one.content not in own and (origin := _origin(one)) is not None and origin.year < evaluation.id.year:
            carried.setdefault(origin, set()).add(one.content)
    for origin, found in carried.items():
        left = found - own - asked.setdefault(origin, set())
        asked[origin] |= left
        before = earlier(origin) if left else None
        if before is not None and before.id == origin:  # whoever plants a history may have it say another name
            own |= _own_contents(actor, left, before, earlier, asked)
    return own


def _origin(evidence: Evidence) -> EvaluationId | None:
    if evidence.carried_from is None:
        return None
    try:
        return EvaluationId.parse(evidence.carried_from.partition("#")[0])
    except InputError:  # planted: it came from nowhere
        return None
