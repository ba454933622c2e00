"""Aspect 4, Keamanan: indicators 9-12."""

from typing import Final

from spbe_core.rules import Ladder

RULES: Final = Ladder(edition="permenpanrb-8-2026", node="A4", source="berjenjang", assessor="nilai-asesor")
