"""Reading a moment from the command line."""

from datetime import UTC, date, datetime, time

import click

from spbe_core.errors import InputError


class Moment(click.ParamType[datetime]):
    """A time with offset, or a day, which then means its end in UTC."""

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
