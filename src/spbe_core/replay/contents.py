"""Reading documents again: whether each still has the digest it was submitted with."""

from collections.abc import Iterator

from spbe_core.errors import SpbeError
from spbe_core.events import EvidenceSubmitted
from spbe_core.model.finding import Finding
from spbe_core.ports import EvidenceVault


def content_differences(vault: EvidenceVault, evaluation: object, event: EvidenceSubmitted) -> Iterator[Finding]:
    """Say what is wrong with the content of a document; a link has none.

    Args:
        vault: where it lies.
        evaluation: id of the evaluation, for the reader.
        event: its submission.
    """
    if event.digest is None:
        return
    facts: dict[str, object] = {"id": evaluation, "evidence": event.evidence, "digest": event.digest}
    try:
        intact = vault.verify(event.digest)
    except SpbeError:
        yield Finding("audit-content-unreadable", facts, "difference")
        return
    if intact is None:
        yield Finding("audit-content-missing", facts, "difference")
    elif not intact:
        yield Finding("audit-content-changed", facts, "difference")
