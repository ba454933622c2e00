"""The scorecard of an evaluation, and the history of an evaluation or an agency."""

from datetime import datetime

import attrs
import click
import msgspec

from spbe_cli.command import command, option, reading
from spbe_cli.language import spoken, text
from spbe_cli.moment import Moment
from spbe_cli.render import write_card, write_json, write_table
from spbe_cli.store import opened
from spbe_core.errors import RecordError
from spbe_core.events import encode, topic_of
from spbe_core.exchange.card_json import card_members
from spbe_core.library import Spbe
from spbe_core.ports import Recorded


@command("card")
@click.argument("evaluation", metavar="AGENCY/YEAR")
@option("--stage", metavar="STAGE")
@option("--as-of", "as_of", type=Moment(), metavar="TIME")
@reading
def card(evaluation: str, stage: str | None, as_of: datetime | None, store: str | None, output: str) -> None:
    """Show a scorecard."""
    with opened(store) as spbe:
        found = spbe.card(evaluation, stage=stage, as_of=as_of)
        state = spbe.evaluation(evaluation, as_of=as_of)
    decree = None if state.result is None else state.result.decree
    if output == "json":
        write_json(card_members(found, spoken()) | {"id": evaluation, "decree": decree})
        return
    write_card(found, text("card.heading", id=evaluation, name=state.agency_name, edition=found.edition))
    write_table("", ["fact", "standing"], [(text("columns.stage"), state.open_stage), (text("columns.decree"), decree)])


@command("history")
@click.argument("subject", metavar="AGENCY[/YEAR]")
@reading
def history(subject: str, store: str | None, output: str) -> None:
    """Show events, or the results over the years."""
    with opened(store) as spbe:
        if "/" in subject:
            _events(spbe, subject, output)
        else:
            _years(spbe, subject, output)


def _events(spbe: Spbe, evaluation: str, output: str) -> None:
    recorded = spbe.history(evaluation)
    if output == "json":
        write_json([_members(one) for one in recorded])
        return
    rows = [(one.version, one.event.at.isoformat(" ", "seconds"), one.event.by, _what(one)) for one in recorded]
    write_table(text("history.events", id=evaluation), ["events", "at", "by", "what"], rows)


def _members(recorded: Recorded) -> dict[str, object]:
    return {
        "version": recorded.version,
        "topic": topic_of(recorded.event),
        "event": msgspec.json.decode(encode(recorded.event)),
    }


def _what(recorded: Recorded) -> str:
    facts = {**attrs.asdict(recorded.event, recurse=False)}
    shown = facts.pop("card", None)
    if shown is not None:
        facts |= {"index": shown.index or "-", "grade": shown.grade or "-"}
    facts["was"] = "" if facts.get("previous") is None else f"{facts['previous']} → "
    return text(f"events.{recorded.event.TOPIC.removeprefix('spbe:')}", **facts)


def _years(spbe: Spbe, agency: str, output: str) -> None:
    rows = [row for row in spbe.evaluations() if row.agency == agency]
    if not rows:
        raise RecordError("agency-unknown", agency=agency)
    if output == "json":
        write_json([attrs.asdict(row) for row in rows])
        return
    cells = [(row.year, row.edition, row.index, row.exact_index, row.grade, row.decree) for row in rows]
    columns = ["year", "edition", "index", "exact", "grade", "decree"]
    write_table(text("history.years", name=rows[-1].agency_name), columns, cells)
