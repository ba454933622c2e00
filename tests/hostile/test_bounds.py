"""Inputs made to exhaust a reader are read or refused within limits that the system itself holds."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from hostile.targets import TARGETS

MEMORY: Final = 1 << 30
SECONDS: Final = 100
BYTES: Final = int(os.environ.get("SPBE_TEST_HOSTILE_BYTES", "1000000"))
"""Of an input; the environment ``fuzz`` takes the largest that is read at all."""


@pytest.mark.skipif(sys.platform == "win32", reason="the limits of a process are POSIX")
@pytest.mark.parametrize("target", TARGETS)
def test_hostile_inputs_are_refused_within_bounds(target: str) -> None:
    """A reader neither dies of an input nor fills the machine with it; what went wrong is named last."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "hostile.exhausting", target, str(BYTES), str(MEMORY), str(SECONDS)],
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
