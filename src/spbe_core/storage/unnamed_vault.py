"""The vault of a store whose evidence nobody said where to find: the record is read, and no document is."""

from typing import BinaryIO, NoReturn

from spbe_core.errors import InputError
from spbe_core.ports import Deposit, Inspection


class UnnamedVault:
    """Refuses whatever needs a document; what does not is none of its business.

    Args:
        store: the store's address as it is shown.
    """

    def __init__(self, store: str) -> None:
        self._store = store

    def put(self, source: BinaryIO, limit: int | None = None, inspect: Inspection | None = None) -> Deposit:
        """Take nothing; InputError ``vault-not-named``."""
        self.check()

    def open(self, digest: str) -> BinaryIO:
        """Find nothing; InputError ``vault-not-named``."""
        self.check()

    def verify(self, digest: str) -> bool | None:
        """Answer nothing, for the content may well be there; InputError ``vault-not-named``."""
        self.check()

    def erase(self, digest: str) -> bool:
        """Remove nothing; InputError ``vault-not-named``."""
        self.check()

    def check(self) -> NoReturn:
        """Ask for the vault's name; InputError ``vault-not-named``."""
        raise InputError("vault-not-named", store=self._store)
