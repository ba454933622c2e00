"""The scorecard of an evaluation: from its state and its pinned edition's rules."""

from spbe_core.evaluation.state import Evaluation
from spbe_core.events import CardRecord
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact, exact_text
from spbe_core.model.scorecard import Scorecard
from spbe_core.model.value_policy import ValuePolicy
from spbe_core.ports import Rulebook
from spbe_core.scoring import dossiers_of, judge, score


def card_of(evaluation: Evaluation, edition: Edition, rulebook: Rulebook, upto: str | None = None) -> Scorecard:
    """Score an evaluation as it stands.

    Args:
        evaluation: the state.
        edition: the edition it pinned.
        rulebook: where the edition's rules are.
        upto: last stage whose values count; the last of all by default.

    Raises:
        RulesError: ``rules-missing`` where the edition's rule pack is not installed.
    """
    policy = edition.value_policy(None, judged=False)
    judged = judge(
        edition, _dossiers(evaluation, edition, policy, upto), rulebook.rules(edition.id, evaluation.id.year)
    )
    return score(edition, judged, evaluation.id.year, policy)


def _dossiers(
    evaluation: Evaluation, edition: Edition, policy: ValuePolicy | None, upto: str | None
) -> tuple[Dossier, ...]:
    """Gather what is known of every indicator, values carried over from earlier stages included."""
    values = evaluation.values(upto)
    evidence: dict[str, tuple[str, ...]] = {}
    for document in evaluation.evidence.values():
        if document.stands:
            for indicator in document.indicators:
                evidence[indicator] = (*evidence.get(indicator, ()), document.digest)
    return dossiers_of(
        edition,
        {indicator: exact(value) for indicator, (value, _) in values.items()},
        evaluation.id.year,
        policy=policy,
        stages={indicator: stage for indicator, (_, stage) in values.items()},
        evidence=evidence,
    )


def card_record(card: Scorecard) -> CardRecord:
    """Turn a card into what an event keeps of it."""
    return CardRecord(
        edition_digest=card.edition_digest,
        complete=card.complete,
        values={line.id: exact_text(line.value) for line in card.indicators if line.value is not None},
        nodes={node.id: exact_text(node.index) for node in card.nodes if node.index is not None},
        index=card.exact_index_text,
        grade=card.grade,
        grade_basis=card.grade_basis,
        places=card.places,
        missing=card.missing,
        pending=card.pending,
    )
