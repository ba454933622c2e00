"""The installed editions: a list, and one in full."""

from typing import Final

import attrs
import click

from spbe_cli.command import argument, command
from spbe_cli.failures import FINDING
from spbe_cli.group import group
from spbe_cli.language import text
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import in_tree_order, write_json, write_line, write_table
from spbe_core.library import installed_rules
from spbe_core.model.canonical import members_of
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text

editions: Final = group("editions", {"list": ("editions", "editions-list"), "show": ("editions", "editions-show")})


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
        if cells:
            write_table(text("editions.list"), ["edition", "years", "indicators", "standing"], cells)
        else:
            write_line(text("editions.none"))
        for one in broken:
            write_line(text("editions.broken", name=one.name, version=one.version, reason=one.reason), hanging=2)
    if broken:
        ctx.exit(FINDING)


@command("editions-show")
@argument("edition_id")
@FORMAT
@LANG
def editions_show(edition_id: str, output: str) -> None:
    """Show an edition in full."""
    edition = installed_rules().edition(edition_id)
    if output == "json":
        write_json({"digest": edition.digest, **members_of(edition)})
        return
    write_line(f"{edition.regulation}: {edition.title}", bold=True)
    for line in (_lifecycle(edition), text("editions.digest", digest=edition.digest), _scale(edition)):
        write_line(line)
    write_line()
    _write_tree(edition)
    _write_grades_and_levels(edition)
    _write_stages(edition)
    _write_sources(edition)


def _lifecycle(edition: Edition) -> str:
    facts = {"in_force": edition.in_force, "repealed": edition.repealed}
    return text(
        "editions.facts",
        years=", ".join(map(str, edition.years)),
        standing=text(f"lifecycle.{edition.lifecycle}"),
        **facts,
    )


def _scale(edition: Edition) -> str:
    scale = edition.scale
    facts = {"minimum": exact_text(scale.minimum), "maximum": exact_text(scale.maximum), "places": edition.places}
    return text(f"editions.scale-{scale.step}", **facts, source=edition.rounding_source)


def _write_tree(edition: Edition) -> None:
    rows: list[tuple[object, ...]] = []
    for node, name in in_tree_order(edition.nodes):
        rows.append((name, node.name, exact_text(node.weight), node.source))
        rows += [
            (f"    {leaf.id}", leaf.name, exact_text(leaf.weight), leaf.source)
            for leaf in edition.indicators
            if leaf.parent == node.id
        ]
    write_table(text("editions.tree"), ["node", "name", "weight", "source"], rows)
    write_line()


def _write_grades_and_levels(edition: Edition) -> None:
    grades = [
        (band.name, exact_text(edition.scale.minimum if band.floor is None else band.floor), band.source)
        for band in edition.grades
    ]
    write_table(text("editions.grades"), ["grade", "floor", "source"], grades)
    for one in edition.grade_practices:
        write_line(text(f"editions.practice-{one.basis}", year=one.year, source=one.source))
    write_line(text(f"editions.default-{edition.default_grade_basis}", source=edition.grade_basis_source))
    write_line()
    levels = [(one.level, one.name, text(f"capability.{one.capability}"), one.source) for one in edition.level_names]
    write_table(text("editions.levels"), ["level", "name", "capability", "source"], levels)
    write_line()


def _write_stages(edition: Edition) -> None:
    stages = [
        (one.id, one.name, text("editions.optional") if one.optional else "", one.source) for one in edition.stages
    ]
    write_table(text("editions.stages"), ["stage", "name", "standing", "source"], stages)
    write_line()
    processes = [(one.id, one.name, ", ".join(one.stages), one.source) for one in edition.processes]
    write_table(text("editions.processes"), ["process", "name", "stages", "source"], processes)
    write_line()


def _write_sources(edition: Edition) -> None:
    """Write every source as a paragraph: notes are too long for a column."""
    write_line(text("editions.sources"), bold=True)
    for one in edition.citations:
        write_line(f"[{one.id}] {one}; {text(f'confidence.{one.confidence}')}.", hanging=4)
        if one.note:
            write_line(f"    {one.note}", hanging=4)
