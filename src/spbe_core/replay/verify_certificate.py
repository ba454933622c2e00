"""Holding a certificate against itself: signature, proofs and arithmetic, with nothing but the file and a key."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, TypedDict

import attrs
import msgspec

from spbe_core.edition_diff import differing_number
from spbe_core.errors import InputError, RulesError, SpbeError
from spbe_core.events import (
    CardRecord,
    EditionRegistered,
    EvaluationOpened,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    ResultDetermined,
    StageClosed,
    edition_stream,
)
from spbe_core.ledger.certificate import (
    Certificate,
    CertifiedCard,
    CertifiedEvidence,
    DisplayedIndices,
    ProvedEvent,
    Statement,
)
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.entry import read_entry
from spbe_core.ledger.envelope import Envelope
from spbe_core.ledger.merkle import includes, leaf_hash
from spbe_core.ledger.signed_note import VerifierKey, open_note
from spbe_core.model.canonical import canonical_json
from spbe_core.model.edition import Edition
from spbe_core.model.edition_document import read_edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.exact import exact
from spbe_core.model.finding import Finding
from spbe_core.model.score import IndicatorScore
from spbe_core.model.scorecard import Scorecard
from spbe_core.ports import Rulebook, StoredEvent
from spbe_core.rules.soundness import check_computable
from spbe_core.scoring import score

_MEMBERS: Final = msgspec.json.Decoder(dict[str, Any], float_hook=str)
"""No event holds a number that is not whole, and no two languages write one alike."""

_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.(?!0{6})[0-9]{6})?(?:Z|(?![+-]00:00)[+-][0-9]{2}:[0-9]{2})"
)


@attrs.frozen
class CertificateReport:
    """What the verification of a certificate found.

    Attributes:
        certificate: what it says; None where the key did not sign it.
        card: the card that its proved event recorded, which also says where the values came from; None likewise.
        steps: one finding per step that holds; the last is a difference where one does not, and what would have
            rested on it is not looked at.
        files: of each document at hand, whether it is one of those that the certificate names.
    """

    certificate: Certificate | None
    card: CardRecord | None
    steps: tuple[Finding, ...]
    files: tuple[Finding, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every step holds; documents at hand are another matter."""
        return all(step.severity != "difference" for step in self.steps)


def verify_certificate(
    content: bytes, key: VerifierKey, files: Mapping[str, str] | None = None, rulebook: Rulebook | None = None
) -> CertificateReport:
    """Verify a certificate.

    Args:
        content: of its file.
        key: of whoever should have signed it.
        files: name -> ``sha256:<hex>`` of documents at hand that should be among those it names.
        rulebook: whose edition of the same id the certified one is compared with, which could go by that id and be
            another; None where it is not compared.

    Raises:
        InputError: ``certificate-malformed`` or ``certificate-too-large`` where it is no certificate at all.
    """
    envelope = Envelope.read(content)
    if not envelope.signed_by(key):
        return CertificateReport(None, None, (_difference("certificate-not-signed", key=key.name),))
    statement = Statement.read(envelope.payload)
    steps: list[Finding] = [Finding("certificate-signed", {"key": key.name})]
    proved = _Proved.read(statement.certificate)
    card = proved.carrier.card
    for step in _steps(statement, proved, key, rulebook):
        steps.append(step)
        if step.severity == "difference":
            return CertificateReport(statement.certificate, card, tuple(steps))
    found = tuple(_files(statement.certificate, files or {}))
    return CertificateReport(statement.certificate, card, tuple(steps), found)


class Occasion(TypedDict):
    """On which occasion a card was recorded, as a certificate names it."""

    stage: str | None
    decree: str | None
    decree_date: date | None


def occasion(event: StageClosed | ResultDetermined) -> Occasion:
    """Say on which occasion an event recorded its card."""
    if isinstance(event, StageClosed):
        return Occasion(stage=event.stage, decree=None, decree_date=None)
    return Occasion(stage=None, decree=event.decree, decree_date=event.decree_date)


