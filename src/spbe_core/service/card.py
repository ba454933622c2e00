"""The scorecard of an evaluation: from its state and its pinned edition's rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import attrs

from spbe_core.evaluation.standing import ItemStanding, ValueSource, item_standings, value_sources
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import CardRecord
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact
from spbe_core.model.scorecard import Scorecard
from spbe_core.model.value_policy import ValuePolicy
from spbe_core.ports import Rulebook
from spbe_core.scoring import dossiers_of, judge, score

_CORE: Final = "spbe-core"


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
    sources, standings = value_sources(evaluation, edition, upto), item_standings(evaluation, edition, upto)
    return card_from(evaluation, edition, rulebook, sources, standings)


def card_from(
    evaluation: Evaluation,
    edition: Edition,
    rulebook: Rulebook,
    sources: Mapping[str, ValueSource],
    standings: Sequence[ItemStanding],
) -> Scorecard:
    """Score an evaluation of which it is known already what stands.

    Args:
        evaluation: the state.
        edition: the edition it pinned.
        rulebook: where the edition's rules are.
        sources: where the values come from.
        standings: how items stand.

    Raises:
        RulesError: ``rules-missing`` where the edition's rule pack is not installed.
    """
    judged = {indicator for indicator, source in sources.items() if source.given is None}
    policy = edition.value_policy(None, judged=bool(judged))
    dossiers = _dossiers(evaluation, edition, policy, sources, standings, judged)
    return score(
        edition, judge(edition, dossiers, rulebook.rules(edition.id, evaluation.id.year)), evaluation.id.year, policy
    )


def sources_of(card: Scorecard, sources: Mapping[str, ValueSource]) -> Mapping[str, ValueSource]:
    """Return indicator -> where its value comes from, of the values on a card.

    Args:
        card: the scorecard.
        sources: where values of the evaluation come from, up to the stage of the card.
    """
    valued = [line.id for line in card.indicators if line.value is not None]
    return {indicator: sources[indicator] for indicator in valued if indicator in sources}


def recorded_card(evaluation: Evaluation, edition: Edition, rulebook: Rulebook, upto: str | None = None) -> CardRecord:
    """Score an evaluation as it stands, as an event keeps it: with where its values came from and what computed it.

    Args:
        evaluation: the state.
        edition: the edition it pinned.
        rulebook: where the edition's rules are.
        upto: last stage whose values count; the last of all by default.

    Raises:
        RulesError: ``rules-missing`` where the edition's rule pack is not installed.
    """
    found, standings = value_sources(evaluation, edition, upto), item_standings(evaluation, edition, upto)
    card = card_from(evaluation, edition, rulebook, found, standings)
    sources = sources_of(card, found)
    return attrs.evolve(
        CardRecord.of(card),
        sources={indicator: source.stage for indicator, source in sources.items()},
        bases={indicator: source.basis for indicator, source in sources.items()},
        calculated_by=calculators(edition, rulebook, evaluation.id.year),
    )


def calculators(edition: Edition, rulebook: Rulebook, year: int) -> dict[str, str]:
    """Return name -> version of the installed programs that compute a card of an edition in a year."""
    return {**_core(), **rulebook.distributions(edition.id, year)}


def _dossiers(
    evaluation: Evaluation,
    edition: Edition,
    policy: ValuePolicy | None,
    sources: Mapping[str, ValueSource],
    standings: Sequence[ItemStanding],
    judged: Set[str],
) -> tuple[Dossier, ...]:
    """Gather what is known of every indicator, values and verdicts carried over from earlier stages included."""
    evidence: defaultdict[str, list[str]] = defaultdict(list)
    for document in evaluation.evidence.values():
        if document.stands and document.digest is not None:
            for indicator in document.indicators:
                evidence[indicator].append(document.digest)
    given = {indicator: source.given for indicator, source in sources.items() if source.given is not None}
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


@cache
def _core() -> Mapping[str, str]:
    """Return the core's name and version, which are read from a file; nothing where it is not installed but copied."""
    try:
        return {_CORE: version(_CORE)}
    except PackageNotFoundError:
        return {}
