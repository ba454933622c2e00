"""Submitting evidence, letting it serve more, withdrawing it."""

from collections.abc import Sequence

from spbe_core.errors import InputError
from spbe_core.evaluation.commands import CoverWithEvidence, EraseContent, SubmitEvidence, WithdrawEvidence
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.decisions.requirements import (
    refuse_determined,
    refuse_erased,
    require_text,
    standing_evidence,
)
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import (
    ContentErased,
    Event,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
)
from spbe_core.model.document import DocumentFacts


def submit(command: SubmitEvidence, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Enter a document or link, and let it take another's place where it says so."""
    refuse_determined(evaluation)
    require_text(command.title, "title")
    if not command.indicators:
        raise InputError("evidence-without-indicator")
    _refuse_backward(command.document)
    refuse_erased(command.digest, evaluation.erased_contents())
    submitted = EvidenceSubmitted(
        at=mark.at,
        by=mark.by,
        evidence=f"E{len(evaluation.evidence) + 1}",
        title=command.title,
        file_name=command.file_name,
        digest=command.digest,
        size=command.size,
        media_type=command.media_type,
        link=command.link,
        indicators=command.indicators,
        items=command.items,
        document=command.document,
        carried_from=command.carried_from,
    )
    if command.supersedes is None:
        return (submitted,)
    replaced = standing_evidence(evaluation, command.supersedes)
    superseded = EvidenceSuperseded(at=mark.at, by=mark.by, evidence=replaced.id, successor=submitted.evidence)
    return (submitted, superseded)


def cover(command: CoverWithEvidence, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Let a document serve what it did not serve before; nothing where it already does."""
    refuse_determined(evaluation)
    evidence = standing_evidence(evaluation, command.evidence)
    indicators = tuple(one for one in command.indicators if one not in evidence.indicators)
    items = tuple(one for one in command.items if one not in evidence.items)
    if not indicators and not items:
        return ()
    return (EvidenceCoverageAdded(at=mark.at, by=mark.by, evidence=evidence.id, indicators=indicators, items=items),)


def withdraw(command: WithdrawEvidence, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Take a document back."""
    refuse_determined(evaluation)
    require_text(command.reason, "reason")
    withdrawn = standing_evidence(evaluation, command.evidence)
    return (EvidenceWithdrawn(at=mark.at, by=mark.by, evidence=withdrawn.id, reason=command.reason),)


def erase(command: EraseContent, evaluation: Evaluation, mark: Mark) -> Sequence[Event]:
    """Take a content out of the vault for good, also once the result is laid down."""
    require_text(command.ground, "ground")
    if all(one.digest != command.digest for one in evaluation.evidence.values()):
        raise InputError("unknown-content", id=evaluation.id, digest=command.digest)
    return (ContentErased(at=mark.at, by=mark.by, digest=command.digest, ground=command.ground),)


def _refuse_backward(document: DocumentFacts) -> None:
    if document.effective is not None and document.expires is not None and document.expires < document.effective:
        raise InputError("document-expires-early", effective=document.effective, expires=document.expires)
