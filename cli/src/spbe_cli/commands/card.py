"""The scorecard of an evaluation."""

from datetime import datetime

from spbe_cli.command import argument, command, option
from spbe_cli.language import spoken, text
from spbe_cli.options import reading
from spbe_cli.render import write_card, write_json, write_line
from spbe_cli.store import opened
from spbe_cli.values import Moment, shown_moment
from spbe_core.evaluation.state import Evaluation
from spbe_core.exchange.card_json import card_members
from spbe_core.model.edition import Edition


@command("card")
@argument("evaluation")
@option("--stage")
@option("--as-of", "as_of", type=Moment())
@reading
def card(evaluation: str, stage: str | None, as_of: datetime | None, store: str | None, output: str) -> None:
    """Show a scorecard."""
    with opened(store) as spbe:
        found = spbe.card(evaluation, stage=stage, as_of=as_of)
        state, edition = spbe.evaluation(evaluation, as_of=as_of), spbe.edition_of(evaluation)
    if output == "json":
        # A decree laid down the whole card; under one stage's index it would make a false number official.
        decree = None if state.result is None or stage is not None else state.result.decree
        write_json(card_members(found, spoken()) | {"id": evaluation, "decree": decree})
        return
    title = text("card.heading", id=evaluation, name=state.agency_name, edition=found.edition)
    if stage is not None:
        title += text("card.upto", stage=edition.stage(stage).name)
    if as_of is not None:
        title += text("card.as-of", moment=shown_moment(as_of))
    write_card(found, title)
    if stage is None:
        write_line(_standing(state, edition))


def _standing(state: Evaluation, edition: Edition) -> str:
    if state.result is not None:
        day = "" if state.result.decree_date is None else text("card.decree-date", day=state.result.decree_date)
        return text("card.determined", decree=state.result.decree, day=day)
    if state.open_stage is None:
        return text("card.all-closed")
    return text("card.open-stage", name=edition.stage(state.open_stage).name, stage=state.open_stage)
