"""The scorecard of an evaluation: from its state and its pinned edition's rules."""

from collections import defaultdict
from collections.abc import Mapping

from spbe_core.evaluation.standing import ValueSource, item_standings, value_sources
from spbe_core.evaluation.state import Evaluation
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
    sources = value_sources(evaluation, edition, upto)
    judged = {indicator for indicator, source in sources.items() if source.given is None}
    policy = edition.value_policy(None, judged=bool(judged))
    dossiers = _dossiers(evaluation, edition, policy, upto, sources)
    return score(
        edition, judge(edition, dossiers, rulebook.rules(edition.id, evaluation.id.year)), evaluation.id.year, policy
    )


def values_by_verdicts(evaluation: Evaluation, edition: Edition, stage: str, card: Scorecard) -> dict[str, str]:
    """Return indicator -> exact text of each value of a card that rests on verdicts of a stage."""
    sources = value_sources(evaluation, edition, stage)
    return {
        line.id: exact_text(line.value)
        for line in card.indicators
        if line.value is not None and sources.get(line.id) == ValueSource(stage, None)
    }


def _dossiers(
    evaluation: Evaluation,
    edition: Edition,
    policy: ValuePolicy | None,
    upto: str | None,
    sources: Mapping[str, ValueSource],
) -> tuple[Dossier, ...]:
    """Gather what is known of every indicator, values and verdicts carried over from earlier stages included."""
    evidence: defaultdict[str, list[str]] = defaultdict(list)
    for document in evaluation.evidence.values():
        if document.stands and document.digest is not None:
            for indicator in document.indicators:
                evidence[indicator].append(document.digest)
    judged = {indicator for indicator, source in sources.items() if source.given is None}
    given = {indicator: source.given for indicator, source in sources.items() if source.given is not None}
    standings = item_standings(evaluation, edition, upto) if judged else ()
    return dossiers_of(
        edition,
        {indicator: exact(one.value) for indicator, one in given.items() if one.external_score is None},
        evaluation.id.year,
        accepted=[one.item.id for one in standings if one.verdict == "accepted"] if judged else None,
        judged=judged,
        external_scores={
            indicator: exact(one.external_score) for indicator, one in given.items() if one.external_score is not None
        },
        policy=policy,
        stages={indicator: source.stage for indicator, source in sources.items()},
        evidence={indicator: tuple(digests) for indicator, digests in evidence.items()},
    )
