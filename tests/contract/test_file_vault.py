"""The vault in a folder keeps the contract, in constant memory and without half a document."""

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from arrangements import python, refused
from contract.evidence_vault import EvidenceVaultContract, source

from spbe_core import StoreError
from spbe_core.storage.file_vault import FileVault


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class Zeros:
    """A stream of zero bytes that never holds more than it hands out."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        piece = bytes(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(piece)
        return piece


class TestFileVault(EvidenceVaultContract):
    @pytest.fixture
    def vault(self, tmp_path: Path) -> FileVault:
        return FileVault(tmp_path / "vault")

    @pytest.fixture
    def damage(self, vault: FileVault) -> Callable[[str, bytes], None]:
        return lambda digest, content: cast("None", vault._path(digest).write_bytes(content))

    def test_large_content_takes_constant_memory(self, vault: FileVault) -> None:
        """64 MB are stored and verified with a few MB of memory."""
        size = 64 * 1024 * 1024
        tracemalloc.start()
        try:
            deposit = vault.put(cast("BinaryIO", Zeros(size)))
            intact = vault.verify(deposit.digest)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert (deposit.size, intact) == (size, True)
        assert peak < 8 * 1024 * 1024

    def test_the_same_content_is_one_file(self, vault: FileVault, tmp_path: Path) -> None:
        """Content handed in twice lies there once."""
        vault.put(io.BytesIO(b"a"))
        vault.put(io.BytesIO(b"a"))

        assert len(files_in(tmp_path)) == 1

    @pytest.mark.parametrize("failure", [OSError(5, "gone"), RuntimeError("gone"), KeyboardInterrupt()], ids=repr)
    def test_a_failing_source_leaves_no_file(self, vault: FileVault, tmp_path: Path, failure: BaseException) -> None:
        """Where reading breaks off or is interrupted, no file remains, only folders."""
        with pytest.raises((StoreError, RuntimeError, KeyboardInterrupt)):
            vault.put(source(b"x" * 3_000_000, failure))

        assert files_in(tmp_path) == []

    def test_a_full_disk_leaves_no_file(self, tmp_path: Path) -> None:
        """Where the content cannot be written whole, the error says so and nothing of it remains."""
        code = (
            "import io, resource, sys\n"
            "from pathlib import Path\n"
            "from spbe_core import StoreError\n"
            "from spbe_core.storage.file_vault import FileVault\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
            "try:\n"
            "    FileVault(Path(sys.argv[1])).put(io.BytesIO(bytes(3_000_000)))\n"
            "except StoreError as error:\n"
            "    print(error.code)\n"
        )

        assert python(code, str(tmp_path)).strip() == "vault-failed"
        assert files_in(tmp_path) == []

    def test_a_vault_that_cannot_be_made_says_so(self, tmp_path: Path) -> None:
        """Where a file stands in the folder's place, storing fails in the library's words."""
        (tmp_path / "vault").write_text("in the way")

        with refused("vault-failed", StoreError):
            FileVault(tmp_path / "vault").put(io.BytesIO(b"a"))

    def test_content_that_is_no_file_any_more(self, vault: FileVault) -> None:
        """Where a folder stands in the content's place, opening fails and verification says it is changed."""
        digest = vault.put(io.BytesIO(b"a")).digest
        vault._path(digest).unlink()
        vault._path(digest).mkdir()

        with refused("vault-failed", StoreError):
            vault.open(digest)
        assert vault.verify(digest) is False
