"""A certificate holds with nothing but its bytes and a key, and whatever is changed in it makes it fail."""

import json
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import attrs
import pytest
from arrangements import Plugin, Ticking, refused, small_edition
from certificates import (
    EVALUATION,
    KEY,
    changes,
    determined,
    proved_anew,
    resigned,
    statement_of,
    store,
    submit,
    with_card,
)
from hypothesis import given
from hypothesis import strategies as st

from spbe_core import InputError, RecordError, Spbe
from spbe_core.ledger.certificate import PREDICATE_TYPE, Statement
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.entry import leaves_of
from spbe_core.ledger.envelope import LARGEST, PAYLOAD_TYPE, Envelope
from spbe_core.ledger.signed_note import SignerKey, open_note
from spbe_core.model.edition import Edition, GradeBand
from spbe_core.model.external import ConversionBand, External
from spbe_core.model.scale import Scale
from spbe_core.plugins import PluginRulebook
from spbe_core.replay.verify_certificate import CertificateReport, verify_certificate
from spbe_core.rules import AssessorLevel, ExternallyFed
from spbe_core.rules.soundness import check_computable, check_sound

STEPS = [
    "certificate-signed",
    "certificate-checkpoint-signed",
    "certificate-events-recorded",
    "certificate-subject-agrees",
    "certificate-edition-pinned",
    "certificate-card-recorded",
    "certificate-score-computed",
    "certificate-evidence-recorded",
]


@pytest.fixture(scope="module")
def certificate() -> bytes:
    """The certificate of a small evaluation."""
    with store() as spbe:
        determined(spbe)
        return spbe.ledger.certify(EVALUATION, KEY)


def verified(content: bytes) -> CertificateReport:
    return verify_certificate(content, KEY.verifier)


def fails(content: bytes) -> bool:
    """Whether a file is refused or does not hold; any error but the declared ones escapes."""
    try:
        return not verified(content).holds
    except InputError as refusal:
        return refusal.code in {"certificate-malformed", "certificate-too-large"}


def test_it_holds_step_by_step(certificate: bytes) -> None:
    """Every step says in one sentence what holds; the predicate has the result as it was published."""
    report = verified(certificate)
    found = report.certificate
    assert found is not None

    assert [step.code for step in report.steps] == STEPS
    assert all(step.what(language).endswith(".") for step in report.steps for language in ("id", "en"))
    assert (found.agency, found.year, found.stage, found.decree) == ("kota-contoh", 2031, None, "Keputusan 1/2031")
    assert (found.displayed.index, found.card.grade, found.card.grade_basis) == ("3.56", "Tinggi", "rounded")
    assert [(one.id, one.indicators) for one in found.evidence] == [("E1", ("1", "2")), ("E3", ("3",))]


def test_it_is_what_other_tools_expect(certificate: bytes) -> None:
    """A DSSE envelope around an in-toto statement whose subject has the digest of the proved event."""
    envelope, statement = json.loads(certificate), statement_of(certificate)
    payload = Envelope.read(certificate).payload
    signed = b"DSSEv1 28 application/vnd.in-toto+json %d %s" % (len(payload), payload)
    (signature,) = envelope["signatures"]

    assert envelope.keys() == {"payload", "payloadType", "signatures"}
    assert envelope["payloadType"] == PAYLOAD_TYPE
    assert KEY.verifier.signed(signed, Envelope.read(certificate).signature)
    assert signature["keyid"] == KEY.verifier.hash.hex()
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == PREDICATE_TYPE
    assert [subject["name"] for subject in statement["subject"]] == [EVALUATION]


def test_every_byte_counts(certificate: bytes) -> None:
    """Each byte of the file with a bit flipped, and replaced by a letter that may stand there, taken out or doubled."""

    def changed(place: int) -> Iterator[bytes]:
        byte = certificate[place]
        yield bytes([byte ^ 1])
        letter = next(one for one in b"AQgw=" if one != byte)
        yield (bytes([letter]), b"", bytes([byte, byte]))[place % 3]

    passed = [
        (place, new)
        for place in range(len(certificate))
        for new in changed(place)
        if not fails(certificate[:place] + new + certificate[place + 1 :])
    ]

    assert passed == []


