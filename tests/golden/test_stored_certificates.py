"""Certificates in somebody's hands: every form ever issued can be verified for ever."""

from pathlib import Path
from typing import Final

import pytest

from spbe_core.ledger.certificate import PREDICATE_TYPE
from spbe_core.ledger.signed_note import VerifierKey
from spbe_core.replay.verify_certificate import verify_certificate

FOLDER: Final = Path(__file__).parent / "certificates"
SAID: Final = {
    "certificate-1": ("3.06", "Sedang", ["E1", "E2", "E4"]),
    "certificate-1-of-first-events": ("3.56", "Tinggi", ["E1", "E3"]),
    "certificate-1-with-origin": ("3.56", "Tinggi", ["E1", "E3"]),
}


def test_every_form_has_a_sample() -> None:
    """The form that is issued today is among those that are kept, and each of them is verified."""
    assert PREDICATE_TYPE.removeprefix("urn:spbe:") in SAID
    assert {sample.stem for sample in FOLDER.glob("*.json")} == SAID.keys()


@pytest.mark.parametrize("name", SAID)
def test_stored_certificates_hold_for_ever(name: str) -> None:
    """A certificate that was issued holds, and says what it said then."""
    key = VerifierKey.read((FOLDER / "inspektorat.pub").read_text(encoding="utf-8"))
    report = verify_certificate((FOLDER / f"{name}.json").read_bytes(), key)
    found = report.certificate
    assert found is not None

    assert report.holds, report.steps[-1].words()
    assert (found.displayed.index, found.card.grade, [one.id for one in found.evidence]) == SAID[name]


def test_a_stored_certificate_tells_where_its_card_came_from() -> None:
    """What its event recorded is told of it; certificates of earlier events tell nothing."""
    key = VerifierKey.read((FOLDER / "inspektorat.pub").read_text(encoding="utf-8"))
    cards = {name: verify_certificate((FOLDER / f"{name}.json").read_bytes(), key).card for name in SAID}
    told = {name: (card.sources, card.bases, card.calculated_by) for name, card in cards.items() if card is not None}
    numbers = ["1", "2", "3", "4", "5"]
    origin = (dict.fromkeys(numbers, "self"), dict.fromkeys(numbers, "assessor"), {"spbe-core": "0.1.0"})

    assert told == {
        "certificate-1": ({}, {}, {}),
        "certificate-1-of-first-events": ({}, {}, {}),
        "certificate-1-with-origin": origin,
    }
