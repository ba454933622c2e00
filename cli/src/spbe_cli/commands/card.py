"""The scorecard of an evaluation."""

from datetime import datetime
from pathlib import Path

import click

from spbe_cli.command import argument, command, option
from spbe_cli.language import spoken, text
from spbe_cli.new_file import write_new
from spbe_cli.options import reading
from spbe_cli.render import write_card, write_json, write_line
from spbe_cli.store import opened
from spbe_cli.values import Moment, shown_moment
from spbe_core.errors import InputError, RulesError
from spbe_core.evaluation.standing import value_sources
from spbe_core.evaluation.state import Evaluation
from spbe_core.exchange.card_json import card_members
from spbe_core.library import installed_rules
from spbe_core.model.edition import Edition
from spbe_core.model.scorecard import Scorecard
from spbe_core.service.card import sources_of


@command("card")
@argument("evaluation")
@option("--stage")
@option("--as-of", "as_of", type=Moment())
@option("--export", "form")
@option("--out", type=click.Path(dir_okay=False, path_type=Path))
@reading
def card(
    evaluation: str,
    stage: str | None,
    as_of: datetime | None,
    form: str | None,
    out: Path | None,
    store: str | None,
    output: str,
) -> None:
    """Show a scorecard, or write it in a form that a plugin brings."""
    with opened(store) as spbe:
        found = spbe.card(evaluation, stage=stage, as_of=as_of)
        state, edition = spbe.evaluation(evaluation, as_of=as_of), spbe.edition_of(evaluation)
    if form is not None:
        _export(found, edition, form, out)
        return
    if output == "json":
        # A decree laid down the whole card; under one stage's index it would make a false number official.
        decree = None if state.result is None or stage is not None else state.result.decree
        sources = sources_of(found, value_sources(state, edition, stage))
        more = {
            "id": evaluation,
            "decree": decree,
            "sources": {indicator: source.stage for indicator, source in sources.items()},
            "bases": {indicator: source.basis for indicator, source in sources.items()},
        }
        write_json(card_members(found, spoken()) | more)
        return
    title = text("card.heading", id=evaluation, name=state.agency_name, edition=found.edition)
    if stage is not None:
        title += text("card.upto", stage=edition.stage(stage).name)
    if as_of is not None:
        title += text("card.as-of", moment=shown_moment(as_of))
    write_card(found, title)
    if stage is None:
        write_line(_standing(state, edition))


def _export(found: Scorecard, edition: Edition, form: str, out: Path | None) -> None:
    """Write the card's bytes to a file, or to standard output."""
    formats = installed_rules().export_formats()
    if form not in formats:
        raise InputError("unknown-export-format", name=form, known=", ".join(sorted(formats)) or "-")
    try:
        content = bytes(memoryview(formats[form].render(edition, found, spoken())))  # anything else is refused
    except (Exception, SystemExit) as problem:
        reason = f"{type(problem).__name__}: {problem}"
        raise RulesError("export-failed", name=form, reason=reason) from problem
    if out is None:
        click.echo(content, nl=False)
        return
    write_new(out, content)
    write_line(text("card.exported", file=out, size=len(content)))


def _standing(state: Evaluation, edition: Edition) -> str:
    if state.result is not None:
        day = "" if state.result.decree_date is None else text("card.decree-date", day=state.result.decree_date)
        return text("card.determined", decree=state.result.decree, day=day)
    if state.open_stage is None:
        return text("card.all-closed")
    return text("card.open-stage", name=edition.stage(state.open_stage).name, stage=state.open_stage)
