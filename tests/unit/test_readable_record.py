"""Whatever the library records it can read again; what it could not is refused, and the store goes on."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from arrangements import Ticking, refused, rulebook_of, small_edition

from spbe_core import InputError, Spbe
from spbe_core.events import EvidenceSubmitted, decode, encode, topic_of
from spbe_core.model.document import DocumentFacts
from spbe_core.model.scale import Scale
from spbe_core.service.assign_work import WorkAssignment

KOTA: Final = "kota-a/2030"
WRONG: Final[Any] = "31-12-2026"
DECIMAL: Final = small_edition(scale=Scale(Fraction(1), Fraction(5), "decimal", "refused", "s"))


@pytest.fixture
def spbe(tmp_path: Path) -> Iterator[Spbe]:
    with Spbe.open(tmp_path / "spbe.db", create=True, rulebook=rulebook_of(DECIMAL), clock=Ticking()) as opened:
        opened.open_evaluation(KOTA, agency_name="Kota A")
        opened.close_stage(KOTA, "self")
        yield opened


BADLY_TYPED: Final[dict[str, Callable[[Spbe], object]]] = {
    "an outcome that is none": lambda spbe: spbe.answer_objection(KOTA, "O1", WRONG, reason="r"),
    "a deadline that is a text": lambda spbe: spbe.assign_work(
        KOTA, [WorkAssignment(subject="1", units=("u",), deadline=WRONG)]
    ),
    "a date that is a text": lambda spbe: spbe.submit_evidence(
        KOTA, BytesIO(b"isi"), indicators=["1"], document=DocumentFacts(issued=WRONG)
    ),
}


@pytest.mark.parametrize("name", BADLY_TYPED)
def test_what_could_not_be_read_again_is_not_recorded(spbe: Spbe, name: str) -> None:
    """A caller without a type checker cannot make a history, or the list of all, unreadable."""
    spbe.raise_objection(KOTA, "1", stage="self", reason="r")
    before = spbe.evaluation(KOTA)
    with refused("event-form-wrong", InputError):
        BADLY_TYPED[name](spbe)

    assert spbe.evaluation(KOTA) == before
    assert [row.id for row in spbe.evaluations()] == [KOTA]


def test_a_clock_without_a_zone_records_nothing(tmp_path: Path) -> None:
    """A time that means another one elsewhere is no time for a record."""
    naive = datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with (
        Spbe.open(tmp_path / "spbe.db", create=True, rulebook=rulebook_of(DECIMAL), clock=lambda: naive) as opened,
        refused("event-form-wrong", InputError),
    ):
        opened.open_evaluation(KOTA, agency_name="Kota A")


def test_an_index_over_many_denominators_is_recorded_whole(spbe: Spbe) -> None:
    """Fractions with different small denominators make an index of dozens of digits, which a card must keep."""
    values = {str(place): Fraction(2 * prime - 1, prime) for place, prime in enumerate((7, 9973, 9967, 9949, 9941), 1)}
    spbe.assess(KOTA, values, stage="document", reason="r")
    spbe.close_stage(KOTA, "document")

    index = spbe.evaluation(KOTA).closed["document"].index
    assert index is not None
    assert len(index) > 36


@pytest.mark.parametrize("argument", ["indicators", "items"])
def test_a_text_is_no_list(spbe: Spbe, argument: str) -> None:
    """``"12"`` is not the indicators 1 and 2."""
    wrong: Any = {argument: "12"}
    with refused("text-for-list", InputError):
        spbe.submit_evidence(KOTA, BytesIO(b"isi"), **wrong)
    units: Any = "dinas"
    with refused("text-for-list", InputError):
        spbe.assign_work(KOTA, [WorkAssignment(subject="1", units=units)])


def test_later_members_of_a_document_are_kept(spbe: Spbe) -> None:
    """What a later version says of a document is written back by this one."""
    spbe.submit_evidence(
        KOTA, BytesIO(b"isi"), indicators=["1"], document=DocumentFacts(number="12", issued=date(2030, 1, 1))
    )
    event = spbe.history(KOTA)[-1].event
    assert isinstance(event, EvidenceSubmitted)
    later = attrs.evolve(event, document=attrs.evolve(event.document, extra={"pages": 7}))

    again = decode(topic_of(later), encode(later))

    assert isinstance(again, EvidenceSubmitted)
    assert again.document.extra == {"pages": 7}
    assert b'"pages":7' in encode(again)


class TestObjectionsLead:
    """What follows from an objection says so."""

    def test_reopening_and_judging_name_it(self, spbe: Spbe) -> None:
        """From a value back to the objection it follows from there is one step."""
        spbe.raise_objection(KOTA, "1", stage="self", reason="r")
        spbe.answer_objection(KOTA, "O1", "granted", reason="benar")
        spbe.reopen(KOTA, "self", reason="sanggah dikabulkan", objection="O1")
        after = spbe.assess(KOTA, {"1": 4}, stage="self", reason="naik", objection="O1")

        assert after.scores["self"]["1"].objection == "O1"
        assert spbe.audit().findings == ()

    def test_an_unknown_one_is_refused(self, spbe: Spbe) -> None:
        """Nothing follows from an objection that nobody raised."""
        with refused("unknown-objection", InputError):
            spbe.reopen(KOTA, "self", reason="r", objection="O9")
        with refused("unknown-objection", InputError):
            spbe.assess(KOTA, {"1": 4}, stage="document", reason="r", objection="O9")
        with refused("unknown-objection", InputError):
            spbe.judge_items(KOTA, [], stage="document", objection="O9")
