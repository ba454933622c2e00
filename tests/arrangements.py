"""What several tests need: small editions, plugins made of them, a clock that ticks and an independent formula."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import attrs
import pytest

from spbe_core import SpbeError
from spbe_core.model.citation import Citation
from spbe_core.model.edition import (
    Edition,
    GradeBand,
    GradePractice,
    Indicator,
    Item,
    LevelName,
    Node,
    Process,
    Stage,
)
from spbe_core.model.external import ConversionBand, External
from spbe_core.model.scale import Scale
from spbe_core.model.value_policy import ValueBand, ValuePolicy
from spbe_core.plugins import PluginRulebook
from spbe_core.rules import AssessorLevel, DomainRules, Ladder, PublishedResult, hookimpl

T = TypeVar("T")

ROOT = Path(__file__).parents[1]
SOURCES = (ROOT / "src", *sorted((ROOT / "plugins").glob("*/src")))
PACKS = {
    "permenpanrb-5-2018": "spbe_rules.permenpanrb_5_2018",
    "permenpanrb-59-2020": "spbe_rules.permenpanrb_59_2020",
    "permenpanrb-8-2026": "spbe_rules.permenpanrb_8_2026",
}
"""Edition id -> module of its rule pack."""


class Ticking:
    """A clock that goes on by one second whenever it is asked."""

    def __init__(self, start: datetime = datetime(2024, 1, 1, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def small_edition(**changes: Any) -> Edition:
    """Return a tiny consistent edition: two domains, three aspects, five indicators, two processes."""
    edition = Edition(
        id="contoh-1",
        title="Pedoman Contoh",
        index_name="Indeks Contoh",
        regulation="Contoh 1",
        lifecycle="in_force",
        in_force=date(2030, 1, 1),
        repealed=None,
        years=(2030, 2031, 2032),
        scale=Scale(Fraction(1), Fraction(5), "integer", "refused", "s"),
        places=2,
        rounding_source="s",
        default_grade_basis="exact",
        grade_basis_source="s",
        grade_practices=(GradePractice(2031, "rounded", "s"), GradePractice(2032, "exact", "s")),
        nodes=(
            Node("D1", "domain", "Domain Satu", Fraction(40), None, "s"),
            Node("D2", "domain", "Domain Dua", Fraction(60), None, "s"),
            Node("A1", "aspect", "Aspek Satu", Fraction(40), "D1", "s"),
            Node("A2", "aspect", "Aspek Dua", Fraction(35), "D2", "s"),
            Node("A3", "aspect", "Aspek Tiga", Fraction(25), "D2", "s"),
        ),
        indicators=(
            Indicator("1", "Satu", Fraction("12.5"), "A1", "process", "s"),
            Indicator("2", "Dua", Fraction("27.5"), "A1", "process", "s"),
            Indicator("3", "Tiga", Fraction(35), "A2", "service", "s"),
            Indicator("4", "Empat", Fraction(25, 3), "A3", "service", "s"),
            Indicator("5", "Lima", Fraction(50, 3), "A3", "service", "s", "Apakah ada?"),
        ),
        level_names=(LevelName(1, "process", "Rintisan", "s"), LevelName(5, "service", "Optimum", "s")),
        grades=(
            GradeBand("Tinggi", Fraction("3.5"), "s"),
            GradeBand("Sedang", Fraction("1.8"), "s"),
            GradeBand("Rendah", None, "s"),
        ),
        stages=(
            Stage("self", "Mandiri", optional=False, source="s"),
            Stage("document", "Dokumen", optional=False, source="s"),
            Stage("visitation", "Visitasi", optional=True, source="s"),
        ),
        processes=(
            Process("pendek", "Pendek", ("self",), "s"),
            Process("penuh", "Penuh", ("self", "document", "visitation"), "s"),
        ),
        citations=(Citation("s", "Sumber Contoh", "Tabel 1", "medium", "karangan"),),
    )
    return attrs.evolve(edition, **changes)


def staged_edition() -> Edition:
    """Return the small edition with a process of all official stages, and one of a time to come."""
    stages = ("self", "document", "interview", "visitation", "uji-publik")
    band = ConversionBand(3, Fraction(0), Fraction(100), Fraction(1), Fraction(5))
    return small_edition(
        stages=tuple(Stage(stage, stage.title(), optional=False, source="s") for stage in stages),
        processes=(Process("penuh", "Penuh", stages, "s"),),
        items=(Item("I1-L1-01", "1", 1, "Dokumen", "s"),),
        externals=(External("5", "Indeks Luar", "Lembaga", "s", (band,)),),
    )


def judged_edition() -> Edition:
    """Return the small edition with items, and the ways from verdicts on them to values."""
    levels = {"1": [1, 2, 2, 3], "2": [1, 3], "3": [1]}
    items: list[Item] = []
    for indicator, asked in levels.items():
        for place, level in enumerate(asked):
            item = f"I{indicator}-L{level}-{asked[:place].count(level) + 1:02}"
            items.append(Item(item, indicator, level, f"Bukti {item}", "s"))
    return small_edition(
        id="contoh-butir",
        scale=Scale(Fraction(1), Fraction(5), "decimal", "refused", "s"),
        items=tuple(items),
        value_bands=tuple(ValueBand(level, Fraction(max(1, level - 1)), Fraction(level), "s") for level in range(1, 6)),
        value_policies=(ValuePolicy("share-in-band", "Porsi butir", "s"), ValuePolicy("assessor", "Asesor", "s")),
    )


def ladder_rulebook(edition: Edition) -> PluginRulebook:
    """Return a rulebook whose rules make values of the verdicts on an edition's items."""
    rules = [Ladder(edition=edition.id, node=node.id, source="s", assessor="s") for node in edition.top_nodes()]
    return PluginRulebook({"contoh": Plugin(edition, rules=rules)})


