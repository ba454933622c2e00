"""What SQLite says when it fails, in the library's own words."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from eventsourcing.persistence import ConnectionPoolClosedError, PersistenceError, RecordConflictError

from spbe_core.errors import ConcurrencyError, StoreError

_CODES: Final = (
    ("SQLITE_BUSY", "store-locked"),
    ("SQLITE_LOCKED", "store-locked"),
    ("SQLITE_READONLY", "store-unwritable"),
    ("SQLITE_CANTOPEN", "store-unopenable"),
    ("SQLITE_PERM", "store-unopenable"),
    ("SQLITE_CORRUPT", "store-corrupt"),
    ("SQLITE_NOTADB", "store-corrupt"),
    ("SQLITE_TOOBIG", "store-corrupt"),
    ("SQLITE_FULL", "store-full"),
)


@contextmanager
def translated(store: str) -> Generator[None]:
    """Turn a database failure inside the block into a :class:`StoreError`.

    Args:
        store: the store's name, for the message.
    """
    try:
        yield
    except RecordConflictError as conflict:
        raise ConcurrencyError("store-conflict", store=store) from conflict
    except ConnectionPoolClosedError as failure:
        raise StoreError("store-closed", store=store) from failure
    except UnicodeDecodeError as failure:  # SQLite quotes what it found, and in a damaged file that need not be text
        raise StoreError("store-corrupt", store=store, reason=failure) from failure
    except (PersistenceError, sqlite3.Error) as failure:
        cause = _sqlite_error(failure)
        name = getattr(cause, "sqlite_errorname", None) or ""
        code = next((code for prefix, code in _CODES if name.startswith(prefix)), "store-failed")
        raise StoreError(code, store=store, reason=cause or failure) from failure


def _sqlite_error(failure: BaseException | None) -> sqlite3.Error | None:
    while failure is not None and not isinstance(failure, sqlite3.Error):
        failure = failure.__cause__
    return failure
