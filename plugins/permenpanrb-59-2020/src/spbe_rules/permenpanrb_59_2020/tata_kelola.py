"""Domain 2, Tata Kelola SPBE: indicators 11-20, planning, technology and organisation."""

from typing import Final

from spbe_core.rules import AssessorLevel

RULES: Final = AssessorLevel(edition="permenpanrb-59-2020", node="D2", source="kuesioner")
