"""What speaks against opening a document: that it swells, hides its content, or runs a program."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from spbe_core.content.compound_file import entry_names
from spbe_core.content.media_type import has_macro
from spbe_core.content.zip_directory import Entry, Unreadable, local_sizes, zip_entries
from spbe_core.model.evidence_policy import Remark

_MOST_ENTRIES: Final = 10_000
_MUCH: Final = 100 << 20
"""Bytes unpacked, up to which no archive is called a bomb."""
_SWELLING: Final = 100
"""How many times larger than its archive the content may be; office files stay far below."""
_ARCHIVES: Final = (".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".zst")
_HEADER: Final = 30
_ENCRYPTED: Final = frozenset({"EncryptedPackage", "EncryptionInfo"})
"""Parts of an Office file with a password."""


def content_remarks(content: BinaryIO) -> Sequence[Remark]:
    """Say what speaks against a document, each remark once; nothing is unpacked.

    Args:
        content: seekable; only the table of contents of an archive or Office file is read. Anything that an unpacker
            would take for a zip archive is looked at as one, whatever it begins with.
    """
    found: list[Remark] = []
    try:
        entries = zip_entries(content)
    except Unreadable:
        entries = None
        found.append("archive-bomb")
    if entries is not None:
        found += _in_archive(content, entries)
    names = entry_names(content)
    if names & _ENCRYPTED:
        found.append("encrypted")
    if has_macro(names):
        found.append("macro")
    return tuple(dict.fromkeys(found))


def _in_archive(content: BinaryIO, entries: Sequence[Entry]) -> Iterator[Remark]:
    if _swells(entries) or _overlaps(entries) or _lies(content, entries):
        yield "archive-bomb"
    if any(entry.encrypted for entry in entries):
        yield "encrypted"
    if has_macro([entry.name for entry in entries]):
        yield "macro"
    if any(entry.name.lower().endswith(_ARCHIVES) for entry in entries):
        yield "nested-archive"


def _swells(entries: Sequence[Entry]) -> bool:
    unpacked, packed = sum(entry.size for entry in entries), sum(entry.packed for entry in entries)
    return len(entries) > _MOST_ENTRIES or (unpacked > _MUCH and unpacked > packed * _SWELLING)


def _overlaps(entries: Sequence[Entry]) -> bool:
    """Say whether the same bytes are unpacked more than once."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.begin):
        if entry.begin < end:
            return True
        end = entry.begin + _HEADER + entry.packed
    return False


def _lies(content: BinaryIO, entries: Sequence[Entry]) -> bool:
    """Say whether sizes contradict each other: what the table says, what stands before the data, and what is there."""
    whole = content.seek(0, 2)
    for entry in entries[:_MOST_ENTRIES]:
        local = local_sizes(content, entry)
        if local is None:
            return True
        begin, packed, size = local
        if (packed, size) != (entry.packed, entry.size) or begin + packed > whole:
            return True
        if not entry.encrypted and (
            entry.packed != entry.size if entry.stored else entry.packed > 2 * entry.size + 999
        ):
            return True
    return False
