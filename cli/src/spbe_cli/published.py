"""Taking a published result through a whole evaluation, and holding what comes out against it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import attrs

from spbe_cli.language import text
from spbe_core.exchange.csv_file import csv_bytes
from spbe_core.library import Spbe
from spbe_core.model.edition import Edition
from spbe_core.model.scorecard import Scorecard
from spbe_core.rules.published import PublishedResult


@attrs.frozen
class Comparison:
    """A recomputed card beside the published result.

    Attributes:
        before: a moment at which only the first stage was closed.
    """

    published: PublishedResult
    edition: Edition
    card: Scorecard
    before: datetime

    @property
    def id(self) -> str:
        """Name of the evaluation."""
        return f"{self.published.agency}/{self.published.year}"

    @property
    def compared(self) -> int:
        """How many published numbers there are, the grade included."""
        return len(self.published.nodes) + 2

    @property
    def differing(self) -> Sequence[str]:
        """Names of the published numbers that do not come out."""
        computed = {node.id: self.card.display(node.index) for node in self.card.nodes}
        names = [name for name, index in self.published.nodes.items() if index != computed.get(name)]
        if self.published.index != self.card.index_text:
            names.append("index")
        if self.published.grade != self.card.grade:
            names.append("grade")
        return names


def take_through(spbe: Spbe, published: PublishedResult, folder: Path) -> Comparison:
    """Open, submit evidence, score and close every stage of its process, determine.

    Args:
        spbe: the store.
        published: the result.
        folder: where the sample documents are written.
    """
    evaluation = f"{published.agency}/{published.year}"
    opened = spbe.open_evaluation(
        evaluation,
        agency_name=published.agency_name,
        edition=published.edition,
        process=published.process,
        by="koordinator",
    )
    edition = spbe.edition_of(evaluation)
    _submit_samples(spbe, evaluation, published, edition, folder)
    stages = [stage for stage in opened.stages if stage not in opened.optional_stages]
    before = opened.changed_at
    for stage in stages:
        first = stage == stages[0]
        actor = "asesor-internal" if first else "asesor-eksternal"
        reason = text("demo.first-stage") if first else published.source
        spbe.assess(evaluation, published.values, stage=stage, reason=reason, by=actor)
        closed = spbe.close_stage(evaluation, stage, by="koordinator")
        before = closed.changed_at if first else before
    decree = published.decree or text("demo.decree-unknown", source=published.source)
    spbe.determine(evaluation, decree=decree, by="penetap")
    return Comparison(published, edition, spbe.card(evaluation), before)


def _submit_samples(spbe: Spbe, evaluation: str, published: PublishedResult, edition: Edition, folder: Path) -> None:
    """Submit three memos on an indicator each, and a table for all indicators of the first aspect."""
    name = evaluation.replace("/", "-")
    indicators = list(published.values)
    for indicator in indicators[:: max(len(indicators) // 3, 1)][:3]:
        memo = folder / f"{name}-memo-{indicator}.txt"
        facts = {"agency": published.agency_name, "year": published.year, "value": published.values[indicator]}
        memo.write_text(text("demo.memo", indicator=indicator, **facts), encoding="utf-8")
        title = text("demo.memo-title", indicator=indicator)
        spbe.submit_evidence(evaluation, memo, indicators=[indicator], title=title, by="entri-data")
    together = [one.id for one in edition.indicators if one.parent == edition.indicators[0].parent]
    table = folder / f"{name}-tabel.csv"
    rows = [(one, published.values[one]) for one in together if one in published.values]
    table.write_bytes(csv_bytes(["indicator", "value"], rows))
    title = text("demo.table-title", node=edition.indicators[0].parent)
    spbe.submit_evidence(evaluation, table, indicators=together, title=title, by="entri-data")
