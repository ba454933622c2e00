"""What every event log must do. An adapter's test class inherits it and provides the fixture ``log``."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from arrangements import refused

from spbe_core import ConcurrencyError
from spbe_core.events import EvidenceSuperseded
from spbe_core.ports import Append, EventLog

START = datetime(2024, 1, 1, tzinfo=UTC)


def fact(number: int) -> EvidenceSuperseded:
    """Return an event that can be told from others by its number."""
    at = START + timedelta(microseconds=number)
    return EvidenceSuperseded(at=at, by="á \U0001f642", evidence=f"E{number}", successor="x", extra={"later": [number]})


def numbers(log: EventLog, stream: str) -> list[int]:
    """Return the numbers of a stream's events, in order."""
    return [recorded.event.extra["later"][0] for recorded in log.stream(stream)]


class EventLogContract:
    @pytest.fixture
    def log(self) -> EventLog:
        """Return an empty log; the adapter's test class says of which kind."""
        raise NotImplementedError

    def test_events_come_back_as_they_were(self, log: EventLog) -> None:
        """A stream gives its events in order, equal to those appended, with versions from 1."""
        events = [fact(number) for number in range(3)]
        log.append(Append("a", 0, events[:2]))
        log.append(Append("a", 2, events[2:]))
        recorded = list(log.stream("a"))

        assert [one.event for one in recorded] == events
        assert [(one.stream, one.version) for one in recorded] == [("a", 1), ("a", 2), ("a", 3)]

    def test_a_stream_never_written_is_empty(self, log: EventLog) -> None:
        """Reading what is not there gives nothing and is no error."""
        assert list(log.stream("nobody")) == []
        assert list(log.all()) == []

    @pytest.mark.parametrize("name", ["a/2024", "a%", "a'b", 'a"b', "a b", "á", "edition/sha256:00"])
    def test_streams_are_told_apart_by_their_whole_name(self, log: EventLog, name: str) -> None:
        """A name is taken as it is: no pattern, no quoting, no case folding."""
        log.append(Append(name, 0, [fact(1)]), Append(name.upper(), 0, [fact(2)]), Append(name + "x", 0, [fact(3)]))

        assert [numbers(log, one) for one in (name, name.upper(), name + "x")] == [[1], [2], [3]]

    def test_the_whole_log_is_in_the_order_of_appending(self, log: EventLog) -> None:
        """Reading all gives every stream's events as they were appended, at positions that only grow."""
        for number in range(6):
            stream = "ab"[number % 2]
            log.append(Append(stream, number // 2, [fact(number)]))
        recorded = list(log.all())
        positions = [one.position for one in recorded]

        assert [one.event.extra["later"] for one in recorded] == [[number] for number in range(6)]
        assert [(one.stream, one.version) for one in recorded][-2:] == [("a", 3), ("b", 3)]
        assert positions == sorted(set(positions))
        assert positions[0] >= 1

    def test_streams_are_named_once(self, log: EventLog) -> None:
        """Every stream is named once, in order of its first event, however long the log is."""
        assert list(log.streams()) == []
        log.append(Append("b", 0, [fact(number) for number in range(1200)]), Append("a", 0, [fact(1)]))
        log.append(Append("b", 1200, [fact(2)]), Append("c/2024", 0, [fact(3)]))

        assert list(log.streams()) == ["b", "a", "c/2024"]

    def test_reading_goes_on_behind_a_position(self, log: EventLog) -> None:
        """From behind any position the rest of the log follows, and behind the last nothing."""
        log.append(Append("a", 0, [fact(number) for number in range(10)]))
        recorded = list(log.all())

        for place, one in enumerate(recorded, start=1):
            assert list(log.all(after=one.position)) == recorded[place:]

    @pytest.mark.parametrize("count", [999, 1000, 1001, 2500])
    def test_long_logs_are_read_whole(self, log: EventLog, count: int) -> None:
        """No event is lost or repeated where a long log is read in several goes."""
        log.append(Append("a", 0, [fact(number) for number in range(count)]))
        positions = [one.position for one in log.all()]

        assert numbers(log, "a") == list(range(count))
        assert [one.event.extra["later"][0] for one in log.all()] == list(range(count))
        assert [one.position for one in log.all(after=positions[count // 2])] == positions[count // 2 + 1 :]

    def test_a_stream_that_moved_on_is_a_conflict(self, log: EventLog) -> None:
        """Appending at a version that is already taken is refused and writes nothing."""
        log.append(Append("a", 0, [fact(1), fact(2)]))
        for expected in (0, 1):
            with refused("store-conflict", ConcurrencyError):
                log.append(Append("a", expected, [fact(3), fact(4)]))

        assert numbers(log, "a") == [1, 2]
        assert len(list(log.all())) == 2

    @pytest.mark.parametrize("conflicting", [0, 1, 2])
    def test_several_streams_are_written_all_or_none(self, log: EventLog, conflicting: int) -> None:
        """Where one of the streams has moved on, the others are not written either."""
        log.append(Append("taken", 0, [fact(0)]))
        appends = [Append("a", 0, [fact(1)]), Append("b", 0, [fact(2), fact(3)])]
        appends.insert(conflicting, Append("taken", 0, [fact(4)]))
        with refused("store-conflict", ConcurrencyError):
            log.append(*appends)

        assert [numbers(log, stream) for stream in ("taken", "a", "b")] == [[0], [], []]
        log.append(Append("a", 0, [fact(1)]), Append("b", 0, [fact(2), fact(3)]), Append("taken", 1, [fact(4)]))
        assert [numbers(log, stream) for stream in ("taken", "a", "b")] == [[0, 4], [1], [2, 3]]

    def test_nothing_to_append_is_nothing(self, log: EventLog) -> None:
        """Appending no events changes nothing."""
        log.append()
        log.append(Append("a", 0, []))

        assert list(log.all()) == []

    def test_a_stream_can_be_held_while_others_grow(self, log: EventLog) -> None:
        """Without events an append writes nothing, and refuses all beside it where its stream has moved on."""
        log.append(Append("a", 0, [fact(1)]))
        log.append(Append("a", 1, []), Append("never", 0, []), Append("b", 0, [fact(2)]))
        log.append(Append("a", 1, [fact(3)]))
        with refused("store-conflict", ConcurrencyError):
            log.append(Append("a", 1, []), Append("b", 1, [fact(4)]))
        with refused("store-conflict", ConcurrencyError):
            log.append(Append("b", 1, [fact(4)]), Append("a", 0, []))

        assert [numbers(log, one) for one in ("a", "b", "never")] == [[1, 3], [2], []]

    def test_of_racing_writers_one_wins_each_version(self, log: EventLog) -> None:
        """Threads that all append at the version they saw lose nothing: each acknowledged event is there once."""

        def write(worker: int) -> Sequence[int]:
            acknowledged: list[int] = []
            for place in range(10):
                number = worker * 100 + place
                while True:
                    version = len(list(log.stream("a")))
                    try:
                        log.append(Append("a", version, [fact(number)]), Append(f"own-{worker}", place, [fact(number)]))
                    except ConcurrencyError:
                        continue
                    acknowledged.append(number)
                    break
            return acknowledged

        with ThreadPoolExecutor(4) as pool:
            acknowledged = [number for numbers in pool.map(write, range(4)) for number in numbers]

        assert sorted(numbers(log, "a")) == sorted(acknowledged)
        assert len(set(acknowledged)) == 40
        assert [one.version for one in log.stream("a")] == list(range(1, 41))
        assert len({one.position for one in log.all()}) == 80
