"""Items get their verdicts and indicators their values."""

from typing import ClassVar

import attrs

from spbe_core.events.event import Event
from spbe_core.model.verdict import VerdictKind


@attrs.frozen(kw_only=True)
class ItemJudged(Event):
    """An assessor gave a verdict on an item at a stage.

    Attributes:
        code: why it was not accepted; empty where it was.
        reason: why, in the assessor's words.
        evidence: ids of the documents it was judged on.
        basis: ``assessor`` where somebody judged it here, ``import`` where the verdict came with a whole evaluation.
        objection: id of the objection it follows from; None where it follows from none.
    """

    TOPIC: ClassVar[str] = "spbe:item-judged"

    stage: str
    item: str
    indicator: str
    verdict: VerdictKind
    code: str
    reason: str
    evidence: tuple[str, ...]
    basis: str = "assessor"
    objection: str | None = None


@attrs.frozen(kw_only=True)
class IndicatorScored(Event):
    """An indicator was given a value at a stage.

    Attributes:
        value: exact text.
        previous: the value it had at this stage before, None if none.
        basis: what the value rests on: ``assessor`` (a person's judgement), ``rules`` (the verdicts on its items),
            ``external`` (a score published elsewhere) or ``import``.
        reason: why, in the assessor's words; for an external score where it was published; empty where it follows
            from verdicts.
        edition_digest: digest of the edition whose rules accepted the value.
        external_score: the published score that the value was converted from, exact text.
        value_policy: id of the edition's way from verdicts to values, where the value rests on verdicts.
        objection: id of the objection it follows from; None where it follows from none.
    """

    TOPIC: ClassVar[str] = "spbe:indicator-scored"
    VERSION: ClassVar[int] = 2

    stage: str
    indicator: str
    value: str
    previous: str | None
    basis: str
    reason: str
    edition_digest: str
    external_score: str | None
    value_policy: str | None = None
    objection: str | None = None
