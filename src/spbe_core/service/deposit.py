"""Depositing evidence: its content is looked at, and is safe in the vault before anything is recorded."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, cast

from spbe_core.content.policy import accepted_type
from spbe_core.errors import InputError
from spbe_core.evaluation.commands import SubmitEvidence
from spbe_core.evaluation.decisions.requirements import refuse_erased
from spbe_core.model.edition import Edition
from spbe_core.model.link import checked_link
from spbe_core.ports import Deposit, Ports
from spbe_core.service.evidence_checks import refuse_unless_fit
from spbe_core.service.evidence_coverage import coverage
from spbe_core.service.submission import Submission

NOTHING_ERASED: Final[Mapping[str, str]] = MappingProxyType({})


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
        link = checked_link(submission.link)
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
