"""Closing stages, determining the result, reopening."""

from datetime import date
from typing import Final

from spbe_cli.command import argument, command, option
from spbe_cli.group import group
from spbe_cli.language import text
from spbe_cli.options import REASON, recording
from spbe_cli.render import write_line
from spbe_cli.store import done, opened
from spbe_cli.values import Day
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import CardRecord
from spbe_core.model.exact import exact, rounded_text

stage: Final = group("stage", {"close": ("stage", "stage-close")})


@command("stage-close")
@argument("evaluation")
@argument("name", key="stage")
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
@argument("evaluation")
@option("--decree", required=True)
@option("--date", "decree_date", type=Day())
@recording
def determine(evaluation: str, decree: str, decree_date: date | None, by: str, store: str | None, output: str) -> None:
    """Lay down the result."""
    with opened(store) as spbe:
        after = spbe.determine(evaluation, decree=decree, decree_date=decree_date, by=by)
        assert after.result is not None  # noqa: S101 - a determined evaluation has a result
        done(output, "determine", _members(after, after.result.card) | {"decree": decree})


@command("reopen")
@argument("evaluation")
@argument("name", key="stage")
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
