"""The scorecard of an evaluation: from its state and its pinned edition's rules."""

from spbe_core.evaluation.state import Evaluation
from spbe_core.events import CardRecord
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact, exact_text
from spbe_core.model.scorecard import Scorecard
from spbe_core.ports import Rulebook
from spbe_core.scoring import judge, score


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
    judged = judge(edition, dossiers(evaluation, edition, upto), rulebook.rules(edition.id, evaluation.id.year))
    return score(edition, judged, evaluation.id.year, edition.value_policy(None, judged=False))


def dossiers(evaluation: Evaluation, edition: Edition, upto: str | None = None) -> tuple[Dossier, ...]:
    """Gather what is known of every indicator, values carried over from earlier stages included."""
    values = evaluation.values(upto)
    standing = [evidence for evidence in evaluation.evidence.values() if evidence.stands]
    return tuple(
        Dossier(
            indicator=indicator,
            scale=edition.scale,
            year=evaluation.id.year,
            value=exact(values[indicator.id][0]) if indicator.id in values else None,
            stage=values[indicator.id][1] if indicator.id in values else None,
            evidence=tuple(one.digest for one in standing if indicator.id in one.indicators),
            policy=edition.value_policy(None, judged=False),
            bands=edition.value_bands,
            external=edition.external(indicator.id),
        )
        for indicator in edition.indicators
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
