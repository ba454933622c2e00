"""What every evidence vault must do. An adapter's test class inherits it and provides ``vault`` and ``damage``."""

import hashlib
import io
import os
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, cast

import pytest
from arrangements import refused

from spbe_core import InputError, StoreError
from spbe_core.ports import Deposit, EvidenceVault
from spbe_core.storage.memory import MemoryVault

LARGE = int(os.environ.get("SPBE_TEST_LARGE_MB", "64")) << 20
"""Bytes of large content; the environment ``large`` asks for more than a usual machine's free memory."""
UNKNOWN = f"sha256:{'0' * 64}"


class Source:
    """A stream that gives what a function makes, piece by piece, and never more than it is asked for."""

    def __init__(self, *pieces: bytes | BaseException) -> None:
        self._pieces = list(pieces)

    def read(self, size: int = -1) -> bytes:
        if not self._pieces:
            return b""
        piece = self._pieces.pop(0)
        if isinstance(piece, BaseException):
            raise piece
        if 0 <= size < len(piece):
            self._pieces.insert(0, piece[size:])
            return piece[:size]
        return piece if size >= 0 else piece + self.read()


class Zeros:
    """A stream of zero bytes that never holds more than it hands out."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        piece = bytes(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(piece)
        return piece


class Endless:
    """A stream of zero bytes without an end, which counts what it gave."""

    given = 0

    def read(self, size: int) -> bytes:
        self.given += size
        return bytes(size)


def digest_of(content: bytes) -> str:
    """Return the digest that content is stored under."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def source(*pieces: bytes | BaseException) -> BinaryIO:
    """Return a stream of these pieces; an exception among them is raised when it is reached."""
    return cast("BinaryIO", Source(*pieces))


def read(vault: EvidenceVault, digest: str) -> bytes:
    """Return stored content and close its stream."""
    with vault.open(digest) as content:
        return content.read()


