"""The table of contents of a compound file (OLE2): Office files before 2007, and newer ones with a password."""

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY: Final = 128
_SECTORS: Final = 1024
"""Most sectors that are read for any one purpose; a table of contents needs far fewer."""
_LAST: Final = 0xFFFFFFFA
"""Sector numbers from here on mean something else than a sector."""


def entry_names(content: BinaryIO) -> frozenset[str]:
    """Name the streams and storages of a compound file, as far as they can be read; empty where it is none.

    Args:
        content: seekable; a bounded part of it is read, whatever it says of itself.
    """
    content.seek(0)
    header = content.read(512)
    if len(header) < 512 or not header.startswith(MAGIC):
        return frozenset()
    shift = struct.unpack_from("<H", header, 30)[0]
    if shift not in {9, 12}:
        return frozenset()
    names: set[str] = set()
    for sector in _chain(content, header, 1 << shift):
        for place in range(0, len(sector) - _ENTRY + 1, _ENTRY):
            length = struct.unpack_from("<H", sector, place + 64)[0]
            if 2 <= length <= 64:
                names.add(sector[place : place + length - 2].decode("utf-16-le", "replace"))
    return frozenset(names)


def _chain(content: BinaryIO, header: bytes, size: int) -> Iterator[bytes]:
    """Read the sectors of the directory in order; a chain that runs in a circle ends."""
    table = _Table(content, header, size)
    number = struct.unpack_from("<I", header, 48)[0]
    for _ in range(_SECTORS):
        if number >= _LAST:
            return
        sector = _sector(content, number, size)
        if len(sector) < size:
            return
        yield sector
        number = table.after(number)


class _Table:
    """Which sector follows which: the file's allocation table, read where it is needed."""

    def __init__(self, content: BinaryIO, header: bytes, size: int) -> None:
        self._content, self._size = content, size
        self._places = list(struct.unpack_from("<109I", header, 76))
        further = struct.unpack_from("<I", header, 68)[0]
        for _ in range(_SECTORS):
            sector = _sector(content, further, size) if further < _LAST else b""
            if len(sector) < size:
                return
            *places, further = struct.unpack(f"<{size // 4}I", sector)
            self._places += places

    def after(self, number: int) -> int:
        entries = self._size // 4
        place, within = number // entries, number % entries
        if place >= len(self._places) or self._places[place] >= _LAST:
            return _LAST
        sector = _sector(self._content, self._places[place], self._size)
        return struct.unpack_from("<I", sector, within * 4)[0] if len(sector) == self._size else _LAST


def _sector(content: BinaryIO, number: int, size: int) -> bytes:
    content.seek((number + 1) * size)
    return content.read(size)