def level_rules(edition: Edition) -> tuple[DomainRules, ...]:
    """Return rules for each node of an edition's top tier that take the assessor's level as it is."""
    return tuple(AssessorLevel(edition.id, node.id, edition.scale.source) for node in edition.top_nodes())


class Plugin:
    """A plugin that brings what it is given."""

    def __init__(
        self,
        *editions: Edition,
        rules: Sequence[DomainRules] | None = None,
        published: Sequence[PublishedResult] = (),
    ) -> None:
        self._editions = editions
        self._rules = [one for edition in editions for one in level_rules(edition)] if rules is None else rules
        self._published = published

    @hookimpl
    def spbe_editions(self, context: object) -> Sequence[Edition]:
        return self._editions

    @hookimpl
    def spbe_domain_rules(self, context: object) -> Sequence[DomainRules]:
        return self._rules

    @hookimpl
    def spbe_published_results(self, context: object) -> Sequence[PublishedResult]:
        return self._published


def rulebook_of(*editions: Edition) -> PluginRulebook:
    """Return a rulebook that has these editions, each with rules for its top tier."""
    return PluginRulebook({"contoh": Plugin(*editions)})


def indices_by_formula(edition: Edition, values: Mapping[str, Fraction]) -> tuple[dict[str, Fraction], Fraction]:
    """Compute every node's index and the whole's tier by tier, as the regulations write the formula.

    An aspect is the weighted mean of its indicators, a domain of its aspects, the index of the domains. It shares
    nothing with the library but the tree.
    """
    indices: dict[str, Fraction] = {}

    def mean(parts: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
        pairs = list(parts)
        return sum((weight * value for weight, value in pairs), Fraction(0)) / sum(weight for weight, _ in pairs)

    for node in reversed(edition.nodes):  # children come after their parents
        below = [(leaf.weight, values[leaf.id]) for leaf in edition.indicators if leaf.parent == node.id]
        below += [(child.weight, indices[child.id]) for child in edition.nodes if child.parent == node.id]
        indices[node.id] = mean(below)
    return indices, mean((node.weight, indices[node.id]) for node in edition.nodes if node.parent is None)


def spread(total: int, count: int) -> list[int]:
    """Return whole numbers as even as they can be that sum to a total."""
    return [total // count + (place < total % count) for place in range(count)]


@contextmanager
def refused(code: str, family: type[SpbeError] = SpbeError) -> Iterator[pytest.ExceptionInfo[SpbeError]]:
    """Expect an error of a family with a code."""
    with pytest.raises(family) as caught:
        yield caught
    assert caught.value.code == code, str(caught.value)


def attempt(function: Callable[..., T], *arguments: Any) -> tuple[T | None, SpbeError | None]:
    """Return what a function gives, or the library's error with readable texts; any other exception fails the test."""
    try:
        return function(*arguments), None
    except SpbeError as caught:
        error = caught
    texts = [text for language in ("id", "en") for text in (error.what(language), error.remedy(language))]
    assert all(text.isprintable() and text for text in texts), texts
    return None, error


def code_of(error: SpbeError | None) -> str | None:
    """Return an error's code, None where there is no error."""
    return None if error is None else error.code


def python(code: str, *arguments: str, path: Iterable[Path] = (), check: bool = True) -> str:
    """Run code in a fresh interpreter that treats warnings as errors, and return what it printed."""
    search = os.pathsep.join([*map(str, path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": search},
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stdout
