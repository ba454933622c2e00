"""Processes that write to one store at once; run as a script, it prints what each was told had been recorded.

Usage: writers.py STORE VAULT WRITERS ROUNDS EVALUATION...
"""

import io
import json
import multiprocessing
import random
import sys
from collections.abc import Callable
from functools import partial

from spbe_core import Spbe, SpbeError, installed_rules

Answer = tuple[str, str, str | None]
"""Evaluation, the name the command was given in, and the code of its refusal, None where it was acknowledged."""


def write(store: str, vault: str, rounds: int, evaluations: list[str], writer: int) -> list[Answer]:
    """Make or open the store and give commands, each in a name of its own, as fast as they are answered."""
    chance = random.Random(writer)  # noqa: S311 - the same commands in every run
    answers: list[Answer] = []

    def give(command: Callable[..., object], evaluation: str, *arguments: object, **named: object) -> None:
        name = f"w{writer}-{len(answers)}"
        try:
            command(evaluation, *arguments, **named, by=name)
        except SpbeError as error:
            answers.append((evaluation, name, error.code))
        else:
            answers.append((evaluation, name, None))

    with Spbe.open(store, create=True, vault=vault) as spbe:
        for evaluation in evaluations:
            give(spbe.open_evaluation, evaluation, agency_name="Kota")
        for _ in range(rounds):
            evaluation = chance.choice(evaluations)
            levels = {str(chance.randint(1, 47)): chance.randint(1, 5) for _ in range(3)}
            content = io.BytesIO(b"%d" % chance.randint(1, 3))
            give(spbe.assess, evaluation, levels, stage="self", reason="uji")
            give(spbe.submit_evidence, evaluation, content, indicators=["1"], title="SK")
            give(spbe.withdraw_evidence, evaluation, f"E{chance.randint(1, 9)}", reason="salah berkas")
            if chance.random() < 0.3:
                give(spbe.close_stage, evaluation, "self")
            else:
                give(spbe.reopen, evaluation, "self", reason="sanggah")
            spbe.evaluations()
            spbe.card(evaluation)
    return answers


def main() -> None:
    """Fork the writers, so that only one process pays for finding the rules, and wait for what they say."""
    installed_rules().editions()
    store, vault, writers, rounds, *evaluations = sys.argv[1:]
    work = partial(write, store, vault, int(rounds), evaluations)
    with multiprocessing.get_context("fork").Pool(int(writers)) as pool:
        json.dump(pool.map(work, range(int(writers)), chunksize=1), sys.stdout)


if __name__ == "__main__":
    main()
