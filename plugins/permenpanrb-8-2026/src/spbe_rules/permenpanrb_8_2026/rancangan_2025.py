"""The draft of 2025: nine aspects of levels an assessor gives; the satisfaction survey of aspect 9 is converted."""

from typing import Final

from spbe_core.rules import AssessorLevel, DomainRules, ExternallyFed

RULES: Final[tuple[DomainRules, ...]] = tuple(
    ExternallyFed(AssessorLevel(edition="pemdi-draft-2025", node=f"A{number}", source="skala"))
    for number in range(1, 10)
)
