"""Giving items their verdicts, and taking in scores from outside."""

from collections.abc import Collection
from pathlib import Path

import attrs
import click

from spbe_cli.command import argument, choice, command, option
from spbe_cli.language import text
from spbe_cli.options import OBJECTION, recording
from spbe_cli.render import write_line
from spbe_cli.store import done, opened
from spbe_cli.taken_over import taken_over_by_verdicts, write_taken_over
from spbe_cli.values import assignments, verdicts_of
from spbe_core.evaluation.standing import item_standings
from spbe_core.evaluation.state import Evaluation
from spbe_core.exchange.csv_lines import told_with_line
from spbe_core.exchange.text_file import read_bytes
from spbe_core.exchange.verdicts_csv import read_verdicts
from spbe_core.model.edition import Edition
from spbe_core.model.verdict import REASON_CODES, ItemVerdict


@command("judge")
@argument("evaluation")
@argument("verdicts", nargs=-1)
@option("--file", "verdicts_file", type=click.Path(path_type=Path))
@option("--stage", required=True)
@option("--code", type=choice(*REASON_CODES))
@option("--reason", key="verdict_reason", default="")
@option("--on", "judged_on", multiple=True)
@OBJECTION
@recording
def judge(
    evaluation: str,
    verdicts: tuple[str, ...],
    verdicts_file: Path | None,
    stage: str,
    code: str | None,
    reason: str,
    judged_on: tuple[str, ...],
    objection: str | None,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Record verdicts."""
    content = None if verdicts_file is None else read_bytes(verdicts_file)
    given = [] if content is None else list(read_verdicts(content))
    typed = verdicts_of(verdicts)
    refused = [item for item, verdict in typed.items() if verdict != "accepted"]
    for item, verdict in typed.items():
        of_this = item in refused or not refused  # beside a refusal, code and reason speak of that
        given.append(ItemVerdict.read(item, verdict, (code or "") if of_this else "", reason if of_this else ""))
    if not given:
        raise click.UsageError(text("failures.no-verdicts"), click.get_current_context())
    if judged_on:
        given = [attrs.evolve(one, evidence=judged_on) for one in given]
    with told_with_line(content), opened(store) as spbe:
        after = spbe.judge_items(evaluation, given, stage=stage, objection=objection, by=by)
        edition = spbe.edition_of(evaluation)
        taken = _taken_along(after, edition, {one.item for one in given})
        judged = {edition.item(one.item).indicator for one in given}
        over = [one for one in taken_over_by_verdicts(spbe, after, edition, stage) if one["indicator"] in judged]
        members = {"id": evaluation, "stage": stage, "count": len(given), "rejected_with": taken, "taken_over": over}
        done(output, "judge", members)
    for item, others in taken.items() if output != "json" else ():
        facts = {"item": item, "others": ", ".join(others), "count": len(others)}
        write_line(f"! {text('judge.taken-along', **facts)}", hanging=2)
    if output != "json":
        write_taken_over(over, edition)


def _taken_along(after: Evaluation, edition: Edition, judged: Collection[str]) -> dict[str, list[str]]:
    """Return judged item -> the items of higher levels that its rejection rejects too."""
    taken: dict[str, list[str]] = {}
    for one in item_standings(after, edition):
        if one.failed_below is not None and one.failed_below.id in judged:
            taken.setdefault(one.failed_below.id, []).append(one.item.id)
    return taken


@command("external")
@argument("evaluation")
@argument("scores", nargs=-1, required=True)
@option("--stage", required=True)
@option("--published", required=True)
@recording
def external(
    evaluation: str,
    scores: tuple[str, ...],
    stage: str,
    published: str,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Take in published scores."""
    given = assignments(scores)
    with opened(store) as spbe:
        after = spbe.enter_external_scores(evaluation, given, stage=stage, published=published, by=by)
        values = after.scores[stage]
        shown = ", ".join(f"{indicator}: {score} -> {values[indicator].value}" for indicator, score in given.items())
        done(output, "external", {"id": evaluation, "stage": stage, "values": shown})
