"""Domain 2, Tata Kelola SPBE: indicators 18-24, organisation, planning and technology."""

from typing import Final

from spbe_core.rules import AssessorLevel

RULES: Final = AssessorLevel(edition="permenpanrb-5-2018", node="D2", source="kuesioner")
