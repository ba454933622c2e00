"""Which edition is meant by a name, a year, or both."""

from spbe_core.errors import InputError
from spbe_core.model.edition import Edition
from spbe_core.ports import Rulebook


def choose_edition(rulebook: Rulebook, edition: str | None, year: int | None) -> Edition:
    """Return the edition that is named, or that applies to a year; with a year, as it was applied then.

    Raises:
        InputError: ``edition-or-year-needed``, ``unknown-edition``, ``no-edition-for-year`` or
            ``year-outside-edition``.
    """
    if edition is None:
        if year is None:
            raise InputError("edition-or-year-needed")
        return rulebook.edition_for(year)
    chosen = rulebook.edition(edition, year)
    if year is not None and year not in chosen.years:
        years = ", ".join(map(str, chosen.years))
        raise InputError("year-outside-edition", edition=chosen.id, year=year, years=years)
    return chosen
