"""Power failures, made from a journal of what was asked of the disk.

The model is harsher than most disks. A flush makes durable what had been written to that file, or what names were
made, changed and taken away in that folder, and nothing else. Of what was written later, any of the file's sectors
of 512 bytes may have arrived or not, in any order; of a folder's later changes, a beginning of any length. Memory
shared by mapping (SQLite's ``-shm``) never arrives.
"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

SECTOR: Final = 512

SAID: Final = "A"
"""The letter of what the writer answered: from then on it must last."""


@attrs.frozen
class Asked:
    """One thing asked of the disk.

    Attributes:
        letter: what was asked, as ``disk.c`` writes it: small where a folder was flushed.
        call: which counted call it was.
        inode: the open file; its number may be used again for another.
        offset: place in the file, or its new length.
        path: in the folder.
        second: the new name.
        data: what was written, or said.
    """

    letter: str
    call: int
    inode: int
    offset: int
    path: str
    second: str
    data: bytes


def read_journal(journal: Path) -> Iterator[Asked]:
    """Read what ``disk.c`` wrote down."""
    with journal.open("rb") as file:
        while line := file.readline():
            letter, *numbers = line.decode().split()
            call, inode, offset, *lengths = map(int, numbers)
            path, second, data = (file.read(length) for length in lengths)
            yield Asked(letter, call, inode, offset, path.decode(), second.decode(), data)


class _File:
    """A file's content as the disk has it, and what was written and not flushed."""

    def __init__(self) -> None:
        self.durable = bytearray()
        self.pending: list[tuple[int, bytes | None]] = []

    def flush(self) -> None:
        for offset, data in self.pending:
            _apply(self.durable, offset, data)
        self.pending = []

    def settle(self, chance: random.Random, luck: float) -> bytes:
        """Let what was not flushed reach the disk in part, and be forgotten: the power or the flush failed."""
        for offset, data in self.pending:
            for start, end in _sectors(offset, data):
                if chance.random() < luck:
                    _apply(self.durable, start, None if data is None else data[start - offset : end - offset])
        self.pending = []
        return bytes(self.durable)


def _sectors(offset: int, data: bytes | None) -> Iterator[tuple[int, int]]:
    if data is None:
        yield offset, offset
        return
    start, last = offset, offset + len(data)
    while start < last:
        end = min(last, start + SECTOR - start % SECTOR)
        yield start, end
        start = end


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    end = offset + len(data or b"")
    if len(content) < end or data is None:
        content.extend(bytes(max(0, end - len(content))))
    if data is None:
        del content[offset:]
    else:
        content[offset:end] = data


class _Folder:
    """A folder's names, durable and hoped for."""

    def __init__(self) -> None:
        self.durable: dict[str, _File | _Folder] = {}
        self.pending: list[tuple[str, _File | _Folder | None]] = []

    def names(self, changes: int | None = None) -> "dict[str, _File | _Folder]":
        names = dict(self.durable)
        for name, node in self.pending[:changes]:
            names.pop(name, None)
            if node is not None:
                names[name] = node
        return names

    def flush(self) -> None:
        self.durable, self.pending = self.names(), []


def fail(asked: Sequence[Asked], folder: Path, into: Path, chance: random.Random) -> None:
    """Write into a folder what a power failure after these requests may have left of another.

    Args:
        asked: everything asked of the disk until then.
        folder: where it was asked for; it was empty before.
        into: where the remains go.
        chance: decides what was lucky.
    """
    root, files = _Folder(), dict[int, _File]()
    luck = chance.choice([0.0, 0.5, 0.9, 1.0])

    def parent_of(path: str) -> tuple[_Folder, str]:
        *parts, name = Path(path).relative_to(folder).parts
        return at(parts), name

    def at(parts: Sequence[str]) -> _Folder:
        found = root
        for part in parts:
            below = found.names()[part]
            assert isinstance(below, _Folder)
            found = below
        return found

    for one in asked:
        match one.letter:
            case "C":
                files[one.inode] = made = _File()
                parent, name = parent_of(one.path)
                parent.pending.append((name, made))
            case "M":
                parent, name = parent_of(one.path)
                parent.pending.append((name, _Folder()))
            case "W":
                files[one.inode].pending.append((one.offset, one.data))
            case "T":
                files[one.inode].pending.append((one.offset, None))
            case "U":
                parent, name = parent_of(one.path)
                parent.pending.append((name, None))
            case "R" | "L":
                (source, old), (target, name) = parent_of(one.path), parent_of(one.second)
                node = source.names()[old]
                target.pending.append((name, node))
                if one.letter == "R":
                    source.pending.append((old, None))
            case "S":
                files[one.inode].flush()
            case "s":
                at(Path(one.path).relative_to(folder).parts).flush()
            case "F":
                files[one.inode].settle(chance, luck)
    _write(root, into, chance, luck)


def _write(folder: _Folder, into: Path, chance: random.Random, luck: float) -> None:
    into.mkdir()
    kept = chance.choice([0, chance.randint(0, len(folder.pending)), len(folder.pending)])
    for name, node in folder.names(kept).items():
        if isinstance(node, _Folder):
            _write(node, into / name, chance, luck)
        elif not name.endswith("-shm"):
            (into / name).write_bytes(node.settle(chance, luck))
