"""Bytes that are on somebody's disk: every stored event and edition document can be read for ever."""

from fractions import Fraction
from pathlib import Path

import pytest
from arrangements import small_edition

from spbe_core.events import (
    EVENT_CLASSES,
    EditionRegistered,
    EvaluationOpened,
    ResultDetermined,
    StageClosed,
    decode,
    encode,
    topic_of,
)
from spbe_core.model.edition_document import read_edition

FOLDER = Path(__file__).parent
SAMPLES = sorted((FOLDER / "events").glob("*.json"))
EDITION_DIGEST = "sha256:17f71b52ea5af0209e21ae9d45c17c45e591fb4f16fdae2f19b55bf8995ab428"


def topic_in(sample: Path) -> str:
    return f"spbe:{sample.stem}"


def test_every_topic_and_version_has_a_sample() -> None:
    """No event class, in no version up to its present one, is without stored bytes to test it by."""
    expected = {f"{kind.TOPIC}@{version}" for kind in EVENT_CLASSES for version in range(1, kind.VERSION + 1)}

    assert {topic_in(sample) for sample in SAMPLES} == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_stored_events_are_readable_for_ever(sample: Path) -> None:
    """A stored event of any version decodes, and one of the present version is written back byte for byte."""
    state = sample.read_bytes()
    event = decode(topic_in(sample), state)

    assert event.by == "asesor-7"
    assert event.extra == {}
    if topic_of(event) == topic_in(sample):
        assert encode(event) == state


def test_members_keep_their_meaning() -> None:
    """What the samples say is read into the members it belongs to, not merely carried along."""
    read = {sample.stem: decode(topic_in(sample), sample.read_bytes()) for sample in SAMPLES}
    opened = read["evaluation-opened@1"]
    closed = read["stage-closed@1"]
    determined = read["result-determined@1"]

    assert isinstance(opened, EvaluationOpened)
    assert (opened.agency, opened.year, opened.optional_stages) == ("kab-contoh", 2031, ("visitation",))
    assert opened.at.isoformat() == "2030-03-01T02:30:15.250000+00:00"
    assert isinstance(closed, StageClosed)
    assert (closed.card.index, closed.card.missing, closed.card.pending) == (None, ("2", "3"), ("4", "5"))
    assert isinstance(determined, ResultDetermined)
    assert (determined.card.index, determined.card.grade, str(determined.decree_date)) == (
        "671/240",
        "Sedang",
        "2031-01-15",
    )
    for form in ("1", "2", "3"):
        card = read[f"result-determined@{form}"].card  # type: ignore[attr-defined]
        later = form == "3"
        assert (card.sources.get("2"), card.bases.get("4")) == (("document", "external") if later else (None, None))
        assert set(card.calculated_by) == ({"spbe-core", "spbe-rules-contoh"} if later else set())


def test_a_stored_edition_keeps_its_digest() -> None:
    """The canonical document, and with it the digest that evaluations have pinned, never changes its form."""
    document = (FOLDER / "edition.json").read_bytes()
    edition = read_edition(document)

    assert edition.digest == EDITION_DIGEST
    assert edition.document == document
    assert edition == small_edition()
    assert edition.indicator("4").weight == Fraction(25, 3)


def test_a_registered_edition_carries_its_document() -> None:
    """The stored registration holds the whole document that its digest is taken of."""
    sample = FOLDER / "events" / "edition-registered@1.json"
    event = decode(topic_in(sample), sample.read_bytes())

    assert isinstance(event, EditionRegistered)
    assert event.document.encode() == (FOLDER / "edition.json").read_bytes()
    assert event.digest == EDITION_DIGEST
