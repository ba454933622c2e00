"""Two processes on one store, driven by random commands, in turn and at once, and held against the model."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from functools import partial
from itertools import combinations, zip_longest
from pathlib import Path
from typing import Any

from arrangements import ROOT, Ticking, attempt, code_of
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from postgres import free_schema, needs_postgres
from property.test_spbe_machine import EVALUATIONS, STAGES, Model, SpbeMachine, seen

from spbe_core import Evaluation

EXAMPLES = 10 * int(os.environ.get("SPBE_TEST_ROUNDS", "1"))
Planned = tuple[str | None, Callable[[], Evaluation]]


class Worker:
    """A process that can be told to do something without waiting for its answer."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", str(Path(__file__).with_name("store_worker.py"))],
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._commands, self._answers = self._process.stdin, self._process.stdout

    def send(self, *command: object) -> None:
        pickle.dump(command, self._commands)
        self._commands.flush()

    def receive(self, clock: Ticking) -> Any:
        answer, error, now = pickle.load(self._answers)  # noqa: S301 - from the test's own process
        clock.now = max(clock.now, now)
        if error is not None:
            raise error
        return answer

    def close(self) -> None:
        with self._process:
            self._commands.close()


class Both:
    """The store as two processes have it open: each call goes to the one whose turn it is, and the turn passes on."""

    def __init__(self, workers: Sequence[Worker], clock: Ticking) -> None:
        self._workers, self._clock, self._turn = workers, clock, 0
        self._waits = True

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self.call, name)

    @property
    def people(self) -> "_PeopleOf":
        return _PeopleOf(self)

    def call(self, name: str, /, *arguments: object, **named: object) -> Any:
        worker = self._workers[self._turn]
        worker.send(name, arguments, named, self._clock.now)
        if not self._waits:
            return None
        self.pass_on()
        return worker.receive(self._clock)

    def pass_on(self) -> None:
        self._turn = 1 - self._turn

    def at_once(self, *queues: Sequence[Callable[[], object]]) -> list[list[str | None]]:
        """Give each process its commands before any has answered; return the codes of their refusals, by process."""
        self._waits = False
        for pair in zip_longest(*queues):
            for self._turn, command in enumerate(pair):
                if command is not None:
                    command()
        self._waits = True
        return [
            [code_of(attempt(worker.receive, self._clock)[1]) for _ in queue]
            for worker, queue in zip(self._workers, queues, strict=True)
        ]

    def each(self, name: str, /, *arguments: object, **named: object) -> None:
        for _ in self._workers:
            self.call(name, *arguments, **named)

    def close(self) -> None:
        self.each("close")


class _PeopleOf:
    def __init__(self, both: Both) -> None:
        self._both = both

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._both.call, f"people.{name}")


COMMANDS = st.one_of(
    st.tuples(st.just("assess"), st.just("self"), st.fixed_dictionaries({"1": st.integers(1, 5)})),
    st.tuples(st.just("submit"), st.just(b"x"), st.just({"1"}), st.sampled_from([None, "E1"])),
    st.tuples(st.just("close_stage"), st.sampled_from(STAGES[:2])),
    st.tuples(st.just("reopen"), st.sampled_from(STAGES[:2])),
    st.tuples(st.just("withdraw"), st.sampled_from(["E1", "E2"])),
    st.tuples(st.just("open"), st.sampled_from(["pendek", "penuh"])),
    st.tuples(st.just("judge"), st.just("self"), st.just({"I1-L1-01": "accepted"})),
    st.tuples(st.just("object_to"), st.just("self"), st.just("1")),
    st.tuples(st.just("determine")),
)
QUEUES = st.lists(COMMANDS, min_size=1, max_size=4)
Call = tuple[Any, ...]


