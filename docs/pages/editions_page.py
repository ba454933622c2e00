"""The page of the installed editions."""

import importlib
import tomllib
from collections.abc import Iterator

from pages.places import ROOT
from spbe_core.model.edition import (
    Edition,
)
from spbe_core.model.exact import exact_text
from spbe_core.plugins import PluginRulebook
from spbe_core.rules import (
    hookspecs,
    published,
)


def editions() -> Iterator[str]:
    """List the editions of the rule packs in this repository."""
    rulebook = PluginRulebook(_rule_packs())
    broken = [status for status in rulebook.plugins() if status.health != "ok"]
    if broken:
        raise SystemExit(f"broken rule pack: {broken[0].name}: {broken[0].reason}")
    yield "# Editions\n\n"
    yield "The instruments that this repository's rule packs bring, with the source of every number.\n"
    yield "`spbe editions list` shows what is installed where you are, `spbe editions show ID` one of them in full.\n"
    yield "Official names are in Indonesian; the [glossary](glossary.md) explains the terms.\n"
    for edition in rulebook.editions():
        yield from _edition(edition, [one for one in rulebook.published_results() if one.edition == edition.id])


def _rule_packs() -> dict[str, object]:
    packs: dict[str, object] = {}
    for file in sorted(ROOT.glob("plugins/*/pyproject.toml")):
        entry_points = tomllib.loads(file.read_text(encoding="utf-8"))["project"].get("entry-points", {})
        for name, module in entry_points.get(hookspecs.PROJECT, {}).items():
            packs[name] = importlib.import_module(module)
    return packs


def _edition(edition: Edition, results: list[published.PublishedResult]) -> Iterator[str]:
    source = {citation.id: citation for citation in edition.citations}
    yield f"\n## `{edition.id}`\n\n*{edition.title}* ({edition.regulation}), index: {edition.index_name}.\n\n"
    yield f"- years: {', '.join(map(str, edition.years))}\n"
    yield f"- lifecycle: {edition.lifecycle.replace('_', ' ')}"
    yield f"; in force from {edition.in_force}" if edition.in_force else ""
    yield f" until {edition.repealed}\n" if edition.repealed else "\n"
    scale = edition.scale
    yield f"- values: {scale.step}, {exact_text(scale.minimum)} to {exact_text(scale.maximum)}; an empty cell is "
    yield f"{scale.empty} ({source[scale.source]})\n"
    yield f"- displayed with {edition.places} decimals, rounded once, half up "
    yield f"({source[edition.rounding_source]}; confidence {source[edition.rounding_source].confidence})\n"
    yield f"- the grade is read from the {edition.default_grade_basis} index "
    yield f"({source[edition.grade_basis_source]}; confidence {source[edition.grade_basis_source].confidence})"
    yield "".join(
        f"; in {one.year} from the {one.basis} one ({source[one.source]}; confidence {source[one.source].confidence})"
        for one in edition.grade_practices
    )
    yield f"\n- digest of the canonical document: `{edition.digest}`\n\n"
    yield "| grade | from |\n|---|---|\n"
    yield from (
        f"| {band.name} | {'' if band.floor is None else exact_text(band.floor)} |\n" for band in edition.grades
    )
    yield "\n| kind of evaluation | stages |\n|---|---|\n"
    stages = {
        stage.id: f"{stage.name} (`{stage.id}`{', optional' if stage.optional else ''})" for stage in edition.stages
    }
    yield from (
        f"| {one.name} (`{one.id}`) | {', '.join(stages[stage] for stage in one.stages)} |\n"
        for one in edition.processes
    )
    yield "\n| node | name | weight |\n|---|---|---|\n"
    for node in edition.nodes:
        yield f"| {node.id}{f' in {node.parent}' if node.parent else ''} | {node.name} | {exact_text(node.weight)} |\n"
    yield "\n| indicator | name | aspect | weight |\n|---|---|---|---|\n"
    for leaf in edition.indicators:
        yield f"| {leaf.id} | {leaf.name} | {leaf.parent} | {exact_text(leaf.weight)} |\n"
    if edition.criteria or edition.items:
        yield f"\n{len(edition.criteria)} level criteria and {len(edition.items)} evidence items:"
        yield " see the rule pack's `data/kriteria_*.toml`.\n"
    yield "\nSources:\n\n"
    for citation in edition.citations:
        note = f" {citation.note}" if citation.note else ""
        yield f"- `{citation.id}`: {citation} (confidence {citation.confidence}).{note}\n"
    if results:
        yield "\nPublished results with every level, reproduced by the tests:\n\n"
        yield from (f"- {one.agency_name} {one.year}: {one.index}, {one.grade} ({one.source})\n" for one in results)
