"""Domain 3, Manajemen SPBE: indicators 21-31, management practices and ICT audits."""

from typing import Final

from spbe_core.rules import AssessorLevel

RULES: Final = AssessorLevel(edition="permenpanrb-59-2020", node="D3", source="kuesioner")
