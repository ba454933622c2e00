"""The readable name of an evaluation: AGENCY/YEAR."""

import re
from typing import Final, Self

import attrs

from spbe_core.errors import InputError
from spbe_core.model.code import is_code

_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}", re.ASCII)


@attrs.frozen
class EvaluationId:
    """One agency's evaluation in one year.

    Attributes:
        agency: its code, e.g. ``kota-bandar-lampung``.
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
        if not slash or not is_code(agency) or not _YEAR.fullmatch(year):
            raise InputError("evaluation-id-malformed", id=text)
        return cls(agency, int(year))

    def __str__(self) -> str:
        return f"{self.agency}/{self.year}"
