"""The evidence vault as a folder: one file per content, named by its digest."""

import errno
import os
import stat
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

from spbe_core.errors import StoreError
from spbe_core.ports import Deposit, Inspection
from spbe_core.storage.content import copied, has_digest, hex_of, verified
from spbe_core.storage.lasting import flush_folder, make_folder

_ABANDONED_AFTER: Final = 3600
"""Seconds after which a file that nobody is writing is what a killed deposit left."""


class FileVault:
    """Content of evidence in a folder, streamed in constant memory.

    Content is written to a temporary file, flushed, and only then given its final name, so a digest never names
    half a document. Content that is there already and still true is not written again. A link, a pipe or anything
    else that is no file, put in a content's place, is never followed and counts as changed content.

    Args:
        folder: where the files lie; made at the first deposit.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: BinaryIO, limit: int | None = None, inspect: Inspection | None = None) -> Deposit:
        """Store content and return its digest once it is safely on disk."""
        with self._failures(), self._incoming() as (temporary, target):
            deposit = copied(source, target, limit)
            target.flush()
            if inspect is not None:
                target.seek(0)
                inspect(target, deposit)
            final = self._place(deposit.digest)
            assert final is not None  # noqa: S101 - the digest was made a line ago
            if not self._holds(deposit.digest):
                os.fsync(target.fileno())
                _own_folder(final.parent)
                temporary.replace(final)
            for folder in (final.parent, self._folder):  # also for a faster writer that has not come to this yet
                flush_folder(folder)
        return deposit

    def open(self, digest: str) -> BinaryIO:
        """Open stored content that is still true."""
        content = self._opened(digest)
        if content is None:
            raise StoreError("content-missing", digest=digest)
        with self._failures():
            return verified(content, digest)

    def verify(self, digest: str) -> bool | None:
        """Read the file again and compare its digest."""
        try:
            content = self._opened(digest)
        except StoreError as problem:
            if problem.code == "content-changed":
                return False
            raise
        if content is None:
            return None
        with self._failures(), content:
            return has_digest(content, digest)

    def check(self) -> None:
        """Look into the folder, which somebody else may have to mount."""
        with self._failures():
            try:
                os.scandir(self._folder).close()
            except FileNotFoundError:
                raise StoreError("vault-missing", vault=self._folder) from None

    def erase(self, digest: str) -> bool:
        """Remove the file for good."""
        place = self._place(digest)
        if place is None:
            return False
        with self._failures():
            try:
                place.unlink()
            except FileNotFoundError:
                self.check()
                return False
            flush_folder(place.parent)
        return True

    def _holds(self, digest: str) -> bool:
        """Say whether content is there and true; not where the disk no longer reads it, for then it is written anew.

        Other failures may be a matter of rights or of the network, and another's file is not replaced for those.
        """
        try:
            return self.verify(digest) is True
        except StoreError as problem:
            if isinstance(problem.__cause__, OSError) and problem.__cause__.errno == errno.EIO:
                return False
            raise

    def _place(self, digest: str) -> Path | None:
        name = hex_of(digest)
        return None if name is None else self._folder / name[:2] / name[2:]

    def _opened(self, digest: str) -> BinaryIO | None:
        """Open the file of a content, None where there is none.

        Raises:
            StoreError: ``content-changed`` where something stands in its place that is no file of the vault.
        """
        place = self._place(digest)
        if place is None:
            return None
        with self._failures():
            try:
                itself = stat.S_ISDIR(place.parent.lstat().st_mode) and stat.S_ISREG(place.lstat().st_mode)
                content = _opened_as_it_is(place) if itself else None
            except FileNotFoundError:
                return None
        if content is None:
            raise StoreError("content-changed", digest=digest)
        return content

    @contextmanager
    def _incoming(self) -> Generator[tuple[Path, BinaryIO]]:
        """Give a temporary file that is gone afterwards, unless it was given another name."""
        make_folder(self._folder)
        folder = self._folder / "incoming"
        _own_folder(folder)
        _clear_abandoned(folder)
        handle, name = tempfile.mkstemp(dir=folder)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w+b") as target:
                _locked(handle)
                yield temporary, cast("BinaryIO", target)
        finally:
            temporary.unlink(missing_ok=True)

    @contextmanager
    def _failures(self) -> Generator[None]:
        try:
            yield
        except OSError as failure:
            raise StoreError("vault-failed", vault=self._folder, reason=failure.strerror or failure) from failure


if sys.platform == "win32":

    def _locked(_: int) -> bool:
        """Say yes: an open file cannot be removed there, and that is all the lock is for."""
        return True

else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        """Mark a file as being written, or learn that another process is writing it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # also where the file system knows no locks: then nothing there is ever called abandoned
            return False
        return True


def _clear_abandoned(incoming: Path) -> None:
    """Remove what killed deposits left: old, and locked by no living one."""
    oldest = time.time() - _ABANDONED_AFTER
    for leftover in incoming.iterdir():
        with suppress(OSError):  # it is being written, another process was faster, or it is none of the vault's files
            with _opened_as_it_is(leftover) as file:
                facts = os.fstat(file.fileno())
                abandoned = facts.st_mtime < oldest and _locked(file.fileno())
            if abandoned and stat.S_ISREG(facts.st_mode):
                leftover.unlink()


def _opened_as_it_is(path: Path) -> BinaryIO:
    """Open a file without following a link and without waiting at a pipe."""
    special = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return open(path, "rb", opener=lambda name, flags: os.open(name, flags | special))


def _own_folder(folder: Path) -> None:
    """Make a folder inside the vault, and refuse one that a link puts somewhere else."""
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():
        raise StoreError("vault-link", place=folder)
