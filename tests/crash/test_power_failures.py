"""The power fails: what was acknowledged had been flushed, and of the rest any part may have reached the disk."""

import sys
from pathlib import Path

from disk import CRASHES, What, Writers, chance, hold, told
from power import fail, read_journal

LIVES = 1 + min(CRASHES // 3, 20)


def test_power_fails(tmp_path: Path, writers: Writers) -> None:
    """At any moment of a life, also while the store is being made."""
    dice = chance("power")
    for number in range(CRASHES):
        whole = writers.whole_life(number % LIVES)
        asked = whole.asked[: dice.randint(0, len(whole.asked))]
        fail(asked, whole.folder, tmp_path / str(number), dice)
        hold(tmp_path / str(number), told(whole.seed, asked))
    sys.stdout.write(f"power failed: {CRASHES} times\n")


def test_power_fails_after_a_failed_flush(tmp_path: Path, writers: Writers) -> None:
    """A system that failed to flush may forget what it had to write; no later flush brings it back."""
    dice = chance("forgetful")
    for number in range(CRASHES):
        whole = writers.whole_life(number % LIVES)
        folder, journal = tmp_path / str(number), tmp_path / f"{number}.journal"
        at = dice.choice([one.call for one in whole.asked if one.letter == "S"])
        assert writers(folder, whole.seed, what=What.FAIL_ONCE, at=at, journal=str(journal)).ended == {whole.seed: 0}
        asked = list(read_journal(journal))
        failed = next(place for place, one in enumerate(asked) if one.letter == "F")
        asked = asked[: dice.randint(failed, len(asked))]
        fail(asked, folder, tmp_path / f"{number}-remains", dice)
        hold(tmp_path / f"{number}-remains", told(whole.seed, asked))
    sys.stdout.write(f"power failed after a failed flush: {CRASHES} times\n")
