"""The installed editions: a list, and one in full for people."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import click

from spbe_cli.command import argument, command, option
from spbe_cli.failures import FINDING
from spbe_cli.group import group
from spbe_cli.language import spoken, text, texts
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import in_tree_order, write_json, write_line, write_table
from spbe_cli.values import Year
from spbe_core.exchange.edition_json import edition_json
from spbe_core.library import installed_rules
from spbe_core.model.canonical import members_of
from spbe_core.model.edition import Edition, Item
from spbe_core.model.exact import exact_text
from spbe_core.service.choose_edition import choose_edition

editions: Final = group(
    "editions",
    {
        "list": ("editions", "editions-list"),
        "show": ("editions", "editions-show"),
        "diff": ("edition_diff", "editions-diff"),
        "export": ("edition_files", "editions-export"),
        "vectors": ("edition_files", "editions-vectors"),
    },
)


@command("editions-list")
@FORMAT
@LANG
@click.pass_context
def editions_list(ctx: click.Context, output: str) -> None:
    """List the editions and what is wrong with any plugin."""
    rulebook = installed_rules()
    found, broken = rulebook.editions(), [one for one in rulebook.plugins() if one.health == "broken"]
    if output == "json":
        rows = [
            {"id": one.id, "title": one.title, "regulation": one.regulation, "lifecycle": one.lifecycle,
             "years": list(one.years), "indicators": len(one.indicators), "digest": one.digest}
            for one in found
        ]  # fmt: skip
        plugins = [
            {"name": one.name, "version": one.version, "health": one.health, "reason": one.told(spoken())}
            for one in rulebook.plugins()
        ]
        write_json({"editions": rows, "plugins": plugins})
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
            write_line(
                text("editions.broken", name=one.name, version=one.version, reason=one.told(spoken())), hanging=2
            )
    if broken:
        ctx.exit(FINDING)


@command("editions-show")
@argument("edition_id")
@option("--year", key="guidance_year", type=Year())
@option("--items", "items_only", is_flag=True)
@option("--indicator", key="items-of")
@FORMAT
@LANG
def editions_show(edition_id: str, year: int | None, items_only: bool, indicator: str | None, output: str) -> None:
    """Show an edition in full, or its items, as its regulation states it or as a year's guidance applies it."""
    edition = choose_edition(installed_rules(), edition_id, year)
    if items_only or indicator is not None:
        _show_items(edition.items if indicator is None else edition.items_of(edition.indicator(indicator).id), output)
        return
    if output == "json":
        click.echo(edition_json(edition))
        return
    write_line(f"{edition.regulation}: {edition.title}", bold=True)
    for line in (_lifecycle(edition), text("editions.digest", digest=edition.digest), _scale(edition)):
        write_line(line)
    for overlay in edition.overlays:
        write_line(text("editions.overlay", id=overlay.id, title=overlay.title, source=overlay.source))
    write_line()
    _write_tree(edition)
    _write_externals(edition)
    _write_grades_and_levels(edition)
    _write_values(edition)
    _write_stages(edition)
    _write_sources(edition)


def _show_items(items: Sequence[Item], output: str) -> None:
    if output == "json":
        write_json([members_of(one) for one in items])
    elif not items:
        write_line(text("editions.no-items"))
    else:
        cells = [(one.id, one.indicator, one.level, one.text) for one in items]
        write_table(text("editions.items"), ["item", "indicator", "level", "text"], cells)


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
    levels = [(one.level, one.name, _capability(one.capability), one.source) for one in edition.level_names]
    write_table(text("editions.levels"), ["level", "name", "capability", "source"], levels)
    write_line()


def _write_externals(edition: Edition) -> None:
    """Write which indicators other ministries' indices feed, and how a score becomes a value."""
    if not edition.externals:
        return
    rows = [
        (*((one.indicator, f"{one.name} ({one.agency})") if band is one.bands[0] else ("", "")), band.level,
         _span(band.score_from, band.score_to), _span(band.value_from, band.value_to), one.source)
        for one in edition.externals
        for band in one.bands
    ]  # fmt: skip
    write_table(text("editions.externals"), ["indicator", "name", "level", "score", "values", "source"], rows)
    for one in edition.externals:
        if one.pending:
            minimum = exact_text(edition.scale.minimum)
            write_line(text("editions.pending", indicator=one.indicator, minimum=minimum, source=one.pending))
    write_line()


def _write_values(edition: Edition) -> None:
    """Write how judged items become values, where the edition says so."""
    if not edition.value_policies:
        return
    bands = [(one.level, _span(one.floor, one.ceiling), one.source) for one in edition.value_bands]
    write_table(text("editions.bands"), ["level", "values", "source"], bands)
    write_line()
    policies = [(one.id, one.name, one.source) for one in edition.value_policies]
    write_table(text("editions.policies"), ["policy", "name", "source"], policies)
    write_line()


def _capability(key: str) -> str:
    """Return the word for a capability; a rule pack may bring one that this command line has no word for."""
    return texts(spoken()).get(f"capability.{key}", key)


def _span(lowest: Fraction, highest: Fraction) -> str:
    return f"{exact_text(lowest)} - {exact_text(highest)}"


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