def certified(events: Iterable[EvidenceSubmitted | EvidenceCoverageAdded]) -> tuple[CertifiedEvidence, ...]:
    """Say of documents what a certificate says of them."""
    found: dict[str, CertifiedEvidence] = {}
    for event in events:
        if isinstance(event, EvidenceSubmitted):
            found[event.evidence] = CertifiedEvidence(
                id=event.evidence,
                title=event.title,
                digest=event.digest,
                link=event.link,
                indicators=event.indicators,
            )
        elif event.evidence in found:
            served = found[event.evidence]
            indicators = tuple(dict.fromkeys((*served.indicators, *event.indicators)))
            found[event.evidence] = attrs.evolve(served, indicators=indicators)
    return tuple(found.values())


def displayed(card: Scorecard) -> DisplayedIndices:
    """Round a card's indices as they are published."""
    shown = {node.id: card.display(node.index) for node in card.nodes}
    return DisplayedIndices(
        index=card.index_text, nodes={node: text for node, text in shown.items() if text is not None}
    )


def recomputed(card: CertifiedCard, edition: Edition, year: int) -> Scorecard:
    """Score the values of a card anew; what it counted as pending counts as the scale's minimum again.

    Raises:
        InputError: ``number-not-exact``.
    """
    policy = next((one for one in edition.value_policies if one.id == card.value_policy), None)
    return score(edition, (_scored(card, leaf.id) for leaf in edition.indicators), year, policy)


def _scored(card: CertifiedCard, indicator: str) -> IndicatorScore:
    if indicator in card.values:
        return IndicatorScore(indicator, exact(card.values[indicator]), "scored", ())
    return IndicatorScore(indicator, None, "pending" if indicator in card.pending else "missing", ())


@attrs.frozen
class _Proved:
    """The events of a certificate, read.

    Attributes:
        stored: all of them as they were stored: registration, opening, documents, carrier of the card.
        proofs: of them, in the same order.
    """

    stored: tuple[StoredEvent, ...]
    proofs: tuple[ProvedEvent, ...]
    registered: EditionRegistered
    opened: EvaluationOpened
    documents: tuple[EvidenceSubmitted | EvidenceCoverageAdded, ...]
    carrier: StageClosed | ResultDetermined

    @classmethod
    def read(cls, certificate: Certificate) -> "_Proved":
        """Read every event.

        Raises:
            InputError: ``certificate-malformed``.
        """
        given = certificate.proofs
        proofs = (given.edition, given.opening, *given.evidence, given.result)
        try:
            stored = tuple(read_entry(proof.entry.encode()) for proof in proofs)
            registered, opened, *others, carrier = (one.event() for one in stored)
            for one in stored[1:]:
                EvaluationId.parse(one.stream)
            odd = [one.topic for one in stored if not _is_plain(one)]
        except SpbeError as problem:
            raise InputError("certificate-malformed", reason=problem.words()) from problem
        documents = tuple(one for one in others if isinstance(one, EvidenceSubmitted | EvidenceCoverageAdded))
        if (
            not isinstance(registered, EditionRegistered)
            or not isinstance(opened, EvaluationOpened)
            or len(documents) != len(others)
            or not isinstance(carrier, StageClosed | ResultDetermined)
            or odd
        ):
            raise InputError("certificate-malformed", reason=", ".join(odd) or "proofs")
        return cls(stored, proofs, registered, opened, documents, carrier)


def _is_plain(stored: StoredEvent) -> bool:
    """Whether an event is spelt as the library writes it, so that every reader finds the same in it.

    A later version of the library may have added members; what is certified of an event does not rest on them.
    """
    members = _MEMBERS.decode(stored.state)
    return canonical_json(members) == stored.state and _MOMENT.fullmatch(members["at"]) is not None