class EvidenceVaultContract:
    @pytest.fixture
    def vault(self) -> EvidenceVault:
        """Return an empty vault; the adapter's test class says of which kind."""
        raise NotImplementedError

    @pytest.fixture
    def damage(self, vault: EvidenceVault) -> Callable[[str, bytes], None]:
        """Return how stored content is replaced behind the vault's back."""
        raise NotImplementedError

    @pytest.mark.parametrize("content", [b"", b"a", bytes(range(256)) * 5000], ids=["empty", "one byte", "1.2 MB"])
    def test_content_comes_back(self, vault: EvidenceVault, content: bytes) -> None:
        """Content is stored under its SHA-256, with its size, and comes back byte for byte."""
        deposit = vault.put(io.BytesIO(content))

        assert deposit.digest == digest_of(content)
        assert deposit.size == len(content)
        assert read(vault, deposit.digest) == content
        assert vault.verify(deposit.digest) is True

    def test_sources_may_give_little_at_a_time(self, vault: EvidenceVault) -> None:
        """A stream that gives fewer bytes than asked for is read to its end."""
        deposit = vault.put(source(b"ab", b"c", b"defg"))

        assert (read(vault, deposit.digest), deposit.size) == (b"abcdefg", 7)

    def test_the_same_content_is_the_same_deposit(self, vault: EvidenceVault) -> None:
        """Storing content again gives the same digest, and storing other content another."""
        first, again, other = (vault.put(io.BytesIO(content)) for content in (b"a", b"a", b"b"))

        assert first == again
        assert other.digest != first.digest

    def test_unknown_content_is_missing(self, vault: EvidenceVault) -> None:
        """Opening what was never stored is an error of its own; verifying it says that it is gone."""
        with refused("content-missing", StoreError):
            vault.open(UNKNOWN)
        assert vault.verify(UNKNOWN) is None

    @pytest.mark.parametrize(
        "digest", ["", "sha256:", "sha256:../../etc/passwd", f"sha256:{'0' * 63}/", f"md5:{'0' * 64}", f"{UNKNOWN}\n"]
    )
    def test_what_is_no_digest_is_missing(self, vault: EvidenceVault, digest: str) -> None:
        """A malformed digest names nothing, least of all a file elsewhere."""
        with refused("content-missing", StoreError):
            vault.open(digest)
        assert vault.verify(digest) is None
        assert vault.erase(digest) is False

    @pytest.mark.parametrize("changed", [b"contents", b"", b"content\0", b"Content"])
    def test_changed_content_is_found_out(
        self, vault: EvidenceVault, damage: Callable[[str, bytes], None], changed: bytes
    ) -> None:
        """Content that is no longer what its digest says fails verification, whatever was changed."""
        digest = vault.put(io.BytesIO(b"content")).digest
        damage(digest, changed)

        assert vault.verify(digest) is False
        with refused("content-changed", StoreError):
            vault.open(digest)

    def test_damaged_content_is_mended_by_storing_it_again(
        self, vault: EvidenceVault, damage: Callable[[str, bytes], None]
    ) -> None:
        """Handing in the true content once more puts it right."""
        digest = vault.put(io.BytesIO(b"content")).digest
        damage(digest, b"broken")
        vault.put(io.BytesIO(b"content"))

        assert vault.verify(digest) is True

    @pytest.mark.parametrize(
        "failure", [OSError(5, "gone"), RuntimeError("gone")], ids=lambda failure: type(failure).__name__
    )
    def test_a_failing_source_leaves_nothing(self, vault: EvidenceVault, failure: Exception) -> None:
        """Where reading breaks off, neither the part nor the whole is stored."""
        with pytest.raises((StoreError, RuntimeError, OSError)):
            vault.put(source(b"part", failure))

        assert vault.verify(digest_of(b"part")) is None
        assert vault.put(io.BytesIO(b"part")).size == 4

    @pytest.mark.parametrize("size", [0, 1, 9_999, 10_000])
    def test_content_up_to_the_limit_is_taken(self, vault: EvidenceVault, size: int) -> None:
        """The limit itself is still allowed."""
        assert vault.put(io.BytesIO(bytes(size)), limit=10_000).size == size

    @pytest.mark.parametrize("limit", [0, 5, 10_000])
    def test_content_beyond_the_limit_is_refused_at_once(self, vault: EvidenceVault, limit: int) -> None:
        """Reading stops at the first byte too many, however much more there is, and nothing is stored."""
        endless = Endless()
        with refused("content-too-large", InputError):
            vault.put(cast("BinaryIO", endless), limit=limit)

        assert endless.given == limit + 1
        assert vault.verify(digest_of(bytes(limit))) is None
        assert vault.verify(digest_of(bytes(limit + 1))) is None

    def test_an_inspection_sees_what_would_be_stored(self, vault: EvidenceVault) -> None:
        """It gets the whole content from its beginning, with digest and size, may seek in it, and need not read it."""
        seen: list[object] = []

        def inspect(content: BinaryIO, deposit: Deposit) -> None:
            seen.extend((deposit, content.read()))
            content.seek(2)
            seen.append(content.read(3))

        digest = vault.put(source(b"con", b"tent"), None, inspect).digest
        vault.put(io.BytesIO(b"other"), None, lambda *_: None)

        assert seen == [Deposit(digest, 7), b"content", b"nte"]
        assert read(vault, digest) == b"content"

    def test_what_an_inspection_refuses_is_not_stored(self, vault: EvidenceVault) -> None:
        """Its error is the caller's; content that another deposit stored before stays where it is."""
        vault.put(io.BytesIO(b"kept"))

        def inspect(*_: object) -> None:
            raise InputError("value-empty")

        for content in (b"refused", b"kept"):
            with refused("value-empty", InputError):
                vault.put(io.BytesIO(content), None, inspect)

        assert vault.verify(digest_of(b"refused")) is None
        assert vault.verify(digest_of(b"kept")) is True

    def test_erased_content_is_gone(self, vault: EvidenceVault) -> None:
        """Nothing can be read any more, other content is not touched, and it may be stored again."""
        digest, other = (vault.put(io.BytesIO(content)).digest for content in (b"personal", b"other"))

        assert vault.erase(digest) is True
        assert vault.erase(digest) is False
        assert vault.verify(digest) is None
        with refused("content-missing", StoreError):
            vault.open(digest)
        assert read(vault, other) == b"other"
        assert vault.put(io.BytesIO(b"personal")).digest == digest
        assert vault.verify(digest) is True

    def test_changed_content_can_be_erased(self, vault: EvidenceVault, damage: Callable[[str, bytes], None]) -> None:
        """What must go, goes, also where it is no longer what it was."""
        digest = vault.put(io.BytesIO(b"content")).digest
        damage(digest, b"changed")

        assert vault.erase(digest) is True
        assert vault.verify(digest) is None

    def test_large_content_takes_constant_memory(self, vault: EvidenceVault) -> None:
        """Far more is stored, verified and read again than is ever held in memory."""
        if isinstance(vault, MemoryVault):
            pytest.skip("memory is where it keeps content")
        tracemalloc.start()
        try:
            deposit = vault.put(cast("BinaryIO", Zeros(LARGE)))
            intact = vault.verify(deposit.digest)
            with vault.open(deposit.digest) as content:
                read_again = sum(len(chunk) for chunk in iter(lambda: content.read(1 << 20), b""))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            vault.erase(deposit.digest)

        assert (deposit.size, intact, read_again) == (LARGE, True, LARGE)
        assert peak < 32 << 20

    def test_threads_may_store_the_same_at_once(self, vault: EvidenceVault) -> None:
        """Racing deposits of the same content all succeed and leave it whole."""
        contents = [bytes([number % 3]) * 100_000 for number in range(12)]
        with ThreadPoolExecutor(6) as pool:
            deposits = list(pool.map(lambda content: vault.put(io.BytesIO(content)), contents))

        assert len({deposit.digest for deposit in deposits}) == 3
        assert all(vault.verify(deposit.digest) for deposit in deposits)
