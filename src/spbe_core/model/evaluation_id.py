"""The readable name of an evaluation: AGENCY/YEAR."""

import re
from typing import Final, Self

import attrs

from spbe_core.errors import InputError

_AGENCY: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?", re.ASCII)
_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}", re.ASCII)


@attrs.frozen
class EvaluationId:
    """One agency's evaluation in one year.

    Attributes:
        agency: code of lower-case ASCII letters, digits, dots and hyphens, e.g. ``kota-bandar-lampung``.
        year: evaluation year, e.g. 2024.
    """

    agency: str
    year: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``AGENCY/YEAR``.

        Raises:
            InputError: ``evaluation-id-malformed``.
        """
        agency, slash, year = text.partition("/")
        if not slash or not _AGENCY.fullmatch(agency) or not _YEAR.fullmatch(year):
            raise InputError("evaluation-id-malformed", id=text)
        return cls(agency, int(year))

    def __str__(self) -> str:
        return f"{self.agency}/{self.year}"
