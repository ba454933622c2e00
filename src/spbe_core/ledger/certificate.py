"""A certificate (sertifikat hasil): one result with the proofs that it is in the ledger, as an in-toto statement."""

from datetime import date
from typing import Annotated, Any, Final, Self

import attrs
import msgspec

from spbe_core.errors import InputError
from spbe_core.events import CardRecord
from spbe_core.events.card import EXACT_PATTERN
from spbe_core.model.canonical import canonical_json, members_of

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "urn:spbe:certificate-1"
"""The form whose members the classes here have, and keep: another member is another form, with classes of its own."""


@attrs.frozen(kw_only=True)
class ProvedEvent:
    """An event and the hashes that lead from it to the checkpoint's root (RFC 9162, 2.1.3).

    Attributes:
        entry: what the leaf hash is taken of: a line with the format's name, a line of JSON with stream, version and
            topic, then the stored members.
        index: place in the ledger, from 0.
        path: hashes in hexadecimal, from the leaf up.
    """

    entry: str
    index: int
    path: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Proofs:
    """The events that the certificate repeats, each proved to be in the ledger.

    Attributes:
        edition: registers the edition; carries its canonical document.
        opening: opens the evaluation and pins the edition.
        evidence: submissions of the documents that stood, and events by which they came to serve more indicators.
        result: closes the stage or determines the result; carries the card.
    """

    edition: ProvedEvent
    opening: ProvedEvent
    evidence: tuple[ProvedEvent, ...]
    result: ProvedEvent


@attrs.frozen(kw_only=True)
class CertifiedEvidence:
    """A document that stood for the result.

    Attributes:
        id: of the evidence within the evaluation.
        title: what it is, in the submitter's words.
        digest: ``sha256:<hex>`` of its content; None for a link.
        link: address of evidence that is no file, None for a document.
        indicators: official numbers of the indicators it supports.
    """

    id: str
    title: str
    digest: str | None
    link: str | None
    indicators: tuple[str, ...]


@attrs.frozen(kw_only=True)
class EventRange:
    """The part of the evaluation's history that led to the result.

    Attributes:
        first: version of the opening, which is 1.
        last: version of the event that carries the card.
    """

    first: int
    last: int


@attrs.frozen(kw_only=True)
class DisplayedIndices:
    """Indices as they are published: rounded once, half up, to the edition's number of places.

    Attributes:
        index: of the whole, None unless complete.
        nodes: node id -> index of every node that has one.
    """

    index: str | None
    nodes: dict[str, str]


@attrs.frozen(kw_only=True)
class CertifiedCard:
    """What this form certifies of a recorded card; these are its members for ever, whatever later cards record.

    Where values came from and what computed them is not among them: nothing in a certificate could be held against it.
    The proved event says it.

    Attributes:
        edition_digest: digest of the edition that was applied.
        complete: whether every indicator had a value.
        values: indicator -> exact value of every indicator that had one.
        nodes: node id -> exact index of every node that had one.
        index: exact overall index, None unless complete.
        grade: official name, None unless complete.
        grade_basis: which number the grade was read from.
        places: decimal places the edition publishes.
        missing: indicators without a value.
        pending: indicators counted as the minimum.
        value_policy: id of the edition's way from verdicts to values; None where no value rests on verdicts.
    """

    edition_digest: str
    complete: bool
    values: dict[str, str]
    nodes: dict[str, str]
    index: Annotated[str, msgspec.Meta(pattern=EXACT_PATTERN)] | None
    grade: str | None
    grade_basis: str
    places: Annotated[int, msgspec.Meta(ge=0, le=9)]
    missing: tuple[str, ...]
    pending: tuple[str, ...]
    value_policy: str | None

    @classmethod
    def of(cls, record: CardRecord) -> Self:
        """Take from a card what this form certifies of it."""
        return cls(
            edition_digest=record.edition_digest,
            complete=record.complete,
            values=record.values,
            nodes=record.nodes,
            index=record.index,
            grade=record.grade,
            grade_basis=record.grade_basis,
            places=record.places,
            missing=record.missing,
            pending=record.pending,
            value_policy=record.value_policy,
        )

    def says_all_of(self, record: CardRecord) -> bool:
        """Say whether a card records nothing beside what is certified of it, and where that came from."""
        without_origin = attrs.evolve(record, sources={}, bases={}, calculated_by={})
        return CardRecord(**attrs.asdict(self, recurse=False)) == without_origin


@attrs.frozen(kw_only=True)
class Certificate:
    """What a certificate says; the predicate of its statement.

    Attributes:
        agency: code of the agency.
        agency_name: official name.
        year: evaluation year.
        process: kind of evaluation.
        edition: edition id.
        edition_digest: digest of the edition's canonical document.
        stage: the stage whose closing is certified, None for a determined result.
        decree: number of the decree that determined the result, None for a stage.
        decree_date: its date, where it is recorded.
        card: what is certified of the scorecard as recorded.
        displayed: its indices as published.
        evidence: documents that were neither superseded nor withdrawn when the card was recorded.
        events: the part of the evaluation's history up to the card.
        proofs: the events all this is taken from.
        checkpoint: signed note with size and root of the ledger.
    """

    agency: str
    agency_name: str
    year: int
    process: str
    edition: str
    edition_digest: str
    stage: str | None
    decree: str | None
    decree_date: date | None
    card: CertifiedCard
    displayed: DisplayedIndices
    evidence: tuple[CertifiedEvidence, ...]
    events: EventRange
    proofs: Proofs
    checkpoint: str


@attrs.frozen
class Statement:
    """An in-toto statement (version 1) that certifies one evaluation.

    Attributes:
        subject: ``AGENCY/YEAR``.
        sha256: SHA-256, in hexadecimal, of the entry of the event that carries the card.
        certificate: the predicate.
    """

    subject: str
    sha256: str
    certificate: Certificate

    def __bytes__(self) -> bytes:
        return canonical_json(
            {
                "_type": STATEMENT_TYPE,
                "subject": [{"name": self.subject, "digest": {"sha256": self.sha256}}],
                "predicateType": PREDICATE_TYPE,
                "predicate": members_of(self.certificate),
            }
        )

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """Read a statement; one with a member that is not known, or in another spelling, is refused.

        Raises:
            InputError: ``certificate-malformed``.
        """
        try:
            members = msgspec.json.decode(payload, type=dict[str, Any])
            certificate = msgspec.convert(members["predicate"], Certificate)
            (subject,) = members["subject"]
            found = cls(subject["name"], subject["digest"]["sha256"], certificate)
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError, RecursionError) as problem:
            raise InputError("certificate-malformed", reason=problem) from problem
        if bytes(found) != payload:
            raise InputError("certificate-malformed", reason=PREDICATE_TYPE)
        return found
