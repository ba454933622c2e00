"""Reading a store whose folder may not be written: an auditor's share, a mounted backup.

SQLite needs a shared-memory file beside a database with a write-ahead log and cannot make one there. Reading the file
as if it never changed (``immutable``) would miss the log and could meet half a write, so a private copy is read.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from spbe_core.errors import StoreError

_ATTEMPTS: Final = 5


def needs_copy(path: Path) -> bool:
    """Say whether SQLite could not open a store in place; where somebody writes to it just now, it can."""
    place = path.resolve()
    return not os.access(place.parent, os.W_OK) and not Path(f"{place}-shm").exists()


def copied(path: Path) -> tempfile.TemporaryDirectory[str]:
    """Copy a store, with the write-ahead log of a writer that died, to a folder only this process may look into.

    Args:
        path: the store; the copy has its name.

    Raises:
        StoreError: ``store-locked`` where it kept being written, ``store-unopenable`` where it cannot be read.
    """
    path = path.resolve()  # SQLite keeps its journals beside the file itself, not beside a link to it
    room = tempfile.TemporaryDirectory(prefix="spbe-", ignore_cleanup_errors=True)
    try:
        for _ in range(_ATTEMPTS):
            before = _state(path)
            for ending in ("", "-wal", "-journal"):
                part, target = Path(f"{path}{ending}"), Path(room.name) / f"{path.name}{ending}"
                target.unlink(missing_ok=True)
                if part.exists():
                    shutil.copyfile(part, target)
            if _state(path) == before:
                return room
    except OSError as failure:
        room.cleanup()
        raise StoreError("store-unopenable", store=str(path), reason=failure.strerror) from failure
    room.cleanup()
    raise StoreError("store-locked", store=str(path))


def _state(path: Path) -> list[tuple[int, int] | None]:
    """Return what changes when anybody writes to a store."""
    parts = (Path(f"{path}{ending}") for ending in ("", "-wal", "-shm", "-journal"))
    return [(part.stat().st_size, part.stat().st_mtime_ns) if part.exists() else None for part in parts]
