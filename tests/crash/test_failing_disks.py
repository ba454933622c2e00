"""A disk that is full, fails or writes in part: an error of the store with a code, nothing lost, and work goes on."""

import errno
import re
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest
from disk import CRASHES, REFUSALS, What, Writers, chance, chosen_moments, hold
from life import life

from spbe_core import Spbe

ERRORS = (errno.EIO, errno.ENOSPC)


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("what", [What.FAIL_ONCE, What.FAIL_TORN], ids=lambda what: what.name)
def test_a_call_that_fails_once(tmp_path: Path, writers: Writers, what: What, error: int) -> None:
    """The command is refused, the same open store goes on, and the life ends as if nothing had been."""
    title = f"{what.name} {errno.errorcode[error]}"
    for moment in chosen_moments(writers, tmp_path, title, {"write"} if what is What.FAIL_TORN else ()):
        outcome = writers(moment.folder, moment.seed, what=what, at=moment.at, error=error)

        assert outcome.ended == {moment.seed: 0}, moment
        assert outcome.done == {moment.seed: len(life(moment.seed))}, moment
        hold(moment.folder, outcome)


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
def test_a_disk_that_fails_from_then_on(tmp_path: Path, writers: Writers, error: int) -> None:
    """Every command is refused and none acknowledged; with another disk the work goes on from there."""
    for moment in chosen_moments(writers, tmp_path, f"FAIL_ON {errno.errorcode[error]}"):
        outcome = writers(moment.folder, moment.seed, what=What.FAIL_ON, at=moment.at, error=error)

        assert outcome.ended == {moment.seed: 0}, moment
        hold(moment.folder, outcome)


def test_a_write_in_part_is_completed(tmp_path: Path, writers: Writers) -> None:
    """A system may write less than asked and say so; the rest is written then, and nobody notices."""
    for moment in chosen_moments(writers, tmp_path, "SHORT", {"write"}):
        outcome = writers(moment.folder, moment.seed, what=What.SHORT, at=moment.at)

        assert not outcome.refused, (moment, outcome.refused)
        assert outcome.done == {moment.seed: len(life(moment.seed))}
        hold(moment.folder, outcome)


def test_the_command_line(tmp_path: Path, writers: Writers) -> None:
    """Exit 3 and one line with a code; the document is on record whole or not at all, and can be sent again."""
    dice = chance("command line")
    folder, document, store = tmp_path / "s", tmp_path / "sk.txt", tmp_path / "s" / "data" / "s.db"

    def run(*arguments: str, what: What = What.NOTHING, at: int = 0, error: int = 0) -> tuple[int, str]:
        outcome = writers(folder, 0, what=what, at=at, error=error, command=["--store", str(store), *arguments])
        return outcome.ended[0], (tmp_path / "s.said-2").read_text("utf-8")

    add = ("evidence", "add", "kota/2024", str(document), "-i", "1")
    document.write_text("Surat keputusan")
    assert run("init") == (0, "")
    assert run("open", "kota/2024", "--name", "Kota") == (0, "")
    codes: Counter[str] = Counter()
    for number in range(CRASHES):
        document.write_text(f"Surat keputusan {number}")
        with Spbe.open(store) as spbe:
            before = len(spbe.evaluation("kota/2024").evidence)
        what = dice.choice([What.FAIL_ONCE, What.FAIL_ON, What.FAIL_TORN, What.KILL_BEFORE, What.KILL_AFTER])
        code, said = run(*add, what=what, at=dice.randint(1, 60), error=dice.choice(ERRORS))
        found = re.fullmatch(r"spbe: \[([a-z-]+)\] [^\n]+\n", said)
        with Spbe.open(store) as spbe:
            added = len(spbe.evaluation("kota/2024").evidence) - before

            assert spbe.audit().findings == ()
            assert code in {0, 3, -signal.SIGKILL}, said
            assert (code == 3) == (found is not None), said
            assert found is None or found[1] in REFUSALS
            assert added == 1 if code == 0 else added in {0, 1}
        codes[found[1] if found else str(code)] += 1
        assert run(*add) == (0, "")
    sys.stdout.write(f"command line: {CRASHES} times: {dict(codes)}\n")
