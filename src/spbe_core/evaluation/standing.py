"""What stands at a stage: the verdict on every item, and what each indicator's value comes from.

A verdict or value that is not taken up at a stage carries over from the one before (Pedoman MenPANRB 3/2024,
pp. 219, 222).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from spbe_core.evaluation.state import Evaluation, StageScore, StageVerdict, Task
from spbe_core.model.edition import Edition, Item
from spbe_core.model.evidence import Evidence
from spbe_core.model.verdict import LOWER_LEVEL_FAILED, VerdictKind


@attrs.frozen
class ItemStanding:
    """How an item stands.

    Attributes:
        item: which one.
        given: the verdict an assessor gave last, None where nobody has judged it.
        stage: the stage it was given at.
        failed_below: the item of a lower level whose rejection rejects this one as well; None where there is none.
        lost: whether it was accepted on evidence none of which stands any more, so that it must be judged again.
    """

    item: Item
    given: StageVerdict | None
    stage: str | None
    failed_below: Item | None
    lost: bool = False

    @property
    def verdict(self) -> VerdictKind | None:
        """What counts: a rejection below rejects this one too, and what was accepted on evidence that is gone waits."""
        if self.failed_below is not None:
            return "rejected"
        if self.lost:
            return None
        return None if self.given is None else self.given.verdict

    @property
    def code(self) -> str:
        """Why it is not accepted."""
        if self.failed_below is not None:
            return LOWER_LEVEL_FAILED
        return "" if self.given is None else self.given.code


def item_standings(evaluation: Evaluation, edition: Edition, upto: str | None = None) -> tuple[ItemStanding, ...]:
    """Say how every item of the edition stands, in the edition's order.

    Args:
        evaluation: as its events left it.
        edition: the one it pinned.
        upto: last stage to look at, the last of all by default.
    """
    latest = latest_verdicts(evaluation, upto)
    failed: dict[str, Item] = {}
    for item in edition.items:
        if item.id in latest and latest[item.id][1].verdict == "rejected":
            lowest = failed.get(item.indicator)
            if lowest is None or item.level < lowest.level:
                failed[item.indicator] = item
    standings: list[ItemStanding] = []
    for item in edition.items:
        stage, given = latest.get(item.id, (None, None))
        below = failed.get(item.indicator)
        failed_below = below if below and below.level < item.level else None
        standings.append(ItemStanding(item, given, stage, failed_below, _is_lost(evaluation, given)))
    return tuple(standings)


def items_served(evidence: Evidence, edition: Edition) -> Iterator[Item]:
    """Yield the items that a document is evidence for: all of an indicator, unless it names some of them."""
    named = frozenset(evidence.items)
    for indicator in evidence.indicators:
        items = edition.items_of(indicator)
        yield from [one for one in items if one.id in named] or items


def standing_documents(evaluation: Evaluation, edition: Edition) -> Mapping[Task, Sequence[Evidence]]:
    """Return, for every indicator as a whole and for every item, the documents that stand for it; none has no entry.

    All in one pass over the documents, because they may be many and each may serve every item.
    """
    found: defaultdict[Task, list[Evidence]] = defaultdict(list)
    for one in evaluation.evidence.values():
        if one.stands:
            for indicator in one.indicators:
                found[indicator, None].append(one)
            for item in items_served(one, edition):
                found[item.indicator, item.id].append(one)
    return dict(found)


def accepted_undocumented(
    standings: Iterable[ItemStanding], documents: Mapping[Task, Sequence[Evidence]]
) -> tuple[str, ...]:
    """Name the items that are accepted although no document stands for them, as an interview may warrant.

    Args:
        standings: how items stand.
        documents: what stands for each indicator and item.
    """
    return tuple(
        one.item.id
        for one in standings
        if one.verdict == "accepted" and (one.item.indicator, one.item.id) not in documents
    )


@attrs.frozen
class ValueSource:
    """Where an indicator's value comes from.

    Attributes:
        stage: the stage that decided it.
        given: the value an assessor, an import or an outside score gave; None where it rests on verdicts.
    """

    stage: str
    given: StageScore | None

    @property
    def basis(self) -> str:
        """What the value rests on, as the event that records it says."""
        return "rules" if self.given is None else self.given.basis


def value_sources(evaluation: Evaluation, edition: Edition, upto: str | None = None) -> Mapping[str, ValueSource]:
    """Return indicator -> where its value comes from: the latest stage that gave one or judged one of its items.

    At one stage a value that was given stands before one that would follow from verdicts. Where the edition has no
    way from verdicts to a value, or an outside score feeds the indicator, verdicts take no given value away.

    Args:
        evaluation: as its events left it.
        edition: the one it pinned.
        upto: last stage to look at, the last of all by default.
    """
    sources: dict[str, ValueSource] = {}
    has_way = edition.value_policy(None, judged=True) is not None
    for stage in evaluation.stages_upto(upto):
        for verdict in evaluation.verdicts.get(stage, {}).values():
            before = sources.get(verdict.indicator)
            decides = has_way and edition.external(verdict.indicator) is None
            if decides or before is None or before.given is None:
                sources[verdict.indicator] = ValueSource(stage, None)
        for indicator, given in evaluation.scores.get(stage, {}).items():
            if given.basis != "rules":  # which is what the verdicts gave when the stage was closed
                sources[indicator] = ValueSource(stage, given)
    return sources


def taken_over(evaluation: Evaluation, edition: Edition, stage: str) -> Mapping[str, ValueSource]:
    """Return indicator -> the given value that counted before the verdicts of a stage took its place.

    Args:
        evaluation: as its events left it.
        edition: the one it pinned.
        stage: stage id.
    """
    place = evaluation.stages.index(stage)
    if place == 0 or stage not in evaluation.verdicts:
        return {}
    before = value_sources(evaluation, edition, evaluation.stages[place - 1])
    after = value_sources(evaluation, edition, stage)
    return {
        indicator: source
        for indicator, source in before.items()
        if source.given is not None and after[indicator] == ValueSource(stage, None)
    }


def _is_lost(evaluation: Evaluation, given: StageVerdict | None) -> bool:
    if given is None or given.verdict != "accepted" or not given.evidence:
        return False
    return not any(one in evaluation.evidence and evaluation.evidence[one].stands for one in given.evidence)


def latest_verdicts(evaluation: Evaluation, upto: str | None) -> Mapping[str, tuple[str, StageVerdict]]:
    """Return item -> the verdict that was given last, up to a stage, and the stage it was given at."""
    return {
        item: (stage, given)
        for stage in evaluation.stages_upto(upto)
        for item, given in evaluation.verdicts.get(stage, {}).items()
    }
