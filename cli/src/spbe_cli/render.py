"""Tables and lines for people; JSON for programs."""

import json
import shutil
import sys
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

import click
import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from spbe_cli.language import spoken, text
from spbe_core.evaluation.worklist import TASK_STATES
from spbe_core.events import CardRecord
from spbe_core.messages import visible
from spbe_core.model.exact import exact_text
from spbe_core.model.scorecard import Scorecard

_NUMBERS: Final = frozenset(
    {"weight", "index", "exact", "value", "published", "computed", "size", "number", "floor", "late"}
    | {f"state-{one}" for one in TASK_STATES}
)
_GAP: Final = 2
_NARROWEST: Final = 4
"""Columns a cell is left even where nothing fits."""

_LONGEST: Final = 2000
"""Characters of one text; more would only fill the screen."""


def write_json(value: Any) -> None:
    """Write one JSON document on one line, in UTF-8 whatever the terminal's encoding is.

    Characters that do not print are escaped: the same to a program, and harmless in a terminal.
    """
    encoded = msgspec.json.encode(value)
    written = encoded.decode()
    click.echo(encoded if written.isprintable() else "".join(map(_escaped, written)).encode())


def _escaped(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]


def safe(value: object) -> str:
    """Show a value without letting it steer the reader's terminal."""
    shown = str(value)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST - 3]}..."
    return visible(shown)


def write_line(line: str = "", *, hanging: int = 0, bold: bool = False) -> None:
    """Write a line for people; a terminal gets it wrapped, a pipe gets it whole.

    Args:
        line: the text.
        hanging: columns by which lines after the first are indented.
        bold: whether it is a heading.
    """
    shown = safe(line)
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
        shown = textwrap.fill(
            shown, width, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False
        )
    click.echo(click.style(shown, bold=True) if bold else shown)


def write_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    names: Mapping[str, str] | None = None,
    unless_empty: Collection[str] = (),
) -> None:
    """Write a table; cells are shown as text, never as markup.

    Args:
        title: the title.
        columns: catalogue keys under ``columns``; those of numbers are aligned right.
        rows: cells.
        names: column -> its name, for columns that an edition names.
        unless_empty: columns that are left out where nothing stands in them.
    """
    named = names or {}
    heads = [safe(named[column]) if column in named else text(f"columns.{column}") for column in columns]
    lines = [[None if cell is None else safe(cell) for cell in row] for row in rows]
    empty = [all(line[place] is None for line in lines) for place in range(len(columns))]
    shown = [place for place, name in enumerate(columns) if not (empty[place] and name in unless_empty)]
    console = Console(highlight=False)
    cells = [[heads[place], *(line[place] or "-" for line in lines)] for place in shown]
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for place, column, width in zip(shown, cells, _widths(cells, console.width), strict=True):
        right = columns[place] in _NUMBERS
        table.add_column(Text(column[0]), justify="right" if right else "left", width=width, overflow="fold")
    for row in zip(*(column[1:] for column in cells), strict=True):
        table.add_row(*map(Text, row))
    with console.capture() as captured:
        console.print(table)
    if title:
        write_line(title, bold=True)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def _widths(cells: Sequence[Sequence[str]], total: int) -> list[int]:
    """Share a line among columns: no word is cut, neither date nor id, unless even so not all of them fit."""
    wanted = [max(map(cell_len, column)) for column in cells]
    widths = [max(cell_len(word) for cell in column for word in cell.split() or [cell]) for column in cells]
    spare = total - _GAP * (len(cells) - 1) - sum(widths)
    while spare < 0 and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
        spare += 1
    while spare > 0 and widths != wanted:
        place = min((at for at in range(len(cells)) if widths[at] < wanted[at]), key=widths.__getitem__)
        widths[place] += 1
        spare -= 1
    return widths


class _Part(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def parent(self) -> str | None: ...


_P = TypeVar("_P", bound=_Part)


def in_tree_order(parts: Sequence[_P], below: str | None = None, depth: int = 0) -> Iterator[tuple[_P, str]]:
    """Yield every part with its id indented by its depth, each followed by what is below it."""
    for part in parts:
        if part.parent == below:
            yield part, "  " * depth + part.id
            yield from in_tree_order(parts, part.id, depth + 1)


def write_card(card: Scorecard, title: str) -> None:
    """Write a scorecard: nodes, index, grade, and what is missing."""
    rows = [
        (name, node.name, exact_text(node.weight), card.display(node.index)) for node, name in in_tree_order(card.nodes)
    ]
    write_table(title, ["node", "name", "weight", "index"], rows)
    if card.value_policy is not None:
        write_line(text("card.policy", policy=card.value_policy))
    write_valueless(card)
    if card.complete:
        facts = {"index": card.index_text, "exact": card.exact_index_text, "grade": card.grade}
        write_line(text("card.result", **facts))
        write_line(text(f"card.basis-{card.grade_basis}"))
    else:
        lowest, highest = card.display(card.bounds.lowest), card.display(card.bounds.highest)
        write_line(text("card.bounds", lowest=lowest, highest=highest))
    for finding in card.findings:
        write_line(f"! {finding.what(spoken())}", hanging=2)


def write_valueless(card: Scorecard | CardRecord) -> None:
    """Write which indicators have no value: those that wait for their source, and those that are missing."""
    if card.pending:
        write_line(text("card.pending", pending=", ".join(card.pending), count=len(card.pending)))
    if card.missing:
        write_line(text("card.incomplete", missing=", ".join(card.missing), count=len(card.missing)))
