"""Nothing huge enters the record, whichever way it comes in."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import attrs
import pytest
from arrangements import ROOT, Ticking, refused, rulebook_of, small_edition

from spbe_core import EvaluationImport, InputError, Spbe
from spbe_core.events import WorkAssigned
from spbe_core.model.document import DocumentFacts
from spbe_core.model.text_limits import LONGEST, MOST, refuse_too_long
from spbe_core.service.import_evaluation import DeterminationImport, StageImport

KOTA = "kota-a/2030"
LEVELS = {"1": "3", "2": "4", "3": "2", "4": "5", "5": "1"}
Use = Callable[[Spbe, str], object]


@pytest.fixture
def spbe() -> Iterator[Spbe]:
    with Spbe.open("memory:", rulebook=rulebook_of(small_edition()), clock=Ticking()) as opened:
        opened.open_evaluation(KOTA, agency_name="Kota A", process="pendek")
        opened.submit_evidence(KOTA, BytesIO(b"isi"), indicators=["1"], title="SK")
        opened.assess(KOTA, LEVELS, stage="self", reason="SK")
        yield opened


def submitted(spbe: Spbe, **texts: Any) -> object:
    return spbe.submit_evidence(KOTA, BytesIO(b"isi"), indicators=["1"], **{"title": "SK", **texts})


def imported(spbe: Spbe, text: str, *, agency_name: str = "B", reason: str = "r", decree: str = "d") -> object:
    stages = (StageImport(stage="self", values=LEVELS, reason=reason),)
    determination = DeterminationImport(decree=decree)
    return spbe.import_evaluation(
        EvaluationImport(id="kota-b/2030", agency_name=agency_name, process="pendek", stages=stages,
                         determination=determination)
    )  # fmt: skip


WAYS: list[tuple[str, str, Use]] = [
    ("open", "agency_name", lambda spbe, text: spbe.open_evaluation("kota-c/2030", agency_name=text)),
    ("open by", "by", lambda spbe, text: spbe.open_evaluation("kota-c/2030", agency_name="C", by=text)),
    ("title", "title", lambda spbe, text: submitted(spbe, title=text)),
    ("file name", "file_name", lambda spbe, text: submitted(spbe, file_name=text)),
    ("kind", "kind", lambda spbe, text: submitted(spbe, document=DocumentFacts(kind=text))),
    ("issuer", "issuer", lambda spbe, text: submitted(spbe, document=DocumentFacts(issuer=text))),
    ("withdraw", "reason", lambda spbe, text: spbe.withdraw_evidence(KOTA, "E1", reason=text)),
    ("assess", "reason", lambda spbe, text: spbe.assess(KOTA, {"1": "4"}, stage="self", reason=text)),
    ("assess by", "by", lambda spbe, text: spbe.assess(KOTA, {"1": "4"}, stage="self", reason="r", by=text)),
    ("close by", "by", lambda spbe, text: spbe.close_stage(KOTA, "self", by=text)),
    ("import name", "agency_name", lambda spbe, text: imported(spbe, text, agency_name=text)),
    ("import reason", "reason", lambda spbe, text: imported(spbe, text, reason=text)),
    ("import decree", "decree", lambda spbe, text: imported(spbe, text, decree=text)),
]


@pytest.mark.parametrize(("way", "kind", "use"), WAYS, ids=[way for way, _, _ in WAYS])
def test_texts_end_somewhere(spbe: Spbe, way: str, kind: str, use: Use) -> None:
    """A text one character too long is refused and nothing recorded; as long as may be, it is taken."""
    before = len(spbe.history(KOTA))
    with refused("text-too-long", InputError) as caught:
        use(spbe, "x" * (LONGEST[kind] + 1))

    assert caught.value.parameters["longest"] == LONGEST[kind]
    assert caught.value.parameters["name"] == ("actor" if kind == "by" else kind.replace("_", "-"))
    assert len(spbe.history(KOTA)) == before
    assert len(spbe.evaluations()) == 1
    use(spbe, "x" * LONGEST[kind])


def test_a_decree_and_a_reopening_end_too(spbe: Spbe) -> None:
    """The last two texts of an evaluation's life are held to the same limits."""
    spbe.close_stage(KOTA, "self")
    with refused("text-too-long", InputError):
        spbe.determine(KOTA, decree="x" * (LONGEST["decree"] + 1))
    with refused("text-too-long", InputError):
        spbe.reopen(KOTA, "self", reason="x" * (LONGEST["reason"] + 1))


PEOPLE: list[tuple[str, Use]] = [
    ("name", lambda spbe, text: spbe.people.register_unit("kota-a", "dinas", name=text)),
    ("reason", lambda spbe, text: spbe.people.close_unit("kota-a", "bagian", reason=text)),
    ("by", lambda spbe, text: spbe.people.register_unit("kota-a", "dinas", name="Dinas", by=text)),
    ("name", lambda spbe, text: spbe.people.appoint("determiner", actor="a", name=text)),
    ("contact", lambda spbe, text: spbe.people.appoint("determiner", actor="a", name="A", contact=text)),
    ("ground", lambda spbe, text: spbe.people.appoint("determiner", actor="a", ground=text)),
]


@pytest.mark.parametrize(("kind", "use"), PEOPLE)
def test_texts_about_people_end_as_well(spbe: Spbe, kind: str, use: Use) -> None:
    """Units, appointments and the directory are held to limits like evaluations."""
    spbe.people.register_unit("kota-a", "bagian", name="Bagian")
    with refused("text-too-long", InputError) as caught:
        use(spbe, "x" * (LONGEST[kind] + 1))

    assert caught.value.parameters["longest"] == LONGEST[kind]
    assert len(spbe.people.history()) == 1
    assert not spbe.people.directory()
    use(spbe, "x" * LONGEST[kind])
    assert len(spbe.people.history()) == 2


def test_dismissals_and_erasures_end_as_well(spbe: Spbe) -> None:
    """The reason of a dismissal and the ground of an erasure are texts like any other."""
    for actor in ("root", "root-2"):
        spbe.people.appoint("determiner", actor=actor, by="root")
    with refused("text-too-long", InputError):
        spbe.people.dismiss("root-2", reason="x" * (LONGEST["reason"] + 1), by="root")
    with refused("text-too-long", InputError):
        spbe.people.erase("root-2", ground="x" * (LONGEST["ground"] + 1), by="root")


def test_a_list_ends_too() -> None:
    """Units are named freely, so their number is held as well as their length."""
    fact = WorkAssigned(at=Ticking()(), by="a", indicator="1", item=None, units=("u",) * (MOST + 1), responsible="u",
                        deadline=None, reason="")  # fmt: skip
    with refused("list-too-long", InputError):
        refuse_too_long(fact)
    with refused("text-too-long", InputError):
        refuse_too_long(attrs.evolve(fact, units=("u" * 101,)))


def test_the_limits_are_documented() -> None:
    """The reference says how long each kind of text may be."""
    page = (ROOT / "docs" / "reference" / "import.md").read_text(encoding="utf-8")
    rows = {int(line.strip("| ").rsplit(" | ", 1)[1]) for line in page.splitlines() if line.endswith("00 |")}

    assert rows == set(LONGEST.values())
