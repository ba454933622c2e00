"""The Merkle tree: equal to a maintained library's, and its proofs prove what they say and nothing else."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from spbe_core.ledger.merkle import (
    EMPTY_ROOT,
    consistency_path,
    extends,
    includes,
    inclusion_path,
    leaf_hash,
    root_of,
)

entries = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def leaves_of(data: list[bytes]) -> list[bytes]:
    return [leaf_hash(one) for one in data]


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@given(entries)
def test_the_root_is_that_of_the_definition_and_of_another_library(data: list[bytes]) -> None:
    """One pass gives what the recursive definition and pymerkle give."""
    tree = InmemoryTree(algorithm="sha256")
    for one in data:
        tree.append_entry(one)

    assert root_of(leaves_of(data)) == naive_root(leaves_of(data)) == tree.get_root()


def test_the_empty_tree_has_the_root_of_the_rfc() -> None:
    """No leaves are the hash of nothing."""
    assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@given(entries, st.data())
def test_an_inclusion_path_proves_its_leaf_alone(data: list[bytes], draw: st.DataObject) -> None:
    """It holds for the leaf at its place and for no other leaf, place, size or root."""
    leaves = leaves_of(data)
    index = draw.draw(st.integers(0, len(leaves) - 1))
    path, root = inclusion_path(leaves, index), root_of(leaves)

    assert includes(leaves[index], index, len(leaves), path, root)
    assert not includes(leaf_hash(b"another"), index, len(leaves), path, root)
    assert not includes(leaves[index], index, len(leaves), path, leaf_hash(b"root"))
    assert not includes(leaves[index], index, len(leaves), [*path, root], root)
    for wrong in {index - 1, index + 1, len(leaves)} - {index}:
        if not 0 <= wrong < len(leaves) or leaves[wrong] != leaves[index]:
            assert not includes(leaves[index], wrong, len(leaves), path, root)
    for place in range(len(path)):
        bent = [*path[:place], leaf_hash(b"bent"), *path[place + 1 :]]
        assert not includes(leaves[index], index, len(leaves), bent, root)


@given(entries, st.data())
def test_a_consistency_path_proves_that_nothing_before_was_changed(data: list[bytes], draw: st.DataObject) -> None:
    """It holds between the two roots and for no other; a history with one old leaf changed has no such path."""
    leaves = leaves_of(data)
    old = draw.draw(st.integers(1, len(leaves)))
    path, old_root, new_root = consistency_path(leaves, old), root_of(leaves[:old]), root_of(leaves)
    bent = list(leaves)
    bent[draw.draw(st.integers(0, old - 1))] = leaf_hash(b"bent")

    assert extends(old, len(leaves), old_root, new_root, path)
    assert not extends(old, len(leaves), old_root, root_of(bent), consistency_path(bent, old))
    assert not extends(old, len(leaves), leaf_hash(b"old"), new_root, path)
    assert not extends(old, len(leaves), old_root, leaf_hash(b"new"), path)
    assert not extends(old, len(leaves), old_root, new_root, [*path, new_root])
    for place in range(len(path)):
        wrong = [*path[:place], leaf_hash(b"bent"), *path[place + 1 :]]
        assert not extends(old, len(leaves), old_root, new_root, wrong)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33])
def test_every_pair_of_sizes_is_consistent(size: int) -> None:
    """All prefixes of all small trees, with no exception at the powers of two."""
    leaves = leaves_of([bytes([one]) for one in range(size)])
    for old in range(1, size + 1):
        assert extends(old, size, root_of(leaves[:old]), root_of(leaves), consistency_path(leaves, old))
        assert includes(leaves[old - 1], old - 1, size, inclusion_path(leaves, old - 1), root_of(leaves))
