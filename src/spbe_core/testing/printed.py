"""What a regulation prints about itself, entered a second time and apart from the data: ``checks/*.toml`` of a pack.

One file per edition. Its rows are entered from the printed page and never copied from ``data/``, so that one wrong
figure in either contradicts the other:

    edition = "permenpanrb-N-YYYY"
    source = "PermenPANRB N/YYYY, Lampiran, Tabel 1 dan Tabel 4"
    places = 2
    scale = "1-5"
    years = [2026]
    in_force = "2026-06-05"
    criteria = 100
    items = 232

    [grades]
    Memuaskan = "4.00"
    Kurang = "1"

    [nodes]
    A1 = "10"

    [[rows]]
    indicators = "1-2"
    under = "A1"
    weight = "5"

    [[examples]]
    name = "Tabel 3"
    source = "PermenPANRB N/YYYY, Lampiran, Tabel 3"
    given = {1 = "3", 2 = "4"}
    nodes = {A1 = "3.50"}

An example gives values of indicators, or the indices of whole nodes, and expects indices, the index or the grade.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final, TypeVar

import attrs
import msgspec

from spbe_core.errors import RulesError
from spbe_core.model.edition_document import refuse_unknown
from spbe_core.rules.edition_files import read_toml

FOLDER: Final = "checks"

_P = TypeVar("_P", bound=attrs.AttrsInstance)


@attrs.frozen(kw_only=True)
class Row:
    """A line of the printed table of weights, or several in a row that are alike.

    Attributes:
        indicators: official numbers, e.g. ``1-10``, ``12`` or ``35a, 35b``.
        under: id of the aspect they are printed under.
        weight: of each of them, as exact text.
    """

    indicators: str
    under: str
    weight: str


@attrs.frozen(kw_only=True)
class Example:
    """A worked example that an official text prints.

    Attributes:
        name: what the text calls it.
        source: where it is printed.
        given: indicator or node -> value, as exact text; a node stands for all that is below it.
        nodes: node -> expected index, as printed.
        index: expected overall index, as printed; empty where the example has none.
        grade: expected grade; empty where the example has none.
        year: evaluation year, None where the example names none.
    """

    name: str
    source: str
    given: Mapping[str, str]
    nodes: Mapping[str, str] = attrs.field(factory=dict[str, str])
    index: str = ""
    grade: str = ""
    year: int | None = None


@attrs.frozen(kw_only=True)
class Printed:
    """What the official text of one edition prints.

    Attributes:
        edition: edition id.
        source: where it is printed.
        scale: lowest and highest value, e.g. ``1-5``.
        places: decimals of a printed index.
        years: evaluation years.
        in_force: first day of force as text, empty for a draft.
        repealed: the day it ceased to apply as text, empty if it did not.
        grades: grade -> lowest index that earns it, from the highest; the lowest grade begins with the scale.
        nodes: domain or aspect -> weight.
        rows: weights of the indicators.
        levels: capability -> how many levels have a name.
        criteria: how many levels of indicators have their meaning stated.
        without_criterion: levels whose meaning no source says, as ``INDICATOR=LEVEL``, of indicators that have
            others.
        items: how many items of evidence are asked for, over all levels.
        valid_months: months of validity -> how many items have that limit.
        grade_basis: ``exact`` or ``rounded``: which index the grade is read from.
        practices: year -> ``exact`` or ``rounded``, where a year is known to differ.
        bands: level -> value it begins and ends with, e.g. ``1-1.5``.
        conversions: indicator -> scores that its external conversion's bands begin with, and the last one's end.
        converted: indicator -> values that those scores become.
        examples: worked examples.
    """

    edition: str
    source: str
    scale: str
    places: int
    years: tuple[int, ...]
    grades: Mapping[str, str]
    nodes: Mapping[str, str]
    rows: tuple[Row, ...]
    in_force: str = ""
    repealed: str = ""
    levels: Mapping[str, int] = attrs.field(factory=dict[str, int])
    criteria: int = 0
    without_criterion: tuple[str, ...] = ()
    items: int = 0
    valid_months: Mapping[str, int] = attrs.field(factory=dict[str, int])
    grade_basis: str = "exact"
    practices: Mapping[str, str] = attrs.field(factory=dict[str, str])
    bands: Mapping[str, str] = attrs.field(factory=dict[str, str])
    conversions: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict[str, tuple[str, ...]])
    converted: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict[str, tuple[str, ...]])
    examples: tuple[Example, ...] = ()


@attrs.frozen(kw_only=True)
class PrintedValidity:
    """Items of alike numbers whose evidence may only be so old.

    Attributes:
        indicators: official numbers, e.g. ``1-10``.
        item: the rest of the item's id, e.g. ``L4-02``.
        months: of validity.
    """

    indicators: str
    item: str
    months: int


@attrs.frozen(kw_only=True)
class PrintedOverlay:
    """What a year's guidance prints about itself.

    Attributes:
        overlay: overlay id.
        base: edition id.
        source: where it is printed.
        years: evaluation years.
        practices: year -> ``exact`` or ``rounded``.
        criteria: how many criteria it replaces.
        items: how many items it replaces or adds.
        validity: how old evidence may be.
    """

    overlay: str
    base: str
    source: str
    years: tuple[int, ...]
    practices: Mapping[str, str] = attrs.field(factory=dict[str, str])
    criteria: int = 0
    without_criterion: tuple[str, ...] = ()
    items: int = 0
    validity: tuple[PrintedValidity, ...] = ()


def numbers(text: str) -> Iterator[str]:
    """Yield each official number of a text like ``1-10, 12, 35a``."""
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if dash and first.isdecimal() and last.isdecimal():
            yield from (str(number) for number in range(int(first), int(last) + 1))
        else:
            yield part.strip()


def load_printed(package: str) -> tuple[Printed, ...]:
    """Load what a pack states of its editions; none where it states nothing.

    Raises:
        RulesError: ``data-file-invalid``, naming the file and what is wrong with it.
    """
    return tuple(_read(file, members, Printed) for file, members in _files(package) if "overlay" not in members)


def load_printed_overlays(package: str) -> tuple[PrintedOverlay, ...]:
    """Load what a pack states of its overlays; none where it states nothing.

    Raises:
        RulesError: ``data-file-invalid``, naming the file and what is wrong with it.
    """
    return tuple(_read(file, members, PrintedOverlay) for file, members in _files(package) if "overlay" in members)


def _files(package: str) -> Iterator[tuple[str, dict[str, Any]]]:
    folder = files(package) / FOLDER
    found = folder.iterdir() if folder.is_dir() else ()
    for file in sorted(found, key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file.name, read_toml(file)


def _read(file: str, members: dict[str, Any], kind: type[_P]) -> _P:
    try:
        refuse_unknown(kind, members)
        return msgspec.convert(members, kind)
    except msgspec.ValidationError as problem:
        raise RulesError("data-file-invalid", file=file, reason=problem) from problem
