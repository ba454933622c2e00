"""A writer that is killed at any moment loses nothing it had acknowledged and leaves nothing half-written.

``SPBE_TEST_CRASHES`` says how often each kind of end is tried, ``SPBE_TEST_SEED`` which lives and moments.
"""

import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import attrs
import pytest
from disk import CRASHES, What, Writers, chance, chosen_moments, hold

from spbe_core import Spbe

WRITER = """
import io, sys
from spbe_core import Spbe
with Spbe.open(sys.argv[1]) as spbe:
    for number in range(1, 48):
        spbe.assess("kota/2024", {str(number): 3, str(48 - number): 4}, stage="self", reason="x", by=sys.argv[2])
        added = spbe.submit_evidence("kota/2024", io.BytesIO(sys.argv[2].encode() * number), indicators=["1"])
        print(number, len(added.evidence), flush=True)
"""


@pytest.mark.parametrize("what", [What.KILL_BEFORE, What.KILL_AFTER, What.KILL_TORN], ids=lambda what: what.name)
def test_killed_at_a_chosen_call(tmp_path: Path, writers: Writers, what: What) -> None:
    """Before, after or half way through any call that changes the disk, also while the store is being made."""
    for moment in chosen_moments(writers, tmp_path, what.name, {"write"} if what is What.KILL_TORN else ()):
        outcome = writers(moment.folder, moment.seed, what=what, at=moment.at)

        assert outcome.ended == {moment.seed: -signal.SIGKILL}, moment
        hold(moment.folder, outcome)


def test_killed_again_and_again(tmp_path: Path, writers: Writers) -> None:
    """One store, and writer after writer that takes up the work and is killed after a few more calls."""
    dice = chance("again")
    kills, lives = 0, 0
    while kills < CRASHES:
        seed = dice.randrange(10**6)
        folder, done, ended = tmp_path / str(seed), {seed: 0}, None
        files: list[str] = []
        while kills < CRASHES and ended != 0:
            outcome = writers(folder, seed, what=What.KILL_AFTER, at=dice.randint(1, 60), done=done, look=True)
            done, ended = outcome.done, outcome.ended[seed]
            files += outcome.files
            kills += ended != 0
        lives += 1
        hold(folder, attrs.evolve(outcome, files=files))
    sys.stdout.write(f"killed again and again: {kills} times in {lives} lives\n")


def test_killed_among_others(tmp_path: Path, writers: Writers) -> None:
    """At random moments, one or two of three writers on one store; the others end their work."""
    dice = chance("others")
    kills, turns = 0, count()
    while kills < CRASHES:
        turn, victims = next(turns), dice.randint(1, 2)
        lives = [3 * turn, 3 * turn + 1, 3 * turn + 2]
        outcome = writers(tmp_path / str(turn), *lives, kill_after=dice.uniform(0, 0.5), victims=victims)
        assert [outcome.ended[seed] for seed in lives[victims:]] == [0] * (3 - victims)
        # SQLite does not wait for whoever makes or mends the file at that moment, so one may be told to try again.
        assert {code for code, _ in outcome.refused} <= {"store-locked"}
        hold(tmp_path / str(turn), attrs.evolve(outcome, refused=()))
        kills += sum(code == -signal.SIGKILL for code in outcome.ended.values())
    sys.stdout.write(f"killed among others at a random moment: {kills}\n")


@pytest.mark.parametrize("seed", range(1 + CRASHES // 20))
def test_killed_beside_another_on_one_evaluation(tmp_path: Path, seed: int) -> None:
    """Two writers on one evaluation, one killed at a random moment; then the record is whole and work goes on."""
    store = tmp_path / "s.db"
    with Spbe.open(store, create=True) as spbe:
        spbe.open_evaluation("kota/2024", agency_name="Kota")
    command = [sys.executable, "-c", WRITER, str(store)]
    victim = subprocess.Popen([*command, "victim"], stdout=subprocess.PIPE, text=True)
    other = subprocess.Popen([*command, "other"], stdout=subprocess.PIPE, text=True)
    time.sleep(0.2 + chance(f"beside {seed}").random())
    victim.send_signal(signal.SIGKILL)
    acknowledged = (victim.communicate()[0].count("\n"), other.communicate()[0].count("\n"))
    with Spbe.open(store) as spbe:
        scored = [one.event.by for one in spbe.history("kota/2024") if one.event.TOPIC == "spbe:indicator-scored"]
        evidence = spbe.evaluation("kota/2024").evidence

        assert other.returncode == 0
        assert acknowledged[1] == 47
        # Number 24 names one indicator twice, so it makes one event where the others make two.
        assert scored.count("other") == 2 * 47 - 1
        assert scored.count("victim") >= 2 * acknowledged[0] - 1
        assert len(evidence) >= sum(acknowledged)
        assert sorted(evidence) == sorted(f"E{number}" for number in range(1, len(evidence) + 1))
        assert spbe.audit().findings == ()
        assert spbe.rebuild().findings == ()
        spbe.close_stage("kota/2024", "self")
