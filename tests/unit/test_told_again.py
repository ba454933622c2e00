"""Ways to have the record tell something else than what was recorded, or found, each noticed or refused."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import attrs
import pytest
from arrangements import PACKS, Ticking, refused, rulebook_of, small_edition

from spbe_core import InputError, RecordError, Spbe, StoreError
from spbe_core.model.verdict import ItemVerdict
from spbe_core.ports import Append
from spbe_core.service.assign_work import WorkAssignment
from spbe_core.service.import_evaluation import EvaluationImport, StageImport

KOTA = "kota-a/2030"
PEMDI = "kota-a/2026"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "spbe.db"


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def spbe(store: Path, clock: Ticking) -> Iterator[Spbe]:
    with Spbe.open(store, create=True, rulebook=rulebook_of(small_edition()), clock=clock) as opened:
        opened.open_evaluation(KOTA, agency_name="Kota A")
        yield opened


@pytest.fixture
def pemdi(tmp_path: Path) -> Iterator[Spbe]:
    assert "permenpanrb-8-2026" in PACKS
    with Spbe.open(tmp_path / "pemdi.db", create=True, clock=Ticking(datetime(2026, 1, 1, tzinfo=UTC))) as opened:
        opened.open_evaluation(PEMDI, agency_name="Kota A")
        yield opened


def test_what_is_planted_after_opening_is_refused(spbe: Spbe, store: Path) -> None:
    """A program that stays open verifies what a fresh one would see."""
    checkpoint = spbe.ledger.checkpoint("contoh")
    with sqlite3.connect(store) as outside:
        outside.execute("ALTER TABLE spbe_event RENAME TO other")
        outside.execute("CREATE VIEW spbe_event AS SELECT * FROM other")

    with refused("store-planted", StoreError):
        spbe.ledger.verify(checkpoint)


def test_a_past_that_was_added_later_is_noticed(spbe: Spbe, clock: Ticking) -> None:
    """Events beyond a checkpoint that say they are older are named, for as-of would show them as that time's truth."""
    spbe.assess(KOTA, {"1": 2}, stage="self", reason="r")
    clock.now += timedelta(hours=1)
    before = spbe.ledger.checkpoint("contoh")
    scored = spbe.history(KOTA)[-1].event
    forged = attrs.evolve(scored, value="5", previous="2")
    spbe._ports.log.append(Append(KOTA, 2, (forged,)))

    report = spbe.ledger.verify(before)

    assert report.beyond == 1
    assert [(one.code, one.parameters["id"]) for one in report.differences] == [("ledger-event-backdated", KOTA)]
    assert spbe.ledger.verify(spbe.ledger.checkpoint("contoh")).findings == ()


class TestPublishedScores:
    def test_nobody_judges_over_one(self, pemdi: Spbe) -> None:
        """A value another ministry found is corrected by its score, not by a level that would pass for it."""
        pemdi.enter_external_scores(PEMDI, {"5": "68.75"}, stage="self", published="Bappenas 2026")
        pemdi.close_stage(PEMDI, "self")
        with refused("value-has-score", RecordError):
            pemdi.assess(PEMDI, {"5": 5}, stage="document", reason="naik")
        after = pemdi.enter_external_scores(PEMDI, {"5": "25"}, stage="document", published="ralat Bappenas")

        assert after.scores["document"]["5"].value == "2"
        assert pemdi.card(PEMDI).indicator("5").value == Fraction(2)

    def test_an_import_states_one_of_both(self, pemdi: Spbe) -> None:
        """A value and a score for one indicator contradict each other, however they come."""
        stage = StageImport(stage="self", values={"5": "5"}, external_scores={"5": "0"})
        with refused("value-and-score", InputError):
            pemdi.import_evaluation(EvaluationImport(id="kota-b/2026", agency_name="Kota B", stages=(stage,)))


