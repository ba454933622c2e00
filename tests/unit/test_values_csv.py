"""Values as CSV: read exactly as meant, or refused with the line and what is wrong."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import attrs
import pytest
from arrangements import refused, small_edition

from spbe_core import InputError
from spbe_core.exchange.text_file import LARGEST, read_bytes
from spbe_core.exchange.values_csv import bulk_values, read_bulk, read_cells, read_values
from spbe_core.model.scale import Scale

EDITION = small_edition()
FRACTIONAL = attrs.evolve(EDITION, scale=Scale(Fraction(1), Fraction(5), "decimal", "missing", "s"))
GOOD = b"indicator,value\n1,3\n2,5\n"


class TestOneCard:
    @pytest.mark.parametrize(
        "content",
        [
            GOOD,
            GOOD.rstrip(b"\n"),
            GOOD.replace(b"\n", b"\r\n"),
            GOOD.replace(b"\n", b"\r"),
            b'"indicator","value"\n"1","3"\n"2",5\n',
            b"indicator,value\n\n1,3\n\n2,5\n\n",
        ],
        ids=["plain", "no newline at the end", "Windows", "old Mac", "quoted", "blank lines"],
    )
    def test_is_read_as_written(self, content: bytes) -> None:
        """Line ends, quotes and blank lines make no difference."""
        assert read_values(content, EDITION) == {"1": 3, "2": 5}

    @pytest.mark.parametrize(
        ("content", "code", "line"),
        [
            (b"", "csv-empty", None),
            (b"\n\n", "csv-empty", None),
            (b"indicator,value\n", "csv-without-rows", None),
            (b"indicator;value\n1;3\n", "csv-semicolon", 1),
            (b"Indicator,value\n1,3\n", "csv-header-wrong", 1),
            (b"indicator,value,note\n1,3,x\n", "csv-header-wrong", 1),
            (b"1,3\n", "csv-header-wrong", 1),
            (b"indicator,value\n1,3\n2\n", "csv-row-width", 3),
            (b"indicator,value\n1,3,5\n", "csv-row-width", 2),
            (b"indicator,value\n1,3,\n", "csv-row-width", 2),
            (b"indicator,value\n1,3\n\n1,4\n", "indicator-twice", 4),
            (b'indicator,value\n1,3\n2,"5\n', "csv-broken", 3),
            (b'indicator,value\n1,3"\n"2"x,5\n', "csv-broken", 3),
            (b"indicator,value\n1,3\n6,3\n", "unknown-indicator", 3),
            (b"indicator,value\n 1,3\n", "unknown-indicator", 2),
            (b"indicator,value\n1,\n", "value-empty", 2),
            (b"indicator,value\n1,3.0\n", "value-not-integer", 2),
            (b"indicator,value\n1, 3\n", "value-not-integer", 2),
            (b"indicator,value\n1,+3\n", "value-not-integer", 2),
            (b"indicator,value\n1,03\n", "value-not-integer", 2),
            (b"indicator,value\n1,tiga\n", "value-not-integer", 2),
            ("indicator,value\n1,٣\n".encode(), "value-not-integer", 2),
            (b"indicator,value\n1,0\n", "value-out-of-range", 2),
            (b"indicator,value\n1,6\n", "value-out-of-range", 2),
            (b"indicator,value\n1,-1\n", "value-out-of-range", 2),
            (b"\xef\xbb\xbfindicator,value\n1,3\n", "text-bom", None),
            ("indicator,value\n1,3\n".encode("utf-16"), "text-utf16", None),
            ("indicator,value\n1,3\n".encode("utf-16-le"), "text-utf16", None),
            (b"indicator,value\n1,3\n2,\xe9\n", "text-not-utf8", 3),
            (b"indicator,value\n1,3\n2,\0\n", "text-with-nul", None),
        ],
    )
    def test_is_refused_with_its_line(self, content: bytes, code: str, line: int | None) -> None:
        """Each mistake has its own code, and the line it is in where there is one."""
        with refused(code, InputError) as caught:
            read_values(content, EDITION)

        assert caught.value.parameters.get("at_line") == line
        assert caught.value.what("en")
        assert caught.value.remedy("id")

    def test_lines_are_those_of_an_editor(self) -> None:
        """Characters that are line ends to Python only do not move the count or split a cell."""
        content = "indicator,value\n1,3\u2028\x0b\x85\n2,x\n".encode()
        with refused("value-not-integer") as first:
            read_values(content, EDITION)
        with refused("value-not-integer") as second:
            read_values(content.replace("3\u2028\x0b\x85".encode(), b"3"), EDITION)

        assert first.value.parameters["at_line"] == 2
        assert second.value.parameters["at_line"] == 3

    def test_a_quoted_line_break_counts(self) -> None:
        """A row after a cell of two lines has the number an editor shows."""
        with refused("value-not-integer") as caught:
            read_values(b'indicator,value\n1,3\n"2","5\n"\n3,3\n', EDITION)

        assert caught.value.parameters["at_line"] == 3

    def test_a_huge_cell_is_refused(self) -> None:
        """A cell of a million characters is an error, not a long wait."""
        with refused("csv-broken", InputError):
            read_values(b"indicator,value\n1," + b"3" * 1_000_000, EDITION)

    def test_cells_are_read_before_an_edition_is_known(self) -> None:
        """What the file says can be read first, with its lines, whatever the indicators are."""
        assert read_cells(b"indicator,value\nX,y\n\n35a,\n") == [(2, "X", "y"), (4, "35a", "")]

    def test_fractional_scales_read_decimals_and_gaps(self) -> None:
        """Where the scale is fractional, decimals are exact and an empty cell may mean that there is no value."""
        content = b"indicator,value\n1,1.17\n2,\n3,5\n"

        assert read_values(content, FRACTIONAL) == {"1": Fraction(117, 100), "2": None, "3": 5}

    @pytest.mark.parametrize("text", ["1.", ".5", "1e0", "1,5", "01.5", "1.12345678901", "5.0000001", "0.9"])
    def test_fractional_scales_refuse_the_rest(self, text: str) -> None:
        """A decimal has digits on both sides of its point, not more than ten, and lies within the scale."""
        with refused("value-out-of-range" if text in {"5.0000001", "0.9"} else "value-not-decimal", InputError):
            read_values(f'indicator,value\n1,"{text}"\n'.encode(), FRACTIONAL)


class TestManyAgencies:
    TABLE = b"agency,year,1,2,3\nkota-a,2030,1,2,3\nkota-b,2031,x,2\nkota-c,,1,2,9\n"

    def test_rows_are_read_one_by_one(self) -> None:
        """Each row has its line, agency and year as written; one of the wrong width carries its problem."""
        first, second, third = read_bulk(self.TABLE)

        assert (first.line, first.agency, first.year, dict(first.cells)) == (
            2,
            "kota-a",
            "2030",
            {"1": "1", "2": "2", "3": "3"},
        )
        assert (second.agency, second.year) == ("kota-b", "2031")
        assert second.problem is not None
        assert (second.problem.code, second.problem.parameters["at_line"]) == ("csv-row-width", 3)
        assert (third.year, third.problem) == ("", None)

    def test_a_bad_row_does_not_stop_the_others(self) -> None:
        """Reading the values of a good row works although another row's are refused."""
        first, _, third = read_bulk(self.TABLE)

        assert bulk_values(first, EDITION) == {"1": 1, "2": 2, "3": 3}
        with refused("value-out-of-range", InputError) as caught:
            bulk_values(third, EDITION)
        assert (caught.value.parameters["at_line"], caught.value.parameters["at_indicator"]) == (4, "3")

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "csv-empty"),
            (b"agency;year;1;2\n", "csv-semicolon"),
            (b"instansi,tahun,1,2\n", "csv-header-wrong"),
            (b"agency,year\n", "csv-header-wrong"),
            (b"agency,year,1,2,1\n", "csv-header-wrong"),
            (b"agency\n", "csv-header-wrong"),
        ],
    )
    def test_a_wrong_header_stops_everything(self, content: bytes, code: str) -> None:
        """Where the columns are not known, no row can be trusted."""
        with refused(code, InputError):
            list(read_bulk(content))

    def test_a_short_row_without_a_year(self) -> None:
        """A row cut off after the agency is still one row's problem."""
        (row,) = read_bulk(b"agency,year,1\nkota-a\n")

        assert (row.agency, row.year) == ("kota-a", "")
        assert row.problem is not None


class TestReadingFiles:
    def test_a_file_and_a_stream_are_read_the_same(self, tmp_path: Path) -> None:
        """A path and an open stream give the bytes."""
        (tmp_path / "a.csv").write_bytes(GOOD)

        assert read_bytes(tmp_path / "a.csv") == read_bytes(BytesIO(GOOD)) == GOOD

    def test_what_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        """A missing file, a folder and a file that is too large are each told apart."""
        with refused("file-missing", InputError):
            read_bytes(tmp_path / "a.csv")
        with refused("file-not-regular", InputError):
            read_bytes(tmp_path)
        with (tmp_path / "large.csv").open("wb") as file:
            file.truncate(LARGEST + 1)
        with refused("file-too-large", InputError):
            read_bytes(tmp_path / "large.csv")

    def test_a_failing_stream_is_the_sender_s(self) -> None:
        """A stream that breaks off is an unreadable file."""

        class Broken(BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise OSError(5, "Input/output error")

        with refused("file-unreadable", InputError):
            read_bytes(Broken())
