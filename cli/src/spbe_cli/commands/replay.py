"""Looking back: rebuild, audit, as of a moment."""

from datetime import datetime

import click

from spbe_cli.command import argument, command, option
from spbe_cli.failures import FINDING
from spbe_cli.language import spoken, text
from spbe_cli.options import reading
from spbe_cli.render import write_card, write_json, write_line
from spbe_cli.store import opened
from spbe_cli.values import Moment, shown_moment
from spbe_core.exchange.card_json import card_members, finding_members
from spbe_core.library import Spbe
from spbe_core.model.finding import Finding


@command("replay")
@argument("evaluations", nargs=-1)
@option("--rebuild", is_flag=True)
@option("--audit", is_flag=True)
@option("--as-of", "as_of", type=Moment())
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
            _as_of(spbe, evaluations or _opened_by(spbe, as_of), as_of, output)
            return
        differs = _rebuild(spbe, evaluations, output) if rebuild else _audit(spbe, evaluations, output)
    if differs:
        ctx.exit(FINDING)


def _rebuild(spbe: Spbe, evaluations: tuple[str, ...], output: str) -> bool:
    for one in evaluations:
        spbe.evaluation(one)  # the list is derived as a whole, but a name that is not there is a mistake
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
        write_line(f"{'✗' if finding.severity == 'difference' else '!'} {finding.what(spoken())}", hanging=2)


def _opened_by(spbe: Spbe, moment: datetime) -> tuple[str, ...]:
    return tuple(row.id for row in spbe.evaluations() if row.opened_at <= moment)


def _as_of(spbe: Spbe, evaluations: tuple[str, ...], moment: datetime, output: str) -> None:
    if output == "json":
        cards = [{"id": one, **card_members(spbe.card(one, as_of=moment), spoken())} for one in evaluations]
        write_json({"as_of": moment, "cards": cards})
        return
    shown = shown_moment(moment)
    if not evaluations:
        write_line(text("replay.nothing-yet", moment=shown))
    for place, one in enumerate(evaluations):
        if place:
            write_line()
        write_card(spbe.card(one, as_of=moment), text("replay.as-of", id=one, moment=shown))
