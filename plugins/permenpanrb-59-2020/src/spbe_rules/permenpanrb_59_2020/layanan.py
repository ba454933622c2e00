"""Domain 4, Layanan SPBE: indicators 32-47, administrative and public services."""

from typing import Final

from spbe_core.rules import AssessorLevel

RULES: Final = AssessorLevel(edition="permenpanrb-59-2020", node="D4", source="kuesioner")
