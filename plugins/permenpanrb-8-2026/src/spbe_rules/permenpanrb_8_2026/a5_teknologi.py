"""Aspect 5, Teknologi: indicators 13-14."""

from typing import Final

from spbe_core.rules import Ladder

RULES: Final = Ladder(edition="permenpanrb-8-2026", node="A5", source="berjenjang", assessor="nilai-asesor")
