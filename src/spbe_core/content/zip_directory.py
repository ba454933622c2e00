"""The table of contents of a zip archive, read within bounds and without unpacking anything."""

import struct
import zipfile
from collections.abc import Sequence
from typing import BinaryIO, Final, cast

import attrs

_LARGEST: Final = 4 << 20
"""Bytes that are read at most to find and read a table of contents; ten thousand files need one."""
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_SIZES_FOLLOW: Final = 0x08


class Unreadable(Exception):  # noqa: N818 - a fact about the archive, not of this library
    """A table of contents there is, and it cannot be read within bounds."""


@attrs.frozen
class Entry:
    """A file in an archive, as the table of contents has it.

    Attributes:
        name: with its folders.
        begin: where its own header lies.
        packed: bytes in the archive.
        size: bytes unpacked, as declared.
        encrypted: whether its content is.
        stored: whether it is not compressed.
    """

    name: str
    begin: int
    packed: int
    size: int
    encrypted: bool
    stored: bool


def zip_entries(content: BinaryIO) -> Sequence[Entry] | None:
    """Return what an archive says that it holds, None where content is no zip archive.

    Args:
        content: seekable.

    Raises:
        Unreadable: it is longer than any honest one, or contradicts itself.
    """
    content.seek(0)
    bounded = _Bounded(content)
    try:
        if not zipfile.is_zipfile(cast("BinaryIO", bounded)):
            return None
        bounded.seek(0)
        with zipfile.ZipFile(cast("BinaryIO", bounded)) as archive:
            return [
                Entry(
                    one.filename,
                    one.header_offset,
                    one.compress_size,
                    one.file_size,
                    bool(one.flag_bits & 1),
                    one.compress_type == zipfile.ZIP_STORED,
                )
                for one in archive.infolist()
            ]
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OverflowError, EOFError) as problem:
        raise Unreadable from problem


def local_sizes(content: BinaryIO, entry: Entry) -> tuple[int, int, int] | None:
    """Return where the data of an entry begins and the packed and unpacked size its own header declares.

    Sizes that the header leaves to be said after the data, or elsewhere, are those of the table of contents. None
    where there is no header.
    """
    content.seek(entry.begin)
    header = content.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        return None
    magic, _, flags, _, _, _, _, packed, size, name, extra = _LOCAL.unpack(header)
    if magic != b"PK\x03\x04":
        return None
    begin = entry.begin + _LOCAL.size + name + extra
    later = flags & _SIZES_FOLLOW or 0xFFFFFFFF in {packed, size}
    return (begin, entry.packed, entry.size) if later else (begin, packed, size)


class _Bounded:
    """Content that may be read only so far in all, whatever lengths it claims."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self._left = _LARGEST

    def read(self, size: int = -1) -> bytes:
        data = self._content.read(self._left + 1 if size < 0 else min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise Unreadable
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._content.seek(offset, whence)

    def tell(self) -> int:
        return self._content.tell()

    def seekable(self) -> bool:
        return True
