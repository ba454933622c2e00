"""Domain 1, Kebijakan Internal SPBE: indicators 1-10, policies."""

from typing import Final

from spbe_core.rules import AssessorLevel

RULES: Final = AssessorLevel(edition="permenpanrb-59-2020", node="D1", source="kuesioner")
