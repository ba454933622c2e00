"""Which units may be given something."""

from spbe_core.errors import InputError
from spbe_core.people.roster import Roster


def refuse_unusable_unit(roster: Roster, agency: str | None, unit: str) -> None:
    """Refuse a unit that an agency never had, or has no more.

    Raises:
        InputError: ``unknown-unit`` or ``unit-is-closed``.
    """
    known = None if agency is None else roster.units.get((agency, unit))
    if known is None:
        raise InputError("unknown-unit", unit=unit, agency=agency)
    if known.closed is not None:
        facts = {"unit": unit, "agency": agency, "day": known.closed.at.date(), "reason": known.closed.reason}
        raise InputError("unit-is-closed", **facts, name=known.name)
