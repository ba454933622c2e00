"""Documents as agencies submit them, made by the libraries others make them with, and hostile ones made by hand."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping


def docx() -> bytes:
    import docx as library

    document = library.Document()
    document.add_paragraph("Keputusan Wali Kota")
    return written(document.save)


def xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["indikator", "nilai"])
    return written(book.save)


def pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawString(72, 720, "Keputusan Wali Kota")
    canvas.save()
    return target.getvalue()


def picture(kind: str) -> bytes:
    from PIL import Image

    return written(lambda target: Image.new("RGB", (8, 8)).save(target, kind))


def written(save: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_part(content: bytes, name: str, part: bytes = b"x") -> bytes:
    """Add a part to an archive."""
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, part)
    return target.getvalue()


def open_document(kind: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<office:document/>", zipfile.ZIP_DEFLATED)
    return target.getvalue()


def compound(*names: str, shift: int = 9) -> bytes:
    """A compound file whose directory has these names: header, allocation table, directory."""
    size = 1 << shift
    entries = [
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + bytes(62)
        for name in ("Root Entry", *names)
    ]
    per_sector = size // 128
    sectors = [b"".join(entries[place : place + per_sector]) for place in range(0, len(entries), per_sector)]
    chain = [0xFFFFFFFD, *range(2, len(sectors) + 1), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(size, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, shift, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0).ljust(436, b"\xff")
    return header.ljust(size, b"\0") + table + b"".join(one.ljust(size, b"\0") for one in sectors)


def media(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"isommp42" + b"\0\0\0\x08free"


def bomb(size: int = 200 << 20) -> bytes:
    """One file of zeros, a thousand times larger than its archive."""
    return zipped({"word/document.xml": bytes(size)})


def overlapping(files: int) -> bytes:
    """Every entry of the table of contents names the same bytes."""
    (name, content) = ("a", bytes(1 << 20))
    archive = zipped({name: content})
    end = archive.rindex(b"PK\x05\x06")
    table = archive[archive.rindex(b"PK\x01\x02") : end]
    begin = end - len(table)
    closing = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, files, files, len(table) * files, begin, 0)
    return archive[:begin] + table * files + closing


def lying(place: bytes, offset: int, value: int, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive in which one size was changed: in the entry's own header, or in the table of contents."""
    archive = bytearray(zipped({"a": bytes(1 << 16)}, compression))
    at = archive.index(place) + offset
    archive[at : at + 4] = struct.pack("<I", value)
    return bytes(archive)


def many_entries(count: int) -> bytes:
    """A table of contents with very many files, all empty and each where it says it is."""
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    table = b"".join(
        struct.pack(
            "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, place * len(local)
        )
        + b"a"
        for place in range(count)
    )
    said = min(count, 0xFFFF)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, said, said, len(table), count * len(local), 0)
    return local * count + table + end


def encrypted_zip() -> bytes:
    """An archive whose entry says that it is encrypted."""
    archive = bytearray(zipped({"a": b"content"}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.index(magic) + offset] |= 1
    return bytes(archive)


def gzip_of(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=31)
    return compressor.compress(content) + compressor.flush()
