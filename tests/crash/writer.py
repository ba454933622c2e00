"""The program that is killed. It reads jobs, forks one process for each life in a job, and says what became of it.

A forked process is as good a victim as a fresh one, and starts a hundred times as fast. What it says goes to the
same pipe, one line at a time, each only after the call it speaks of returned.
"""

import ctypes
import json
import os
import select
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from life import life, sit_down, steps_done
from spbe_cli.main import run

from spbe_core import SpbeError
from spbe_core.library import installed_rules

SAID = 1
PATIENCE = 3
"""How often a step that was refused is tried again before the writer gives up."""


def say(**members: Any) -> None:
    os.write(SAID, json.dumps(members).encode() + b"\n")


def live(folder: Path, seed: int, done: int, *, look: bool) -> None:
    """Live a life from a step on; whatever is refused is looked up and, where it is not on record, done again.

    Args:
        folder: of the store.
        seed: of the life.
        done: steps that earlier writers were told had worked.
        look: look the first step up as well, since an earlier writer may have died over it.
    """
    desk, refusals, doubtful = None, 0, look
    while done < len(life(seed)) and refusals <= PATIENCE:
        try:
            desk = desk or sit_down(folder)
            if doubtful:
                done, doubtful = steps_done(desk, seed, done), False
                say(life=seed, done=done, file=None)
            while done < len(life(seed)):
                desk.clock.set(done)
                answer = life(seed)[done](desk)
                done += 1
                refusals = 0
                say(life=seed, done=done, file=answer if isinstance(answer, str) else None)
                if done == len(life(seed)) // 2:  # everything is flushed into the main file when the last one leaves
                    leaving, desk = desk, None
                    leaving.spbe.close()
                    desk = sit_down(folder)
        except SpbeError as error:
            refusals, doubtful = refusals + 1, True
            say(life=seed, refused=error.code, words=error.what("en"))
            if refusals > 1 and desk is not None:  # as the remedy says: look at the disk, and start again
                desk.spbe.close()
                desk = None
        except BaseException:  # noqa: BLE001 - it is told, and fails the test
            refusals, doubtful = refusals + 1, True
            say(life=seed, escaped=traceback.format_exc())
    if desk is not None:
        desk.spbe.close()


def command(folder: Path, arguments: list[str]) -> None:
    """Run the command line once, with what it says in files."""
    for stream in (1, 2):
        descriptor = os.open(f"{folder}.said-{stream}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, stream)
    os._exit(run(arguments))


def child(job: dict[str, Any], seed: int) -> None:
    folder = Path(job["folder"])
    journal = -1
    if job.get("journal"):
        journal = os.open(job["journal"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    disk = ctypes.CDLL(None)
    disk.disk_arm(os.fsencode(folder), job["what"], job["at"], job["error"], journal, SAID)
    if "command" in job:
        command(folder, job["command"])
    live(folder, seed, job["done"].get(str(seed), 0), look=job.get("look", False))
    say(life=seed, calls=disk.disk_count())


def main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        if "command" in job:
            installed_rules().editions()  # before forking, since reading them takes longer than all the rest
        writers = {}
        for seed in job["lives"]:
            process = os.fork()
            if process == 0:
                try:
                    child(job, seed)
                except BaseException:  # noqa: BLE001
                    say(life=seed, escaped=traceback.format_exc())
                finally:
                    os._exit(0)
            writers[process] = seed
        if job["kill_after"] is not None:
            select.select([], [], [], job["kill_after"])
            for process in list(writers)[: job["victims"]]:
                os.kill(process, signal.SIGKILL)
        for process, seed in writers.items():
            _, status = os.waitpid(process, 0)
            say(life=seed, ended=os.waitstatus_to_exitcode(status))
        say(over=True)


if __name__ == "__main__":
    main()
