"""Submitting and withdrawing evidence: the content is safe in the vault before anything is recorded."""

import attrs

from spbe_core.evaluation.commands import SubmitEvidence, WithdrawEvidence
from spbe_core.evaluation.decisions.requirements import standing_evidence
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.people.action import Action
from spbe_core.ports import Ports
from spbe_core.service.deposit import deposited
from spbe_core.service.evidence_coverage import coverage
from spbe_core.service.permission import Permission
from spbe_core.service.recording import always, load, pinned_edition, record
from spbe_core.service.submission import Submission


def submit_evidence(
    ports: Ports, evaluation_id: EvaluationId, submission: Submission, supersedes: str | None, by: str
) -> Evaluation:
    """Store a document, or take a link, and enter it in the record.

    Args:
        ports: log, vault and clock.
        evaluation_id: which evaluation.
        submission: what is handed in.
        supersedes: id of the evidence it replaces; where the submission names no indicator and no item, it supports
            what that did.
        by: pseudonymous actor id.

    Raises:
        InputError: the file cannot be read, or an indicator, item or evidence id is unknown.
        RecordError: the result is already determined, the replaced evidence no longer stands, or ``content-erased``.
        StoreError: the vault or the log cannot be written.
    """
    evaluation = load(ports.log, evaluation_id)
    edition = pinned_edition(ports.log, evaluation.edition_digest)
    taking_over = supersedes is not None and not submission.indicators and not submission.items
    if taking_over:
        replaced = standing_evidence(evaluation, str(supersedes))
        submission = attrs.evolve(submission, indicators=replaced.indicators, items=replaced.items)
    asked = Action("submit-evidence", None, *coverage(edition, submission.indicators, submission.items))
    Permission(ports.log).ask(by, asked, evaluation_id.agency, evaluation)
    document = deposited(ports, edition, evaluation_id.year, submission, evaluation.erased_contents())
    command = attrs.evolve(document, supersedes=supersedes)

    def as_it_stands(evaluation: Evaluation) -> SubmitEvidence:
        replaced = standing_evidence(evaluation, str(supersedes))
        return attrs.evolve(command, indicators=replaced.indicators, items=replaced.items)

    return record(ports, evaluation_id, by, as_it_stands if taking_over else always(command))


def withdraw_evidence(ports: Ports, evaluation_id: EvaluationId, evidence: str, reason: str, by: str) -> Evaluation:
    """Take a document back; its content and the fact that it was there stay.

    Raises:
        InputError: ``unknown-evidence`` or ``text-missing``.
        RecordError: ``evidence-gone`` or ``already-determined``.
    """
    return record(ports, evaluation_id, by, lambda _: WithdrawEvidence(evidence=evidence, reason=reason))
