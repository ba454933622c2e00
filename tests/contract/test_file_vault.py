"""The vault in a folder keeps the contract, in constant memory and without half a document."""

import errno
import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from arrangements import attempt, code_of, python, refused
from contract.evidence_vault import EvidenceVaultContract, source

from spbe_core import StoreError
from spbe_core.storage import file_vault
from spbe_core.storage.file_vault import FileVault


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def link(place: Path, target: Path) -> None:
    place.symlink_to(target)


def dangling_link(place: Path, target: Path) -> None:
    place.symlink_to(target.with_name("nowhere"))


def pipe(place: Path, _: Path) -> None:
    os.mkfifo(place)


def folder(place: Path, _: Path) -> None:
    place.mkdir()


PLANTS = [link, dangling_link, pipe, folder]

KILLED_DEPOSIT = """
import os, signal, sys
from pathlib import Path
from spbe_core.storage.file_vault import FileVault

class Killed:
    pieces = [b"x" * 2_000_000]
    def read(self, size):
        if not self.pieces:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.pieces.pop()

FileVault(Path(sys.argv[1])).put(Killed())
"""


class Pieces:
    """A stream of what an iterator yields."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _: int) -> bytes:
        return next(self._pieces, b"")


def age(path: Path) -> None:
    """Make a file look as if nobody had written it since yesterday."""
    then = time.time() - 86_400
    os.utime(path, (then, then), follow_symlinks=False)


class TestFileVault(EvidenceVaultContract):
    @pytest.fixture
    def vault(self, tmp_path: Path) -> FileVault:
        return FileVault(tmp_path / "vault")

    @pytest.fixture
    def damage(self, vault: FileVault) -> Callable[[str, bytes], None]:
        return lambda digest, content: cast("None", vault._place(digest).write_bytes(content))

    def test_the_same_content_is_not_written_again(self, vault: FileVault, tmp_path: Path) -> None:
        """Content handed in twice lies there once, and the second time its file is not touched."""
        file = vault._place(vault.put(io.BytesIO(b"a")).digest)
        before = file.stat()
        vault.put(io.BytesIO(b"a"))

        assert len(files_in(tmp_path)) == 1
        assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

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

    @pytest.mark.parametrize(("error", "healed"), [(errno.EIO, True), (errno.EACCES, False)], ids=["broken", "closed"])
    def test_what_the_disk_no_longer_reads_is_written_anew(
        self, vault: FileVault, monkeypatch: pytest.MonkeyPatch, error: int, healed: bool
    ) -> None:
        """Whoever has the document can put it back; what merely may not be read is not replaced."""
        digest = vault.put(io.BytesIO(b"a")).digest
        bad = vault._place(digest).stat().st_ino
        opened = file_vault._opened_as_it_is

        def opened_on_a_bad_disk(path: Path) -> BinaryIO:
            if path.stat().st_ino == bad:
                raise OSError(error, os.strerror(error))
            return opened(path)

        monkeypatch.setattr(file_vault, "_opened_as_it_is", opened_on_a_bad_disk)
        with refused("vault-failed", StoreError):
            vault.verify(digest)
        _, failure = attempt(vault.put, io.BytesIO(b"a"))

        assert code_of(failure) == (None if healed else "vault-failed")
        assert (vault._place(digest).stat().st_ino != bad) is healed
        if healed:
            assert vault.verify(digest) is True

    def test_a_folder_that_is_not_there_is_no_missing_content(self, vault: FileVault, tmp_path: Path) -> None:
        """A vault that nobody mounted is told apart from one that has lost a document, and nothing counts as erased."""
        digest = vault.put(io.BytesIO(b"a")).digest
        vault.check()
        elsewhere = FileVault(tmp_path / "not" / "mounted")
        for ask in (elsewhere.check, lambda: elsewhere.erase(digest)):
            with refused("vault-missing", StoreError):
                ask()
        (tmp_path / "file").touch()
        with refused("vault-failed", StoreError):
            FileVault(tmp_path / "file").check()

    def test_a_vault_that_cannot_be_made_says_so(self, tmp_path: Path) -> None:
        """Where a file stands in the folder's place, storing fails in the library's words."""
        (tmp_path / "vault").write_text("in the way")

        with refused("vault-failed", StoreError):
            FileVault(tmp_path / "vault").put(io.BytesIO(b"a"))

    @pytest.mark.parametrize("plant", PLANTS)
    def test_what_stands_in_a_contents_place_is_not_followed(
        self, vault: FileVault, tmp_path: Path, plant: Callable[[Path, Path], None]
    ) -> None:
        """A link, also to the very same content, a pipe or a folder is changed content; nobody waits or goes there."""
        elsewhere = tmp_path / "elsewhere"
        elsewhere.write_bytes(b"a")
        digest = vault.put(io.BytesIO(b"a")).digest
        vault._place(digest).unlink()
        plant(vault._place(digest), elsewhere)

        assert vault.verify(digest) is False
        with refused("content-changed", StoreError):
            vault.open(digest)

    @pytest.mark.parametrize("plant", [link, dangling_link, pipe])
    def test_a_link_in_a_contents_place_is_replaced_and_its_target_spared(
        self, vault: FileVault, tmp_path: Path, plant: Callable[[Path, Path], None]
    ) -> None:
        """Storing the content again, or erasing it, acts on the vault's own file and not on what a link names."""
        elsewhere = tmp_path / "elsewhere"
        elsewhere.write_bytes(b"mine")
        digest = vault.put(io.BytesIO(b"a")).digest
        vault._place(digest).unlink()
        plant(vault._place(digest), elsewhere)
        vault.put(io.BytesIO(b"a"))

        assert vault.verify(digest) is True
        vault._place(digest).unlink()
        plant(vault._place(digest), elsewhere)
        assert vault.erase(digest) is True
        assert vault.verify(digest) is None
        assert elsewhere.read_bytes() == b"mine"

    @pytest.mark.parametrize("place", ["incoming", "ca"])
    def test_a_linked_folder_inside_is_refused(self, vault: FileVault, tmp_path: Path, place: str) -> None:
        """Content never leaves the vault through a folder that somebody linked to another place."""
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "vault").mkdir()
        (tmp_path / "vault" / place).symlink_to(tmp_path / "elsewhere")

        with refused("vault-link", StoreError):
            vault.put(io.BytesIO(b"a"))  # sha256:ca97...
        assert files_in(tmp_path) == []

    def test_content_behind_a_linked_folder_counts_as_changed(self, vault: FileVault, tmp_path: Path) -> None:
        """What lies in another place is not in the vault, true or not."""
        digest = vault.put(io.BytesIO(b"a")).digest
        vault._place(digest).parent.rename(tmp_path / "elsewhere")
        (tmp_path / "vault" / "ca").symlink_to(tmp_path / "elsewhere")

        assert vault.verify(digest) is False

    @pytest.mark.parametrize("plant", [pipe, lambda place, _: place.write_text("in the way")])
    def test_no_folder_for_incoming_content_is_said(
        self, vault: FileVault, tmp_path: Path, plant: Callable[[Path, Path], None]
    ) -> None:
        """Where something else stands in the place of a folder, storing fails in the library's words."""
        (tmp_path / "vault").mkdir()
        plant(tmp_path / "vault" / "incoming", tmp_path)

        with refused("vault-failed", StoreError):
            vault.put(io.BytesIO(b"a"))

    def test_a_vault_may_itself_be_a_link(self, tmp_path: Path) -> None:
        """Where the whole vault lies is the operator's decision."""
        (tmp_path / "disk").mkdir()
        (tmp_path / "vault").symlink_to(tmp_path / "disk")
        vault = FileVault(tmp_path / "vault")

        assert vault.verify(vault.put(io.BytesIO(b"a")).digest) is True

    def test_what_a_killed_deposit_left_is_cleared(self, vault: FileVault, tmp_path: Path) -> None:
        """A kill in the middle leaves a part without a name; a later deposit removes it once it is old."""
        with pytest.raises(AssertionError):
            python(KILLED_DEPOSIT, str(tmp_path / "vault"))
        (leftover,) = files_in(tmp_path)
        vault.put(io.BytesIO(b"a"))
        assert leftover.exists()  # it might be a living one's, that has not locked it yet

        age(leftover)
        vault.put(io.BytesIO(b"a"))
        assert not leftover.exists()

    def test_a_living_writer_is_left_alone(self, vault: FileVault, tmp_path: Path) -> None:
        """However long a deposit takes, and from whatever process others come, its part stays until it is done."""

        def slow() -> Iterator[bytes]:
            yield b"x" * 2_000_000
            (part,) = files_in(tmp_path)
            age(part)
            code = (
                "import io, sys\nfrom pathlib import Path\nfrom spbe_core.storage.file_vault import FileVault\n"
                "FileVault(Path(sys.argv[1])).put(io.BytesIO(b'other'))\n"
            )
            python(code, str(tmp_path / "vault"))
            FileVault(tmp_path / "vault").put(io.BytesIO(b"another"))
            yield b"y"

        pieces = slow()
        deposit = vault.put(cast("BinaryIO", Pieces(pieces)))

        assert (deposit.size, vault.verify(deposit.digest)) == (2_000_001, True)

    @pytest.mark.parametrize("plant", PLANTS)
    def test_strange_leftovers_are_left(
        self, vault: FileVault, tmp_path: Path, plant: Callable[[Path, Path], None]
    ) -> None:
        """Nothing that the vault did not make is removed or waited for, and a link's target is spared."""
        elsewhere = tmp_path / "elsewhere"
        elsewhere.write_bytes(b"mine")
        (tmp_path / "vault" / "incoming").mkdir(parents=True)
        planted = tmp_path / "vault" / "incoming" / "planted"
        plant(planted, elsewhere)
        for path in (planted, elsewhere):
            age(path)
        vault.put(io.BytesIO(b"a"))

        assert elsewhere.read_bytes() == b"mine"
        assert os.path.lexists(planted)

    def test_everything_is_flushed_before_it_is_acknowledged(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The content, and each folder that got a new name in it, up to the one that the vault was made in."""
        flushed: list[Path] = []
        really = os.fsync

        def fsync(descriptor: int) -> None:
            flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink())
            really(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        root = tmp_path / "new" / "vault"
        FileVault(root).put(io.BytesIO(b"a"))

        assert {tmp_path, tmp_path / "new", root, root / "ca"} <= set(flushed)
        assert any(path.parent == root / "incoming" for path in flushed)

    def test_a_failing_disk_is_never_acknowledged(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whichever flush fails, the deposit fails, and the next one puts it right."""
        really, calls = os.fsync, 0
        for failing in range(1, 6):
            vault, calls = FileVault(tmp_path / str(failing) / "vault"), 0

            def fsync(descriptor: int) -> None:
                nonlocal calls
                calls += 1
                if calls == failing:  # noqa: B023 - called within this turn of the loop
                    raise OSError(5, "Input/output error")
                really(descriptor)

            monkeypatch.setattr(os, "fsync", fsync)
            with refused("vault-failed", StoreError):
                vault.put(io.BytesIO(b"a"))
            monkeypatch.setattr(os, "fsync", really)

            assert vault.verify(vault.put(io.BytesIO(b"a")).digest) is True
