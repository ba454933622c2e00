"""Reading a text file that came from outside, and saying what is wrong with it."""

import codecs
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from spbe_core.errors import InputError

LARGEST: Final = 16 * 1024 * 1024
"""Bytes; many times any national table of 640 agencies, and little enough that whatever it holds stays below a gigabyte
in memory."""

LARGEST_NOTE: Final = 64 * 1024 * 1024
"""Bytes of a signed note: a checkpoint grows with its ledger, by less than six bytes an event."""


@contextmanager
def opened_file(source: Path | BinaryIO) -> Generator[BinaryIO]:
    """Open an input file for as long as it is read.

    Args:
        source: the file, or an open binary stream.

    Raises:
        InputError: ``file-missing``, ``file-not-regular`` or ``file-unreadable``.
    """
    try:
        if not isinstance(source, Path):
            yield source
        elif not source.exists():
            raise InputError("file-missing", file=source)
        elif not source.is_file():
            raise InputError("file-not-regular", file=source)
        else:
            with source.open("rb") as file:
                yield file
    except OSError as failure:
        raise InputError("file-unreadable", file=source, reason=failure.strerror) from failure


def read_bytes(source: Path | BinaryIO, *, largest: int = LARGEST) -> bytes:
    """Read a whole input file.

    Args:
        source: the file, or an open binary stream.
        largest: bytes it may have.

    Raises:
        InputError: ``file-missing``, ``file-not-regular``, ``file-unreadable`` or ``file-too-large``.
    """
    with opened_file(source) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise InputError("file-too-large", file=source if isinstance(source, Path) else "-", largest=largest)
    return content


def decoded(content: bytes) -> str:
    """Decode UTF-8 text without a byte order mark.

    Raises:
        InputError: ``text-utf16``, ``text-bom``, ``text-not-utf8`` or ``text-with-nul``.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or content[1:2] == b"\0":
        raise InputError("text-utf16")
    if content.startswith(codecs.BOM_UTF8):
        raise InputError("text-bom")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise InputError("text-not-utf8", at_line=content.count(b"\n", 0, problem.start) + 1) from problem
    if "\0" in text:
        raise InputError("text-with-nul")
    return text
