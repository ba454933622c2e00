"""Reading documents again: whether each still has the digest it was submitted with, or was erased on the record."""

from collections.abc import Iterator

from spbe_core.errors import SpbeError
from spbe_core.events import ContentErased, Event, EvidenceSubmitted
from spbe_core.model.finding import Finding
from spbe_core.ports import EvidenceVault


class Erasures:
    """Which documents' contents were erased after they came, known while a history is read in its order."""

    def __init__(self) -> None:
        self._submitted: dict[tuple[str, str], list[str]] = {}
        self._erased: dict[tuple[str, str], tuple[ContentErased, bool]] = {}

    def take(self, evaluation: str, event: Event | None) -> None:
        """Take the next event of an evaluation into account."""
        if isinstance(event, EvidenceSubmitted) and event.digest is not None:
            self._submitted.setdefault((evaluation, event.digest), []).append(event.evidence)
        elif isinstance(event, ContentErased):
            self._erase(evaluation, event, later=False)

    def take_later(self, evaluation: str, event: ContentErased) -> None:
        """Take an erasure into account that no checkpoint covers."""
        self._erase(evaluation, event, later=True)

    def remark(self, evaluation: str, document: str) -> tuple[str, ContentErased] | None:
        """Return the code of the remark on a document that was erased, and the event; None where it was not."""
        found = self._erased.get((evaluation, document))
        if found is None:
            return None
        event, later = found
        return "verify-content-erased-since" if later else "audit-content-erased", event

    def _erase(self, evaluation: str, event: ContentErased, *, later: bool) -> None:
        for document in self._submitted.get((evaluation, event.digest), ()):
            self._erased.setdefault((evaluation, document), (event, later))


def left_out(contents: int) -> tuple[Finding, ...]:
    """Say that the documents of a record were not read, where there are any."""
    return (Finding("contents-left-out", {"count": contents}),) if contents else ()


def content_findings(
    vault: EvidenceVault, evaluation: str, event: EvidenceSubmitted, erasures: Erasures
) -> Iterator[Finding]:
    """Say what is wrong with the content of a document, and remark that it was erased; a link has none.

    A vault that as a whole cannot be read is no finding about any document.

    Args:
        vault: where it lies.
        evaluation: id of the evaluation, for the reader.
        event: its submission.
        erasures: what the record knows to be erased.

    Raises:
        StoreError: the vault cannot be read.
    """
    if event.digest is None:
        return
    facts: dict[str, object] = {"id": evaluation, "evidence": event.evidence, "digest": event.digest}
    try:
        intact = vault.verify(event.digest)
    except SpbeError:
        vault.check()
        yield Finding("audit-content-unreadable", facts, "difference")
        return
    remark = erasures.remark(evaluation, event.evidence)
    if intact is None and remark is not None:
        code, erasure = remark
        yield Finding(code, {**facts, "at": erasure.at, "by": erasure.by, "ground": erasure.ground})
    elif intact is None:
        vault.check()
        yield Finding("audit-content-missing", facts, "difference")
    elif not intact:
        yield Finding("audit-content-changed", facts, "difference")