def _steps(statement: Statement, proved: _Proved, key: VerifierKey, rulebook: Rulebook | None) -> Iterator[Finding]:
    """Take the steps in order, each resting on those before it."""
    certificate = statement.certificate
    try:
        checkpoint = _checkpoint(certificate, key)
    except InputError as problem:
        yield _difference("certificate-checkpoint-wrong", reason=problem.words())
        return
    facts: dict[str, object] = {"size": checkpoint.size, "at": checkpoint.at}
    yield Finding("certificate-checkpoint-signed", facts)
    yield from _unrecorded(proved, checkpoint)
    yield Finding("certificate-events-recorded", {"count": len(proved.stored), "size": checkpoint.size})
    yield from _disagreements(_subject(statement, proved))
    yield Finding("certificate-subject-agrees", {"id": statement.subject, "last": certificate.events.last})
    try:
        edition = _edition(proved.registered)
    except SpbeError as problem:
        yield _difference("certificate-edition-wrong", edition=certificate.edition, reason=problem.words())
        return
    yield Finding("certificate-edition-pinned", {"edition": edition.id, "digest": edition.digest})
    yield from _disagreements(_card(certificate, proved))
    yield Finding("certificate-card-recorded", {"values": len(certificate.card.values)})
    yield from _recomputed_differences(certificate, edition)
    shown = {"index": certificate.displayed.index or "-", "grade": certificate.card.grade or "-"}
    yield Finding("certificate-score-computed", {**shown, "edition": edition.id})
    yield from _disagreements([("evidence", certificate.evidence, certified(proved.documents))])
    yield Finding("certificate-evidence-recorded", {"count": len(certificate.evidence)})
    if rulebook is not None:
        yield from _compared(edition, rulebook, certificate.year)


def _checkpoint(certificate: Certificate, key: VerifierKey) -> Checkpoint:
    text = open_note(certificate.checkpoint, key)
    checkpoint = Checkpoint.read(text)
    one_signature = certificate.checkpoint.count("\n") == text.count("\n") + 2
    offset = checkpoint.at.utcoffset()
    is_moment = offset is not None and not offset % timedelta(minutes=1)
    if not one_signature or checkpoint.fingerprints or checkpoint.origin != key.name or not is_moment:
        raise InputError("checkpoint-malformed")  # nothing may be in a certificate that is not verified
    return checkpoint


def _unrecorded(proved: _Proved, checkpoint: Checkpoint) -> Iterator[Finding]:
    for stored, proof in zip(proved.stored, proved.proofs, strict=True):
        if not _is_recorded(proof, checkpoint):
            facts = {"topic": stored.topic, "id": stored.stream, "version": stored.version}
            yield _difference("certificate-event-not-recorded", **facts)


def _is_recorded(proof: ProvedEvent, checkpoint: Checkpoint) -> bool:
    try:
        path = [bytes.fromhex(node) for node in proof.path]
    except ValueError:
        return False
    if tuple(node.hex() for node in path) != proof.path:
        return False
    return includes(leaf_hash(proof.entry.encode()), proof.index, checkpoint.size, path, checkpoint.root)


def _subject(statement: Statement, proved: _Proved) -> Iterator[tuple[str, object, object]]:
    """Yield (member, as stated, as proved) of all that says whose result this is and which history led to it."""
    certificate, opened, (registration, *own) = statement.certificate, proved.opened, proved.stored
    yield "subject", statement.subject, f"{opened.agency}/{opened.year}"
    yield "sha256", statement.sha256, hashlib.sha256(certificate.proofs.result.entry.encode()).hexdigest()
    for member in ("agency", "agency_name", "year", "process", "edition", "edition_digest"):
        yield member, getattr(certificate, member), getattr(opened, member)
    yield "edition", certificate.edition, proved.registered.edition
    yield "edition_digest", certificate.edition_digest, proved.registered.digest
    yield "stream", registration.stream, edition_stream(certificate.edition_digest)
    for stored in own:
        yield "stream", stored.stream, statement.subject
    yield "first", (certificate.events.first, own[0].version), (1, 1)
    yield "last", certificate.events.last, own[-1].version
    versions, places = [stored.version for stored in own], [proof.index for proof in proved.proofs]
    for order in (versions, places):
        yield "events", all(before < after for before, after in pairwise(order)), True


