"""An assessor's verdict on an item."""

from typing import Final, Literal, Self, get_args

import attrs

from spbe_core.errors import InputError

VerdictKind = Literal["accepted", "revise", "rejected"]
VERDICT_KINDS: Final[tuple[VerdictKind, ...]] = get_args(VerdictKind)

REASON_CODES: Final = (
    "absent",
    "incomplete",
    "irrelevant",
    "outdated",
    "unreadable",
    "unsigned",
    "other-agency",
    "other",
)
"""Why an item is not accepted, as an assessor may choose; their words are the messages ``verdict-<code>``."""

LOWER_LEVEL_FAILED: Final = "lower-level-failed"
"""Why an item is rejected without an assessor: a lower level of the same indicator was."""


@attrs.frozen(kw_only=True)
class ItemVerdict:
    """A verdict as an assessor gives it.

    Attributes:
        item: item id.
        verdict: accepted, to be revised, or rejected.
        code: one of :data:`REASON_CODES`; empty where accepted.
        reason: why, in the assessor's words; may be empty where accepted.
        evidence: ids of the documents it was judged on; None for those that stand for the item.
    """

    item: str
    verdict: VerdictKind
    code: str = ""
    reason: str = ""
    evidence: tuple[str, ...] | None = None

    @classmethod
    def read(cls, item: str, verdict: str, code: str = "", reason: str = "") -> Self:
        """Make one of what somebody wrote.

        Raises:
            InputError: ``unknown-verdict``.
        """
        for kind in VERDICT_KINDS:
            if kind == verdict:
                return cls(item=item, verdict=kind, code=code, reason=reason)
        raise InputError("unknown-verdict", verdict=verdict, verdicts=", ".join(VERDICT_KINDS))
