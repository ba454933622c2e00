"""The evidence vault as a folder: one file per content, named by its digest."""

import hashlib
import os
import re
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from spbe_core.errors import StoreError
from spbe_core.ports import Deposit
from spbe_core.storage.lasting import flush_folder, make_folder

_CHUNK: Final = 1 << 20
_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)


class FileVault:
    """Content of evidence in a folder, streamed in constant memory.

    Content is written to a temporary file, flushed, and only then given its final name, so a digest never names
    half a document. The same content twice is stored once.

    Args:
        folder: where the files lie; made at the first deposit.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: BinaryIO) -> Deposit:
        """Store content and return its digest once it is safely on disk."""
        with _failures(self._folder):
            incoming = self._folder / "incoming"
            make_folder(self._folder)
            incoming.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=incoming)
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb") as target:
                    hasher, size = hashlib.sha256(), 0
                    while chunk := source.read(_CHUNK):
                        target.write(chunk)
                        hasher.update(chunk)
                        size += len(chunk)
                    target.flush()
                    os.fsync(target.fileno())
                digest = f"sha256:{hasher.hexdigest()}"
                final = self._path(digest)
                final.parent.mkdir(exist_ok=True)
                temporary.replace(final)
                for folder in (final.parent, self._folder):
                    flush_folder(folder)
            finally:
                temporary.unlink(missing_ok=True)
        return Deposit(digest, size)

    def open(self, digest: str) -> BinaryIO:
        """Open stored content."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise StoreError("content-missing", digest=digest) from None
        except OSError as failure:
            raise StoreError("vault-failed", folder=self._folder, reason=failure.strerror) from failure

    def verify(self, digest: str) -> bool | None:
        """Read the file again and compare its digest."""
        try:
            with self._path(digest).open("rb") as content:
                return f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}" == digest
        except (FileNotFoundError, StoreError):  # the latter where the digest is none
            return None
        except IsADirectoryError:
            return False
        except OSError as failure:
            raise StoreError("vault-failed", folder=self._folder, reason=failure.strerror) from failure

    def _path(self, digest: str) -> Path:
        match = _DIGEST.fullmatch(digest)
        if match is None:
            raise StoreError("content-missing", digest=digest)
        return self._folder / match[1][:2] / match[1][2:]


@contextmanager
def _failures(folder: Path) -> Generator[None]:
    try:
        yield
    except OSError as failure:
        raise StoreError("vault-failed", folder=folder, reason=failure.strerror or failure) from failure
