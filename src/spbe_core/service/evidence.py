"""Submitting and withdrawing evidence: the content is safe in the vault before anything is recorded."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, cast
from urllib.parse import urlsplit

import attrs

from spbe_core.content.policy import accepted_type
from spbe_core.errors import InputError, RulesError
from spbe_core.evaluation.commands import CoverWithEvidence, SubmitEvidence, WithdrawEvidence
from spbe_core.evaluation.decisions.requirements import refuse_erased, refuse_text, standing_evidence
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.document import NO_FACTS, DocumentFacts
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.people.action import Action
from spbe_core.ports import Deposit, Ports
from spbe_core.rules.evidence_check import EvidenceCheck, EvidenceFacts, Refusal
from spbe_core.service.permission import permission
from spbe_core.service.recording import always, load, pinned_edition, record

_PLAIN_LINK: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
"""The characters of RFC 3986: whatever else an address has must be encoded, so that every program reads it alike."""

_CONTROL: Final = re.compile(r"%[01][0-9A-Fa-f]|%7[Ff]", re.ASCII)
_LONGEST_LINK: Final = 2000
"""Characters; browsers and servers hardly take more."""


NOTHING_ERASED: Final[Mapping[str, str]] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Submission:
    """Evidence as it is handed in: a file, an open stream, or a link.

    Attributes:
        content: a file or an open binary stream; None for a link.
        link: the address of evidence that is no file; empty for a document.
        file_name: the name a document came with; only its last part is kept and it is never used as a path.
        title: what it is.
        indicators: official numbers of the indicators it supports; those of its items are added.
        items: ids of the items it covers.
        document: what it says of itself.
    """

    content: Path | BinaryIO | None = None
    link: str = ""
    file_name: str = ""
    title: str = ""
    indicators: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    document: DocumentFacts = NO_FACTS


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
    permission(ports.log, by, asked, evaluation_id.agency, evaluation)
    document = deposited(ports, edition, evaluation_id.year, submission, evaluation.erased_contents())
    command = attrs.evolve(document, supersedes=supersedes)

    def as_it_stands(evaluation: Evaluation) -> SubmitEvidence:
        replaced = standing_evidence(evaluation, str(supersedes))
        return attrs.evolve(command, indicators=replaced.indicators, items=replaced.items)

    return record(ports, evaluation_id, by, as_it_stands if taking_over else always(command))


def deposited(
    ports: Ports, edition: Edition, year: int, submission: Submission, erased: Mapping[str, str] = NOTHING_ERASED
) -> SubmitEvidence:
    """Put a document in the vault and return the command that would enter it in the record.

    Args:
        ports: vault and rules.
        edition: the one the evaluation pinned.
        year: evaluation year.
        submission: what is handed in.
        erased: digest -> ground of content that was erased and must not come back.

    Raises:
        InputError: the file cannot be read or is not taken by the policy on evidence, the link is none, an indicator
            or item is unknown, or ``evidence-refused`` by a plugin's check.
        RecordError: ``content-erased``.
        RulesError: a plugin's check failed.
        StoreError: the vault cannot be written; here as above nothing was put in it.
    """
    indicators, items = coverage(edition, submission.indicators, submission.items)
    if submission.content is None:
        link = _checked_link(submission.link)
        document = SubmitEvidence(
            title=submission.title.strip() or link,
            file_name="",
            digest=None,
            size=None,
            link=link,
            indicators=indicators,
            items=items,
            document=submission.document,
        )
        refuse_unless_fit(ports, edition, year, document)
        return document
    name = _readable(submission.file_name)
    inspected: list[SubmitEvidence] = []

    def inspect(incoming: BinaryIO, deposit: Deposit) -> None:
        refuse_erased(deposit.digest, erased)
        document = SubmitEvidence(
            title=submission.title.strip() or name,
            file_name=name,
            digest=deposit.digest,
            size=deposit.size,
            media_type=accepted_type(ports.evidence_policy, incoming, name),
            indicators=indicators,
            items=items,
            document=submission.document,
        )
        refuse_unless_fit(ports, edition, year, document)
        inspected.append(document)

    with _opened(submission.content) as source:
        checked = cast("BinaryIO", _Checked(source, submission.content))
        ports.vault.put(checked, ports.evidence_policy.largest, inspect)
    return inspected[0]


def coverage(
    edition: Edition, indicators: Iterable[str], items: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the indicators and items that evidence is for, each once, the items' indicators among them.

    Raises:
        InputError: ``unknown-indicator`` or ``unknown-item``.
    """
    refuse_text(indicators, "indicators")
    refuse_text(items, "items")
    named = tuple(edition.item(one) for one in dict.fromkeys(items))
    supported = [edition.indicator(one).id for one in indicators] + [item.indicator for item in named]
    return tuple(dict.fromkeys(supported)), tuple(item.id for item in named)


