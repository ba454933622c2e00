"""What PostgreSQL says when it fails, in the library's own words."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg_pool import PoolTimeout

from spbe_core.errors import ConcurrencyError, InputError, StoreError

_CODES: Final = (
    ("55P03", "store-locked"),  # lock_not_available: the lock timeout has passed
    ("25006", "store-unwritable"),  # read_only_sql_transaction: a standby, or a database set so
    ("42501", "store-forbidden"),  # insufficient_privilege
    ("42P01", "store-foreign"),  # undefined_table
    ("42703", "store-foreign"),  # undefined_column
    ("53100", "store-full"),  # disk_full
    ("57P", "store-gone"),  # operator intervention: shut down, crashed, starting
    ("08", "store-gone"),  # connection exception
    ("XX00", "store-corrupt"),  # internal error, data or index corrupted
)
_UNIQUE_VIOLATION: Final = "23505"


@contextmanager
def connecting(store: str) -> Generator[None]:
    """Turn a failure to connect inside the block into an error of the library.

    Args:
        store: the store's name, for the message.

    Raises:
        InputError: ``store-url-unknown``.
        StoreError: ``store-refused`` or ``store-unreachable``.
    """
    try:
        yield
    except psycopg.ProgrammingError as failure:  # an option that the client library does not have
        raise InputError("store-url-unknown", url=store) from failure
    except psycopg.OperationalError as failure:
        raise StoreError(_of_login(failure), store=store, reason=_sentence(failure)) from failure


@contextmanager
def translated(store: str) -> Generator[None]:
    """Turn a failure of an open connection inside the block into a :class:`StoreError`.

    Args:
        store: the store's name, for the message.
    """
    try:
        yield
    except (PersistenceError, psycopg.Error) as failure:
        cause = failure if isinstance(failure, psycopg.Error) else failure.__cause__
        state = getattr(cause, "sqlstate", None)
        if state == _UNIQUE_VIOLATION:
            raise ConcurrencyError("store-conflict", store=store) from failure
        if isinstance(cause, PoolTimeout):
            code = "store-unreachable"
        elif state is None and isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError)):
            code = "store-gone"
        else:
            code = next((code for prefix, code in _CODES if (state or "").startswith(prefix)), "store-failed")
        raise StoreError(code, store=store, reason=_sentence(cause or failure)) from failure


def _of_login(failure: psycopg.OperationalError) -> str:
    """Tell a server that cannot be reached from one that turns the user away; its sentence may be in any language."""
    asked = failure.pgconn is not None and (failure.pgconn.used_password or failure.pgconn.needs_password)
    return "store-refused" if asked or "FATAL" in str(failure) else "store-unreachable"


def _sentence(failure: BaseException) -> str:
    """Keep what was wrong, without what the client library puts before and after it."""
    first = str(failure).partition("\n")[0]
    return first.rpartition("failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")
