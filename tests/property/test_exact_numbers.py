"""Exact numbers survive being written and read; what is not exact is refused."""

import re
from decimal import Decimal
from fractions import Fraction

from arrangements import attempt, code_of, refused
from hypothesis import given
from hypothesis import strategies as st
from strategies import fractions

from spbe_core.model.exact import exact, exact_text, rounded, rounded_text
from spbe_core.model.scale import Scale

INTEGERS = Scale(Fraction(1), Fraction(5), "integer", "refused", "s")
DECIMALS = Scale(Fraction(0), Fraction(5), "decimal", "missing", "s")


@given(fractions | st.builds(Fraction, st.integers(), st.integers(1)))
def test_text_and_number_are_one(number: Fraction) -> None:
    """Whatever is written exactly is read back as the same number."""
    assert exact(exact_text(number)) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**6), max_value=10**6))
def test_decimals_are_written_as_decimals(number: Decimal) -> None:
    """A number with a finite decimal form is written in it, without needless zeros."""
    text = exact_text(exact(number))

    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", text)
    assert Decimal(text) == number


@given(fractions, st.integers(0, 6))
def test_display_has_its_places(number: Fraction, places: int) -> None:
    """A displayed number has exactly the places asked for and says the rounded number."""
    text = rounded_text(number, places)

    assert re.fullmatch(rf"-?\d+\.\d{{{places}}}" if places else r"-?\d+", text)
    assert Fraction(text) == rounded(number, places)


@given(st.integers() | fractions)
def test_exact_numbers_pass_through(number: int | Fraction) -> None:
    """Integers and fractions mean themselves."""
    assert exact(number) == number


@given(st.floats() | st.booleans() | st.none() | st.binary() | st.complex_numbers())
def test_everything_else_is_refused(number: object) -> None:
    """A float is not exact, whatever it looks like; nor is a bool a level."""
    with refused("number-not-exact"):
        exact(number)  # type: ignore[arg-type]


@given(st.sampled_from(["NaN", "sNaN", "Infinity", "-Infinity", "1e999999999", "1e-999999999"]))
def test_endless_decimals_are_refused(text: str) -> None:
    """A decimal that is no number, or a short way to write one of a thousand million digits, is not worked out."""
    with refused("number-not-exact"):
        exact(Decimal(text))


@given(st.text(max_size=20) | st.text("0123456789./-+eE ,_١", max_size=8))
def test_text_is_read_or_refused(text: str) -> None:
    """Text is an exact number in ASCII digits or is refused; nothing in between, and no other error."""
    number, error = attempt(exact, text)

    assert code_of(error) in {None, "number-not-exact"}
    if number is not None:
        assert re.fullmatch(r"-?[0-9]+([./][0-9]+)?", text)
        assert number == Fraction(text)


@given(st.text(max_size=8) | st.text("0123456789.-+ ,", max_size=5))
def test_cells_are_levels_or_refused(text: str) -> None:
    """A cell is a level in plain digits or is refused; a sign, a space, a leading zero or a decimal is no level."""
    level, error = attempt(INTEGERS.read, text)

    assert code_of(error) in {None, "value-empty", "value-not-integer", "value-out-of-range"}
    assert (level in {1, 2, 3, 4, 5}) == (text in {"1", "2", "3", "4", "5"})
    assert level is None or str(level) == text


@given(st.text("0123456789.-+ ,", max_size=5))
def test_decimal_cells_are_values_or_refused(text: str) -> None:
    """On a decimal scale a cell is a plain decimal, or empty where that means missing, or is refused."""
    value, error = attempt(DECIMALS.read, text)

    assert code_of(error) in {None, "value-not-decimal", "value-out-of-range"}
    assert value is None or value == Fraction(text)
    assert text or (value, error) == (None, None)


@given(st.fractions(0, 5))
def test_a_value_is_never_finer_than_a_record_can_say(value: Fraction) -> None:
    """A fractional value is taken if ten decimals could be as fine, and refused otherwise."""
    if value.denominator <= 10**10:
        assert DECIMALS.check(value) == value
    else:
        with refused("value-not-decimal"):
            DECIMALS.check(value)


@given(st.integers(0, 5 * 10**12))
def test_finer_values_are_refused(units: int) -> None:
    """A value of more decimals than a cell may have is refused as a number too."""
    value = Fraction(units, 10**12)
    if value.denominator > 10**10:
        with refused("value-not-decimal"):
            DECIMALS.check(value)
