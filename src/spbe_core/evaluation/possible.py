"""Whether an event could have followed the state before it: what ``decide`` would never have let happen.

Folding takes events as they are, since history must be readable whatever is in it. An audit asks this as well, so
that an event added, moved or changed from outside does not pass for one that the library recorded.
"""

from collections.abc import Iterator

from spbe_core.errors import SpbeError
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import (
    EvaluationOpened,
    Event,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    IndicatorScored,
    ResultDetermined,
    StageClosed,
)
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact


def impossibilities(state: Evaluation | None, event: Event, stream: str, edition: Edition) -> Iterator[str]:
    """Say in what respects an event cannot have happened where it stands.

    Args:
        state: the evaluation before the event, None at its beginning.
        event: what is said to have happened next.
        stream: name of the history it lies in.
        edition: the edition the evaluation pinned.

    Yields:
        The code of each respect: ``time``, ``name``, ``process``, ``determined``, ``stage``, ``value`` or
        ``evidence``.
    """
    if state is None:
        if isinstance(event, EvaluationOpened):
            yield from _opening(event, stream, edition)
        return
    if event.at < state.changed_at:
        yield "time"
    if state.result is not None and isinstance(
        event, IndicatorScored | StageClosed | ResultDetermined | EvidenceSubmitted | EvidenceWithdrawn
    ):
        yield "determined"
    match event:
        case IndicatorScored():
            if state.result is None and not state.may_assess(event.stage):
                yield "stage"
            if not _on_scale(event, edition):
                yield "value"
        case StageClosed() if state.result is None and not state.may_assess(event.stage):
            yield "stage"
        case ResultDetermined() if state.open_stages():
            yield "stage"
        case EvidenceSubmitted() if event.evidence != f"E{len(state.evidence) + 1}":
            yield "evidence"
        case EvidenceSuperseded() | EvidenceWithdrawn() if not state.evidence[event.evidence].stands:
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
        edition.scale.check(exact(event.value))
    except SpbeError:
        return False
    return True
