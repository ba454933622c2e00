"""Scoring: one scorecard, and a national table of agencies."""

import csv
import io
import random
from collections.abc import Callable
from fractions import Fraction
from math import lcm

from timing import Measure, Program

from spbe_core import installed_rules, score
from spbe_core.exchange.values_csv import bulk_values, read_bulk
from spbe_core.model.edition import Edition

YEAR = 2024


def single(repeats: int) -> Measure:
    """One card: values in, whole tree with reasons, bounds and grade out. The baselines give the index only."""
    edition = installed_rules().edition_for(YEAR)
    levels = {indicator.id: place % 5 + 1 for place, indicator in enumerate(edition.indicators)}
    triple_loop, weights = _triple_loop(edition), _integer_weights(edition)
    in_order = list(levels.values())
    whole = sum(weights)

    def integers() -> int:
        return sum(weight * level for weight, level in zip(weights, in_order, strict=True))

    expected = score(levels, year=YEAR).index
    _require(expected == triple_loop(levels) == Fraction(integers(), whole))
    return Measure(
        f"one card of {len(levels)} values",
        "card",
        Program("spbe", repeats, _repeat(repeats, lambda: score(levels, year=YEAR))),
        (
            Program("fractions in a triple loop", repeats, _repeat(repeats, lambda: triple_loop(levels))),
            Program("bare integer sum", repeats * 10, _repeat(repeats * 10, integers)),
        ),
    )


def bulk(agencies: int) -> Measure:
    """A CSV with one agency a row: read, checked cell by cell and scored. The baseline believes every cell."""
    edition = installed_rules().edition_for(YEAR)
    table = _table(edition, agencies)
    weights = _integer_weights(edition)
    whole = sum(weights)

    def cards() -> list[Fraction | None]:
        return [
            score(bulk_values(row, edition), edition=edition.id, year=int(row.year)).index for row in read_bulk(table)
        ]

    def sums() -> list[int]:
        rows = csv.reader(io.StringIO(table.decode(), newline=""))
        next(rows)
        return [sum(weight * int(cell) for weight, cell in zip(weights, cells[2:], strict=True)) for cells in rows]

    _require(cards() == [Fraction(total, whole) for total in sums()])
    return Measure(
        f"{agencies} agencies from CSV",
        "card",
        Program("spbe", agencies, cards),
        (Program("csv.reader and integer sum", agencies, sums),),
    )


def _table(edition: Edition, agencies: int) -> bytes:
    dice = random.Random(59)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["agency", "year", *(indicator.id for indicator in edition.indicators)])
    for number in range(agencies):
        writer.writerow([f"kab-{number}", YEAR, *(dice.randint(1, 5) for _ in edition.indicators)])
    return out.getvalue().encode()


def _integer_weights(edition: Edition) -> list[int]:
    unit = lcm(*(indicator.weight.denominator for indicator in edition.indicators))
    return [int(indicator.weight * unit) for indicator in edition.indicators]


def _triple_loop(edition: Edition) -> Callable[[dict[str, int]], Fraction]:
    """The official formula as one would write it down: aspects from indicators, domains from aspects, then 100."""
    tree = [
        (
            domain.weight,
            [
                (aspect.weight, [(leaf.id, leaf.weight) for leaf in edition.indicators if leaf.parent == aspect.id])
                for aspect in edition.nodes
                if aspect.parent == domain.id
            ],
        )
        for domain in edition.top_nodes()
    ]
    whole = sum(domain_weight for domain_weight, _ in tree)

    def index(levels: dict[str, int]) -> Fraction:
        total = Fraction(0)
        for domain_weight, aspects in tree:
            domain = Fraction(0)
            for aspect_weight, leaves in aspects:
                aspect = Fraction(0)
                for leaf, weight in leaves:
                    aspect += levels[leaf] * weight / aspect_weight
                domain += aspect * aspect_weight / domain_weight
            total += domain * domain_weight / whole
        return total

    return index


def _repeat(times: int, do: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            do()

    return run


def _require(agreed: bool) -> None:
    if not agreed:
        raise SystemExit("the programs disagree, so comparing their times means nothing")
