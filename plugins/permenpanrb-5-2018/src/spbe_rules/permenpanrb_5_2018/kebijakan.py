"""Domain 1, Kebijakan Internal SPBE: indicators 1-17, policies."""

from typing import Final

from spbe_core.rules import AssessorLevel

RULES: Final = AssessorLevel(edition="permenpanrb-5-2018", node="D1", source="kuesioner")
