"""Aspect 7, Kepuasan Pengguna: indicators 19-20."""

from typing import Final

from spbe_core.rules import Ladder

RULES: Final = Ladder(edition="permenpanrb-8-2026", node="A7", source="berjenjang", assessor="nilai-asesor")
