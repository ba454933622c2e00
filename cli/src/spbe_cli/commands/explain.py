"""Why a number is what it is, what an edition says about a part of it, or what the next level asks for."""

from collections.abc import Sequence
from fractions import Fraction

import click

from spbe_cli.command import argument, command, option
from spbe_cli.commands.describe import source_members, write_description, write_source
from spbe_cli.commands.next_level import held_level, write_next
from spbe_cli.language import spoken, text
from spbe_cli.options import reading
from spbe_cli.render import write_json, write_line
from spbe_cli.store import opened
from spbe_cli.values import Year
from spbe_core.evaluation.standing import item_standings, value_sources
from spbe_core.evaluation.state import Evaluation
from spbe_core.library import installed_rules
from spbe_core.model.edition import Edition, Item
from spbe_core.model.score import Reason
from spbe_core.service.choose_edition import choose_edition


@command("explain")
@argument("subject", required=False)
@option("--evaluation")
@option("--edition")
@option("--year", type=Year())
@option("--next", "next_level", is_flag=True)
@option("--level")
@reading
def explain(
    subject: str | None,
    evaluation: str | None,
    edition: str | None,
    year: int | None,
    next_level: bool,
    level: str | None,
    store: str | None,
    output: str,
) -> None:
    """Explain a result, describe a part of an edition, or say what the next level asks for."""
    if level is not None and not next_level:
        raise click.UsageError(text("failures.level-of-next"), click.get_current_context())
    if evaluation is not None and (edition is not None or year is not None):
        raise click.UsageError(text("failures.pinned-already"), click.get_current_context())
    if next_level:
        _explain_next(subject, evaluation, edition, year, level, store, output)
    elif evaluation is None:
        write_description(_described(edition, year), subject, output)
    else:
        with opened(store) as spbe:
            reasons, pinned = spbe.explain(evaluation, subject), spbe.edition_of(evaluation)
        if output == "json":
            members = [_members(pinned, reason) for reason in reasons]
            write_json({"id": evaluation, "subject": subject, "reasons": members})
        else:
            write_reasons(pinned, reasons, evaluation, subject)


def _explain_next(
    subject: str | None,
    evaluation: str | None,
    edition: str | None,
    year: int | None,
    level: str | None,
    store: str | None,
    output: str,
) -> None:
    if subject is None:
        raise click.UsageError(text("failures.next-of-what"), click.get_current_context())
    owed: tuple[Item, ...] = ()
    if evaluation is None:
        chosen, value = _described(edition, year), None
    else:
        with opened(store) as spbe:
            chosen = spbe.edition_of(evaluation)
            chosen.indicator(subject)
            value = spbe.card(evaluation).indicator(subject).value
            owed = _not_accepted(spbe.evaluation(evaluation), chosen, subject, value)
    if level is not None:
        value, owed = chosen.scale.read_for(subject, level), ()
    write_next(chosen, subject, value, owed, output)


def _not_accepted(evaluation: Evaluation, edition: Edition, indicator: str, value: Fraction | None) -> tuple[Item, ...]:
    """Return the items that are not accepted at the levels a value stands for; none where it was given by hand."""
    source = value_sources(evaluation, edition).get(indicator)
    if edition.external(indicator) is not None or (source is not None and source.given is not None):
        return ()
    held = held_level(edition, value)
    standings = item_standings(evaluation, edition)
    return tuple(
        one.item
        for one in standings
        if one.item.indicator == indicator and one.item.level <= held and one.verdict != "accepted"
    )


def _described(edition: str | None, year: int | None) -> Edition:
    """Return the edition asked for, or the newest that is more than a draft."""
    rulebook = installed_rules()
    newest = next((one for one in reversed(rulebook.editions()) if one.lifecycle != "draft"), None)
    if edition is None and year is None and newest is not None:
        return newest
    return choose_edition(rulebook, edition, year)


def write_reasons(edition: Edition, reasons: Sequence[Reason], evaluation: str, subject: str | None) -> None:
    """Write the steps to a number, each with its source."""
    known = [one.id for one in edition.indicators]
    name = text("explain.indicator", indicator=subject) if subject in known else subject or edition.index_name
    write_line(text("explain.heading", subject=name, id=evaluation), bold=True)
    for place, reason in enumerate(reasons, start=1):
        write_line(f"{place:>3}. {reason.what(spoken())}", hanging=5)
        if reason.source:
            write_source(edition, reason.source, indent=5)


def _members(edition: Edition, reason: Reason) -> dict[str, object]:
    source = source_members(edition, reason.source) if reason.source else None
    return {"code": reason.code, "what": reason.what(spoken()), "source": source}
