"""Giving indicators their values at a stage."""

from pathlib import Path

import click

from spbe_cli.command import argument, command, option
from spbe_cli.language import text
from spbe_cli.options import OBJECTION, REASON, recording
from spbe_cli.store import done, opened
from spbe_cli.values import assignments
from spbe_core.exchange.csv_lines import told_with_line
from spbe_core.exchange.text_file import read_bytes
from spbe_core.exchange.values_csv import read_cells


@command("assess")
@argument("evaluation")
@argument("values", nargs=-1)
@option("--file", "values_file", type=click.Path(path_type=Path))
@option("--stage", required=True)
@REASON
@OBJECTION
@recording
def assess(
    evaluation: str,
    values: tuple[str, ...],
    values_file: Path | None,
    stage: str,
    reason: str,
    objection: str | None,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Record levels."""
    content = None if values_file is None else read_bytes(values_file)
    cells = [] if content is None else read_cells(content)
    given = assignments(values, {indicator: value for _, indicator, value in cells})
    if not given:
        raise click.UsageError(text("failures.no-values"), click.get_current_context())
    count = sum(value != "" for value in given.values())  # an empty cell is no value, where the scale allows it
    with told_with_line(content), opened(store) as spbe:
        spbe.assess(evaluation, given, stage=stage, reason=reason, objection=objection, by=by)
        done(output, "assess", {"id": evaluation, "stage": stage, "count": count})
