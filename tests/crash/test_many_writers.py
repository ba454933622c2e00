"""Many threads and processes on one evaluation: nothing is lost, and each acknowledged command is there once."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from io import BytesIO
from itertools import groupby
from pathlib import Path

import pytest
from arrangements import attempt, code_of, rulebook_of, small_edition
from postgres import free_schema, needs_postgres

from spbe_core import Evaluation, Spbe
from spbe_core.events import EvaluationReopened, EvidenceSubmitted, EvidenceWithdrawn, IndicatorScored, StageClosed
from spbe_core.ports import Recorded

EDITION = small_edition()
WRITERS = 16
ROUNDS = int(os.environ.get("SPBE_TEST_ROUNDS", "1"))
"""How often each writer gives its commands; the environment ``concurrency`` has them go on for longer."""


def check(spbe: Spbe, evaluation: str) -> Evaluation:
    """Hold the record against itself: versions without a gap, a clean audit and a list that follows."""
    state = spbe.evaluation(evaluation)
    history = spbe.history(evaluation)
    assert [recorded.version for recorded in history] == list(range(1, state.version + 1))
    assert [recorded.event.at for recorded in history] == sorted(recorded.event.at for recorded in history)
    assert spbe.audit().findings == ()
    assert spbe.rebuild().findings == ()
    assert {row.id: row.events for row in spbe.evaluations()}[evaluation] == state.version
    return state


@pytest.mark.parametrize("store", ["memory:", "sqlite"])
def test_threads_sharing_one_store(tmp_path: Path, store: str) -> None:
    """Eight threads assess, submit, read and list at once; every command they were told had worked is in the record."""
    address = str(tmp_path / "spbe.db") if store == "sqlite" else store
    with Spbe.open(address, create=True, rulebook=rulebook_of(EDITION)) as spbe:
        spbe.open_evaluation("kota-a/2030", agency_name="Kota A")

        def work(worker: int) -> None:
            for number in range(8):
                name = f"{worker}-{number}"
                indicator = str(1 + (worker + number) % 5)
                spbe.assess("kota-a/2030", {indicator: 1 + number % 5}, stage="self", reason=name)
                spbe.submit_evidence("kota-a/2030", BytesIO(name.encode()), indicators=[indicator], title=name)
                assert spbe.evaluations()[0].events >= 2 * number
                assert name in {one.title for one in spbe.evaluation("kota-a/2030").evidence.values()}
                spbe.card("kota-a/2030")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        state = check(spbe, "kota-a/2030")
        names = Counter(f"{worker}-{number}" for worker in range(8) for number in range(8))
        reasons = Counter(getattr(one.event, "reason", None) for one in spbe.history("kota-a/2030"))

        assert Counter(one.title for one in state.evidence.values()) == names
        assert {name: reasons[name] for name in names} == names
        assert state.version == 1 + 2 * 64


def test_racing_threads_close_a_stage_once(tmp_path: Path) -> None:
    """Of threads that close the same stage at once one succeeds and the others are told that it is closed."""
    with Spbe.open(tmp_path / "spbe.db", create=True, rulebook=rulebook_of(EDITION)) as spbe:
        spbe.open_evaluation("kota-a/2030", agency_name="Kota A")
        with ThreadPoolExecutor(6) as pool:
            outcomes = list(pool.map(lambda _: attempt(spbe.close_stage, "kota-a/2030", "self"), range(6)))

        assert Counter(code_of(error) for _, error in outcomes) == {None: 1, "stage-closed": 5}
        assert check(spbe, "kota-a/2030").version == 2


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=needs_postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a store that can be made, and of its vault."""
    with free_schema() if request.param == "postgres" else nullcontext(str(tmp_path / "spbe.db")) as store:
        yield store, str(tmp_path / "vault")


@pytest.mark.parametrize("evaluations", [["kota-a/2024"], [f"kota-{letter}/2024" for letter in "abcdef"]], ids=len)
def test_processes_sharing_one_store(place: tuple[str, str], tmp_path: Path, evaluations: list[str]) -> None:
    """Sixteen processes make the same store and write to one evaluation or to several, at the same time.

    Every command they were told had worked is recorded, once and whole; of those refused there is nothing; and no
    command worked in a state that does not allow it. Who follows the log meanwhile misses no event.
    """
    said = tmp_path / "said.json"
    script = [sys.executable, "-W", "error", str(Path(__file__).with_name("writers.py"))]
    with said.open("wb") as target:
        command = [*script, *place, str(WRITERS), str(ROUNDS), *evaluations]
        writers = subprocess.Popen(command, stdout=target)
    followed = follow(place, writers)
    assert writers.wait() == 0
    answers = [answer for writer in json.loads(said.read_bytes()) for answer in writer]
    refusals = Counter(code for _, _, code in answers if code is not None)

    assert set(refusals) <= {
        "evaluation-already-open", "evidence-gone", "unknown-evidence", "stage-closed", "stage-not-closed",
        "store-conflict",
    }  # fmt: skip
    assert refusals["evaluation-already-open"] == (WRITERS - 1) * len(evaluations)
    with Spbe.open(place[0], vault=place[1]) as spbe:
        histories = {evaluation: spbe.history(evaluation) for evaluation in evaluations}
        for evaluation, history in histories.items():
            check(spbe, evaluation)
            recorded = [name for name, _ in groupby(history, key=lambda one: one.event.by)]
            assert Counter(recorded) == Counter(name for of, name, code in answers if of == evaluation and code is None)
            assert_allowed(history)
            evidence = [one.event.evidence for one in history if isinstance(one.event, EvidenceSubmitted)]
            assert evidence == [f"E{number}" for number in range(1, len(evidence) + 1)]
        assert followed == [one.position for one in spbe._ports.log.stored()]
        assert spbe.ledger.checkpoint("x").size == len(followed) == 1 + sum(map(len, histories.values()))
    assert len([path for path in (tmp_path / "vault").rglob("*") if path.is_file()]) <= 3


def follow(place: tuple[str, str], writers: subprocess.Popen[bytes]) -> list[int]:
    """Read what is new in the log again and again while the writers work, and once more when they have ended."""
    positions: list[int] = []
    spbe: Spbe | None = None
    while spbe is None:
        spbe, _ = attempt(partial(Spbe.open, place[0], vault=place[1]))
        assert spbe is not None or writers.poll() is None
    with spbe:
        at_work = True
        while at_work:
            at_work = writers.poll() is None
            positions += [one.position for one in spbe._ports.log.stored(after=max(positions, default=0))]
    return positions


def assert_allowed(history: Sequence[Recorded]) -> None:
    """Go through a history with the few rules that these commands can break, written down once more."""
    closed, standing = False, set[str]()
    for event in (recorded.event for recorded in history[1:]):
        if isinstance(event, IndicatorScored | StageClosed):
            assert not closed
        if isinstance(event, StageClosed | EvaluationReopened):
            assert closed is isinstance(event, EvaluationReopened)
            closed = not closed
        if isinstance(event, EvidenceSubmitted):
            standing.add(event.evidence)
        if isinstance(event, EvidenceWithdrawn):
            standing.remove(event.evidence)
