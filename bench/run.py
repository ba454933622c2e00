"""Measure spbe against plain programs that do the same work; see README.md beside this file."""

import argparse
import json
import platform
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from record_cases import append, folding
from scoring_cases import bulk, single
from status_cases import status
from timing import Measure, Ratio, compare


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    cards: int
    agencies: int
    commands: int
    batch: int
    evaluations: int
    documents: int


FULL = Size(rounds=7, cards=300, agencies=10_000, commands=200, batch=5_000, evaluations=100, documents=1_500)
QUICK = Size(rounds=3, cards=100, agencies=1_000, commands=50, batch=1_000, evaluations=15, documents=300)

_HEADER = ("measure", "baseline", "spbe us", "baseline us", "spbe / baseline", "rounds between")


def measures(size: Size, folder: Path, stack: ExitStack) -> Iterator[Measure]:
    """Set up one measure after the other."""
    yield single(size.cards)
    yield bulk(size.agencies)
    yield from append(folder, stack, size.commands, size.batch)
    yield from folding(folder, stack, size.evaluations)
    yield from status(size.documents)


def table(ratios: list[Ratio]) -> str:
    """Lay the ratios out as plain text."""
    rows = [
        _HEADER,
        *(
            (
                one.measure,
                one.baseline,
                f"{one.spbe_us:.2f}",
                f"{one.baseline_us:.2f}",
                f"{one.ratio:.2f}",
                f"{one.lowest:.2f} .. {one.highest:.2f}",
            )
            for one in ratios
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description="Measure spbe as ratios to baselines in the same run.")
    parser.add_argument("--quick", action="store_true", help="less of everything, to see that it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to a file")
    chosen = parser.parse_args()
    size = QUICK if chosen.quick else FULL
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ratios = [ratio for one in measures(size, Path(folder), stack) for ratio in compare(one, size.rounds)]
    print(table(ratios))
    if chosen.json is not None:
        figures = {
            "quick": chosen.quick,
            "rounds": size.rounds,
            "versions": {
                "python": platform.python_version(),
                "sqlite": sqlite3.sqlite_version,
                **{name: version(name) for name in ("spbe-core", "eventsourcing", "msgspec", "attrs")},
            },
            "ratios": [asdict(one) for one in ratios],
        }
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
