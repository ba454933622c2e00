"""Aspect 2, Penyelenggara: indicators 3-4."""

from typing import Final

from spbe_core.rules import Ladder

RULES: Final = Ladder(edition="permenpanrb-8-2026", node="A2", source="berjenjang", assessor="nilai-asesor")
