"""No float comes near a score: not in the source or the data, not in what is computed and not in what is written."""

import ast
import json
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from arrangements import ROOT, SOURCES, Ticking, refused, small_edition

from spbe_core import Edition, InputError, Spbe, explain_index, explain_indicator, installed_rules, score
from spbe_core.events import encode
from spbe_core.exchange.card_json import card_members
from spbe_core.model.exact import exact

FILES = sorted(file for source in SOURCES for file in source.rglob("*.py"))
DATA = sorted(file for source in SOURCES for file in source.rglob("*.toml"))
WAITING = {"service/recording.py", "storage/sqlite.py"}
"""Files that may hold floats: seconds to wait for another writer."""
WATCHED = {"testing/purity.py"}
"""Files that name modules of floats and chance only to notice that a rule uses them."""
PATHS = ("folder / ", "files(", "self._folder / ", "Path(")
FLOATING_MODULES = {"math", "statistics", "numpy", "random", "cmath"}
EXACT_OF_MATH = {"lcm", "gcd", "ceil", "floor", "prod", "comb"}


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT)).removeprefix("src/spbe_core/")


def floats_in_source(tree: ast.AST) -> Iterator[str]:
    """Yield each place where code makes a float or could: a literal, ``float``, rounding to a float, float modules."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"line {line}: literal {node.value}"
        elif isinstance(node, ast.Name) and node.id == "float":
            yield f"line {line}: float"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"round", "divmod"}:
            yield f"line {line}: {node.func.id}()"
        elif isinstance(node, ast.ImportFrom) and node.module in FLOATING_MODULES:
            wrong = [one.name for one in node.names if one.name not in EXACT_OF_MATH]
            yield from (f"line {line}: {node.module}.{one}" for one in wrong)
        elif isinstance(node, ast.Import):
            yield from (f"line {line}: {one.name}" for one in node.names if one.name in FLOATING_MODULES)


def divisions(tree: ast.AST) -> Iterator[str]:
    """Yield the text of each true division that does not join a path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            text = ast.unparse(node)
            if not text.startswith(PATHS):
                yield text


@pytest.mark.parametrize("code", ["x = 0.5", "x = float(y)", "x = round(y, 2)", "import math", "from math import sqrt"])
def test_the_search_finds_floats(code: str) -> None:
    """What the next test looks for is really found."""
    assert list(floats_in_source(ast.parse(code)))


@pytest.mark.parametrize("file", [file for file in FILES if name_of(file) not in WAITING | WATCHED], ids=name_of)
def test_no_source_makes_a_float(file: Path) -> None:
    """Neither core nor rule packs hold a float literal, the name float, ``round`` or a function of floats."""
    assert list(floats_in_source(ast.parse(file.read_text(encoding="utf-8")))) == []


def test_files_that_wait_hold_seconds_only() -> None:
    """The files excused above use their floats as times to sleep and nowhere near a number of an evaluation."""
    for name in WAITING:
        text = (ROOT / "src" / "spbe_core" / name).read_text(encoding="utf-8")

        assert "Fraction" not in text
        assert "exact" not in text


def test_what_is_divided_is_a_fraction() -> None:
    """Dividing whole numbers makes a float, so each division in the sources is one whose left side is a fraction."""
    found = {text for file in FILES for text in divisions(ast.parse(file.read_text(encoding="utf-8")))}

    assert found == {
        "line.value * indicator.weight / 100",
        "reach * (edition.scale.maximum - edition.scale.minimum) / plan.root.whole",
        "(score - band.score_from) * (band.value_to - band.value_from) / width",
    }


def test_no_data_file_has_a_float() -> None:
    """Numbers in data, cases and messages are whole or written as text."""
    for file in DATA:
        values = list(parts(tomllib.loads(file.read_text(encoding="utf-8"))))

        assert not [value for value in values if isinstance(value, float)], file


def parts(value: Any) -> Iterator[Any]:
    """Yield a value and everything it is made of."""
    yield value
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from (*parts(key), *parts(member))
    elif isinstance(value, list | tuple | set | frozenset):
        for member in value:
            yield from parts(member)


def floats_in(value: Any) -> list[Any]:
    return [part for part in parts(value) if isinstance(part, float)]


EDITIONS = [*installed_rules().editions(), small_edition()]


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_no_edition_holds_a_float(edition: Edition) -> None:
    """Weights, floors and the scale of an edition are exact, down to the last member."""
    assert len(list(parts(edition))) > 100
    assert floats_in(edition) == []
    assert {type(leaf.weight) for leaf in edition.indicators} == {Fraction}


@pytest.mark.parametrize("edition", installed_rules().editions(), ids=lambda edition: edition.id)
def test_no_card_or_explanation_holds_a_float(edition: Edition) -> None:
    """Cards, whole and with gaps, and all that explains them are made of exact numbers; their JSON has none either."""
    levels = {leaf.id: 1 + place % 5 for place, leaf in enumerate(edition.indicators)}
    gaps = {name: level for name, level in levels.items() if level != 3}
    for values in (levels, gaps):
        card = score(values, edition=edition.id, year=edition.years[0])
        reasons = [*explain_index(edition, card), *explain_indicator(edition, card, edition.indicators[0].id)]

        assert floats_in(card) == []
        assert floats_in(reasons) == []
        assert floats_in(json.loads(json.dumps(card_members(card)))) == []
        assert {type(line.value) for line in card.indicators} <= {Fraction, type(None)}


def test_no_recorded_event_or_row_holds_a_float() -> None:
    """A whole evaluation's events, in memory and in bytes, and its row in the list hold no float."""
    with Spbe.open("memory:", clock=Ticking()) as spbe:
        opened = spbe.open_evaluation("kota-a/2024", agency_name="Kota A")
        levels = {leaf.id: 1 + place % 5 for place, leaf in enumerate(spbe.edition_of("kota-a/2024").indicators)}
        for stage in opened.stages:
            spbe.assess("kota-a/2024", levels, stage=stage, reason="uji")
            spbe.close_stage("kota-a/2024", stage)
        spbe.determine("kota-a/2024", decree="SK 1")
        events = [recorded.event for recorded in spbe.history("kota-a/2024")]

        assert len(events) > 190
        assert floats_in(events) == []
        assert floats_in([json.loads(encode(event)) for event in events]) == []
        assert floats_in(list(spbe.evaluations())) == []
        assert floats_in(spbe.evaluation("kota-a/2024")) == []


@pytest.mark.parametrize("number", [3.0, float("nan"), True, "3,5", "3e0", " 3", None])
def test_the_only_gate_refuses_floats(number: object) -> None:
    """Every number from outside passes ``exact``, which lets none of these through."""
    with refused("number-not-exact"):
        exact(number)  # type: ignore[arg-type]


def test_an_indicator_that_is_no_text_is_refused_as_such() -> None:
    """The number 1 is not the official number '1', and the error says so instead of denying that it exists."""
    with pytest.raises(InputError) as caught:
        score({1: 3}, year=2024)  # type: ignore[dict-item]

    assert caught.value.code == "indicator-not-text"
