"""The main job on real data: published results, recorded, scored, compared, replayed and audited."""

import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import click

from spbe_cli.command import FORMAT, LANG, STORE, command
from spbe_cli.commands.explain import write_reasons
from spbe_cli.failures import FINDING
from spbe_cli.language import spoken, text
from spbe_cli.render import write_json, write_line, write_table
from spbe_core.errors import StoreError
from spbe_core.library import Spbe, installed_rules
from spbe_core.model.scorecard import Scorecard
from spbe_core.rules.published import PublishedResult


@attrs.frozen
class Comparison:
    """A recomputed card beside the published one.

    Attributes:
        before: a moment at which the last assessment was not recorded yet.
        differing: names of the published numbers that do not come out.
    """

    published: PublishedResult
    card: Scorecard
    before: datetime
    differing: tuple[str, ...]

    @property
    def id(self) -> str:
        """Name of the evaluation."""
        return f"{self.published.agency}/{self.published.year}"


@command("demo")
@STORE
@FORMAT
@LANG
@click.pass_context
def demo(ctx: click.Context, store: str | None, output: str) -> None:
    """Build the store and show what it answers."""
    with _place(store) as place:
        path = Path(place.removeprefix("sqlite:///"))
        if path.exists():
            raise StoreError("store-exists", store=path)
        with tempfile.TemporaryDirectory() as documents, Spbe.open(place, create=True) as spbe:
            compared = [
                _replayed(spbe, published, Path(documents)) for published in installed_rules().published_results()
            ]
            differs = (_as_json if output == "json" else _as_text)(spbe, compared)
        if output != "json":
            write_line(text("demo.kept", store=store) if store else text("demo.removed"))
    if differs:
        ctx.exit(FINDING)


def _place(store: str | None) -> AbstractContextManager[str]:
    return nullcontext(store) if store else _temporary()


class _temporary:  # noqa: N801 - reads as the context manager it is
    """A store in a folder that is removed afterwards."""

    def __enter__(self) -> str:
        self._folder = tempfile.TemporaryDirectory()
        return str(Path(self._folder.name) / "demo.db")

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _replayed(spbe: Spbe, published: PublishedResult, folder: Path) -> Comparison:
    """Take one published result through the stages of its process."""
    evaluation = f"{published.agency}/{published.year}"
    opened = spbe.open_evaluation(
        evaluation,
        agency_name=published.agency_name,
        edition=published.edition,
        process=published.process,
        by="koordinator",
    )
    for place, (indicator, value) in enumerate(list(published.values.items())[:: len(published.values) // 3]):
        document = folder / f"{published.agency}-{published.year}-{place + 1}.txt"
        document.write_text(
            text("demo.memo", agency=published.agency_name, year=published.year, indicator=indicator, value=value),
            encoding="utf-8",
        )
        title = text("demo.memo-title", indicator=indicator)
        spbe.submit_evidence(evaluation, document, indicators=[indicator], title=title, by="entri-data")
    spbe.assess(evaluation, published.values, stage="self", reason=text("demo.self"), by="asesor-internal")
    before = spbe.close_stage(evaluation, "self", by="koordinator").changed_at
    spbe.assess(evaluation, published.values, stage="document", reason=published.source, by="asesor-eksternal")
    for stage in opened.stages[1:]:
        if stage not in opened.optional_stages:
            spbe.close_stage(evaluation, stage, by="asesor-eksternal")
    decree = published.decree or text("demo.decree-unknown", source=published.source)
    spbe.determine(evaluation, decree=decree, by="penetap")
    card = spbe.card(evaluation)
    return Comparison(published, card, before, tuple(_differing(published, card)))


def _differing(published: PublishedResult, card: Scorecard) -> Sequence[str]:
    pairs = {node: (index, card.display(card.node(node).index)) for node, index in published.nodes.items()}
    pairs |= {"index": (published.index, card.index_text), "grade": (published.grade, card.grade)}
    return [name for name, (expected, found) in pairs.items() if expected != found]


def _as_json(spbe: Spbe, compared: Sequence[Comparison]) -> bool:
    report = spbe.audit()
    results: list[dict[str, Any]] = [
        {
            "id": one.id,
            "index": one.card.index_text,
            "exact_index": one.card.exact_index_text,
            "grade": one.card.grade,
            "published": {"index": one.published.index, "grade": one.published.grade, "nodes": one.published.nodes},
            "compared": len(one.published.nodes) + 2,
            "differing": list(one.differing),
        }
        for one in compared
    ]
    audit = {"cards": report.cards, "contents": report.contents, "differences": len(report.differences)}
    write_json({"results": results, "audit": audit})
    return bool(report.differences) or any(one.differing for one in compared)


def _as_text(spbe: Spbe, compared: Sequence[Comparison]) -> bool:
    for one in compared:
        _beside(one)
    count = sum(len(one.published.nodes) + 2 for one in compared)
    differing = sum(len(one.differing) for one in compared)
    write_line(text("demo.compared", count=count, differing=differing))
    last = compared[-1]
    years = [row for row in spbe.evaluations() if row.agency == last.published.agency]
    write_line()
    rows = [(row.year, row.index, row.exact_index, row.grade) for row in years]
    write_table(text("history.years", name=last.published.agency_name), ["year", "index", "exact", "grade"], rows)
    write_line()
    write_line(text("explain.heading", subject=text("demo.indicator", indicator="12"), id=last.id))
    write_reasons(spbe.edition_of(last.id), spbe.explain(last.id, "12"))
    write_line()
    then = spbe.evaluation(last.id, as_of=last.before)
    now = spbe.evaluation(last.id)
    for heading, state in ((last.before.isoformat(" ", "milliseconds"), then), (text("demo.now"), now)):
        decree = text("demo.no-decree") if state.result is None else state.result.decree
        write_line(text("demo.as-of", moment=heading, events=state.version, closed=len(state.closed), decree=decree))
    write_line()
    report = spbe.audit()
    facts = {"evaluations": report.evaluations, "cards": report.cards, "contents": report.contents}
    write_line(text("replay.audit", **facts, differences=len(report.differences)))
    for finding in report.findings:
        write_line(finding.what(spoken()))
    return bool(report.differences or differing)


def _beside(one: Comparison) -> None:
    rows: list[tuple[object, ...]] = []
    for node in one.card.nodes:
        expected, found = one.published.nodes.get(node.id), one.card.display(node.index)
        rows.append((node.id, node.name, expected, found, "=" if expected == found else "≠"))
    rows += [
        ("", text("demo.index"), one.published.index, one.card.index_text,
         "≠" if "index" in one.differing else "="),
        ("", text("demo.grade"), one.published.grade, one.card.grade, "≠" if "grade" in one.differing else "="),
    ]  # fmt: skip
    title = f"{one.published.agency_name} {one.published.year}"
    write_table(title, ["node", "name", "published", "index", "same"], rows)
    write_line(text("demo.source", source=one.published.source, exact=one.card.exact_index_text))
    write_line()
