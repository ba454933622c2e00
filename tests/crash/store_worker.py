"""A process that holds a store open and does what it is told over its pipes, one command after the other."""

import pickle
import sys
from io import BytesIO
from operator import attrgetter
from typing import Any

from arrangements import Ticking, judged_edition, ladder_rulebook

from spbe_core import Spbe, SpbeError


def main() -> None:
    """Read ``(name, arguments, named, now)`` and write ``(answer, error, now)``, until the other side is gone."""
    commands, answers = sys.stdin.buffer, sys.stdout.buffer
    clock, rulebook = Ticking(), ladder_rulebook(judged_edition())
    spbe: Any = None
    while True:
        try:
            name, arguments, named, clock.now = pickle.load(commands)  # noqa: S301 - from the test itself
        except EOFError:
            return
        answer, error = None, None
        try:
            if name == "open":
                spbe = Spbe.open(*arguments, **named, rulebook=rulebook, clock=clock)
            else:
                answer = attrgetter(name)(spbe)(*arguments, **named)
        except SpbeError as caught:
            error = caught
        if hasattr(answer, "read"):
            with answer:
                answer = BytesIO(answer.read())
        pickle.dump((answer, error, clock.now), answers)
        answers.flush()


if __name__ == "__main__":
    main()