def cover_with_evidence(
    ports: Ports,
    evaluation_id: EvaluationId,
    evidence: str,
    indicators: Iterable[str],
    items: Iterable[str],
    by: str,
) -> Evaluation:
    """Let a document that was submitted before serve more indicators or items; it never serves less afterwards.

    An indicator that it covers whole stays covered whole, though one of its items is named; and one of which it covered
    some items only is covered by all of them.

    Raises:
        InputError: an indicator, item or evidence id is unknown, or none is named.
        RecordError: ``evidence-gone`` or ``already-determined``.
    """
    edition = pinned_edition(ports.log, load(ports.log, evaluation_id).edition_digest)
    supported, covered = coverage(edition, indicators, items)
    if not supported:
        raise InputError("evidence-without-indicator")
    whole = set(supported) - {edition.item(one).indicator for one in covered}

    def command(evaluation: Evaluation) -> CoverWithEvidence:
        before = evaluation.evidence.get(evidence)
        by_item = {edition.item(one).indicator for one in before.items} if before else set[str]()
        wholly = set(before.indicators) - by_item if before else set[str]()
        return CoverWithEvidence(
            evidence=evidence,
            indicators=supported,
            items=(
                *(one for one in covered if edition.item(one).indicator not in wholly),
                *(one.id for one in edition.items if one.indicator in whole & by_item),
            ),
        )

    return record(ports, evaluation_id, by, command)


def refuse_unless_fit(ports: Ports, edition: Edition, year: int, document: SubmitEvidence) -> None:
    """Refuse what a plugin's check speaks against.

    Raises:
        InputError: ``evidence-refused``.
        RulesError: ``evidence-check-failed`` or ``plugin-answer-wrong``.
    """
    facts = EvidenceFacts(
        edition=edition,
        year=year,
        indicators=document.indicators,
        title=document.title,
        file_name=document.file_name,
        size=document.size or 0,
        digest=document.digest or "",
        effective=document.document.effective,
        submitted=ports.clock().date(),
        items=document.items,
        media_type=document.media_type or "",
        link=document.link or "",
        document=document.document,
    )
    for check in ports.rulebook.evidence_checks():
        for refusal in _refusals(check, facts):
            shown = document.file_name or document.title
            raise InputError("evidence-refused", check=check.id, file=shown, reason=refusal.what)


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


def _checked_link(link: str) -> str:
    """Return an address of the web; anything else would mean something only on the submitter's machine."""
    try:
        parts = urlsplit(link)
        host, named = parts.hostname, "@" in parts.netloc
    except ValueError:
        host, named, parts = None, False, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or named or len(link) > _LONGEST_LINK:
        raise InputError("link-malformed", link=link)
    if not _PLAIN_LINK.fullmatch(link) or _CONTROL.search(link):
        raise InputError("link-malformed", link=link)
    return link


def _readable(file_name: str) -> str:
    """Return the last part of a file name; bytes that are no UTF-8, which a file system may allow, are spelled out."""
    return file_name.replace("\\", "/").rsplit("/", 1)[-1].encode("utf-8", "backslashreplace").decode("utf-8")


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
