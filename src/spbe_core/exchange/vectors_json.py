"""Test vectors as plain JSON members, with every exact number as text."""

from collections.abc import Iterable
from typing import Any

from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.model.vector import Vector


def vectors_members(edition: Edition, vectors: Iterable[Vector]) -> dict[str, Any]:
    """Return the members of the vectors' JSON form, documented in ``docs/reference/vectors.md``.

    Args:
        edition: the edition as its regulation states it.
        vectors: its vectors.
    """
    return {
        "edition": edition.id,
        "edition_digest": edition.digest,
        "vectors": [_members(vector) for vector in vectors],
    }


def _members(vector: Vector) -> dict[str, Any]:
    card = vector.card
    return {
        "name": vector.name,
        "year": card.year,
        "applied_digest": card.edition_digest,
        "values": {number: None if value is None else exact_text(value) for number, value in vector.values.items()},
        "nodes": {
            node.id: {
                "index": card.display(node.index),
                "exact_index": None if node.index is None else exact_text(node.index),
            }
            for node in card.nodes
        },
        "index": card.index_text,
        "exact_index": card.exact_index_text,
        "grade": card.grade,
        "grade_basis": card.grade_basis,
        "missing": list(card.missing),
        "pending": list(card.pending),
    }
