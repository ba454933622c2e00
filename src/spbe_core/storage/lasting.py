"""Names that last: a new or renamed file is only there after a power failure where its folder was flushed."""

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder, with those above it, that is still there after a power failure."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)  # also where it was there: whoever made it may have been killed before this


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder, where the system lets a folder be opened."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return  # one may go through a folder and not read it, as others' homes; it was not made here
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
