"""CSV for spreadsheets: what people wrote stays text, what is a number stays one, and nothing becomes a formula."""

import csv
import io
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spbe_core.exchange.csv_file import csv_bytes
from spbe_core.exchange.values_csv import read_cells
from spbe_core.model.exact import exact

FORMULAS = [
    "=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "'\"=1+1", '"=1+1',
    "＝1+1", "＋1", "－1", "＠A1", "x;=1+1", "x;\t=1+1", "; @A1", "=HYPERLINK(\"http://x\")", "\u200b=1+1",
    "\xa0=1", "-1-1",
]  # fmt: skip


def cells(content: bytes, delimiter: str = ",") -> list[str]:
    """The cells of all rows, as a spreadsheet with this separator finds them."""
    return [one for row in csv.reader(io.StringIO(content.decode()), delimiter=delimiter) for one in row]


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet might calculate with a cell: generously, since each trims and unquotes in its own way."""
    bare = cell.strip('" \t\r\n\xa0\u200b')  # what begins with an apostrophe is text
    try:
        float(bare)
    except ValueError:
        return bare.startswith(tuple("=+-@＝＋－＠"))
    return False


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_become_text(formula: str) -> None:
    """Whichever separator a spreadsheet takes, no cell begins as a formula does."""
    content = csv_bytes(["a", "b", "c"], [["1", formula, formula]])

    assert not any(map(is_formula, cells(content)))
    assert not any(map(is_formula, cells(content, ";")))
    assert not any(map(is_formula, content.decode().replace("\n", ";").split(";")))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(FORMULAS), min_size=2, max_size=2))
def test_nothing_anybody_writes_becomes_a_formula(row: list[str]) -> None:
    """The same of any text, and every row stays one line that prints."""
    content = csv_bytes(["a", "b"], [row])

    assert not any(map(is_formula, cells(content)))
    assert not any(map(is_formula, content.decode().replace("\n", ";").split(";")))
    assert [line.isprintable() for line in content.decode().split("\n")] == [True, True, True]
    assert len(cells(content)) == 4


@given(
    st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=4) | st.fractions(max_denominator=10**6)
)
def test_numbers_stay_numbers(number: int | Decimal | Fraction) -> None:
    """A number, negative or not, is written as it is, exactly."""
    (_, written) = cells(csv_bytes(["a"], [[number]]))

    assert exact(written) == exact(number)


def test_what_is_plain_is_written_plainly() -> None:
    """Texts, numbers as text, dates and empty cells are not touched."""
    row = ["Kota Contoh", "-0.5", "+3", date(2030, 1, 2), None, 'a "b", c', "a=b", "3.25", True, "SK 1; tanggal - 2"]

    assert cells(csv_bytes(["x"] * 10, [row]))[10:] == [
        "Kota Contoh", "-0.5", "+3", "2030-01-02", "", 'a "b", c', "a=b", "3.25", "True", "SK 1; tanggal - 2",
    ]  # fmt: skip


def test_what_was_written_can_be_read() -> None:
    """The library reads its own CSV."""
    content = csv_bytes(["indicator", "value"], [["1", 3], ["2", Fraction(7, 2)]])

    assert read_cells(content) == [(2, "1", "3"), (3, "2", "3.5")]


def test_rows_are_as_wide_as_the_header() -> None:
    """A row that would shift its cells under other names is a mistake of the program."""
    with pytest.raises(ValueError, match="2 cells below 1 columns"):
        csv_bytes(["a"], [["1", "2"]])
