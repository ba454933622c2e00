"""What is read from the command line and is more than a word: moments, days, years."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Final

import click

from spbe_cli.language import text
from spbe_core.errors import InputError

_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)


def year_of(text_of_year: str) -> int:
    """Read a year.

    Raises:
        InputError: ``year-malformed``.
    """
    if not _YEAR.fullmatch(text_of_year):
        raise InputError("year-malformed", year=text_of_year)
    return int(text_of_year)


def verdicts_of(pairs: Iterable[str]) -> dict[str, str]:
    """Read ``ITEM=VERDICT`` pairs, none of which may be given twice.

    Raises:
        click.UsageError: it is no such pair.
        InputError: ``item-judged-twice``.
    """
    given: dict[str, str] = {}
    for pair in pairs:
        item, equals, verdict = pair.partition("=")
        if not equals:
            raise click.UsageError(text("failures.pair-of-item", pair=pair), click.get_current_context())
        if item in given:
            raise InputError("item-judged-twice", item=item)
        given[item] = verdict
    return given


def assignments(pairs: Iterable[str], taken: Mapping[str, str] | None = None) -> dict[str, str]:
    """Read ``INDICATOR=VALUE`` pairs, none of which may be given twice.

    Args:
        pairs: as typed.
        taken: what is known already, from a file.

    Raises:
        click.UsageError: it is no such pair.
        InputError: ``indicator-twice``.
    """
    given = dict(taken or {})
    for pair in pairs:
        indicator, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(text("failures.pair", pair=pair), click.get_current_context())
        if indicator in given:
            raise InputError("indicator-twice", indicator=indicator, first=f"{indicator}={given[indicator]}")
        given[indicator] = value
    return given


class Year(click.ParamType[int]):
    """A year in four digits."""

    name = "year"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the text.

        Raises:
            InputError: ``year-malformed``.
        """
        return year_of(str(value))


class Day(click.ParamType[date]):
    """A day, as in ``2024-06-30``."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the text.

        Raises:
            click.BadParameter: it is no day.
        """
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise click.BadParameter(text("usage.day", day=value), ctx, param) from None


class Moment(click.ParamType[datetime]):
    """A time, taken as UTC where it names no offset, or a day, which then means its end in UTC."""

    name = "time"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the text.

        Raises:
            InputError: ``moment-malformed``.
        """
        if isinstance(value, datetime):
            return value
        try:
            if "T" not in value and " " not in value:
                return datetime.combine(date.fromisoformat(value), time.max, UTC)
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise InputError("moment-malformed", moment=value) from None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def shown_moment(moment: datetime) -> str:
    """Write a moment for people, in UTC and to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