def test_every_kind_of_byte_counts(certificate: bytes) -> None:
    """At some places of each part all 255 other bytes are tried."""
    chance = random.Random(5)  # noqa: S311 - the same places in every run
    ends = (0, 11, 12, len(certificate) - 1, len(certificate) - 5, certificate.index(b'"keyid') + 10)
    for place in (*ends, certificate.index(b'"sig') + 80, chance.randrange(len(certificate))):
        for byte in set(range(256)) - {certificate[place]}:
            assert fails(certificate[:place] + bytes([byte]) + certificate[place + 1 :]), (place, byte)


def test_a_real_edition_is_certified_and_any_change_found() -> None:
    """The whole document of a real edition is in the file; sampled bytes of it count like all others."""
    with Spbe.open("memory:", clock=Ticking()) as spbe:
        spbe.open_evaluation("kota-a/2024", agency_name="Kota A", process="pemantauan")
        for stage in ("self", "document"):
            spbe.assess("kota-a/2024", {str(one): 1 + one % 5 for one in range(1, 48)}, stage=stage, reason="uji")
            spbe.close_stage("kota-a/2024", stage)
        content = spbe.ledger.certify("kota-a/2024", KEY, stage="document")
        edition = spbe.edition_of("kota-a/2024")
    report, chance = verified(content), random.Random(7)  # noqa: S311 - the same places in every run
    assert report.certificate is not None

    assert report.holds
    assert report.certificate.stage == "document"
    assert json.loads(report.certificate.proofs.edition.entry.splitlines()[2])["document"] == edition.document.decode()
    for place in chance.sample(range(len(content)), 150):
        assert fails(content[:place] + bytes([content[place] ^ 2]) + content[place + 1 :]), place


def test_no_member_goes_unverified_even_if_the_signer_changed_it(certificate: bytes) -> None:
    """Any member changed, left out or added and signed again with the right key fails or is refused."""
    tried, passed = 0, []
    for changed in changes(statement_of(certificate)):
        tried += 1
        if not fails(resigned(changed)):
            passed.append(changed)

    assert passed == []
    assert tried > 300
    assert verified(resigned(statement_of(certificate))).holds


def test_events_of_another_result_do_not_carry_over(certificate: bytes) -> None:
    """Each part taken from another true certificate of the same log, signed again, fails."""
    with store() as spbe:
        determined(spbe)
        one = statement_of(spbe.ledger.certify(EVALUATION, KEY))
        stage = statement_of(spbe.ledger.certify(EVALUATION, KEY, stage="self"))
        spbe.reopen(EVALUATION, "self", reason="lagi")
        spbe.assess(EVALUATION, {"1": 5}, stage="self", reason="naik")
        spbe.close_stage(EVALUATION, "self")
        spbe.determine(EVALUATION, decree="Keputusan 2/2031")
        other = statement_of(spbe.ledger.certify(EVALUATION, KEY))
    for donor, same in ((stage, {"checkpoint"}), (other, set[str]())):  # two checkpoints of the same log both hold
        for name, member in donor["predicate"].items():
            if member != one["predicate"][name] and name not in same:
                assert fails(resigned({**one, "predicate": {**one["predicate"], name: member}})), name
    assert {name for name in one["predicate"] if one["predicate"][name] != other["predicate"][name]} > {
        "card",
        "decree",
    }


def test_another_key_or_another_checkpoint_does_not_hold(certificate: bytes) -> None:
    """A certificate is its signer's; the checkpoint in it must be signed by the same key and carry nothing else."""
    other = SignerKey("inspektorat", bytes(32))
    report = verify_certificate(certificate, other.verifier)
    statement = statement_of(certificate)
    text = open_note(statement["predicate"]["checkpoint"], KEY.verifier)
    grown = attrs.evolve(Checkpoint.read(text), fingerprints=bytes(4 * Checkpoint.read(text).size))

    assert (report.certificate, [step.code for step in report.steps]) == (None, ["certificate-not-signed"])
    for note in (
        other.sign(text),
        KEY.sign(text) + other.sign(text).splitlines(keepends=True)[-1],
        KEY.sign(str(grown)),
        KEY.sign(text.replace("inspektorat", "orang-lain", 1)),
        KEY.sign("bukan titik periksa\n"),
    ):
        changed = verified(resigned({**statement, "predicate": {**statement["predicate"], "checkpoint": note}}))
        assert changed.steps[-1].code == "certificate-checkpoint-wrong", note


