"""Looking back: rebuild, audit, as of a moment."""

from datetime import datetime

import click

from spbe_cli.command import command, option, reading
from spbe_cli.failures import FINDING
from spbe_cli.language import spoken, text
from spbe_cli.moment import Moment
from spbe_cli.render import write_card, write_json, write_line
from spbe_cli.store import opened
from spbe_core.exchange.card_json import card_members, finding_members
from spbe_core.library import Spbe
from spbe_core.model.finding import Finding


@command("replay")
@click.argument("evaluations", nargs=-1, metavar="[AGENCY/YEAR]...")
@option("--rebuild", is_flag=True)
@option("--audit", is_flag=True)
@option("--as-of", "as_of", type=Moment(), metavar="TIME")
@reading
@click.pass_context
def replay(
    ctx: click.Context,
    evaluations: tuple[str, ...],
    rebuild: bool,
    audit: bool,
    as_of: datetime | None,
    store: str | None,
    output: str,
) -> None:
    """Replay the record in one of three ways."""
    if sum((rebuild, audit, as_of is not None)) != 1:
        raise click.UsageError(text("failures.one-replay"), ctx)
    with opened(store) as spbe:
        if as_of is not None:
            opened_then = tuple(row.id for row in spbe.evaluations() if row.opened_at <= as_of)
            _as_of(spbe, evaluations or opened_then, as_of, output)
            return
        differs = _rebuild(spbe, output) if rebuild else _audit(spbe, evaluations, output)
    if differs:
        ctx.exit(FINDING)


def _rebuild(spbe: Spbe, output: str) -> bool:
    found = spbe.rebuild()
    facts = {"events": found.events, "rows": found.rows, "differences": len(found.findings)}
    _write("rebuild", facts, found.findings, output)
    return bool(found.findings)


def _audit(spbe: Spbe, evaluations: tuple[str, ...], output: str) -> bool:
    report = spbe.audit(*evaluations)
    facts = {
        "evaluations": report.evaluations,
        "cards": report.cards,
        "contents": report.contents,
        "differences": len(report.differences),
    }
    _write("audit", facts, report.findings, output)
    return bool(report.differences)


def _write(kind: str, facts: dict[str, int], findings: tuple[Finding, ...], output: str) -> None:
    if output == "json":
        write_json({**facts, "findings": [finding_members(one, spoken()) for one in findings]})
        return
    write_line(text(f"replay.{kind}", **facts))
    for finding in findings:
        click.echo(f"{'✗' if finding.severity == 'difference' else '!'} {finding.what(spoken())}")


def _as_of(spbe: Spbe, evaluations: tuple[str, ...], moment: datetime, output: str) -> None:
    if output == "json":
        cards = [{"id": one, **card_members(spbe.card(one, as_of=moment), spoken())} for one in evaluations]
        write_json({"as_of": moment, "cards": cards})
        return
    for one in evaluations:
        write_card(spbe.card(one, as_of=moment), text("replay.as-of", id=one, moment=moment.isoformat()))
