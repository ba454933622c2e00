"""Exact numbers: reading, rounding and writing them without a float in between."""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from spbe_core.errors import InputError

ExactNumber = int | Decimal | Fraction
"""The number types a score may be made of. ``float`` is refused: 0.1 is not a tenth."""

# ASCII digits only: str.isdigit also accepts digits of other scripts, which a spreadsheet never means. An index over
# fractional values can have hundreds of digits; Python itself reads no more than 4300.
_EXACT: Final = re.compile(r"-?[0-9]{1,2000}(?:\.[0-9]{1,2000}|/[1-9][0-9]{0,1999})?", re.ASCII)

_MOST_PLACES: Final = 2000
_LARGEST: Final = 10**4000


def exact(number: ExactNumber | str) -> Fraction:
    """Turn a number, or its exact text (``3``, ``3.25``, ``10/3``), into a fraction.

    Raises:
        InputError: ``number-not-exact`` for a float, a bool, or text in any other form.
    """
    if isinstance(number, Fraction):
        return _bounded(number)
    if isinstance(number, (str, int)):
        return _fraction(number)
    # Callers without a type checker do pass floats.
    if not isinstance(number, Decimal):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError("number-not-exact", value=repr(number))
    # Decimal("1e999999999") is short to write and fills the memory as a fraction.
    if not number.is_finite() or abs(number.adjusted()) > 100:
        raise InputError("number-not-exact", value=number)
    return Fraction(number)


@lru_cache(maxsize=1024, typed=True)  # levels are few and come again and again; typed because True equals 1
def _fraction(number: int | str) -> Fraction:
    if isinstance(number, bool):
        raise InputError("number-not-exact", value=repr(number))
    if isinstance(number, str) and not _EXACT.fullmatch(number):
        raise InputError("number-not-exact", value=number)
    return _bounded(Fraction(number))


def _bounded(number: Fraction) -> Fraction:
    """Refuse what could be computed with and not be written."""
    if abs(number.numerator) > _LARGEST or number.denominator > _LARGEST:
        raise InputError("number-not-exact", value=number)
    return number


def exact_text(number: Fraction) -> str:
    """Write a fraction without loss: as a decimal where one exists (``2.9475``), else as ``991/300``."""
    twos, fives, rest = 0, 0, number.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    if places > _MOST_PLACES:  # as a decimal it would be longer than what exact reads
        return f"{number.numerator}/{number.denominator}"
    return _decimal_text(number.numerator * 10**places // number.denominator, places)


def rounded(number: Fraction, places: int) -> Fraction:
    """Round half up to a number of decimal places; for the negative, halves move towards zero's far side."""
    numerator, denominator = number.numerator, number.denominator
    nearest = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return Fraction(nearest if numerator >= 0 else -nearest, 10**places)


def rounded_text(number: Fraction, places: int) -> str:
    """Round half up and write with exactly that many decimal places, e.g. ``3.30``."""
    return _decimal_text(int(rounded(number, places) * 10**places), places)


def _decimal_text(scaled: int, places: int) -> str:
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