def test_files_at_hand_are_held_against_it(certificate: bytes) -> None:
    """A file is told apart by its digest; a replaced or withdrawn document is none of those it names."""
    found = verified(certificate).certificate
    assert found is not None
    digest = str(found.evidence[0].digest)
    report = verify_certificate(certificate, KEY.verifier, {"a.pdf": digest, "b.pdf": f"sha256:{'0' * 64}"})

    assert report.holds
    assert [file.code for file in report.files] == ["certificate-file-named", "certificate-file-not-named"]


def test_a_certificate_does_not_grow_with_the_log() -> None:
    """Hundreds of more events make the paths longer by some hashes and nothing else."""
    with store() as spbe:
        determined(spbe)
        early = spbe.ledger.certify(EVALUATION, KEY)
        spbe.open_evaluation("kota-lain/2031", agency_name="Kota Lain", process="pendek")
        for _ in range(40):
            spbe.assess("kota-lain/2031", {str(one): 2 for one in range(1, 6)}, stage="self", reason="x")
        late = spbe.ledger.certify(EVALUATION, KEY)

    assert verified(late).holds
    assert len(late) - len(early) < 5 * 5 * 70 * 4 // 3


def test_its_checkpoint_finds_every_change_of_the_store(certificate: bytes) -> None:
    """A checkpoint without fingerprints still holds against the log, and finds a shorter or another one."""
    with store() as spbe:
        determined(spbe)
        events = list(spbe._ports.log.stored())
        note = statement_of(spbe.ledger.certify(EVALUATION, KEY))["predicate"]["checkpoint"]
        checkpoint = Checkpoint.read(open_note(note, KEY.verifier))

        assert spbe.ledger.verify(checkpoint).findings == ()
        bent = attrs.evolve(checkpoint, root=bytes(32))
        assert [one.code for one in spbe.ledger.verify(bent).findings] == ["ledger-root-differs"]
        longer = attrs.evolve(checkpoint, size=checkpoint.size + 1)
        assert [one.code for one in spbe.ledger.verify(longer).findings] == ["ledger-event-missing"]
        assert checkpoint.first_difference(leaves_of(events)) is None


EXTERNAL = External("5", "Indeks Lain", "Badan", "s", (ConversionBand(1, *map(Fraction, ("0", "100", "1", "5"))),), "s")


def test_pending_and_fractional_values_come_out_again() -> None:
    """An indicator whose source has not answered counts as the minimum, as the card says; fractions stay exact."""
    scale = Scale(Fraction(1), Fraction(5), "decimal", "missing", "s")
    edition = small_edition(externals=(EXTERNAL,), scale=scale)
    rules = [
        AssessorLevel(edition.id, "D1", "s"),
        AssessorLevel(edition.id, "A2", "s"),
        ExternallyFed(AssessorLevel(edition.id, "A3", "s")),
    ]
    book = PluginRulebook({"contoh": Plugin(edition, rules=rules)})
    with Spbe.open("memory:", rulebook=book, clock=Ticking()) as spbe:
        spbe.open_evaluation(EVALUATION, agency_name="Kota", process="pendek")
        values = {"1": "2.75", "2": "3.3333333333", "3": "1.5", "4": "4.9999999999"}
        spbe.assess(EVALUATION, values, stage="self", reason="x")
        spbe.close_stage(EVALUATION, "self")
        spbe.determine(EVALUATION, decree="SK 1", decree_date=None)
        report = verified(spbe.ledger.certify(EVALUATION, KEY))
    assert report.certificate is not None

    assert report.holds
    assert report.certificate.card.pending == ("5",)
    assert "5" not in report.certificate.card.values


def test_an_incomplete_stage_is_certified_as_incomplete() -> None:
    """Without every value there is no index and no grade, and the certificate says so."""
    with store() as spbe:
        spbe.open_evaluation(EVALUATION, agency_name="Kota", process="pendek")
        spbe.assess(EVALUATION, {"1": 2, "2": 3}, stage="self", reason="x")
        spbe.close_stage(EVALUATION, "self")
        report = verified(spbe.ledger.certify(EVALUATION, KEY, stage="self"))
    assert report.certificate is not None

    assert report.holds
    assert report.certificate.displayed.index is None
    assert set(report.certificate.displayed.nodes) == {"D1", "A1"}
    assert report.certificate.card.missing == ("3", "4", "5")


