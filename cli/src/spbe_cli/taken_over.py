"""Which values verdicts took the place of."""

from collections.abc import Iterable, Mapping, Sequence

from spbe_cli.language import text
from spbe_cli.render import write_line
from spbe_core.errors import RulesError
from spbe_core.evaluation.standing import taken_over
from spbe_core.evaluation.state import Evaluation
from spbe_core.library import Spbe
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text


def taken_over_by_verdicts(
    spbe: Spbe, after: Evaluation, edition: Edition, stage: str
) -> Sequence[Mapping[str, str | None]]:
    """Say which given values the verdicts of a stage took over: from what, given at which stage, to what."""
    found = taken_over(after, edition, stage)
    values = values_upto(spbe, after, stage) if found else {}
    return [
        {
            "indicator": indicator,
            "from": None if source.given is None else source.given.value,
            "given_at": source.stage,
            "to": values.get(indicator),
        }
        for indicator, source in found.items()
    ]


def write_taken_over(found: Iterable[Mapping[str, str | None]], edition: Edition) -> None:
    """Write a line for each value that verdicts took over."""
    for one in found:
        facts = {"indicator": one["indicator"], "before": one["from"], "after": one["to"]}
        stage = edition.stage(str(one["given_at"])).name
        write_line(f"! {text('judge.taken-over', stage=stage, **facts)}", hanging=2)


def values_upto(spbe: Spbe, evaluation: Evaluation, stage: str) -> Mapping[str, str]:
    """Return indicator -> value up to a stage; none where the rules are missing, for a verdict needs none of them."""
    if stage in evaluation.closed:
        return evaluation.closed[stage].values
    try:
        card = spbe.card(str(evaluation.id), stage=stage)
    except RulesError:
        return {}
    return {line.id: exact_text(line.value) for line in card.indicators if line.value is not None}
