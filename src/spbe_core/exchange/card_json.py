"""A scorecard as plain JSON members, with every exact number as text."""

from typing import Any

from spbe_core.messages import DEFAULT_LANGUAGE
from spbe_core.model.exact import exact_text
from spbe_core.model.finding import Finding
from spbe_core.model.scorecard import Scorecard


def card_members(card: Scorecard, language: str = DEFAULT_LANGUAGE) -> dict[str, Any]:
    """Return the members of a card's JSON form, documented in ``docs/reference/json.md``.

    Args:
        card: the scorecard.
        language: of the findings' texts.
    """
    return {
        "edition": card.edition,
        "edition_digest": card.edition_digest,
        "year": card.year,
        "complete": card.complete,
        "index": card.index_text,
        "exact_index": card.exact_index_text,
        "grade": card.grade,
        "grade_basis": card.grade_basis,
        "value_policy": card.value_policy,
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                "name": node.name,
                "weight": exact_text(node.weight),
                "index": card.display(node.index),
                "exact_index": None if node.index is None else exact_text(node.index),
            }
            for node in card.nodes
        ],
        "indicators": [
            {
                "id": line.id,
                "name": line.name,
                "value": None if line.value is None else exact_text(line.value),
                "weight": exact_text(line.weight),
                "standing": line.standing,
            }
            for line in card.indicators
        ],
        "bounds": {
            "lowest": card.display(card.bounds.lowest),
            "highest": card.display(card.bounds.highest),
            "exact_lowest": exact_text(card.bounds.lowest),
            "exact_highest": exact_text(card.bounds.highest),
        },
        "missing": list(card.missing),
        "pending": list(card.pending),
        "findings": [finding_members(finding, language) for finding in card.findings],
    }


def finding_members(finding: Finding, language: str = DEFAULT_LANGUAGE) -> dict[str, str]:
    """Return the members of a finding's JSON form."""
    return {"code": finding.code, "severity": finding.severity, "what": finding.what(language)}