def test_a_card_may_record_more_than_is_certified_of_it(certificate: bytes) -> None:
    """A certificate holds though later cards have more members; what it certifies must be as recorded."""
    with store() as spbe:
        determined(spbe)
        more = proved_anew(spbe, certificate, lambda stored: with_card(stored, later=1))
        other = proved_anew(spbe, certificate, lambda stored: with_card(stored, value_policy="lain"))

    assert verified(more).holds
    assert [step.code for step in verified(other).steps] == [*STEPS[:5], "certificate-member-differs"]


def test_an_edition_is_held_only_to_what_the_computation_needs() -> None:
    """What makes an edition sound may become more; a result can be computed by one that was sound in its day."""
    edition = small_edition()
    heavier = tuple(attrs.evolve(node, weight=2 * node.weight) for node in edition.nodes)
    unsound = attrs.evolve(edition, processes=(), stages=(), years=())
    with refused("edition-unsound"):
        check_sound(unsound)
    check_computable(unsound)
    for parts in (
        {"nodes": ()},
        {"nodes": heavier},
        {"nodes": edition.nodes[::-1]},
        {"grades": (*edition.grades[1::-1], *edition.grades[2:])},
        {"indicators": ()},
        {"grades": edition.grades[:-1]},
        {"places": 10},
        {"scale": attrs.evolve(edition.scale, maximum=edition.scale.minimum)},
    ):
        with refused("edition-unsound"):
            check_computable(attrs.evolve(edition, **parts))


def test_what_has_no_card_is_not_certified() -> None:
    """Nothing is certified before it is determined or closed, or after it was reopened."""
    with store() as spbe:
        with refused("evaluation-unknown", RecordError):
            spbe.ledger.certify(EVALUATION, KEY)
        spbe.open_evaluation(EVALUATION, agency_name="Kota", process="pendek")
        for stage in (None, "self"):
            with refused("nothing-to-certify", RecordError):
                spbe.ledger.certify(EVALUATION, KEY, stage=stage)
        with refused("unknown-stage", InputError):
            spbe.ledger.certify(EVALUATION, KEY, stage="document")
    with store() as spbe:
        determined(spbe)
        spbe.reopen(EVALUATION, "self", reason="x")
        for stage in (None, "self"):
            with refused("nothing-to-certify", RecordError):
                spbe.ledger.certify(EVALUATION, KEY, stage=stage)


def test_links_and_documents_that_serve_more_later(certificate: bytes) -> None:
    """A link is certified by its text; what a document came to serve later is proved by the events that say so."""
    with store() as spbe:
        spbe.open_evaluation(EVALUATION, agency_name="Kota", process="pendek")
        spbe.submit_link(EVALUATION, "https://contoh.go.id/peta", indicators=["2"], title="Peta")
        submit(spbe, b"satu", "1")
        spbe.cover_with_evidence(EVALUATION, "E2", indicators=["3"])
        spbe.assess(EVALUATION, {str(one): 3 for one in range(1, 6)}, stage="self", reason="x")
        spbe.close_stage(EVALUATION, "self")
        spbe.cover_with_evidence(EVALUATION, "E2", indicators=["4"])
        content = spbe.ledger.certify(EVALUATION, KEY, stage="self")
    report, statement = verified(content), statement_of(content)
    assert report.certificate is not None
    link, document = report.certificate.evidence

    assert report.holds
    assert (link.digest, link.link, document.link) == (None, "https://contoh.go.id/peta", None)
    assert document.indicators == ("1", "3")
    statement["predicate"]["evidence"][0]["link"] = "https://contoh.go.id/lain"
    assert fails(resigned(statement))


