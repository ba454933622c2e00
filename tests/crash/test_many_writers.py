"""Many threads and processes on one evaluation: nothing is lost, and each acknowledged command is there once."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from arrangements import attempt, code_of, rulebook_of, small_edition

from spbe_core import Evaluation, Spbe

EDITION = small_edition()
KOTA = "kota-a/2024"
WRITER = """
import io, sys
from spbe_core import Spbe
store, name = sys.argv[1:]
with Spbe.open(store, create=True) as spbe:
    try:
        spbe.open_evaluation("kota-a/2024", agency_name="Kota A", by=name)
        print("opened", flush=True)
    except Exception as error:
        print(error.code, flush=True)
    for number in range(1, 11):
        spbe.assess("kota-a/2024", {str(number): number % 5 + 1}, stage="self", reason=f"{name} {number}", by=name)
        content = io.BytesIO(f"{number % 3}".encode())
        spbe.submit_evidence("kota-a/2024", content, indicators=["1"], title=f"{name} {number}", by=name)
        spbe.evaluations()
        print(name, number, flush=True)
"""


def check(spbe: Spbe, evaluation: str) -> Evaluation:
    """Hold the record against itself: versions without a gap, a clean audit and a list that follows."""
    state = spbe.evaluation(evaluation)
    history = spbe.history(evaluation)
    assert [recorded.version for recorded in history] == list(range(1, state.version + 1))
    assert [recorded.event.at for recorded in history] == sorted(recorded.event.at for recorded in history)
    assert spbe.audit().findings == ()
    assert spbe.rebuild().findings == ()
    (row,) = spbe.evaluations()
    assert row.events == state.version
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


def test_processes_sharing_one_file(tmp_path: Path) -> None:
    """Processes that make the same store, open the same evaluation and write to it end with one store and no loss."""
    store = tmp_path / "spbe.db"
    names = ["a", "b", "c", "d"]
    writers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WRITER, str(store), name], stdout=subprocess.PIPE, text=True
        )
        for name in names
    ]
    said = [writer.communicate()[0].splitlines() for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * 4
    assert Counter(lines[0] for lines in said) == {"opened": 1, "evaluation-already-open": 3}
    acknowledged = Counter(line for lines in said for line in lines[1:])
    assert acknowledged == Counter(f"{name} {number}" for name in names for number in range(1, 11))
    with Spbe.open(store) as spbe:
        state = check(spbe, KOTA)
        reasons = Counter(getattr(one.event, "reason", "-") for one in spbe.history(KOTA))

        assert Counter(one.title for one in state.evidence.values()) == acknowledged
        assert {line: reasons[line] for line in acknowledged} == acknowledged
        assert len({one.digest for one in state.evidence.values()}) == 3
    files = [path for path in (tmp_path / "spbe.vault").rglob("*") if path.is_file()]
    assert len(files) == 3
