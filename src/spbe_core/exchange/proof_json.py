"""Proofs of the ledger as plain JSON members, with hashes in hexadecimal."""

import base64
from typing import Annotated, Any

import msgspec

from spbe_core.errors import InputError
from spbe_core.ledger.entry import entry_of
from spbe_core.replay.ledger import ConsistencyProof, InclusionProof


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


_Count = Annotated[int, msgspec.Meta(ge=0, lt=10**15)]
_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _Consistency(msgspec.Struct):
    old_size: _Count
    old_root: _Hash
    new_size: _Count
    new_root: _Hash
    path: Annotated[list[_Hash], msgspec.Meta(max_length=100)]


def read_consistency(content: bytes) -> ConsistencyProof:
    """Read a consistency proof.

    Raises:
        InputError: ``proof-malformed``.
    """
    try:
        read = msgspec.json.decode(content, type=_Consistency)
        old_root, new_root, *path = (bytes.fromhex(node) for node in (read.old_root, read.new_root, *read.path))
    except (msgspec.MsgspecError, ValueError) as problem:
        raise InputError("proof-malformed") from problem
    return ConsistencyProof(read.old_size, old_root, read.new_size, new_root, tuple(path))
