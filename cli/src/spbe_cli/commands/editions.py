"""The installed editions: a list, and one in full."""

import attrs
import click

from spbe_cli.command import FORMAT, LANG, LocalGroup, command
from spbe_cli.failures import FINDING
from spbe_cli.language import text
from spbe_cli.render import write_json, write_line, write_table
from spbe_core.library import installed_rules
from spbe_core.model.canonical import members_of
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text

_COMMANDS = {"list": ("editions", "editions-list"), "show": ("editions", "editions-show")}


@click.group(cls=LocalGroup, name="editions", key="editions", modules=_COMMANDS)
def editions() -> None:
    """Hold the commands on editions."""


@command("editions-list")
@FORMAT
@LANG
@click.pass_context
def editions_list(ctx: click.Context, output: str) -> None:
    """List the editions and what is wrong with any plugin."""
    rulebook = installed_rules()
    found, broken = rulebook.editions(), [one for one in rulebook.plugins() if one.health != "ok"]
    if output == "json":
        rows = [
            {"id": one.id, "title": one.title, "regulation": one.regulation, "lifecycle": one.lifecycle,
             "years": list(one.years), "indicators": len(one.indicators), "digest": one.digest}
            for one in found
        ]  # fmt: skip
        write_json({"editions": rows, "plugins": [attrs.asdict(one) for one in rulebook.plugins()]})
    else:
        cells = [
            (one.id, f"{one.years[0]}-{one.years[-1]}", len(one.indicators), text(f"lifecycle.{one.lifecycle}"))
            for one in found
        ]
        write_table(text("editions.list"), ["edition", "years", "indicators", "standing"], cells)
        for one in broken:
            write_line(text("editions.broken", name=one.name, version=one.version, reason=one.reason))
    if broken:
        ctx.exit(FINDING)


@command("editions-show")
@click.argument("edition_id", metavar="ID")
@FORMAT
@LANG
def editions_show(edition_id: str, output: str) -> None:
    """Show an edition in full."""
    edition = installed_rules().edition(edition_id)
    if output == "json":
        write_json({"digest": edition.digest, **members_of(edition)})
        return
    write_line(f"{edition.regulation}: {edition.title}")
    write_line(text("editions.facts", years=", ".join(map(str, edition.years)), digest=edition.digest))
    _tree(edition)
    _grades_and_levels(edition)
    stages = [(one.id, one.name, text("editions.optional") if one.optional else "") for one in edition.stages]
    write_table(text("editions.stages"), ["stage", "name", "standing"], stages)
    sources = [(one.id, str(one), text(f"confidence.{one.confidence}"), one.note) for one in edition.citations]
    write_table(text("editions.sources"), ["source", "document", "confidence", "note"], sources)


def _tree(edition: Edition) -> None:
    rows: list[tuple[object, ...]] = []
    for node in edition.nodes:
        if node.parent is None:
            rows.append((node.id, node.name, exact_text(node.weight), node.source))
            for aspect in (one for one in edition.nodes if one.parent == node.id):
                rows.append((f" {aspect.id}", aspect.name, exact_text(aspect.weight), aspect.source))
                rows += _leaves(edition, aspect.id)
            rows += _leaves(edition, node.id)
    write_table(text("editions.tree"), ["node", "name", "weight", "source"], rows)


def _leaves(edition: Edition, parent: str) -> list[tuple[object, ...]]:
    return [
        (f"  {one.id}", one.name, exact_text(one.weight), one.source)
        for one in edition.indicators
        if one.parent == parent
    ]


def _grades_and_levels(edition: Edition) -> None:
    grades = [
        (band.name, exact_text(edition.scale.minimum if band.floor is None else band.floor), band.source)
        for band in edition.grades
    ]
    write_table(text("editions.grades"), ["grade", "floor", "source"], grades)
    levels = [(one.level, one.name, text(f"capability.{one.capability}")) for one in edition.level_names]
    write_table(text("editions.levels"), ["level", "name", "capability"], levels)
