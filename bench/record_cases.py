"""The record: appending events to SQLite, and reading and folding them again."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

from histories import START, History, histories, scored
from raw_sqlite import RawSqlite, Row
from timing import Measure, Program

from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import Event, encode, topic_of
from spbe_core.ports import Append
from spbe_core.storage.sqlite import SqliteStore


def append(folder: Path, stack: ExitStack, commands: int, batch: int) -> Iterator[Measure]:
    """Append a command's event by itself, and many at once; the baseline is handed the finished bytes."""
    store = stack.enter_context(closing(SqliteStore(folder / "append.db", create=True)))
    raw = stack.enter_context(closing(RawSqlite(folder / "append_raw.db", create=True)))
    names = (f"kab-{number}/2024" for number in count())

    def one_by_one(events: Sequence[Event]) -> Callable[[], None]:
        def run() -> None:
            name = next(names)
            for version, event in enumerate(events):
                store.log.append(Append(name, version, (event,)))

        return run

    def raw_one_by_one(events: Sequence[Event]) -> Callable[[], None]:
        stored = _stored(events)

        def run() -> None:
            name = next(names)
            for version, (topic, state) in enumerate(stored, start=1):
                raw.insert([(name, version, topic, state)])

        return run

    def at_once(events: Sequence[Event]) -> Callable[[], None]:
        return lambda: store.log.append(Append(next(names), 0, events))

    def raw_at_once(events: Sequence[Event]) -> Callable[[], None]:
        stored = _stored(events)

        def run() -> None:
            name = next(names)
            rows: list[Row] = [(name, version, topic, state) for version, (topic, state) in enumerate(stored, start=1)]
            raw.insert(rows)

        return run

    single, many = _events(commands), _events(batch)
    yield Measure(
        "append, one event a commit",
        "event",
        Program("spbe", commands, one_by_one(single)),
        (Program("raw sqlite3 insert", commands, raw_one_by_one(single)),),
    )
    yield Measure(
        f"append, {batch} events a commit",
        "event",
        Program("spbe", batch, at_once(many)),
        (Program("raw sqlite3 insert", batch, raw_at_once(many)),),
    )


def folding(folder: Path, stack: ExitStack, evaluations: int) -> Iterator[Measure]:
    """Read and fold every evaluation, by stream and in one pass of the log."""
    made = list(histories(evaluations))
    store = stack.enter_context(closing(SqliteStore(folder / "fold.db", create=True)))
    for history in made:
        store.log.append(Append(history.stream, 0, history.events))
    raw = stack.enter_context(closing(RawSqlite(folder / "fold.db", create=False)))
    total = sum(len(history.events) for history in made)

    def by_stream() -> list[Evaluation | None]:
        return [fold(recorded.event for recorded in store.log.stream(history.stream)) for history in made]

    def in_one_pass() -> list[Evaluation | None]:
        events: defaultdict[str, list[Event]] = defaultdict(list)
        for recorded in store.log.all():
            events[recorded.stream].append(recorded.event)
        return [fold(stream) for stream in events.values()]

    if by_stream() != in_one_pass():
        raise SystemExit("the two ways of reading disagree, so comparing their times means nothing")
    yield Measure(
        f"fold {evaluations} streams of {len(made[0].events)}",
        "event",
        Program("spbe", total, by_stream),
        (
            Program("raw sqlite3 scan, no fold", total, lambda: [raw.stream(history.stream) for history in made]),
            _stock(folder, stack, made, total),
        ),
    )
    yield Measure(
        f"fold the whole log of {total}",
        "event",
        Program("spbe", total, in_one_pass),
        (Program("raw sqlite3 scan, no fold", total, raw.all),),
    )


def _stock(folder: Path, stack: ExitStack, made: Sequence[History], total: int) -> Program:
    from stock_aggregate import StockStore  # importing it patches dataclasses, so only when it is measured

    stock = stack.enter_context(closing(StockStore(folder / "stock.db")))
    ids = stock.record(made)
    folded = stock.fold(ids[0])
    expected = fold(made[0].events)
    if expected is None or {stage: set(given) for stage, given in folded.scores.items()} != {
        stage: set(given) for stage, given in expected.scores.items()
    }:
        raise SystemExit("the stock aggregate holds other facts, so comparing their times means nothing")
    return Program("stock eventsourcing aggregate", total, lambda: [stock.fold(one) for one in ids])


def _events(number: int) -> list[Event]:
    return [scored("self", str(place % 47 + 1), START) for place in range(number)]


def _stored(events: Sequence[Event]) -> list[tuple[str, bytes]]:
    return [(topic_of(event), encode(event)) for event in events]
