"""Aspect 6, Keterpaduan Layanan: indicators 15-18; the last is fed by the index of another ministry."""

from typing import Final

from spbe_core.rules import ExternallyFed, Ladder

RULES: Final = ExternallyFed(
    Ladder(edition="permenpanrb-8-2026", node="A6", source="berjenjang", assessor="nilai-asesor")
)
