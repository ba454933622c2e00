"""The pure calculator: values in, scorecard out, nothing stored."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from spbe_cli.command import argument, command, option
from spbe_cli.failures import BAD_INPUT, error_members
from spbe_cli.language import spoken, text
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import write_card, write_json
from spbe_cli.values import Year, assignments, year_of
from spbe_core.errors import InputError, SpbeError
from spbe_core.exchange.card_json import card_members
from spbe_core.exchange.text_file import read_bytes
from spbe_core.exchange.values_csv import BulkRow, bulk_values, read_bulk, read_cells, read_values
from spbe_core.exchange.verdicts_csv import has_verdicts, read_accepted
from spbe_core.library import installed_rules
from spbe_core.library import score as score_values
from spbe_core.service.choose_edition import choose_edition


@command("score")
@argument("file", key="values-file")
@option("--edition")
@option("--year", type=Year())
@option("--bulk", is_flag=True)
@option("--policy")
@option("--external", multiple=True)
@FORMAT
@LANG
@click.pass_context
def score(
    ctx: click.Context,
    file: str,
    edition: str | None,
    year: int | None,
    bulk: bool,
    policy: str | None,
    external: Sequence[str],
    output: str,
) -> None:
    """Calculate from a CSV file of values, or of verdicts on items."""
    if bulk and year is not None:
        raise click.UsageError(text("failures.bulk-year"), ctx)
    if bulk and (policy is not None or external):
        raise click.UsageError(text("failures.bulk-items"), ctx)
    if file == "-" and sys.stdin is None:
        raise InputError("file-missing", file="-")
    content = read_bytes(sys.stdin.buffer if file == "-" else Path(file))
    if bulk:
        failed = False
        for members in _bulk(content, edition):
            write_json(members)
            failed = failed or "error" in members
        if failed:
            ctx.exit(BAD_INPUT)
        return
    judged = has_verdicts(content)
    if not judged:
        read_cells(content)
    chosen = choose_edition(installed_rules(), edition, year)
    card = score_values(
        {} if judged else read_values(content, chosen),
        edition=chosen.id,
        year=year,
        accepted_items=read_accepted(content, chosen) if judged else None,
        external_scores=assignments(external),
        value_policy=policy,
    )
    if output == "json":
        write_json(card_members(card, spoken()))
    else:
        title = text("card.title", edition=card.edition)
        write_card(card, title if year is None else title + text("card.title-year", year=year))


def _bulk(content: bytes, edition: str | None) -> Iterator[dict[str, Any]]:
    for row in read_bulk(content):
        head: dict[str, Any] = {"line": row.line, "agency": row.agency}
        try:
            yield head | _row_members(row, edition)
        except SpbeError as problem:
            yield head | {"year": row.year, **error_members(problem)}


def _row_members(row: BulkRow, edition: str | None) -> dict[str, Any]:
    if row.problem is not None:
        raise row.problem
    try:
        year = year_of(row.year)
        chosen = choose_edition(installed_rules(), edition, year)
    except InputError as problem:
        raise problem.at(at_line=row.line) from None
    card = score_values(bulk_values(row, chosen), edition=chosen.id, year=year)
    return card_members(card, spoken())
