"""Thousands of changes behind the back of a store, each held against a checkpoint that was kept outside.

What a change means is decided by plain SQLite. Whatever changes the meaning is found, and the first bad event is named;
what changes none raises no alarm. ``SPBE_TEST_TAMPERINGS`` says how many, ``SPBE_TEST_TAMPERING_REPORT`` where the
figures by kind are written.
"""

import os
import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from spbe_cli.published import take_through
from tamperings import KINDS, Meaning, Store, rewrite_level
from terminal import Terminal

from spbe_core import Spbe
from spbe_core.ledger.signed_note import SignerKey
from spbe_core.library import installed_rules

CHANGES = int(os.environ.get("SPBE_TEST_TAMPERINGS", "40"))
SEED = int(os.environ.get("SPBE_TEST_TAMPERING_SEED", "2026"))
REPORT = os.environ.get("SPBE_TEST_TAMPERING_REPORT")


@attrs.frozen
class Kept:
    """What is kept outside: a checkpoint and the key that checks it."""

    note: str
    public: str


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[Store, Kept]]:
    """The store of the demonstration, copies of it from earlier times, and a checkpoint of its end."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as outside:
        file = Path(folder) / "s.db"
        older: list[bytes] = []
        with Spbe.open(file, create=True) as spbe:
            for published in (one for one in installed_rules().published_results() if one.final):
                with closing(sqlite3.connect(file)) as database:
                    older.append(database.serialize())
                take_through(spbe, published, Path(outside))
            spbe.evaluations()
            key = SignerKey.create("inspektorat")
            note = Path(outside) / "titik.txt"
            note.write_text(key.sign(str(spbe.ledger.checkpoint(key.name))), "utf-8")
        yield Store.of(file, older[1:]), Kept(str(note), str(key.verifier))


def first_bad(before: Meaning, after: Meaning) -> int | None:
    """The number of the first event that is not what it was, or is gone."""
    for place, event in enumerate(before.events):
        if after.events[place : place + 1] != (event,):
            return place + 1
    return None


def judge(before: Meaning, after: Meaning | None, code: int, said: str) -> str:
    """Say what a verification had to find and did, or fail."""
    if after is None:
        assert code in {1, 3}, said
        return "damage found"
    bad = first_bad(before, after)
    if not after.sound and code == 3:
        return "damage found"
    if bad is not None:
        assert code == 1, said
        assert f"ke-{bad} " in said, said
        return "first bad event named"
    if (after.histories, after.listed, after.documents) != (before.histories, before.listed, before.documents):
        assert code in ({1} if after.sound else {1, 3}), said
        return "other change found"
    assert code in {0, 3}, said
    return "no meaning changed" if code == 0 else "damage without meaning"


def test_random_changes(demo: tuple[Store, Kept], terminal: Terminal) -> None:
    """Each kind of change at random places; kinds that always change the meaning never pass as untouched."""
    store, kept = demo
    chance = random.Random(SEED)  # noqa: S311 - the same changes in every run
    store.restore()
    before = store.meaning()
    assert before is not None
    assert before.sound
    names = list(KINDS)
    found: Counter[tuple[str, str]] = Counter()
    weights = [weight for _, weight in KINDS.values()]
    tried = [*names, *chance.choices(names, weights, k=max(0, CHANGES - len(names)))]
    try:
        for place, name in enumerate(tried):
            store.restore()
            KINDS[name][0](store, chance)
            after = store.meaning()
            code, out, err = terminal(
                "ledger", "verify", "--checkpoint", kept.note, "--key", kept.public, "--store", str(store.file),
                store=False,
            )  # fmt: skip
            found[name, judge(before, after, code, f"{place} {name}: exit {code}: {out}{err}")] += 1
    finally:
        if REPORT:
            lines = [f"{number:6} {name}: {outcome}\n" for (name, outcome), number in sorted(found.items())]
            Path(REPORT).write_text(f"{found.total()} changes\n{''.join(lines)}", "utf-8")
    store.restore()
    harmless = {"single byte of the file", "stream edited", "version edited", "nothing of meaning"}
    assert {name for name, outcome in found if outcome == "no meaning changed"} <= harmless


def test_a_consistent_rewriting_is_found_by_nothing_but_a_checkpoint(
    demo: tuple[Store, Kept], terminal: Terminal
) -> None:
    """An audit of the rewritten record finds no difference; the checkpoint names the level that was changed."""
    store, kept = demo
    store.restore()
    rewrite_level(store, random.Random(1))  # noqa: S311
    with Spbe.open(store.file) as spbe:
        assert spbe.audit().differences == ()
    code, out, _ = terminal(
        "ledger", "verify", "--checkpoint", kept.note, "--key", kept.public, "--store", str(store.file), store=False
    )
    store.restore()

    assert (code, "bukan lagi seperti yang dicatat" in out) == (1, True)