class TwoProcessMachine(SpbeMachine):
    """Every rule of the machine on alternating processes, and two commands at once."""

    workers: Sequence[Worker]

    def __init__(self) -> None:
        self._planned: list[Planned] | None = None
        self._exit = ExitStack()
        self.store = self._exit.enter_context(self.place())
        super().__init__()

    @contextmanager
    def place(self) -> Iterator[str | None]:
        """Give the address of a store that can be made, None for a file in the machine's own folder."""
        yield None

    def opened_by_nobody(self, *, create: bool) -> Any:
        both = Both(self.workers, self.clock)
        both.each("open", self.store or str(self.folder / "spbe.db"), create=create, vault=str(self.folder / "vault"))
        return both

    def teardown(self) -> None:
        with self._exit:
            super().teardown()

    def give(
        self, evaluation: str, expected: str | None, command: Callable[[], Evaluation], effect: Callable[[], None]
    ) -> bool:
        """Give a command, or while planning only note it and what it would do to the model."""
        if self._planned is None:
            return super().give(evaluation, expected, command, effect)
        if expected is None:
            effect()
        self._planned.append((expected, command))
        return False

    def plan(self, calls: Sequence[Call]) -> tuple[list[Planned], dict[str, Model]]:
        """Return what the model says of calls one after the other, and how it would be afterwards."""
        before, self.models = self.models, deepcopy(self.models)
        self._planned = []
        for name, *arguments in calls:
            getattr(self, name)(*arguments)
        planned, after = self._planned, self.models
        self._planned, self.models = None, before
        return planned, after

    @rule(evaluation=st.sampled_from(EVALUATIONS), first=QUEUES, second=QUEUES)
    def at_once(self, evaluation: str, first: Sequence[Call], second: Sequence[Call]) -> None:
        self.race(evaluation, first, evaluation, second)

    @rule(first=QUEUES, second=QUEUES)
    def at_once_on_two(self, first: Sequence[Call], second: Sequence[Call]) -> None:
        self.race(EVALUATIONS[0], first, EVALUATIONS[1], second)

    def race(self, one: str, first: Sequence[Call], other: str, second: Sequence[Call]) -> None:
        """Whatever two processes do at the same time comes out as in some order of one after the other."""
        queues = [[(name, one, *rest) for name, *rest in first], [(name, other, *rest) for name, *rest in second]]
        found = self.spbe.at_once(*([command for _, command in self.plan(queue)[0]] for queue in queues))  # type: ignore[attr-defined]
        for places in combinations(range(len(first) + len(second)), len(first)):
            owners = [0 if place in places else 1 for place in range(len(first) + len(second))]
            waiting = [iter(queue) for queue in queues]
            planned, after = self.plan([next(waiting[owner]) for owner in owners])
            codes: list[list[str | None]] = [[], []]
            for owner, (code, _) in zip(owners, planned, strict=True):
                codes[owner].append(code)
            if codes == found and self._is(after):
                self.models = after
                return
        raise AssertionError((queues, found))

    def _is(self, models: dict[str, Model]) -> bool:
        return all(seen(self.spbe.evaluation(name)) == seen(model) for name, model in models.items()) and {
            row.id: (row.index is not None, row.grade) for row in self.spbe.evaluations()
        } == {name: (model.shown[0] is not None, model.shown[1]) for name, model in models.items()}

    @rule()
    def let_the_other_begin(self) -> None:
        """Change which process gets the next call."""
        self.spbe.pass_on()  # type: ignore[attr-defined]


SETTINGS = settings(max_examples=EXAMPLES, stateful_step_count=15, phases=[Phase.generate])
"""What two processes do at once does not come again, so there is no use in looking for a smaller example."""


class PostgresMachine(TwoProcessMachine):
    @contextmanager
    def place(self) -> Iterator[str | None]:
        with free_schema() as store:
            yield store


class _WithWorkers:
    """Two processes for all examples of a test: starting one takes longer than most examples."""

    @classmethod
    def setUpClass(cls) -> None:
        TwoProcessMachine.workers = [Worker(), Worker()]

    @classmethod
    def tearDownClass(cls) -> None:
        for worker in TwoProcessMachine.workers:
            worker.close()


class TestOnSqlite(_WithWorkers, TwoProcessMachine.TestCase):  # type: ignore[misc]
    """Two processes on one file."""

    settings = SETTINGS


@needs_postgres
class TestOnPostgres(_WithWorkers, PostgresMachine.TestCase):  # type: ignore[misc]
    """Two processes on one schema."""

    settings = SETTINGS
