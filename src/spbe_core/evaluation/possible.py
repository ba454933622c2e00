"""Whether an event could have followed the state before it: what ``decide`` would never have let happen.

Folding takes events as they are, since history must be readable whatever is in it. An audit asks this as well, so
that an event added, moved or changed from outside does not pass for one that the library recorded.
"""

from collections.abc import Iterator
from typing import Final

from spbe_core.errors import SpbeError
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import (
    ContentErased,
    EvaluationOpened,
    Event,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    IndicatorScored,
    ItemJudged,
    ObjectionAnswered,
    ObjectionRaised,
    ResultDetermined,
    StageClosed,
    WorkAssigned,
)
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact

_GIVEN: Final = frozenset({"assessor", "import", "external"})
"""What a value may rest on besides verdicts."""

_BEFORE_DETERMINATION: Final = (
    EvidenceSubmitted,
    EvidenceCoverageAdded,
    EvidenceWithdrawn,
    WorkAssigned,
    ItemJudged,
    IndicatorScored,
    StageClosed,
    ResultDetermined,
)


def impossibilities(state: Evaluation | None, event: Event, stream: str, edition: Edition) -> Iterator[str]:
    """Say in what respects an event cannot have happened where it stands.

    Args:
        state: the evaluation before the event, None at its beginning.
        event: what is said to have happened next.
        stream: name of the history it lies in.
        edition: the edition the evaluation pinned.

    Yields:
        The code of each respect: ``time``, ``name``, ``process``, ``determined``, ``import``, ``stage``, ``value``,
        ``item``, ``objection`` or ``evidence``.
    """
    if state is None:
        if isinstance(event, EvaluationOpened):
            yield from _opening(event, stream, edition)
        return
    if event.at < state.changed_at:
        yield "time"
    if state.result is not None and isinstance(event, _BEFORE_DETERMINATION):
        yield "determined"
    yield from _judging(state, event, edition)
    yield from _proceeding(state, event, edition)
    yield from _submitting(state, event)


def _judging(state: Evaluation, event: Event, edition: Edition) -> Iterator[str]:
    if not isinstance(event, IndicatorScored | ItemJudged | StageClosed):
        return
    if state.result is None and not state.may_assess(event.stage):
        yield "stage"
    if isinstance(event, IndicatorScored | ItemJudged) and event.basis == "import" and event.by != state.importer:
        yield "import"
    if isinstance(event, IndicatorScored) and not (_on_scale(event, edition) and _follows(state, event)):
        yield "value"
    if isinstance(event, ItemJudged):
        if not _is_item(event, edition):
            yield "item"
        if not state.evidence.keys() >= {*event.evidence}:
            yield "evidence"


def _proceeding(state: Evaluation, event: Event, edition: Edition) -> Iterator[str]:
    match event:
        case ResultDetermined():
            if state.open_stages():
                yield "stage"
            if state.unanswered():
                yield "objection"
        case ObjectionRaised():
            if event.stage not in state.closed or event.objection in state.objections:
                yield "objection"
            if not state.evidence.keys() >= {*event.evidence}:
                yield "evidence"
        case WorkAssigned() if all(event.indicator != one.id for one in edition.indicators):
            yield "item"
        case ObjectionAnswered() if state.objections[event.objection].answer is not None:
            yield "objection"
        case _:
            pass


def _submitting(state: Evaluation, event: Event) -> Iterator[str]:
    match event:
        case EvidenceSubmitted():
            if event.evidence != f"E{len(state.evidence) + 1}":
                yield "evidence"
        case EvidenceCoverageAdded() | EvidenceSuperseded() | EvidenceWithdrawn():
            if not state.evidence[event.evidence].stands:
                yield "evidence"
        case ContentErased() if all(one.digest != event.digest for one in state.evidence.values()):
            yield "evidence"
        case _:
            pass


def _opening(event: EvaluationOpened, stream: str, edition: Edition) -> Iterator[str]:
    if f"{event.agency}/{event.year}" != stream:
        yield "name"
    known = {process.id: process.stages for process in edition.processes}
    optional = tuple(stage for stage in event.stages if any(one.id == stage and one.optional for one in edition.stages))
    if known.get(event.process) != event.stages or optional != event.optional_stages or event.edition != edition.id:
        yield "process"


def _on_scale(event: IndicatorScored, edition: Edition) -> bool:
    try:
        edition.indicator(event.indicator)
        if event.basis == "rules":  # shares of items need not be round
            return edition.scale.minimum <= exact(event.value) <= edition.scale.maximum
        value = edition.scale.check(exact(event.value))
        if event.external_score is None:
            return event.basis != "external"
        if event.basis == "assessor":
            return False
        external = edition.external(event.indicator)
        return external is not None and external.convert(exact(event.external_score)) == value
    except SpbeError:
        return False


def _follows(state: Evaluation, event: IndicatorScored) -> bool:
    """Whether a value says rightly what was before it and under which edition, and rests on what it says it does."""
    given = state.scores.get(event.stage, {}).get(event.indicator)
    if event.previous != (None if given is None else given.value) or event.edition_digest != state.edition_digest:
        return False
    judged = (one.indicator == event.indicator for one in state.verdicts.get(event.stage, {}).values())
    return event.basis in _GIVEN or (event.basis == "rules" and any(judged))


def _is_item(event: ItemJudged, edition: Edition) -> bool:
    try:
        return edition.item(event.item).indicator == event.indicator
    except SpbeError:
        return False
