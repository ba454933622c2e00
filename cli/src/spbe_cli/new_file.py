"""Writing a file that must not be there yet: what is there may be a store, a key or a proof."""

import os
from pathlib import Path

from spbe_core.errors import InputError
from spbe_core.storage.lasting import flush_folder


def write_new(file: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a new file that lasts, whole or not at all.

    Args:
        file: where.
        content: what.
        mode: permissions, as far as the process's mask grants them.

    Raises:
        InputError: ``file-exists`` or ``file-unwritable``.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        try:
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            flush_folder(file.parent)
        except BaseException:
            file.unlink(missing_ok=True)  # half a key or checkpoint would also stand in the way of the next attempt
            raise
    except FileExistsError:
        raise InputError("file-exists", file=file) from None
    except OSError as problem:
        raise InputError("file-unwritable", file=file, reason=problem.strerror) from problem