@pytest.mark.parametrize(
    ("installed", "code"),
    [
        ({}, "certificate-edition-installed"),
        ({"title": "Pedoman yang Diperbaiki"}, "certificate-edition-reworded"),
        ({"id": "contoh-2"}, "certificate-edition-not-installed"),
        ({"grades": (GradeBand("Tinggi", Fraction("3.6"), "s"), GradeBand("Rendah", None, "s"))}, None),
        ({"default_grade_basis": "rounded", "grade_practices": ()}, "certificate-edition-reworded"),
        ({"default_grade_basis": "exact", "grade_practices": ()}, None),
        ({"lifecycle": "draft", "in_force": None, "places": 3}, None),
    ],
)
def test_an_edition_that_only_goes_by_the_id_is_found(
    certificate: bytes, installed: dict[str, Any], code: str | None
) -> None:
    """Whoever can write the store may pin another edition under the id; the installed one has other numbers then."""
    book = PluginRulebook({"contoh": Plugin(small_edition(**installed))})
    report = verify_certificate(certificate, KEY.verifier, rulebook=book)

    assert report.holds == (code is not None)
    assert report.steps[-1].code == (code or "certificate-edition-differs")
    assert len(report.steps) == len(STEPS) + 1


def test_a_draft_is_called_one() -> None:
    """A draft's numbers may have changed since; the certificate holds and says that it is under a draft."""
    draft = {"lifecycle": "draft", "in_force": None}

    class Lenient(PluginRulebook):
        """Lets an evaluation be opened under a draft, which the library's own refuses."""

        def edition(self, edition_id: str, year: int | None = None) -> Edition:
            found = super().edition(edition_id, year)
            return found if year else attrs.evolve(found, lifecycle="in_force")

    lenient = Lenient({"contoh": Plugin(small_edition(**draft))})
    with Spbe.open("memory:", rulebook=lenient, clock=Ticking()) as spbe:
        spbe.open_evaluation(EVALUATION, agency_name="Kota", process="pendek", edition="contoh-1")
        spbe.close_stage(EVALUATION, "self")
        content = spbe.ledger.certify(EVALUATION, KEY, stage="self")
    book = PluginRulebook({"contoh": Plugin(small_edition(**draft, places=3))})
    report = verify_certificate(content, KEY.verifier, rulebook=book)

    assert (report.holds, report.steps[-1].code) == (True, "certificate-edition-draft")


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(path=st.lists(st.integers(0, 40), max_size=5), junk=JSON)
def test_a_signed_statement_of_any_form_is_refused_or_fails(certificate: bytes, path: list[int], junk: Any) -> None:
    """Whatever stands at whatever place, only declared errors come out."""
    statement = statement_of(certificate)
    place: Any = statement
    for step in path[:-1]:
        inner = list(place.values()) if isinstance(place, dict) else place if isinstance(place, list) else []
        if not inner or not isinstance(inner[step % len(inner)], dict | list):
            break
        place = inner[step % len(inner)]
    names = list(place) if isinstance(place, dict) else list(range(len(place)))
    if names:
        name = names[(path[-1] if path else 0) % len(names)]
        same, place[name] = place[name] == junk, junk
        assert fails(resigned(statement)) or same


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes) -> None:
    """What is no certificate is refused, signed or not."""
    assert fails(content)
    assert fails(bytes(Envelope.seal(content, KEY)))


@pytest.mark.parametrize("payload", [b"[" * 100_000, b'{"a":' * 100_000, b'{"predicate":{"card":' + b"[" * 99_999])
def test_deep_and_large_files_are_refused(payload: bytes) -> None:
    """Neither depth nor size brings the reader down."""
    assert fails(bytes(Envelope.seal(payload, KEY)))
    assert fails(b"x" * (LARGEST + 1))


def test_a_statement_has_one_spelling(certificate: bytes) -> None:
    """Another order, white space, a member twice or a number written otherwise is refused though it is signed."""
    payload = Envelope.read(certificate).payload
    for changed in (
        payload + b"\n",
        payload.replace(b'{"_type"', b'{ "_type"'),
        payload.replace(b'"first":1,', b'"first":1.0,'),
        payload.replace(b'"year":2031', b'"year":2031,"year":2031'),
        payload.replace(b"Kota", b"\\u004bota"),
        json.dumps(json.loads(payload)).encode(),
    ):
        assert changed != payload
        with refused("certificate-malformed"):
            verified(bytes(Envelope.seal(changed, KEY)))
    assert bytes(Statement.read(payload)) == payload
