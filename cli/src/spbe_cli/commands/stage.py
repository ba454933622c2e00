"""Closing stages, determining the result, reopening."""

from datetime import datetime

import click

from spbe_cli.command import REASON, LocalGroup, command, option, recording
from spbe_cli.language import text
from spbe_cli.render import write_line
from spbe_cli.store import done, opened
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import CardRecord
from spbe_core.model.exact import exact, rounded_text


@click.group(cls=LocalGroup, name="stage", key="stage", modules={"close": ("stage", "stage-close")})
def stage() -> None:
    """Hold the commands on stages."""


@command("stage-close")
@click.argument("evaluation", metavar="AGENCY/YEAR")
@click.argument("name", metavar="STAGE")
@recording
def stage_close(evaluation: str, name: str, by: str, store: str | None, output: str) -> None:
    """Close a stage."""
    with opened(store) as spbe:
        after = spbe.close_stage(evaluation, name, by=by)
        card = after.closed[name]
        done(output, "stage-close", _members(after, card) | {"stage": name})
        if not card.complete and output != "json":
            write_line(text("card.incomplete", missing=", ".join(card.missing), count=len(card.missing)))


@command("determine")
@click.argument("evaluation", metavar="AGENCY/YEAR")
@option("--decree", required=True, metavar="NUMBER")
@option("--date", "decree_date", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@recording
def determine(
    evaluation: str, decree: str, decree_date: datetime | None, by: str, store: str | None, output: str
) -> None:
    """Lay down the result."""
    with opened(store) as spbe:
        day = None if decree_date is None else decree_date.date()
        after = spbe.determine(evaluation, decree=decree, decree_date=day, by=by)
        assert after.result is not None  # noqa: S101 - a determined evaluation has a result
        done(output, "determine", _members(after, after.result.card) | {"decree": decree})


@command("reopen")
@click.argument("evaluation", metavar="AGENCY/YEAR")
@click.argument("name", metavar="STAGE")
@REASON
@recording
def reopen(evaluation: str, name: str, reason: str, by: str, store: str | None, output: str) -> None:
    """Open a closed stage again."""
    with opened(store) as spbe:
        spbe.reopen(evaluation, name, reason=reason, by=by)
        done(output, "reopen", {"id": evaluation, "stage": name})


def _members(evaluation: Evaluation, card: CardRecord) -> dict[str, object]:
    index = None if card.index is None else rounded_text(exact(card.index), card.places)
    return {"id": str(evaluation.id), "complete": card.complete, "index": index, "grade": card.grade}
