"""What evidence is for: the indicators and items it covers, and more of them later."""

from collections.abc import Iterable

from spbe_core.errors import InputError
from spbe_core.evaluation.commands import CoverWithEvidence
from spbe_core.evaluation.decisions.requirements import refuse_text
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Ports
from spbe_core.service.recording import load, pinned_edition, record


def coverage(
    edition: Edition, indicators: Iterable[str], items: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the indicators and items that evidence is for, each once, the items' indicators among them.

    Raises:
        InputError: ``unknown-indicator`` or ``unknown-item``.
    """
    refuse_text(indicators, "indicators")
    refuse_text(items, "items")
    named = tuple(edition.item(one) for one in dict.fromkeys(items))
    supported = [edition.indicator(one).id for one in indicators] + [item.indicator for item in named]
    return tuple(dict.fromkeys(supported)), tuple(item.id for item in named)


def cover_with_evidence(
    ports: Ports,
    evaluation_id: EvaluationId,
    evidence: str,
    indicators: Iterable[str],
    items: Iterable[str],
    by: str,
) -> Evaluation:
    """Let a document that was submitted before serve more indicators or items; it never serves less afterwards.

    An indicator that it covers whole stays covered whole, though one of its items is named; and one of which it covered
    some items only is covered by all of them.

    Raises:
        InputError: an indicator, item or evidence id is unknown, or none is named.
        RecordError: ``evidence-gone`` or ``already-determined``.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    supported, covered = coverage(edition, indicators, items)
    if not supported:
        raise InputError("evidence-without-indicator")
    whole = set(supported) - {edition.item(one).indicator for one in covered}

    def command(evaluation: Evaluation) -> CoverWithEvidence:
        before = evaluation.evidence.get(evidence)
        by_item = {edition.item(one).indicator for one in before.items} if before else set[str]()
        wholly = set(before.indicators) - by_item if before else set[str]()
        return CoverWithEvidence(
            evidence=evidence,
            indicators=supported,
            items=(
                *(one for one in covered if edition.item(one).indicator not in wholly),
                *(one.id for one in edition.items if one.indicator in whole & by_item),
            ),
        )

    return record(ports, evaluation_id, by, command)
