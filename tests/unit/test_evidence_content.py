"""What a document is, and what speaks against it, is found in its content, with real documents and hostile ones."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import documents
import pytest
from arrangements import attempt, refused
from hypothesis import given
from hypothesis import strategies as st

from spbe_core import InputError, Spbe
from spbe_core.content.media_type import media_type_of
from spbe_core.content.policy import accepted_type
from spbe_core.content.remarks import content_remarks
from spbe_core.model.evidence_policy import EvidencePolicy

OOXML = "application/vnd.openxmlformats-officedocument"
SAMPLES = {
    "docx": (documents.docx, f"{OOXML}.wordprocessingml.document"),
    "xlsx": (documents.xlsx, f"{OOXML}.spreadsheetml.sheet"),
    "pptx": (
        lambda: documents.zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
        f"{OOXML}.presentationml.presentation",
    ),
    "odt": (lambda: documents.open_document("text"), "application/vnd.oasis.opendocument.text"),
    "ods": (lambda: documents.open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    "pdf": (documents.pdf, "application/pdf"),
    "doc": (lambda: documents.compound("1Table", "WordDocument"), "application/msword"),
    "xls": (lambda: documents.compound(*map(str, range(20)), "Workbook"), "application/vnd.ms-excel"),
    "ppt": (lambda: documents.compound("PowerPoint Document", shift=12), "application/vnd.ms-powerpoint"),
    "msg": (lambda: documents.compound("__properties_version1.0"), "application/vnd.ms-outlook"),
    "png": (lambda: documents.picture("PNG"), "image/png"),
    "jpeg": (lambda: documents.picture("JPEG"), "image/jpeg"),
    "tiff": (lambda: documents.picture("TIFF"), "image/tiff"),
    "gif": (lambda: documents.picture("GIF"), "image/gif"),
    "webp": (lambda: documents.picture("WEBP"), "image/webp"),
    "heic": (lambda: documents.media(b"heic"), "image/heic"),
    "mp4": (lambda: documents.media(b"mp42"), "video/mp4"),
    "mov": (lambda: documents.media(b"qt  "), "video/quicktime"),
    "3gp": (lambda: documents.media(b"3gp5"), "video/3gpp"),
    "zip": (lambda: documents.zipped({"a.txt": b"a"}), "application/zip"),
    "empty zip": (lambda: documents.zipped({}), "application/zip"),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00rest", "application/vnd.rar"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c\x00\x04rest", "application/x-7z-compressed"),
    "gz": (lambda: documents.gzip_of(b"a"), "application/gzip"),
    "txt": (lambda: b"Keputusan Wali Kota\r\n", "text/plain"),
    "old encoding": (lambda: "caf\u00e9\n".encode("cp1252"), "text/plain"),
    "utf-16": (lambda: "Keputusan\n".encode("utf-16"), "text/plain"),
    "html": (lambda: b"\xef\xbb\xbf\n <!DOCTYPE html><html></html>", "text/html"),
    "xhtml": (lambda: b'<?xml version="1.0"?>\n<!DOCTYPE html><html/>', "application/xhtml+xml"),
    "xml": (lambda: b'<?xml version="1.0"?><a/>', "application/xml"),
    "svg": (lambda: b'<?xml version="1.0"?><!-- x --><svg></svg>', "image/svg+xml"),
    "exe": (lambda: b"MZ\x90\x00" + bytes(60), "application/vnd.microsoft.portable-executable"),
    "nothing": (lambda: b"", "application/octet-stream"),
    "noise": (lambda: b"\x00\x01\x02\x03", "application/octet-stream"),
}
HOSTILE_NAMES = ["", "a.pdf", "a.docx", "a.csv", "../../etc/passwd", "a.pdf\0.exe", "\udcff.csv", "x" * 10_000]


def type_of(content: bytes, name: str = "") -> str:
    return media_type_of(io.BytesIO(content), name)


def remarks(content: bytes) -> tuple[str, ...]:
    return tuple(content_remarks(io.BytesIO(content)))


class TestMediaType:
    @pytest.mark.parametrize("sample", SAMPLES)
    def test_content_tells_what_it_is(self, sample: str) -> None:
        """Each kind that agencies submit is recognised, and none of them is remarked upon."""
        make, kind = SAMPLES[sample]

        assert type_of(make()) == kind
        assert remarks(make()) == ()

    @pytest.mark.parametrize("sample", sorted(SAMPLES.keys() - {"txt", "old encoding", "utf-16"}))
    @pytest.mark.parametrize("name", HOSTILE_NAMES)
    def test_no_name_makes_it_another(self, sample: str, name: str) -> None:
        """A program called a PDF is a program."""
        make, kind = SAMPLES[sample]

        assert type_of(make(), name) == kind

    @pytest.mark.parametrize(
        ("content", "name", "kind"),
        [
            (b"indikator,nilai\n1,3\n", "nilai.CSV", "text/csv"),
            (b"indikator;nilai\r\n1;3\r\n", "nilai.csv", "text/csv"),
            (b"indikator\tnilai\n1\t3\n", "nilai.tsv", "text/tab-separated-values"),
            (b"indikator,nilai\n1,3\n", "nilai.txt", "text/plain"),
            (b"just words\n", "nilai.csv", "text/plain"),
            (b'{"a": 1}', "a.json", "application/json"),
            (b'{"a": 1}', "a.txt", "text/plain"),
            (b"<html>", "nilai.csv", "text/html"),
        ],
    )
    def test_a_name_decides_between_plain_texts_that_look_it(self, content: bytes, name: str, kind: str) -> None:
        """A table must be called one and be one."""
        assert type_of(content, name) == kind

    def test_a_cut_document_is_still_recognised(self) -> None:
        """An office file that ends in the middle is some archive; it is not taken for an office file."""
        assert type_of(documents.docx()[:1000]) == "application/zip"


class TestRemarks:
    @pytest.mark.parametrize(
        "content",
        [
            documents.bomb,
            lambda: documents.overlapping(1000),
            lambda: documents.overlapping(2),
            lambda: documents.many_entries(10_001),
            lambda: documents.many_entries(200_000),
            lambda: documents.lying(b"PK\x03\x04", 22, 10),
            lambda: documents.lying(b"PK\x03\x04", 18, 10),
            lambda: documents.lying(b"PK\x01\x02", 24, 10),
            lambda: documents.lying(b"PK\x01\x02", 24, 1 << 30),
            lambda: documents.lying(b"PK\x01\x02", 20, 1 << 30),
            lambda: documents.lying(b"PK\x01\x02", 24, 10, zipfile.ZIP_STORED),
            lambda: documents.lying(b"PK\x01\x02", 42, 5),
            lambda: documents.pdf() + documents.overlapping(100),
        ],
    )
    def test_bombs_are_recognised_without_going_off(self, content: object) -> None:
        """Swelling, overlapping, lying and endless archives are called bombs, in little memory and nothing unpacked."""
        archive = content()  # type: ignore[operator]
        tracemalloc.start()
        found = remarks(archive)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert "archive-bomb" in found
        assert peak < 64 << 20

    @pytest.mark.parametrize(
        "content",
        [
            lambda: documents.zipped({"a.txt": bytes(90 << 20)}),
            lambda: documents.zipped({f"foto/{place}.jpg": b"x" * 100 for place in range(9_000)}),
            lambda: documents.zipped({"a": b"a" * 200_000}, zipfile.ZIP_STORED),
            lambda: b"#!/bin/sh\n" + documents.zipped({"a": b"a"}),
        ],
        ids=["well packed", "many files", "stored", "self-extracting"],
    )
    def test_honest_archives_are_no_bombs(self, content: object) -> None:
        """What an agency packs in good faith is taken."""
        assert remarks(content()) == ()  # type: ignore[operator]

    def test_streamed_archives_are_no_bombs(self) -> None:
        """Writers that cannot seek say the sizes after the data."""

        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

            def seek(self, *_: int) -> int:
                raise OSError

            def tell(self) -> int:
                raise OSError

        pipe = Pipe()
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a", b"content" * 1000)

        assert remarks(pipe.getvalue()) == ()

    @pytest.mark.parametrize(
        ("content", "remark"),
        [
            (lambda: documents.with_part(documents.docx(), "word/vbaProject.bin"), "macro"),
            (lambda: documents.with_part(documents.xlsx(), "xl/vbaProject.bin"), "macro"),
            (lambda: documents.with_part(documents.open_document("text"), "Basic/Standard/Module1.xml"), "macro"),
            (lambda: documents.compound("WordDocument", "Macros", "VBA", "_VBA_PROJECT"), "macro"),
            (lambda: documents.compound("Workbook", "_VBA_PROJECT_CUR"), "macro"),
            (documents.encrypted_zip, "encrypted"),
            (lambda: documents.compound("EncryptionInfo", "EncryptedPackage"), "encrypted"),
            (lambda: documents.zipped({"inner.ZIP": b"PK"}), "nested-archive"),
            (lambda: documents.zipped({"a/inner.tar.gz": b"x"}), "nested-archive"),
        ],
    )
    def test_what_an_assessor_should_know_is_remarked(self, content: object, remark: str) -> None:
        """Programs, passwords and archives within archives are seen, whatever the document is called."""
        assert remarks(content()) == (remark,)  # type: ignore[operator]

    def test_a_macro_makes_it_another_type(self) -> None:
        """A list of types that are taken does not let macros in by the back door."""
        assert type_of(documents.with_part(documents.docx(), "word/vbaProject.bin")).endswith("macroEnabled.12")


class Patient(io.BytesIO):
    """Content that loses its patience with whoever reads in circles."""

    bytes_left = 32 << 20
    reads_left = 30_000

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.bytes_left -= len(data)
        self.reads_left -= 1
        assert min(self.bytes_left, self.reads_left) >= 0
        return data


class TestWhateverBytes:
    @staticmethod
    def looked_at(content: bytes, name: str) -> None:
        """Look at content that lets nobody read more, or more often, than a table of contents can need."""
        policy = EvidencePolicy(media_types=frozenset({"text/plain"}))
        attempt(accepted_type, policy, Patient(content), name)

    @given(st.binary(max_size=2000), st.text(max_size=20))
    def test_arbitrary_bytes(self, content: bytes, name: str) -> None:
        """Any bytes under any name are a type or a declared error."""
        self.looked_at(content, name)

    @given(
        st.sampled_from(["docx", "odt", "xls", "zip", "heic", "msg"]),
        st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=20),
        st.integers(0, 1 << 16),
    )
    def test_damaged_documents(self, sample: str, changes: list[tuple[int, int]], cut: int) -> None:
        """Any bytes changed and any end cut off a real document, the same holds."""
        content = bytearray(MADE[sample])
        for place, byte in changes:
            content[place % len(content)] = byte
        self.looked_at(bytes(content[: len(content) - cut % 100]), sample)

    @given(st.binary(max_size=300), st.binary(min_size=22, max_size=200))
    def test_any_table_of_contents(self, before: bytes, table: bytes) -> None:
        """The end of an archive may say anything of where its table lies and how long it is."""
        self.looked_at(b"PK\x03\x04" + before + b"PK\x01\x02" + before + b"PK\x05\x06" + table[:16] + b"\0\0", "a.zip")

    @given(st.binary(min_size=504, max_size=2000))
    def test_any_compound_file(self, rest: bytes) -> None:
        """A compound file may chain its sectors in any way, also in circles."""
        header = documents.compound("WordDocument")[:48]
        self.looked_at(header + rest, "a.doc")

    def test_a_chain_in_a_circle_ends(self) -> None:
        """A directory that comes back to its beginning is read once around and some more."""
        content = bytearray(documents.compound("Workbook"))
        content[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")

        assert media_type_of(Patient(content), "") == "application/vnd.ms-excel"

    @pytest.mark.parametrize("filling", [b"<!---->", b"<!DOCTYPE a>", b"<!--", b" ", b"<!-- --> "])
    @pytest.mark.parametrize("beginning", [b"<?xml ?>", b"<?xml ", b""])
    def test_markup_that_begins_for_ever(self, beginning: bytes, filling: bytes) -> None:
        """However often what may stand before the first element is repeated, it is read once."""
        self.looked_at(beginning + filling * 2000, "a.xml")

    @pytest.mark.parametrize("make", [lambda: documents.many_entries(200_000), lambda: documents.overlapping(10_000)])
    def test_endless_tables_of_contents(self, make: Callable[[], bytes]) -> None:
        """What is longer than any honest table is given up."""
        self.looked_at(make(), "a.zip")


MADE = {sample: SAMPLES[sample][0]() for sample in ("docx", "odt", "xls", "zip", "heic", "msg")}


class TestPolicy:
    REFUSALS = (
        (documents.bomb, "evidence-archive-bomb"),
        (documents.encrypted_zip, "evidence-encrypted"),
        (lambda: documents.with_part(documents.xlsx(), "xl/vbaProject.bin"), "evidence-macro"),
        (lambda: bytes(5000) + b"x", "evidence-type-refused"),
        (lambda: documents.zipped({"a.zip": b""}), "evidence-nested-archive"),
        (lambda: b"x" * 300_001, "content-too-large"),
    )

    @pytest.mark.parametrize(("make", "code"), REFUSALS)
    def test_what_is_refused_is_neither_recorded_nor_stored(self, tmp_path: Path, make: object, code: str) -> None:
        """The error says why, the vault holds no file of it, and the record knows nothing."""
        policy = EvidencePolicy(
            largest=300_000,
            media_types=frozenset({"application/pdf", "application/zip"}),
            refused=frozenset({"archive-bomb", "encrypted", "macro", "nested-archive"}),
        )
        with Spbe.open(tmp_path / "spbe.db", create=True, evidence_policy=policy) as spbe:
            spbe.open_evaluation("kota-contoh/2024", agency_name="Kota Contoh")
            content = io.BytesIO(make())  # type: ignore[operator]
            with refused(code, InputError):
                spbe.submit_evidence("kota-contoh/2024", content, indicators=["1"], file_name="a.pdf")

            assert not spbe.evaluation("kota-contoh/2024").evidence
            assert [path for path in (tmp_path / "spbe.vault").rglob("*") if path.is_file()] == []

    def test_what_is_taken_has_its_type_recorded(self, tmp_path: Path) -> None:
        """By what it is, not by what it is called."""
        with Spbe.open("memory:") as spbe:
            spbe.open_evaluation("kota-contoh/2024", agency_name="Kota Contoh")
            after = spbe.submit_evidence(
                "kota-contoh/2024", io.BytesIO(documents.pdf()), indicators=["1"], file_name="../a.docx"
            )

        assert after.evidence["E1"].media_type == "application/pdf"
        assert after.evidence["E1"].file_name == "a.docx"

    def test_a_policy_may_take_more(self) -> None:
        """Whoever wants macros in the record can have them."""
        policy = EvidencePolicy(refused=frozenset())
        macro = documents.with_part(documents.docx(), "word/vbaProject.bin")

        assert accepted_type(policy, io.BytesIO(macro), "a.docm").startswith("application/vnd.ms-word.document")

    def test_a_limit_below_nothing_is_no_limit(self) -> None:
        """It is a mistake, and said at once."""
        with pytest.raises(ValueError, match="largest"):
            EvidencePolicy(largest=-1)
