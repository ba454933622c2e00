"""Deriving the read models anew and comparing them, byte for byte, with what the store holds."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

import attrs

from spbe_core.errors import StoreError
from spbe_core.model.finding import Finding
from spbe_core.ports import EventLog, ReadModel
from spbe_core.projections.evaluations import project


@attrs.frozen
class Rebuilt:
    """What a rebuild found.

    Attributes:
        events: events read.
        rows: rows derived.
        findings: rows that differed from what the store held, and histories that cannot be read.
    """

    events: int
    rows: int
    findings: tuple[Finding, ...]


def rebuild(log: EventLog, model: ReadModel) -> Rebuilt:
    """Fold the whole log again, without any plugin, compare and put the result in the model's place.

    What cannot be read is named, and the model then follows the log up to there.
    """
    history = list(log.stored())
    fresh = project(history, {})
    findings = [
        Finding("audit-unreadable", {"id": stream, "reason": problem.words()}, "difference")
        for stream, problem in fresh.unreadable.items()
    ]
    try:
        upto, held = _followed(model)
    except StoreError as problem:
        if problem.code != "list-position-unreadable":
            raise
        findings.append(Finding("rebuild-position-unreadable", problem.parameters, "difference"))
        upto, held = fresh.position or 0, model.rows()
    followed = [stored for stored in history if stored.position <= upto]
    expected = fresh if len(followed) == len(history) else project(followed, {})
    findings += [
        Finding("rebuild-row-differs", {"id": key}, "difference")
        for key in _differing(held, {**expected.rows, **expected.beyond})
        if key not in expected.unreadable
    ]
    model.clear()
    if fresh.position is not None:
        model.advance(0, fresh.position, fresh.rows)
    return Rebuilt(len(history), len({**fresh.rows, **fresh.beyond}), tuple(findings))


def list_differences(log: EventLog, model: ReadModel) -> Iterator[Finding]:
    """Say which rows of a model are not what follows from the log up to where the model followed it.

    Raises:
        StoreError: an event that the model followed, or the model, cannot be read.
    """
    upto, held = _followed(model)
    expected = project(takewhile(lambda stored: stored.position <= upto, log.stored()), {})
    for problem in expected.unreadable.values():
        raise problem
    if upto != (expected.position or 0):
        yield Finding("list-position-wrong", {"position": upto, "last": expected.position or 0}, "difference")
    for key in _differing(held, expected.rows):
        yield Finding("list-row-differs", {"id": key}, "difference")


def _differing(held: Mapping[str, bytes], expected: Mapping[str, bytes]) -> Sequence[str]:
    return [key for key in sorted(held.keys() | expected.keys()) if held.get(key) != expected.get(key)]


def _followed(model: ReadModel) -> tuple[int, Mapping[str, bytes]]:
    """Return position and rows that belong together, also while another process moves the model on."""
    while True:
        position, rows = model.position(), model.rows()
        if model.position() == position:
            return position, rows
