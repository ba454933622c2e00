"""Giving verdicts and values."""

from collections.abc import Sequence

from spbe_core.errors import InputError, RecordError, about
from spbe_core.evaluation.commands import AssessIndicators, JudgeItems
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.decisions.requirements import (
    refuse_unknown_objection,
    refuse_unless_open,
    require_text,
    standing_evidence,
)
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import Event, IndicatorScored, ItemJudged
from spbe_core.model.verdict import REASON_CODES, VERDICT_KINDS, ItemVerdict


def judge(command: JudgeItems, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Give items their verdicts at a stage, all of them or none."""
    refuse_unless_open(evaluation, command.stage)
    refuse_unknown_objection(evaluation, command.objection)
    seen: set[str] = set()
    for given in command.verdicts:
        if given.item in seen:
            raise InputError("item-judged-twice", item=given.item)
        seen.add(given.item)
        with about(at_item=given.item):
            _refuse_unexplained(given)
            for evidence in given.evidence or ():
                standing_evidence(evaluation, evidence)
    return tuple(
        ItemJudged(
            at=mark.at,
            by=mark.by,
            stage=command.stage,
            item=given.item,
            indicator=command.indicators[given.item],
            verdict=given.verdict,
            code=given.code,
            reason=given.reason,
            evidence=given.evidence or (),
            basis=command.basis,
            objection=command.objection,
        )
        for given in command.verdicts
    )


def assess(command: AssessIndicators, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Give indicators their values at a stage, all of them or none."""
    refuse_unless_open(evaluation, command.stage)
    refuse_unknown_objection(evaluation, command.objection)
    if command.basis != "rules":
        require_text(command.reason, "reason")
    if command.basis == "assessor":
        _refuse_scored_elsewhere(command, evaluation)
    given = evaluation.scores.get(command.stage, {})
    return tuple(
        IndicatorScored(
            at=mark.at,
            by=mark.by,
            stage=command.stage,
            indicator=indicator,
            value=value,
            previous=given[indicator].value if indicator in given else None,
            basis=command.basis,
            reason=command.reason,
            edition_digest=evaluation.edition_digest,
            external_score=command.external_scores.get(indicator),
            value_policy=command.value_policy,
            objection=command.objection,
        )
        for indicator, value in command.values.items()
    )


def _refuse_scored_elsewhere(command: AssessIndicators, evaluation: Evaluation) -> None:
    """Refuse to judge over a published score: the value would go on being shown as what another ministry found."""
    for indicator in command.values:
        for given in (scores.get(indicator) for scores in evaluation.scores.values()):
            if given is not None and given.external_score is not None:
                facts = {"id": evaluation.id, "indicator": indicator, "score": given.external_score}
                raise RecordError("value-has-score", **facts)


def _refuse_unexplained(given: ItemVerdict) -> None:
    if given.verdict == "accepted":
        if given.code:
            raise InputError("verdict-code-needless", item=given.item, given=given.code)
        return
    if given.verdict not in VERDICT_KINDS:  # a program may give any text
        raise InputError("unknown-verdict", verdict=given.verdict, verdicts=", ".join(VERDICT_KINDS))
    if not given.code:
        raise InputError("verdict-code-missing", item=given.item, codes=", ".join(REASON_CODES))
    if given.code not in REASON_CODES:
        raise InputError("verdict-code-unknown", item=given.item, given=given.code, codes=", ".join(REASON_CODES))
    require_text(given.reason, "reason")