def test_what_was_accepted_on_a_withdrawn_document_waits(pemdi: Spbe) -> None:
    """A verdict does not outlive all it was judged on: the item must be judged again before it counts."""
    edition = pemdi.edition_of(PEMDI)
    items = [item.id for item in edition.items_of("1")]
    pemdi.submit_evidence(PEMDI, BytesIO(b"isi"), indicators=["1"])
    pemdi.judge_items(PEMDI, [ItemVerdict(item=item, verdict="accepted") for item in items], stage="self")
    assert pemdi.card(PEMDI).indicator("1").value == Fraction(5)

    pemdi.withdraw_evidence(PEMDI, "E1", reason="dokumen palsu")

    assert pemdi.card(PEMDI).indicator("1").value == edition.scale.minimum
    assert "status-evidence-gone" in {one.code for one in pemdi.status(PEMDI).lags}


def test_a_task_whose_acceptance_was_lost_waits_too(pemdi: Spbe) -> None:
    """What was accepted on a document that is gone is no longer accepted, though another document stands."""
    (item, *_) = pemdi.edition_of(PEMDI).items_of("1")
    pemdi.assign_work(PEMDI, [WorkAssignment(subject=item.id, units=("u",))])
    for content in (b"satu", b"dua"):
        pemdi.submit_evidence(PEMDI, BytesIO(content), items=[item.id])
    pemdi.judge_items(PEMDI, [ItemVerdict(item=item.id, verdict="accepted", evidence=("E1",))], stage="self")
    assert [line.state for line in pemdi.status(PEMDI).tasks] == ["accepted"]

    pemdi.withdraw_evidence(PEMDI, "E1", reason="dokumen palsu")

    assert [line.state for line in pemdi.status(PEMDI).tasks] == ["submitted"]


@pytest.mark.parametrize(
    "link",
    [
        "https://user:sandi@contoh.go.id/x",
        "https:user:sandi@[contoh.go.id/x",
        "https://contoh\\@jahat.id/x",
        'https://contoh.go.id/"><script>',
        "https://ⅰ.example/a",
        "https://contoh.go.id/%0d%0aX",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https:///tanpa-host",
    ],
)
def test_a_link_means_the_same_to_every_program(spbe: Spbe, link: str) -> None:
    """What two programs read differently, or what holds a secret, is not recorded for ever."""
    with refused("link-malformed", InputError) as caught:
        spbe.submit_link(KOTA, link, indicators=["1"])
    assert "sandi" not in str(caught.value)


def test_an_agency_may_be_called_edition(spbe: Spbe) -> None:
    """Its evaluations are audited like any other's, though editions have streams of that beginning."""
    spbe.open_evaluation("edition/2030", agency_name="Badan Edisi")

    assert spbe.audit("edition/2030").evaluations == 1
    assert spbe.audit().evaluations == 2


@pytest.mark.parametrize(("old", "size"), [(0, None), (-1, None), (1, 0), (2, 1), (2, -1), (1, 99), (99, None)])
def test_no_ledger_is_proved_of_a_size_it_never_had(spbe: Spbe, old: int, size: int | None) -> None:
    """Neither nothing nor more than there is, and the older one is not the longer one."""
    spbe.assess(KOTA, {"1": 3}, stage="self", reason="x")
    with refused("ledger-shorter", InputError):
        spbe.ledger.prove_consistency(old, size)


@pytest.mark.parametrize("size", [0, -1, 99])
def test_no_event_is_proved_in_a_ledger_of_a_size_it_never_had(spbe: Spbe, size: int) -> None:
    """A size from the other end is none, and the whole ledger stands for no larger one."""
    with refused("ledger-shorter", InputError):
        spbe.ledger.prove(KOTA, 1, size=size)


def test_a_size_of_a_ledger_is_a_beginning_of_it(spbe: Spbe) -> None:
    """What is proved of a size is what was true when the ledger had it."""
    before = spbe.ledger.prove(KOTA, 1)
    spbe.assess(KOTA, {"1": 3}, stage="self", reason="x")
    then, now = spbe.ledger.prove_consistency(1, before.size), spbe.ledger.prove_consistency(1)

    assert spbe.ledger.prove(KOTA, 1, size=before.size) == before
    assert (then.new_size, then.new_root) == (before.size, before.root)
    assert (now.old_root, now.new_size > before.size) == (then.old_root, True)
