"""Proofs of the ledger as plain JSON members, with hashes in hexadecimal."""

import base64
from typing import Any

from spbe_core.ledger.entry import entry_of
from spbe_core.service.ledger import ConsistencyProof, InclusionProof


def inclusion_members(proof: InclusionProof) -> dict[str, Any]:
    """Return the members of an inclusion proof; the entry is the bytes whose leaf hash the path begins with."""
    return {
        "stream": proof.event.stream,
        "version": proof.event.version,
        "topic": proof.event.topic,
        "entry": base64.b64encode(entry_of(proof.event)).decode(),
        "index": proof.index,
        "size": proof.size,
        "path": [node.hex() for node in proof.path],
        "root": proof.root.hex(),
    }


def consistency_members(proof: ConsistencyProof) -> dict[str, Any]:
    """Return the members of a consistency proof."""
    return {
        "old_size": proof.old_size,
        "old_root": proof.old_root.hex(),
        "new_size": proof.new_size,
        "new_root": proof.new_root.hex(),
        "path": [node.hex() for node in proof.path],
    }
