"""Aspect 3, Data: indicators 5-8; three of them are fed by indices of other ministries."""

from typing import Final

from spbe_core.rules import ExternallyFed, Ladder

RULES: Final = ExternallyFed(
    Ladder(edition="permenpanrb-8-2026", node="A3", source="berjenjang", assessor="nilai-asesor")
)
