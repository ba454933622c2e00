"""The Merkle tree of RFC 6962 (RFC 9162, section 2.1) over leaf hashes: root, proofs, and their verification."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""Root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf (RFC 9162, 2.1.1: the prefix keeps leaves and inner nodes apart)."""
    return hashlib.sha256(b"\0" + entry).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, in one pass and with memory that grows only by the tree's height."""
    peaks: list[tuple[int, bytes]] = []  # whole subtrees from left to right, each lower than the one before
    for leaf in leaves:
        height, node = 0, leaf
        while peaks and peaks[-1][0] == height:
            node = _inner(peaks.pop()[1], node)
            height += 1
        peaks.append((height, node))
    if not peaks:
        return EMPTY_ROOT
    _, root = peaks.pop()
    while peaks:
        root = _inner(peaks.pop()[1], root)
    return root


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from one leaf to the root (RFC 9162, 2.1.3.1).

    Args:
        leaves: all leaf hashes.
        index: of the leaf, from 0.
    """
    return inclusion_paths(leaves, (index,))[0]


def inclusion_paths(leaves: Sequence[bytes], indices: Iterable[int]) -> list[list[bytes]]:
    """Return the inclusion paths of several leaves, with every node of the tree hashed once.

    Args:
        leaves: all leaf hashes.
        indices: of the leaves, from 0.
    """
    places = list(indices)
    paths: list[list[bytes]] = [[] for _ in places]
    level = leaves
    while len(level) > 1:  # going up, a node without a sibling stays as it is
        for path, place in zip(paths, places, strict=True):
            path.extend(level[place ^ 1 : (place ^ 1) + 1])
        places = [place >> 1 for place in places]
        level = [_inner(*level[at : at + 2]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
    return paths


def consistency_path(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the hashes that show the tree of the first leaves to be a part of the whole (RFC 9162, 2.1.4.1).

    Args:
        leaves: all leaf hashes.
        old_size: how many of them the older tree had, from 1 to all.
    """

    def path(part: Sequence[bytes], size: int, whole: bool) -> list[bytes]:
        if size == len(part):
            return [] if whole else [root_of(part)]
        split = _split(len(part))
        if size <= split:
            return [*path(part[:split], size, whole), root_of(part[split:])]
        return [*path(part[split:], size - split, False), root_of(part[:split])]  # noqa: FBT003 - as in the RFC

    return path(leaves, old_size, True)  # noqa: FBT003 - as in the RFC


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether an inclusion path leads from a leaf to a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _inner(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _inner(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def extends(old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether a consistency path shows the newer tree to begin with the older one (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return old_size == 0 and new_size >= 0 and not path and old_root == EMPTY_ROOT
    if old_size == new_size:
        return not path and old_root == new_root
    hashes = list(path)
    if old_size & (old_size - 1) == 0:  # a whole subtree of the new tree is not repeated in the path
        hashes.insert(0, old_root)
    if not hashes:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = _inner(sibling, old), _inner(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = _inner(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _inner(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)
