"""Taking in scores that other ministries publish for the indicators they feed."""

from collections.abc import Mapping

from spbe_core.errors import InputError
from spbe_core.evaluation.commands import AssessIndicators
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.exact import ExactNumber, exact_text
from spbe_core.model.external import read_score
from spbe_core.ports import Ports
from spbe_core.service.recording import always, load, pinned_edition, record


def enter_external_scores(
    ports: Ports,
    evaluation_id: EvaluationId,
    scores: Mapping[str, ExactNumber | str],
    *,
    stage: str,
    published: str,
    by: str,
) -> Evaluation:
    """Convert published scores by the edition's bands and give the indicators their values, all of them or none.

    Args:
        ports: log and clock.
        evaluation_id: which evaluation.
        scores: indicator -> score as published.
        stage: stage id.
        published: where it was published: document and page, or address.
        by: pseudonymous actor id.

    Raises:
        InputError: an indicator is unknown or not fed from outside, or a score is outside of its bands.
        RecordError: the stage is closed or not reached, or the result is determined.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    command = converted(edition, scores, stage, published, "external")
    return record(ports, evaluation_id, by, always(command))


def converted(
    edition: Edition, scores: Mapping[str, ExactNumber | str], stage: str, published: str, basis: str
) -> AssessIndicators:
    """Return the command that gives fed indicators the values their scores convert to.

    Raises:
        InputError: ``unknown-indicator``, ``indicator-not-external``, ``number-not-exact`` or
            ``external-score-out-of-range``.
    """
    values: dict[str, str] = {}
    texts: dict[str, str] = {}
    for indicator, given in scores.items():
        external = edition.external(edition.indicator(indicator).id)
        if external is None:
            raise InputError("indicator-not-external", indicator=indicator, edition=edition.id)
        score = read_score(indicator, given)
        texts[indicator] = exact_text(score)
        values[indicator] = exact_text(edition.scale.check(external.convert(score)))
    return AssessIndicators(stage=stage, values=values, basis=basis, reason=published, external_scores=texts)
