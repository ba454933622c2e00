"""Giving items their verdicts at a stage."""

from collections.abc import Collection, Iterable

import attrs

from spbe_core.errors import RecordError
from spbe_core.evaluation.commands import JudgeItems
from spbe_core.evaluation.standing import standing_documents
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.verdict import ItemVerdict
from spbe_core.ports import Ports
from spbe_core.service.recording import load, pinned_edition, record


def judge_items(
    ports: Ports,
    evaluation_id: EvaluationId,
    stage: str,
    verdicts: Iterable[ItemVerdict],
    objection: str | None,
    by: str,
) -> Evaluation:
    """Give items their verdicts, all of them or none.

    Args:
        ports: log and clock.
        evaluation_id: which evaluation.
        stage: stage id.
        verdicts: one per item; where it names no evidence, what stands for the item was judged.
        objection: id of the objection they follow from, None where they follow from none.
        by: pseudonymous actor id.

    Raises:
        InputError: an item, code or evidence is unknown, or a verdict is not explained.
        RecordError: the stage is closed or not reached, the result is determined, or named evidence is gone or does
            not serve the item.
    """
    given = tuple(verdicts)
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    return record(
        ports,
        evaluation_id,
        by,
        lambda evaluation: attrs.evolve(judging(evaluation, edition, stage, given), objection=objection),
    )


def judging(
    evaluation: Evaluation, edition: Edition, stage: str, given: tuple[ItemVerdict, ...], basis: str = "assessor"
) -> JudgeItems:
    """Return the command that gives verdicts on the evidence as it stands.

    Raises:
        InputError: ``unknown-item``.
        RecordError: ``evidence-serves-other``.
    """
    documents = standing_documents(evaluation, edition)
    indicators = {one.item: edition.item(one.item).indicator for one in given}
    verdicts: list[ItemVerdict] = []
    for one in given:
        serving = tuple(found.id for found in documents.get((indicators[one.item], one.item), ()))
        if one.evidence is None:
            verdicts.append(attrs.evolve(one, evidence=serving))
        else:
            _refuse_other(evaluation, one.item, one.evidence, serving)
            verdicts.append(one)
    return JudgeItems(stage=stage, verdicts=tuple(verdicts), indicators=indicators, basis=basis)


def _refuse_other(evaluation: Evaluation, item: str, named: Iterable[str], serving: Collection[str]) -> None:
    """Refuse to judge an item on a document that stands for something else; one that is gone is refused anyway."""
    for evidence in named:
        found = evaluation.evidence.get(evidence)
        if found is not None and found.stands and evidence not in serving:
            raise RecordError("evidence-serves-other", id=evaluation.id, evidence=evidence, item=item)
