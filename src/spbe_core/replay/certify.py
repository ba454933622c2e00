"""Certifying a result: what the record proves of it, gathered, signed and held against itself."""

import hashlib
from collections.abc import Sequence

from spbe_core.errors import InputError, RecordError
from spbe_core.evaluation.fold import fold
from spbe_core.events import (
    Event,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    ResultDetermined,
    StageClosed,
    edition_stream,
)
from spbe_core.ledger.certificate import (
    PREDICATE_TYPE,
    Certificate,
    CertifiedCard,
    EventRange,
    Proofs,
    ProvedEvent,
    Statement,
)
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.entry import entry_of, leaves_of
from spbe_core.ledger.envelope import LARGEST, Envelope
from spbe_core.ledger.merkle import inclusion_paths
from spbe_core.ledger.signed_note import SignerKey
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Ports
from spbe_core.replay.verify_certificate import certified, displayed, occasion, recomputed, verify_certificate
from spbe_core.service.recording import pinned_edition


def certify(ports: Ports, evaluation_id: EvaluationId, key: SignerKey, stage: str | None) -> bytes:
    """Write the certificate of a determined result, or of a closed stage.

    Args:
        ports: log and clock.
        evaluation_id: which evaluation.
        key: signs the certificate and the checkpoint in it.
        stage: the stage whose card is certified; None for the determined result.

    Raises:
        InputError: ``unknown-stage`` or ``certificate-too-large``.
        RecordError: ``evaluation-unknown``, ``nothing-to-certify``, ``card-not-certifiable`` where the card records
            what this form of certificate has no member for, or ``certificate-does-not-hold`` where the record was
            changed from outside.
        RulesError: the edition's document is missing or was changed.
    """
    stored = list(ports.log.stored())
    own = [place for place, one in enumerate(stored) if one.stream == str(evaluation_id)]
    events = [stored[place].event() for place in own]
    last = _carrier(evaluation_id, events, stage)
    carrier, evaluation = events[last], fold(events[: last + 1])
    assert isinstance(carrier, StageClosed | ResultDetermined)  # noqa: S101 - it was chosen as such
    assert evaluation is not None  # noqa: S101 - it has events
    card = CertifiedCard.of(carrier.card)
    if not card.says_all_of(carrier.card):
        raise RecordError("card-not-certifiable", id=evaluation_id, form=PREDICATE_TYPE)
    edition = pinned_edition(ports.log, evaluation.edition_digest)
    registered = next(place for place, one in enumerate(stored) if one.stream == edition_stream(edition.digest))
    documents = {
        place: event
        for place, event in zip(own, events[: last + 1], strict=False)
        if isinstance(event, EvidenceSubmitted | EvidenceCoverageAdded) and evaluation.evidence[event.evidence].stands
    }
    leaves = leaves_of(stored)
    places = [registered, own[0], *documents, own[last]]
    registration, opening, *submissions, result = (
        ProvedEvent(entry=entry_of(stored[place]).decode(), index=place, path=tuple(node.hex() for node in path))
        for place, path in zip(places, inclusion_paths(leaves, places), strict=True)
    )
    checkpoint = Checkpoint.of(key.name, leaves, ports.clock()).without_fingerprints()
    certificate = Certificate(
        agency=evaluation.id.agency,
        agency_name=evaluation.agency_name,
        year=evaluation.id.year,
        process=evaluation.process,
        edition=evaluation.edition,
        edition_digest=evaluation.edition_digest,
        **occasion(carrier),
        card=card,
        displayed=displayed(recomputed(card, edition, evaluation.id.year)),
        evidence=certified(documents.values()),
        events=EventRange(first=1, last=last + 1),
        proofs=Proofs(edition=registration, opening=opening, evidence=tuple(submissions), result=result),
        checkpoint=key.sign(str(checkpoint)),
    )
    digest = hashlib.sha256(result.entry.encode()).hexdigest()
    content = bytes(Envelope.seal(bytes(Statement(str(evaluation_id), digest, certificate)), key))
    if len(content) > LARGEST:
        raise InputError("certificate-too-large", largest=LARGEST)
    try:
        report = verify_certificate(content, key.verifier)
    except InputError as problem:
        raise RecordError("certificate-does-not-hold", id=evaluation_id, reason=problem.words()) from problem
    if not report.holds:
        raise RecordError("certificate-does-not-hold", id=evaluation_id, reason=report.steps[-1].words())
    return content


def _carrier(evaluation_id: EvaluationId, events: Sequence[Event], stage: str | None) -> int:
    """Find the event that carries the card: of several, where a stage was reopened, the last."""
    evaluation = fold(events)
    if evaluation is None:
        raise RecordError("evaluation-unknown", id=evaluation_id)
    if stage is not None and stage not in evaluation.stages:
        raise InputError("unknown-stage", stage=stage, stages=", ".join(evaluation.stages))
    if evaluation.result is None if stage is None else stage not in evaluation.closed:
        raise RecordError("nothing-to-certify", id=evaluation_id)
    return max(
        place
        for place, event in enumerate(events)
        if (isinstance(event, ResultDetermined) if stage is None else _closes(event, stage))
    )


def _closes(event: Event, stage: str) -> bool:
    return isinstance(event, StageClosed) and event.stage == stage
