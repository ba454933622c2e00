"""One row per evaluation: what a list shows without folding every history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Final

import attrs
import msgspec

from spbe_core.errors import StoreError
from spbe_core.events import (
    EvaluationOpened,
    EvaluationReopened,
    Event,
    ResultDetermined,
    StageClosed,
    edition_stream,
)
from spbe_core.model.canonical import canonical_json
from spbe_core.model.exact import exact, rounded_text
from spbe_core.people.roster import STREAM
from spbe_core.ports import StoredEvent

_EDITIONS: Final = edition_stream("sha256:")


@attrs.frozen(kw_only=True)
class EvaluationRow:
    """An evaluation in a list.

    Attributes:
        id: ``AGENCY/YEAR``.
        stages: stages of its process.
        closed: stages that are closed.
        decree: decree of the determined result, None while there is none.
        index: published index of the stage closed last or the result; None where it was incomplete, and after
            reopening until a stage is closed again.
        exact_index: the same without loss.
        grade: grade that goes with it.
        events: number of events.
    """

    id: str
    agency: str
    agency_name: str
    year: int
    edition: str
    process: str
    stages: tuple[str, ...]
    closed: tuple[str, ...]
    decree: str | None
    index: str | None
    exact_index: str | None
    grade: str | None
    events: int
    opened_at: datetime
    changed_at: datetime

    @property
    def open_stage(self) -> str | None:
        """The earliest stage that is not closed, None once the result is determined or all are closed."""
        if self.decree is not None:
            return None
        return next((stage for stage in self.stages if stage not in self.closed), None)


@attrs.frozen(kw_only=True)
class UnreadableRow:
    """An evaluation in a list whose history cannot be read to its end; what it came to is not known.

    Attributes:
        id: ``AGENCY/YEAR``, or whatever name the history has.
        readable: number of events before the first one that cannot be read.
        problem: why that one cannot.
    """

    id: str
    readable: int
    problem: StoreError

    @property
    def agency(self) -> str:
        """The agency that the id names."""
        return self.id.partition("/")[0]


@attrs.frozen
class Projected:
    """What follows from a stretch of the log.

    Attributes:
        position: of the last event before the first one of an evaluation that cannot be read; None where there is none.
        rows: rows that changed up to there, which may be kept.
        beyond: rows that changed after it, which may not: who keeps them with a later position has passed by damage.
        unreadable: stream -> why it cannot be read on; that of the people and those of editions change no row.
    """

    position: int | None
    rows: Mapping[str, bytes]
    beyond: Mapping[str, bytes]
    unreadable: Mapping[str, StoreError]


def is_evaluation(stream: str) -> bool:
    """Say whether a stream is neither an edition's nor that of the people."""
    return stream != STREAM and not stream.startswith(_EDITIONS)


def project(log: Iterable[StoredEvent], rows: Mapping[str, bytes]) -> Projected:
    """Return the rows that a stretch of the log changes; a history changes nothing after its first unreadable event.

    Args:
        log: events in order.
        rows: the rows so far, by evaluation id.
    """
    changed: dict[str, EvaluationRow] = {}
    kept: dict[str, EvaluationRow] | None = None
    unreadable: dict[str, StoreError] = {}
    position: int | None = None
    for stored in log:
        key = stored.stream
        if key not in unreadable:
            try:
                row = _next(stored, changed, rows, stored.event())
            except StoreError as problem:
                unreadable[key] = problem
                if kept is None and is_evaluation(key):
                    kept = dict(changed)
            else:
                if row is not None:
                    changed[key] = row
        if kept is None:
            position = stored.position
    safe = changed if kept is None else kept
    beyond = {key: row for key, row in changed.items() if row is not safe.get(key)}
    return Projected(position, _bytes(safe), _bytes(beyond), unreadable)


def read_row(key: str, row: bytes) -> EvaluationRow:
    """Read a row back.

    Raises:
        StoreError: ``list-unreadable``.
    """
    try:
        return msgspec.json.decode(row, type=EvaluationRow)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as problem:
        raise StoreError("list-unreadable", id=key) from problem


def _next(
    stored: StoredEvent, changed: Mapping[str, EvaluationRow], rows: Mapping[str, bytes], event: Event
) -> EvaluationRow | None:
    """Return the row after an event; None for what belongs to no evaluation.

    Raises:
        StoreError: ``event-out-of-place`` or ``history-gap`` where no reader of the history would come to a state.
    """
    key = stored.stream
    if not is_evaluation(key):
        return None
    if isinstance(event, EvaluationOpened):
        if stored.version != 1 or key != f"{event.agency}/{event.year}":
            raise StoreError("event-out-of-place", topic=stored.topic)
        return _opened(key, event)
    row = changed.get(key)
    if row is None and key in rows:
        row = read_row(key, rows[key])
    if row is None or row.events >= stored.version:  # the rows may be those of a process that was faster
        return None
    if row.events + 1 < stored.version:
        raise StoreError("history-gap", stream=key, version=row.events + 1)
    return _after(row, event)


def _bytes(rows: Mapping[str, EvaluationRow]) -> Mapping[str, bytes]:
    return {key: canonical_json(attrs.asdict(row)) for key, row in rows.items()}


def _opened(key: str, event: EvaluationOpened) -> EvaluationRow:
    return EvaluationRow(
        id=key,
        agency=event.agency,
        agency_name=event.agency_name,
        year=event.year,
        edition=event.edition,
        process=event.process,
        stages=event.stages,
        closed=(),
        decree=None,
        index=None,
        exact_index=None,
        grade=None,
        events=1,
        opened_at=event.at,
        changed_at=event.at,
    )


def _after(row: EvaluationRow, event: Event) -> EvaluationRow:
    row = attrs.evolve(row, events=row.events + 1, changed_at=event.at)
    if isinstance(event, EvaluationReopened):
        kept = tuple(takewhile(lambda stage: stage != event.stage, row.stages))
        closed = tuple(stage for stage in row.closed if stage in kept)
        return attrs.evolve(row, closed=closed, decree=None, index=None, exact_index=None, grade=None)
    if isinstance(event, StageClosed):
        row = attrs.evolve(row, closed=(*row.closed, event.stage))
    elif isinstance(event, ResultDetermined):
        row = attrs.evolve(row, decree=event.decree)
    else:
        return row
    index = None if event.card.index is None else rounded_text(exact(event.card.index), event.card.places)
    return attrs.evolve(row, index=index, exact_index=event.card.index, grade=event.card.grade)
