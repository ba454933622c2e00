"""Where a store and its evidence lie: from what a user names to the adapter that opens it."""

from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from spbe_core.errors import InputError, StoreError
from spbe_core.ports import Directory, EventLog, EvidenceVault, ReadModel
from spbe_core.storage.postgres_address import SCHEME, PostgresAddress


class Store(Protocol):
    """What every storage adapter offers."""

    @property
    def log(self) -> EventLog:
        """The events."""
        ...

    @property
    def directory(self) -> Directory:
        """Who the actors are."""
        ...

    def read_model(self, name: str) -> ReadModel:
        """Return the read model of a name."""
        ...

    def check(self) -> None:
        """Refuse to go on where the store itself is damaged, or something was planted in it; StoreError."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def open_store(store: str | Path, *, create: bool, vault: str | Path | None) -> tuple[Store, EvidenceVault]:
    """Open a store and the vault that goes with it; adapters are loaded when used.

    Args:
        store: URL or path.
        create: make the store if it is not there.
        vault: where evidence lies; None for the place that goes with the store.

    Raises:
        InputError: ``store-url-unknown``, ``vault-location-unknown``, ``vault-url-malformed``, ``vault-not-named``
            where a database is to be made without one, or ``extra-missing``.
        StoreError: it cannot be opened.
    """
    place = _locate(store)
    named = None if vault is None else open_vault(vault)
    if place is None:
        from spbe_core.storage.memory import MemoryStore, MemoryVault  # noqa: PLC0415

        return MemoryStore(), named or MemoryVault()
    if isinstance(place, PostgresAddress):
        if named is None and place.vault is None and create:
            raise InputError("vault-not-named", store=place.shown)
        evidence = named or _vault_of(place)  # first: nothing is made where it cannot be opened
        return _open_postgres(place, create=create), evidence
    from spbe_core.storage.sqlite import SqliteStore  # noqa: PLC0415

    return SqliteStore(place, create=create), named or open_vault(_beside(place))


def open_vault(location: str | Path) -> EvidenceVault:
    """Open the evidence vault at a place: a folder, or ``s3://BUCKET/PREFIX?endpoint=URL&region=REGION``.

    Raises:
        InputError: ``vault-location-unknown``, ``vault-url-malformed`` or ``extra-missing``.
        StoreError: ``vault-failed``.
    """
    text = str(location)
    if text.lower().startswith("s3:"):
        from spbe_core.storage.s3_vault import S3Vault  # noqa: PLC0415

        return S3Vault.at(text)
    from spbe_core.storage.file_vault import FileVault  # noqa: PLC0415

    scheme, separator, _ = text.partition("://")
    if separator or not text or "\0" in text:  # what is not understood may have a password in it
        raise InputError("vault-location-unknown", vault=f"{scheme}://…" if separator else text)
    return FileVault(Path(text))


def shown_location(store: str | Path) -> str:
    """Return a store's URL or path as it may be shown: without a password.

    Raises:
        InputError: ``store-url-unknown``.
    """
    place = _locate(store)
    return place.shown if isinstance(place, PostgresAddress) else str(store)


def is_taken(store: str | Path) -> bool:
    """Say whether there is something where a new store shall be made.

    Raises:
        InputError: ``store-url-unknown``.
        StoreError: it cannot be told.
    """
    place = _locate(store)
    if not isinstance(place, PostgresAddress):
        return place is not None and place.is_file() and place.stat().st_size > 0
    try:
        _open_postgres(place, create=False).close()
    except StoreError as error:
        if error.code == "store-missing":
            return False
        raise
    return True


def _locate(store: str | Path) -> Path | PostgresAddress | None:
    """Return the file or the database that a store's URL or path names, None for one in memory."""
    text = str(store)
    if text in {"memory:", "memory://"}:
        return None
    if text.startswith(f"{SCHEME}:"):
        return PostgresAddress.parse(text)
    scheme, separator, rest = text.partition("://")
    path = unquote(rest[1:]) if separator else text
    if (separator and (scheme != "sqlite" or not rest.startswith("/"))) or not path or "\0" in path:
        # An address that is not understood may have a password anywhere in it.
        raise InputError("store-url-unknown", url=f"{scheme}://…" if separator and scheme != "sqlite" else text)
    return Path(path)


def _vault_of(address: PostgresAddress) -> EvidenceVault:
    """Open the vault that an address names; who only reads the record, on a copy say, has none."""
    if address.vault is not None:
        return open_vault(address.vault)
    from spbe_core.storage.unnamed_vault import UnnamedVault  # noqa: PLC0415

    return UnnamedVault(address.shown)


def _open_postgres(address: PostgresAddress, *, create: bool) -> Store:
    try:
        from spbe_core.storage.postgres import PostgresStore  # noqa: PLC0415
    except ImportError as missing:
        raise InputError("extra-missing", package=missing.name or "psycopg[binary]", extra="postgres") from missing
    return PostgresStore(address, create=create)


def _beside(store: Path) -> Path:
    """Place the vault beside the store; only ``.db`` is dropped, so that ``kota.2023`` and ``kota.2024`` differ."""
    return store.with_name(f"{store.stem if store.suffix == '.db' else store.name}.vault")
