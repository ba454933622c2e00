"""What a document is, by its content; its name decides only between kinds of plain text."""

import re
from collections.abc import Sequence
from typing import BinaryIO, Final

from spbe_core.content.compound_file import MAGIC, entry_names
from spbe_core.content.zip_directory import Entry, Unreadable, local_sizes, zip_entries

UNKNOWN: Final = "application/octet-stream"
_HEAD: Final = 8192
"""Bytes at the beginning that are looked at."""

_BEGINNINGS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1aE\xdf\xa3", "video/matroska"),
    (b"OggS\0", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"#!", "text/x-script"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"AVI ": "video/vnd.avi", b"WAVE": "audio/vnd.wave"}
_BRANDS: Final = (  # of the ISO base media file format
    (re.compile(rb"hei[cmsx]|hev[cmsx]|mif1|msf1"), "image/heic"),
    (re.compile(rb"avi[fs]"), "image/avif"),
    (re.compile(rb"qt  "), "video/quicktime"),
    (re.compile(rb"3g[2gp].|3g[2gp]\d"), "video/3gpp"),
    (re.compile(rb"M4A "), "audio/mp4"),
    (re.compile(rb"[a-zA-Z0-9 ]{4}"), "video/mp4"),
)
_COMPOUND: Final = (
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
)
_OOXML: Final = (
    ("word/document.xml", "wordprocessingml.document", "word.document"),
    ("xl/workbook.xml", "spreadsheetml.sheet", "excel.sheet"),
    ("ppt/presentation.xml", "presentationml.presentation", "powerpoint.presentation"),
)
_OPEN_DOCUMENT: Final = re.compile(rb"application/vnd\.oasis\.opendocument\.[a-z-]{1,40}")
_MARKUP: Final = (  # possessive (*+): a comment is read in one way only, or many would be tried in endless combinations
    (re.compile(r"<\?xml[^>]*>(\s|<!--.*?-->|<!DOCTYPE[^>]*>)*+<svg[\s>]", re.I | re.S), "image/svg+xml"),
    (re.compile(r"<svg[\s>]", re.I), "image/svg+xml"),
    (re.compile(r"<\?xml[^>]*>(\s|<!--.*?-->)*+(<!DOCTYPE html|<html[\s>])", re.I | re.S), "application/xhtml+xml"),
    (re.compile(r"<\?xml[\s]", re.I), "application/xml"),
    (re.compile(r"<(!DOCTYPE html|html|head|body|script|iframe|table|div|h1|p|title|meta)[\s>]", re.I), "text/html"),
)
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS: Final = ",;\t"


def media_type_of(content: BinaryIO, file_name: str) -> str:
    """Say what a document is.

    Args:
        content: seekable; only its beginning and, of an archive, its table of contents are read.
        file_name: the name it came with; a text is ``text/csv`` or ``application/json`` only if it is called so and
            looks so, and no name makes anything else of a content.
    """
    content.seek(0)
    head = content.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(content)
    if head.startswith(MAGIC):
        names = entry_names(content)
        return next((kind for name, kind in _COMPOUND if name in names), "application/x-ole-storage")
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[4:8] == b"ftyp":
        return next((kind for brand, kind in _BRANDS if brand.fullmatch(head[8:12])), UNKNOWN)
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[257:262] == b"ustar":
        return "application/x-tar"
    return _text_type(head, file_name.lower())


def _zip_type(content: BinaryIO) -> str:
    try:
        entries = zip_entries(content) or ()
    except Unreadable:
        return "application/zip"
    names = {entry.name for entry in entries}
    if "[Content_Types].xml" in names:
        for part, kind, program in _OOXML:
            if part in names and has_macro(names):
                return f"application/vnd.ms-{program}.macroEnabled.12"
            if part in names:
                return f"application/vnd.openxmlformats-officedocument.{kind}"
        if "xl/workbook.bin" in names:
            return "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
    return _declared_type(content, entries) or "application/zip"


def has_macro(names: Sequence[str] | set[str] | frozenset[str]) -> bool:
    """Say whether an Office file brings a program, by the names of its parts."""
    return any(
        name.endswith("vbaProject.bin") or name.startswith("Basic/") or name in {"_VBA_PROJECT", "_VBA_PROJECT_CUR"}
        for name in names
    )


def _declared_type(content: BinaryIO, entries: Sequence[Entry]) -> str | None:
    """Return the type an OpenDocument file declares, as it must, uncompressed at its beginning."""
    first = next((entry for entry in entries if entry.name == "mimetype" and entry.stored and entry.size < 100), None)
    place = None if first is None else local_sizes(content, first)
    if first is None or place is None:
        return None
    content.seek(place[0])
    declared = content.read(first.size).strip()
    return declared.decode("ascii") if _OPEN_DOCUMENT.fullmatch(declared) else None


def _text_type(head: bytes, name: str) -> str:
    text = _text(head)
    if text is None:
        return UNKNOWN
    beginning = text.lstrip("\ufeff \t\r\n\f")
    for pattern, kind in _MARKUP:
        if pattern.match(beginning):
            return kind
    if name.endswith(".json") and beginning.startswith(("{", "[")):
        return "application/json"
    if name.endswith((".csv", ".tsv")) and _is_table(text):
        return "text/tab-separated-values" if name.endswith(".tsv") else "text/csv"
    return "text/plain"


def _text(head: bytes) -> str | None:
    """Read the beginning of a text, in any of the encodings that are still met; None for what is no text."""
    if head.startswith(_UTF_16):
        text = head[: len(head) & ~1].decode("utf-16", "replace")
        return None if _CONTROLS.search(text.encode("utf-8")) else text
    if not head or _CONTROLS.search(head):
        return None
    return head.decode("utf-8", "replace")  # what is not UTF-8 is some older encoding of Latin letters


def _is_table(text: str) -> bool:
    """Say whether the first lines have a separator in common."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    return any(all(separator in line for line in lines) for separator in _SEPARATORS)
