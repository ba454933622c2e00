"""Aspect 1, Tata Kelola dan Manajemen: indicators 1-2."""

from typing import Final

from spbe_core.rules import Ladder

RULES: Final = Ladder(edition="permenpanrb-8-2026", node="A1", source="berjenjang", assessor="nilai-asesor")
