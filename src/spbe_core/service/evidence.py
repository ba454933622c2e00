"""Submitting and withdrawing evidence: the content is safe in the vault before anything is recorded."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import BinaryIO

import attrs

from spbe_core.errors import InputError, RulesError
from spbe_core.evaluation.commands import SubmitEvidence, WithdrawEvidence
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Deposit, EvidenceVault, Ports
from spbe_core.rules.evidence_check import EvidenceCheck, EvidenceFacts, Refusal
from spbe_core.service.recording import load, pinned_edition, record


def submit_evidence(
    ports: Ports,
    evaluation_id: EvaluationId,
    content: Path | BinaryIO,
    *,
    file_name: str,
    title: str,
    indicators: Iterable[str],
    effective: date | None,
    supersedes: str | None,
    by: str,
) -> Evaluation:
    """Store a document and enter it in the record.

    Args:
        ports: log, vault and clock.
        evaluation_id: which evaluation.
        content: a file, or an open binary stream.
        file_name: the name it came with; only its last part is kept and it is never used as a path.
        title: what it is.
        indicators: official numbers of the indicators it supports.
        effective: day from which the document itself holds.
        supersedes: id of the evidence it replaces.
        by: pseudonymous actor id.

    Raises:
        InputError: the file cannot be read, or an indicator or evidence id is unknown.
        RecordError: the result is already determined, or the replaced evidence no longer stands.
        StoreError: the vault or the log cannot be written.
    """
    evaluation = load(ports.log, evaluation_id)
    edition = pinned_edition(ports.log, evaluation.edition_digest)
    document = deposited(ports, edition, evaluation_id.year, content, file_name, title, indicators, effective)
    command = attrs.evolve(document, supersedes=supersedes)
    return record(ports, evaluation_id, by, lambda _: command)


def deposited(
    ports: Ports,
    edition: Edition,
    year: int,
    content: Path | BinaryIO,
    file_name: str,
    title: str,
    indicators: Iterable[str],
    effective: date | None,
) -> SubmitEvidence:
    """Put a document in the vault and return the command that would enter it in the record.

    Raises:
        InputError: the file cannot be read, or an indicator is unknown; then nothing was put in the vault. Or
            ``evidence-refused`` by a plugin's check; then its content stays in the vault unnamed and does no harm.
        StoreError: the vault cannot be written.
    """
    supported = tuple(dict.fromkeys(edition.indicator(one).id for one in indicators))
    deposit = _deposit(ports.vault, content)
    name = _readable(file_name)
    document = SubmitEvidence(
        title=title.strip() or name,
        file_name=name,
        digest=deposit.digest,
        size=deposit.size,
        indicators=supported,
        effective=effective,
    )
    _refuse_unless_fit(ports, edition, year, document)
    return document


def _refuse_unless_fit(ports: Ports, edition: Edition, year: int, document: SubmitEvidence) -> None:
    facts = EvidenceFacts(
        edition=edition,
        year=year,
        indicators=document.indicators,
        title=document.title,
        file_name=document.file_name,
        size=document.size,
        digest=document.digest,
        effective=document.effective,
        submitted=ports.clock().date(),
    )
    for check in ports.rulebook.evidence_checks():
        for refusal in _refusals(check, facts):
            raise InputError("evidence-refused", check=check.id, file=document.file_name, reason=refusal.what)


def _refusals(check: EvidenceCheck, facts: EvidenceFacts) -> Sequence[Refusal]:
    try:
        found = list(check.check(facts))
    except (Exception, SystemExit) as problem:  # whatever a plugin does, the error says which check it was
        reason = f"{type(problem).__name__}: {problem}"
        raise RulesError("evidence-check-failed", check=check.id, file=facts.file_name, reason=reason) from problem
    for one in found:
        if not isinstance(one, Refusal):  # pyright: ignore[reportUnnecessaryIsInstance] - plugins without a checker
            raise RulesError("plugin-answer-wrong", hook="spbe_evidence_checks", answer=repr(one))
    return found


def withdraw_evidence(ports: Ports, evaluation_id: EvaluationId, evidence: str, reason: str, by: str) -> Evaluation:
    """Take a document back; its content and the fact that it was there stay.

    Raises:
        InputError: ``unknown-evidence`` or ``text-missing``.
        RecordError: ``evidence-gone`` or ``already-determined``.
    """
    return record(ports, evaluation_id, by, lambda _: WithdrawEvidence(evidence=evidence, reason=reason))


def _readable(file_name: str) -> str:
    """Return the last part of a file name; bytes that are no UTF-8, which a file system may allow, are spelled out."""
    return file_name.replace("\\", "/").rsplit("/", 1)[-1].encode("utf-8", "backslashreplace").decode("utf-8")


def _deposit(vault: EvidenceVault, content: Path | BinaryIO) -> Deposit:
    with _opened(content) as source:
        return vault.put(_Checked(source, content))  # type: ignore[arg-type]


def _opened(content: Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    if not isinstance(content, Path):
        return nullcontext(content)
    try:
        if not content.is_file():
            raise InputError("file-missing" if not content.exists() else "file-not-regular", file=content)
        return content.open("rb")
    except OSError as failure:
        raise InputError("file-unreadable", file=content, reason=failure.strerror) from failure


class _Checked:
    """A source whose read errors are the submitter's, not the vault's."""

    def __init__(self, source: BinaryIO, content: Path | BinaryIO) -> None:
        self._source = source
        self._name = content if isinstance(content, Path) else "-"

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except (OSError, ValueError) as failure:
            raise InputError("file-unreadable", file=self._name, reason=failure) from failure
