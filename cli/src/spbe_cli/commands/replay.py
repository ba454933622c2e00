"""Looking back: rebuild, audit, as of a moment."""

from collections.abc import Iterator
from datetime import datetime

import click

from spbe_cli.command import argument, command, option
from spbe_cli.damage import damage_members, write_damage
from spbe_cli.failures import FINDING, STORE_PROBLEM
from spbe_cli.language import spoken, text
from spbe_cli.options import WITHOUT_DOCUMENTS, reading
from spbe_cli.render import write_card, write_json, write_line
from spbe_cli.store import opened
from spbe_cli.values import Moment, shown_moment
from spbe_core.errors import SpbeError, StoreError
from spbe_core.exchange.card_json import card_members, finding_members
from spbe_core.library import Spbe
from spbe_core.model.finding import Finding
from spbe_core.model.scorecard import Scorecard
from spbe_core.replay.audit import AuditReport


@command("replay")
@argument("evaluations", nargs=-1)
@option("--rebuild", is_flag=True)
@option("--audit", is_flag=True)
@option("--as-of", "as_of", type=Moment())
@WITHOUT_DOCUMENTS
@reading
@click.pass_context
def replay(
    ctx: click.Context,
    evaluations: tuple[str, ...],
    rebuild: bool,
    audit: bool,
    as_of: datetime | None,
    without_documents: bool,
    store: str | None,
    output: str,
) -> None:
    """Replay the record in one of three ways."""
    if sum((rebuild, audit, as_of is not None)) != 1:
        raise click.UsageError(text("failures.one-replay"), ctx)
    if without_documents and not audit:
        raise click.UsageError(text("failures.documents-of-audit"), ctx)
    with opened(store) as spbe:
        if as_of is not None:
            damaged = _as_of(spbe, evaluations, as_of, output)
            if damaged:
                ctx.exit(STORE_PROBLEM)
            return
        if rebuild:
            differs = _rebuild(spbe, evaluations, output)
        else:
            differs = _audit(spbe.audit(*evaluations, documents=not without_documents), output)
    if differs:
        ctx.exit(FINDING)


def _rebuild(spbe: Spbe, evaluations: tuple[str, ...], output: str) -> bool:
    for one in evaluations:
        spbe.evaluation(one)  # the list is derived as a whole, but a name that is not there is a mistake
    found = spbe.rebuild()
    facts = {"events": found.events, "rows": found.rows, "differences": len(found.findings)}
    _write("rebuild", facts, found.findings, output)
    return bool(found.findings)


def _audit(report: AuditReport, output: str) -> bool:
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


def _as_of(spbe: Spbe, named: tuple[str, ...], moment: datetime, output: str) -> bool:
    """Write the cards of a moment, and say whether any is missing because its record is damaged."""
    found = list(_cards(spbe, named, moment))
    if output == "json":
        cards = [
            damage_members(one, card) if isinstance(card, SpbeError) else {"id": one, **card_members(card, spoken())}
            for one, card in found
        ]
        write_json({"as_of": moment, "cards": cards})
    else:
        _write_cards(found, shown_moment(moment))
    return any(isinstance(card, SpbeError) for _, card in found)


def _cards(spbe: Spbe, named: tuple[str, ...], moment: datetime) -> Iterator[tuple[str, Scorecard | SpbeError]]:
    """Yield each evaluation's card, or why there is none; those that were not open yet only where they were named."""
    for one in named or spbe.evaluation_ids():
        try:
            yield one, spbe.card(one, as_of=moment)
        except StoreError as problem:
            yield one, problem
        except SpbeError as problem:
            if named:
                raise
            if problem.code != "nothing-recorded-yet":
                yield one, problem


def _write_cards(found: list[tuple[str, Scorecard | SpbeError]], shown: str) -> None:
    if not found:
        write_line(text("replay.nothing-yet", moment=shown))
    for place, (one, card) in enumerate(found):
        if place:
            write_line()
        if isinstance(card, SpbeError):
            write_damage(one, card)
        else:
            write_card(card, text("replay.as-of", id=one, moment=shown))
