"""One row per evaluation: what a list shows without folding every history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import takewhile

import attrs
import msgspec

from spbe_core.errors import StoreError
from spbe_core.events import (
    EvaluationOpened,
    EvaluationReopened,
    Event,
    ResultDetermined,
    StageClosed,
)
from spbe_core.model.canonical import canonical_json
from spbe_core.model.exact import exact, rounded_text
from spbe_core.ports import Recorded


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


def project(log: Iterable[Recorded], rows: Mapping[str, bytes]) -> tuple[Mapping[str, bytes], int | None]:
    """Return the rows that a stretch of the log changes, and the position of its last event.

    Args:
        log: events in order.
        rows: the rows so far, by evaluation id.
    """
    changed: dict[str, EvaluationRow] = {}
    position: int | None = None
    for recorded in log:
        position = recorded.position
        key = recorded.stream
        if isinstance(recorded.event, EvaluationOpened):
            changed[key] = _opened(key, recorded.event)
            continue
        row = changed.get(key)
        if row is None and key in rows:
            row = read_row(key, rows[key])
        if row is not None:
            changed[key] = _after(row, recorded.event)
    return {key: canonical_json(attrs.asdict(row)) for key, row in changed.items()}, position


def read_row(key: str, row: bytes) -> EvaluationRow:
    """Read a row back.

    Raises:
        StoreError: ``list-unreadable``.
    """
    try:
        return msgspec.json.decode(row, type=EvaluationRow)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as problem:
        raise StoreError("list-unreadable", id=key) from problem


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
