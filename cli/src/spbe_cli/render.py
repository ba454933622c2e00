"""Tables and lines for people; JSON for programs."""

from collections.abc import Iterable, Sequence
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from spbe_cli.language import spoken, text
from spbe_core.messages import printable
from spbe_core.model.exact import exact_text
from spbe_core.model.scorecard import Scorecard


def write_json(value: Any) -> None:
    """Write one JSON document on one line."""
    click.echo(msgspec.json.encode(value).decode())


def write_line(line: str = "") -> None:
    """Write a line for people, safe for their terminal."""
    click.echo(printable(line) if len(line) <= 200 else "".join(c if c.isprintable() else "?" for c in line))


def write_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; cells are shown as text, never as markup.

    Args:
        title: catalogue key of the title, or the title itself.
        columns: catalogue keys under ``columns``; those of numbers are aligned right.
        rows: cells.
    """
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        right = column in {"weight", "index", "exact", "value", "published", "size", "events"}
        table.add_column(Text(text(f"columns.{column}")), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable("-" if cell is None or cell == "" else cell)) for cell in row))
    Console(highlight=False, soft_wrap=False).print(table)


def write_card(card: Scorecard, title: str) -> None:
    """Write a scorecard: nodes, index, grade, and what is missing."""
    rows = [
        (
            node.id if node.parent is None else f"  {node.id}",
            node.name,
            exact_text(node.weight),
            card.display(node.index),
        )
        for node in _in_tree_order(card)
    ]
    write_table(title, ["node", "name", "weight", "index"], rows)
    if card.complete:
        facts = {"index": card.index_text, "exact": card.exact_index_text, "grade": card.grade}
        write_line(text("card.result", **facts))
        write_line(text(f"card.basis-{card.grade_basis}"))
    else:
        lowest, highest = card.display(card.bounds.lowest), card.display(card.bounds.highest)
        write_line(text("card.incomplete", missing=", ".join(card.missing), count=len(card.missing)))
        write_line(text("card.bounds", lowest=lowest, highest=highest))
    for finding in card.findings:
        write_line(f"! {finding.what(spoken())}")


def _in_tree_order(card: Scorecard) -> Iterable[Any]:
    for node in card.nodes:
        if node.parent is None:
            yield node
            yield from (child for child in card.nodes if child.parent == node.id)
