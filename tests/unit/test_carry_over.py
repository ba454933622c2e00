"""Evidence carried over from an earlier year: the same content by reference, and none of its verdicts."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final

import attrs
import pytest
from arrangements import Plugin, judged_edition, refused

from spbe_core import InputError, RecordError, Spbe, StoreError
from spbe_core.model.document import DocumentFacts
from spbe_core.model.verdict import ItemVerdict
from spbe_core.plugins import PluginRulebook

EDITION: Final = judged_edition()
OTHER: Final = attrs.evolve(EDITION, id="contoh-lain", years=(2040,))
LAST, THIS, LATER = "kota-a/2030", "kota-a/2031", "kota-a/2040"
FACTS: Final = DocumentFacts(kind="Peraturan Wali Kota", number="12/2029", expires=date(2035, 12, 31))


@pytest.fixture
def spbe(tmp_path: Path) -> Iterator[Spbe]:
    """A store on disk where last year's evaluation has a judged document and a link."""
    rulebook = PluginRulebook({"contoh": Plugin(EDITION, OTHER)})
    with Spbe.open(tmp_path / "spbe.db", create=True, rulebook=rulebook) as opened:
        for evaluation in (LAST, THIS, LATER, "kota-b/2031"):
            opened.open_evaluation(evaluation, agency_name="Kota")
        document = BytesIO(b"peta arsitektur")
        opened.submit_evidence(
            LAST, document, indicators=["2"], items=["I1-L1-01"], title="Peta", file_name="peta.pdf", document=FACTS
        )
        opened.judge_items(LAST, [ItemVerdict(item="I1-L1-01", verdict="accepted")], stage="self")
        opened.submit_link(LAST, "https://kota-a.go.id/peta", indicators=["3"])
        yield opened


def test_the_content_is_the_same_and_the_verdict_stays_behind(spbe: Spbe) -> None:
    """Digest, title, facts and coverage come along; nobody has judged the items here."""
    before = spbe.evaluation(LAST).evidence["E1"]
    after = spbe.carry_over_evidence(THIS, f"{LAST}#E1", by="dinas-7")
    carried = after.evidence["E1"]
    same = ["digest", "size", "title", "file_name", "indicators", "items", "document", "media_type"]

    assert [getattr(carried, one) for one in same] == [getattr(before, one) for one in same]
    assert (carried.carried_from, carried.submitted_by, carried.document) == (f"{LAST}#E1", "dinas-7", FACTS)
    assert after.verdicts == {}
    assert spbe.evaluation(LAST).verdicts["self"]["I1-L1-01"].verdict == "accepted"


def test_a_link_is_carried_as_a_link(spbe: Spbe) -> None:
    """Without a content there is nothing to hold against its digest."""
    carried = spbe.carry_over_evidence(THIS, f"{LAST}#E2").evidence["E1"]

    assert (carried.link, carried.digest, carried.indicators) == ("https://kota-a.go.id/peta", None, ("3",))


def test_what_it_serves_may_be_said_anew(spbe: Spbe) -> None:
    """Then only that counts."""
    carried = spbe.carry_over_evidence(THIS, f"{LAST}#E1", items=["I3-L1-01"]).evidence["E1"]

    assert (carried.indicators, carried.items) == (("3",), ("I3-L1-01",))


def test_another_edition_must_be_told_what_it_serves(spbe: Spbe) -> None:
    """Numbers of one regulation mean nothing under the next."""
    with refused("carry-over-needs-indicators", InputError):
        spbe.carry_over_evidence(LATER, f"{LAST}#E1")

    assert spbe.carry_over_evidence(LATER, f"{LAST}#E1", indicators=["4"]).evidence["E1"].indicators == ("4",)


@pytest.mark.parametrize(
    ("target", "source", "code"),
    [
        ("kota-b/2031", f"{LAST}#E1", "carry-over-elsewhere"),
        (LAST, f"{THIS}#E1", "carry-over-elsewhere"),
        (LAST, f"{LAST}#E1", "carry-over-elsewhere"),
        (THIS, LAST, "carry-over-malformed"),
        (THIS, "kota-a#E1", "evaluation-id-malformed"),
        (THIS, f"{LAST}#E9", "unknown-evidence"),
        (THIS, f"{LAST}#", "unknown-evidence"),
    ],
    ids=["another agency", "a later year", "the same year", "no evidence", "no year", "unknown", "empty"],
)
def test_what_cannot_be_carried_over_is_refused(spbe: Spbe, target: str, source: str, code: str) -> None:
    """Only evidence of the same agency's earlier evaluation, named in full."""
    with refused(code, InputError):
        spbe.carry_over_evidence(target, source)

    assert spbe.evaluation(target).version in {1, 4}  # as it was


def test_what_was_taken_back_is_not_carried_over(spbe: Spbe) -> None:
    """Neither is what lies in an evaluation that is not there."""
    spbe.withdraw_evidence(LAST, "E1", reason="salah")
    with refused("evidence-gone", RecordError):
        spbe.carry_over_evidence(THIS, f"{LAST}#E1")
    with refused("evaluation-unknown", RecordError):
        spbe.carry_over_evidence(THIS, "kota-a/2029#E1")


def lose(content: Path) -> None:
    content.unlink()


def change(content: Path) -> None:
    content.chmod(0o644)
    content.write_bytes(b"peta arsitektur baru")


@pytest.mark.parametrize(("damage", "code"), [(lose, "content-missing"), (change, "content-changed")])
def test_content_that_is_not_what_it_was_is_not_carried_over(
    spbe: Spbe, tmp_path: Path, damage: Callable[[Path], None], code: str
) -> None:
    """It is read and hashed again first."""
    digest = spbe.evaluation(LAST).evidence["E1"].digest
    assert digest is not None
    (content,) = [one for one in (tmp_path / "spbe.vault").rglob("*") if one.is_file() and one.name[-20:] in digest]
    damage(content)
    with refused(code, StoreError):
        spbe.carry_over_evidence(THIS, f"{LAST}#E1")

    assert spbe.evaluation(THIS).evidence == {}
