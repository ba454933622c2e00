"""Content on its way into a vault and out of it: hashed, limited, and held against its digest."""

import hashlib
import re
from typing import BinaryIO, Final

from spbe_core.errors import InputError, StoreError
from spbe_core.ports import Deposit

_CHUNK: Final = 1 << 20
_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)


def hex_of(digest: str) -> str | None:
    """Return the hexadecimal part of a digest, None for what is no digest and so names nothing."""
    match = _DIGEST.fullmatch(digest)
    return None if match is None else match[1]


def copied(source: BinaryIO, target: BinaryIO, limit: int | None) -> Deposit:
    """Copy content in pieces and say what it was.

    Args:
        source: read to its end, or to the first byte beyond the limit.
        target: written to.
        limit: most bytes that are taken, None for any number.

    Raises:
        InputError: ``content-too-large``.
    """
    hasher, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK if limit is None else min(_CHUNK, max(1, limit - size + 1))):
        size += len(chunk)
        if limit is not None and size > limit:
            raise InputError("content-too-large", limit=limit)
        hasher.update(chunk)
        target.write(chunk)
    return Deposit(f"sha256:{hasher.hexdigest()}", size)


def has_digest(content: BinaryIO, digest: str) -> bool:
    """Read content to its end and compare its digest."""
    hasher = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        hasher.update(chunk)
    return f"sha256:{hasher.hexdigest()}" == digest


def verified(content: BinaryIO, digest: str) -> BinaryIO:
    """Return content from its beginning once all of it was read and found true; else close it.

    It is read before it is handed out, not while, so that nobody acts on the first half of a changed document.

    Raises:
        StoreError: ``content-changed``.
    """
    try:
        intact = has_digest(content, digest)
        content.seek(0)
    except BaseException:
        content.close()
        raise
    if not intact:
        content.close()
        raise StoreError("content-changed", digest=digest)
    return content
