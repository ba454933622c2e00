"""A writer that is killed at any moment loses nothing it had acknowledged and leaves nothing half-written."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("seed", range(6))
def test_acknowledged_events_survive_a_kill(tmp_path: Path, seed: int) -> None:
    """Two writers on one evaluation, one killed at a random moment; then the record is whole and work goes on."""
    store = tmp_path / "s.db"
    with Spbe.open(store, create=True) as spbe:
        spbe.open_evaluation("kota/2024", agency_name="Kota")
    command = [sys.executable, "-c", WRITER, str(store)]
    victim = subprocess.Popen([*command, "victim"], stdout=subprocess.PIPE, text=True)
    other = subprocess.Popen([*command, "other"], stdout=subprocess.PIPE, text=True)
    time.sleep(0.2 + random.Random(seed).random())  # noqa: RUF100, S311
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
