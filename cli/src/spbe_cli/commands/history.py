"""The events of an evaluation, or the results of an agency over the years."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, takewhile

import attrs
import click
import msgspec

from spbe_cli.command import argument, command
from spbe_cli.damage import row_members, write_damage
from spbe_cli.event_words import NAMELESS, belongs_with, told
from spbe_cli.failures import STORE_PROBLEM
from spbe_cli.language import spoken, text
from spbe_cli.options import reading
from spbe_cli.render import write_json, write_table
from spbe_cli.store import opened
from spbe_cli.values import shown_moment
from spbe_core.errors import RecordError, StoreError
from spbe_core.events import EvaluationOpened, IndicatorScored, encode, topic_of
from spbe_core.library import Spbe
from spbe_core.ports import Recorded
from spbe_core.projections.evaluations import EvaluationRow, UnreadableRow


@command("history")
@argument("history_of")
@reading
def history(history_of: str, store: str | None, output: str) -> None:
    """Show events, or the results over the years."""
    with opened(store) as spbe:
        if "/" in history_of:
            _write_events(spbe, history_of, output)
        else:
            _write_years(spbe, history_of, output)


def _write_events(spbe: Spbe, evaluation: str, output: str) -> None:
    recorded = spbe.history(evaluation)
    if output == "json":
        write_json([_members(one) for one in recorded])
        return
    named, stages = spbe.people.naming(), _stage_names(spbe, evaluation)
    rows = [
        _row(list(together), named, stages) for _, together in groupby(_with_values_before(recorded), key=_together)
    ]
    write_table(text("history.events", id=evaluation), ["number", "at", "by", "what"], rows)


def _with_values_before(recorded: Iterable[Recorded]) -> Iterator[Recorded]:
    """Yield events so that a value by verdicts tells the one of an earlier stage whose place it took."""
    stages: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = {}
    for one in recorded:
        event, told = one.event, one
        if isinstance(event, EvaluationOpened):
            stages = event.stages
        elif isinstance(event, IndicatorScored):
            known = values.setdefault(event.indicator, {})
            earlier = [known[stage] for stage in takewhile(event.stage.__ne__, stages) if stage in known]
            if event.basis == "rules" and event.previous is None and earlier and earlier[-1] != event.value:
                told = attrs.evolve(one, event=attrs.evolve(event, previous=earlier[-1]))
            known[event.stage] = event.value
        yield told


def _members(recorded: Recorded) -> dict[str, object]:
    return {
        "version": recorded.version,
        "topic": topic_of(recorded.event),
        "event": msgspec.json.decode(encode(recorded.event)),
    }


def _together(recorded: Recorded) -> tuple[object, ...]:
    """Tell which events stand in one row: the values of an assessment read best together."""
    return belongs_with(recorded.event) or (recorded.version,)


def _stage_names(spbe: Spbe, evaluation: str) -> Mapping[str, str]:
    """Return what the pinned edition calls the stages; a history can be read although its edition cannot."""
    try:
        return {one.id: one.name for one in spbe.edition_of(evaluation).stages}
    except StoreError:
        return NAMELESS


def _row(
    together: list[Recorded], named: Callable[[str], Mapping[str, str]], stages: Mapping[str, str]
) -> tuple[object, ...]:
    first, last = together[0], together[-1]
    number = str(first.version) if first is last else f"{first.version}-{last.version}"
    what = told([one.event for one in together], stages)
    return number, shown_moment(first.event.at), named(first.event.by)[spoken()], what


def _write_years(spbe: Spbe, agency: str, output: str) -> None:
    rows = [row for row in spbe.evaluations() if row.agency == agency]
    if not rows:
        raise RecordError("agency-unknown", agency=agency)
    damaged = [row for row in rows if isinstance(row, UnreadableRow)]
    if output == "json":
        write_json([row_members(row) if isinstance(row, UnreadableRow) else attrs.asdict(row) for row in rows])
    else:
        if len(damaged) < len(rows):
            write_years(row for row in rows if isinstance(row, EvaluationRow))
        for row in damaged:
            write_damage(row.id, row.problem)
    if damaged:
        click.get_current_context().exit(STORE_PROBLEM)


def write_years(rows: Iterable[EvaluationRow]) -> None:
    """Write an agency's results, one row a year."""
    ordered = list(rows)
    cells = [(row.year, row.edition, row.index, row.exact_index, row.grade, row.decree) for row in ordered]
    columns = ["year", "edition", "index", "exact", "grade", "decree"]
    write_table(text("history.years", name=ordered[-1].agency_name), columns, cells)
