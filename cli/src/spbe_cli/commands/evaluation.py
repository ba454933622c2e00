"""Making a store, opening evaluations and listing them."""

import attrs
import click

from spbe_cli.command import argument, command, option
from spbe_cli.damage import row_members, write_damage
from spbe_cli.failures import STORE_PROBLEM
from spbe_cli.language import text
from spbe_cli.options import reading, recording
from spbe_cli.render import write_json, write_line, write_table
from spbe_cli.store import done, opened
from spbe_core.projections.evaluations import EvaluationRow, UnreadableRow
from spbe_core.storage.location import shown_location


@command("init")
@reading
def init(store: str | None, output: str) -> None:
    """Make a store."""
    with opened(store, create=True):
        done(output, "init", {"store": shown_location(str(store))})


@command("open-evaluation")
@argument("evaluation")
@option("--name", required=True)
@option("--edition")
@option("--process")
@recording
def open_evaluation(
    evaluation: str,
    name: str,
    edition: str | None,
    process: str | None,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Open an evaluation."""
    with opened(store) as spbe:
        begun = spbe.open_evaluation(evaluation, agency_name=name, edition=edition, process=process, by=by)
        members = {"id": str(begun.id), "edition": begun.edition, "edition_digest": begun.edition_digest}
        done(output, "open", members | {"process": begun.process, "stages": list(begun.stages)})


@command("list-evaluations")
@reading
def list_evaluations(store: str | None, output: str) -> None:
    """List the evaluations."""
    with opened(store) as spbe:
        rows = spbe.evaluations()
    damaged = [row for row in rows if isinstance(row, UnreadableRow)]
    if output == "json":
        write_json([_members(row) for row in rows])
    elif not rows:
        write_line(text("list.empty"))
    else:
        write_table(text("list.title"), ["id", "agency", "stage", "index", "grade"], [_cells(row) for row in rows])
        for row in damaged:
            write_damage(row.id, row.problem)
    if damaged:
        click.get_current_context().exit(STORE_PROBLEM)


def _members(row: EvaluationRow | UnreadableRow) -> dict[str, object]:
    if isinstance(row, UnreadableRow):
        return row_members(row)
    return {**attrs.asdict(row), "open_stage": row.open_stage}


def _cells(row: EvaluationRow | UnreadableRow) -> tuple[object, ...]:
    if isinstance(row, UnreadableRow):
        return row.id, None, text("list.unreadable", readable=row.readable), None, None
    stage = row.open_stage or text("list.determined" if row.decree else "list.closed")
    return row.id, row.agency_name, stage, row.index, row.grade
