"""Carrying evidence over from an earlier evaluation of the same agency: the same content, its verdict reset."""

from collections.abc import Iterable

from spbe_core.errors import InputError, RecordError, StoreError
from spbe_core.evaluation.commands import SubmitEvidence
from spbe_core.evaluation.decisions.requirements import standing_evidence
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.evidence import Evidence
from spbe_core.ports import EvidenceVault, Ports
from spbe_core.service.evidence_checks import refuse_unless_fit
from spbe_core.service.evidence_coverage import coverage
from spbe_core.service.recording import always, load, pinned_edition, record


def carry_over_evidence(
    ports: Ports,
    evaluation_id: EvaluationId,
    source: str,
    *,
    indicators: Iterable[str],
    items: Iterable[str],
    by: str,
) -> Evaluation:
    """Enter evidence of an earlier evaluation in this one, by reference to its content.

    Verdicts belong to the evaluation they were given in, so the evidence comes without any.

    Args:
        ports: log, vault and clock.
        evaluation_id: where it is carried to.
        source: ``AGENCY/YEAR#E1``, which must stand there.
        indicators: what it supports here; by default, under the same edition, what it supported there.
        items: the items it covers here; by default, under the same edition, those it covered there.
        by: pseudonymous actor id.

    Raises:
        InputError: ``carry-over-malformed``, ``carry-over-elsewhere`` for another agency or a later year,
            ``carry-over-needs-indicators`` under another edition, or an id is unknown.
        RecordError: the evidence no longer stood there, or the result is determined here.
        StoreError: ``content-missing`` or ``content-changed``.
    """
    before_id, found = _source(ports, evaluation_id, source)
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    named = tuple(indicators), tuple(items)
    if not any(named):
        named = _as_before(pinned_edition(ports.log, load(ports.log, before_id).edition_digest), edition, found)
    supported, covered = coverage(edition, *named)
    _refuse_unless_intact(ports.vault, found)
    command = SubmitEvidence(
        title=found.title,
        file_name=found.file_name,
        digest=found.digest,
        size=found.size,
        media_type=found.media_type,
        link=found.link,
        indicators=supported,
        items=covered,
        document=found.document,
        carried_from=f"{before_id}#{found.id}",
    )
    refuse_unless_fit(ports, edition, evaluation_id.year, command)
    return record(ports, evaluation_id, by, always(command))


def _source(ports: Ports, evaluation_id: EvaluationId, source: str) -> tuple[EvaluationId, Evidence]:
    name, separator, evidence_id = source.partition("#")
    if not separator:
        raise InputError("carry-over-malformed", source=source)
    before_id = EvaluationId.parse(name)
    if before_id.agency != evaluation_id.agency or before_id.year >= evaluation_id.year:
        raise InputError("carry-over-elsewhere", source=source, id=evaluation_id)
    return before_id, standing_evidence(load(ports.log, before_id), evidence_id)


def _as_before(before: Edition, edition: Edition, found: Evidence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if before.id != edition.id:
        raise InputError("carry-over-needs-indicators", before=before.id, edition=edition.id)
    return found.indicators, found.items


def _refuse_unless_intact(vault: EvidenceVault, found: Evidence) -> None:
    if found.digest is None:
        return
    if found.erased is not None:
        raise RecordError("content-erased", digest=found.digest, ground=found.erased)
    intact = vault.verify(found.digest)
    if not intact:
        raise StoreError("content-missing" if intact is None else "content-changed", digest=found.digest)
