"""Holding a document against the policy on evidence before it is stored."""

from typing import BinaryIO, Final

from spbe_core.content.media_type import media_type_of
from spbe_core.content.remarks import content_remarks
from spbe_core.errors import InputError
from spbe_core.model.evidence_policy import EvidencePolicy, Remark

_REFUSALS: Final[dict[Remark, str]] = {
    "archive-bomb": "evidence-archive-bomb",
    "encrypted": "evidence-encrypted",
    "macro": "evidence-macro",
    "nested-archive": "evidence-nested-archive",
}


def accepted_type(policy: EvidencePolicy, content: BinaryIO, file_name: str) -> str:
    """Return the media type of a document that the policy takes.

    Args:
        policy: what is taken.
        content: seekable.
        file_name: the name it came with.

    Raises:
        InputError: ``evidence-empty``, ``evidence-type-refused``, ``evidence-archive-bomb``, ``evidence-encrypted``,
            ``evidence-macro`` or ``evidence-nested-archive``.
    """
    content.seek(0)
    if not content.read(1):
        raise InputError("evidence-empty", file=file_name)
    for remark in content_remarks(content):
        if remark in policy.refused:
            raise InputError(_REFUSALS[remark], file=file_name)
    media_type = media_type_of(content, file_name)
    if policy.media_types is not None and media_type not in policy.media_types:
        taken = ", ".join(sorted(policy.media_types))
        raise InputError("evidence-type-refused", file=file_name, media_type=media_type, taken=taken)
    return media_type