def _card(certificate: Certificate, proved: _Proved) -> Iterator[tuple[str, object, object]]:
    """Yield (member, as stated, as proved) of the card and the occasion it was recorded on."""
    for member, recorded in occasion(proved.carrier).items():
        yield member, getattr(certificate, member), recorded
    yield from _members(certificate.card, CertifiedCard.of(proved.carrier.card))
    yield "card.edition_digest", certificate.card.edition_digest, certificate.edition_digest


def _members(stated: CertifiedCard, other: CertifiedCard) -> Iterator[tuple[str, object, object]]:
    for field in attrs.fields(CertifiedCard):
        yield field.name, getattr(stated, field.name), getattr(other, field.name)


def _edition(registered: EditionRegistered) -> Edition:
    """Read the edition whose document was registered.

    Raises:
        SpbeError: it is unreadable, nothing can be computed by it, or it is another than its digest says.
    """
    edition = read_edition(registered.document.encode())
    if (edition.id, edition.digest) != (registered.edition, registered.digest):
        raise RulesError("edition-digest-wrong", digest=registered.digest, found=edition.digest)
    check_computable(edition)  # and no more: it was sound by the rules of its day
    return edition


def _compared(edition: Edition, rulebook: Rulebook, year: int) -> Iterator[Finding]:
    """Compare an edition with the installed one that goes by the same id: whoever writes the store chooses the id."""
    facts = {"edition": edition.id, "year": year}
    if edition.lifecycle == "draft":
        yield Finding("certificate-edition-draft", {"edition": edition.id})
    try:
        installed = rulebook.edition(edition.id, year)
    except SpbeError:
        yield Finding("certificate-edition-not-installed", {"edition": edition.id, "digest": edition.digest})
        return
    other = differing_number(edition, installed, year)
    if installed == edition:
        yield Finding("certificate-edition-installed", facts)
    elif other is None:
        yield Finding("certificate-edition-reworded", {**facts, "installed": installed.digest})
    elif (edition.lifecycle, installed.lifecycle) != ("draft", "draft"):
        part = " ".join(filter(None, (other.part, other.before_id or other.after_id)))
        numbers = {"member": other.member, "stated": other.before or "-", "installed": other.after or "-"}
        yield _difference("certificate-edition-differs", **facts, part=part, **numbers)


def _recomputed_differences(certificate: Certificate, edition: Edition) -> Iterator[Finding]:
    try:
        outside = [one for one, text in certificate.card.values.items() if not _in_scale(edition, text)]
        card = recomputed(certificate.card, edition, certificate.year)
        computed, shown = CertifiedCard.of(CardRecord.of(card)), displayed(card)
    except (SpbeError, ArithmeticError, LookupError, ValueError, RecursionError) as problem:
        reason = problem.words() if isinstance(problem, SpbeError) else str(problem)
        yield _difference("certificate-score-not-computable", reason=reason)
        return
    for indicator in outside:
        yield _difference("certificate-value-outside", indicator=indicator, value=certificate.card.values[indicator])
    pairs = (*_members(certificate.card, computed), ("displayed", certificate.displayed, shown))
    for member, stated, comes_out in pairs:
        if stated != comes_out:
            yield _difference("certificate-score-differs", member=member, stated=stated, computed=comes_out)


def _in_scale(edition: Edition, text: str) -> bool:
    return edition.scale.minimum <= exact(text) <= edition.scale.maximum


def _files(certificate: Certificate, files: Mapping[str, str]) -> Iterator[Finding]:
    named = {one.digest: one.id for one in certificate.evidence if one.digest is not None}
    for file, digest in files.items():
        if digest in named:
            yield Finding("certificate-file-named", {"file": file, "evidence": named[digest]})
        else:
            yield _difference("certificate-file-not-named", file=file, digest=digest)


def _disagreements(members: Iterable[tuple[str, object, object]]) -> Iterator[Finding]:
    for member, stated, recorded in members:
        if stated != recorded:
            yield _difference("certificate-member-differs", member=member, stated=stated, recorded=recorded)


def _difference(code: str, **facts: object) -> Finding:
    return Finding(code, facts, "difference")
