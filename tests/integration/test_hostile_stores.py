"""What somebody who may write the database plants in it to mislead, exhaust or break a verification."""

import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from terminal import EVALUATION, Terminal

from spbe_core import Spbe
from spbe_core.ledger.checkpoint import Checkpoint

SCHEMA = "PRAGMA writable_schema = ON;"
FORGED = """
    SELECT {rowid}, originator_id, max(originator_version) + 1, topic, state FROM spbe_event WHERE rowid > 3
    GROUP BY originator_id
"""
HIDING_VIEW = f"""
    ALTER TABLE spbe_event RENAME TO asli;
    CREATE VIEW spbe_event AS SELECT * FROM asli UNION ALL {FORGED.format(rowid="NULL").replace("spbe_event", "asli")};
"""
"""Without a place in the log, the forged event is seen by who asks for the history, and by no walk through the log."""

FORGED_INDEX = f"""
    CREATE TABLE lain (rowid INTEGER PRIMARY KEY, a TEXT, b INTEGER, c, d, UNIQUE (a, b));
    INSERT INTO lain SELECT * FROM spbe_event WHERE rowid <> 20;
    {SCHEMA}
    UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_lain_1')
    WHERE name = 'sqlite_autoindex_spbe_event_1';
    DELETE FROM sqlite_schema WHERE tbl_name = 'lain';
"""
"""The index by which a history is found no longer knows event 20; the rows themselves are untouched."""

GARBAGE = "INSERT INTO spbe_event VALUES (9999, x'ff', 'satu', x'fe', 'teks')"
TRIGGER = "CREATE TRIGGER sqlite_stat1 AFTER INSERT ON spbe_event BEGIN DELETE FROM spbe_event WHERE rowid = 12; END"


@pytest.fixture
def store(evaluation: Terminal) -> Terminal:
    """A terminal whose store has a closed stage, with a key and a checkpoint kept beside it."""
    assert evaluation("stage", "close", EVALUATION, "self")[0] == 0
    assert evaluation("list")[0] == 0
    key = str(evaluation.folder / "kunci")
    assert evaluation("keys", "create", key, "--name", "inspektorat", store=False)[0] == 0
    assert evaluation("ledger", "checkpoint", "--key", key, "--out", str(evaluation.folder / "titik"))[0] == 0
    return evaluation


def execute(store: Terminal, statements: str) -> None:
    """Change the database by plain SQLite."""
    with closing(sqlite3.connect(store.store, isolation_level=None)) as database:
        database.executescript(statements)


def verify(store: Terminal) -> tuple[int, str]:
    public = store("keys", "public", str(store.folder / "kunci"), store=False)[1].strip()
    code, out, err = store("ledger", "verify", "--checkpoint", str(store.folder / "titik"), "--key", public)
    return code, out + err


@pytest.mark.parametrize(
    ("statements", "code", "said"),
    [
        (f"INSERT INTO spbe_event {FORGED.format(rowid=0)}", 1, "ke-1 "),
        (f"INSERT INTO spbe_event {FORGED.format(rowid=-(1 << 63))}", 1, "ke-1 "),
        (HIDING_VIEW, 3, "[store-planted]"),
        (FORGED_INDEX, 3, "[store-corrupt]"),
        (f"{SCHEMA} INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_stat1', 'spbe_event', 0, '{TRIGGER}')",
         3, "[store-planted]"),
        (f"{SCHEMA} UPDATE sqlite_schema SET sql = replace(sql, 'id TEXT', 'id TEXT COLLATE NOCASE')", 3,
         "[store-planted]"),
        ("DROP TABLE spbe_event; CREATE VIRTUAL TABLE spbe_event USING fts5(originator_id, topic, state)", 3,
         "[store-planted]"),
        ("DROP TABLE spbe_event", 3, "[store-"),
        ("DROP TABLE spbe_read_model", 1, "no such table"),
        ("UPDATE spbe_event SET state = zeroblob(15 << 20) WHERE rowid = 7", 1, "ke-7 "),
        ("UPDATE spbe_event SET state = zeroblob(17 << 20) WHERE rowid = 7", 3, "[store-corrupt]"),
        ("UPDATE spbe_event SET topic = printf('%.*c', 9 << 20, 'x') WHERE rowid = 7", 1, "ke-7 "),
        ("UPDATE spbe_read_model_row SET row = zeroblob(17 << 20)", 1, "too big"),
        ("UPDATE spbe_read_model SET position = x'ff'", 1, "tidak dapat dibandingkan"),
        ("UPDATE spbe_read_model SET position = 1 << 62", 1, "spbe replay --rebuild"),
        ("UPDATE spbe_read_model_row SET key = x'00'", 1, "spbe replay --rebuild"),
        (GARBAGE, 0, "1 peristiwa dicatat sesudahnya"),
        (f"{GARBAGE}; UPDATE spbe_read_model SET position = 9999", 1, "tidak terbaca"),
    ],
    ids=[
        "a place below the first", "the lowest place there is", "a view that hides", "an index that hides",
        "a trigger named like SQLite's own", "names that match more", "a virtual table", "no events",
        "no read model", "a large event", "an absurd event", "an absurd topic", "an absurd row", "a position in bytes",
        "a position far ahead", "a key in bytes", "garbage behind the checkpoint", "a list of garbage",
    ],
)  # fmt: skip
def test_what_is_planted_is_found(store: Terminal, statements: str, code: int, said: str) -> None:
    """Found by a declared error or as the first bad event, and never an error that nobody declared."""
    assert verify(store)[0] == 0
    execute(store, statements)
    found, told = verify(store)

    assert found == code, told
    assert said in told


def test_a_forged_index_would_have_misled(store: Terminal) -> None:
    """The attack is one: a reader of the history misses what a walk through the log still has."""
    execute(store, FORGED_INDEX)
    with closing(sqlite3.connect(store.store)) as database:
        (walked,) = database.execute("SELECT count(topic) FROM spbe_event WHERE rowid > 0").fetchone()
        by_stream = "SELECT count(topic) FROM spbe_event WHERE originator_id = ?"
        (read,) = database.execute(by_stream, [EVALUATION]).fetchone()

    assert walked == read + 2  # the edition's registration, and the event that is hidden


@pytest.mark.parametrize("place", ["before", "behind"])
def test_a_flood_of_events_needs_no_memory(store: Terminal, place: str) -> None:
    """Verification keeps a hash for each event of the checkpoint and nothing of what was added."""
    checkpoint = None
    with Spbe.open(store.store) as spbe:
        checkpoint = spbe.ledger.checkpoint("x")
        quiet = peak(store.store, checkpoint)
    sign = "-" if place == "before" else "1000 +"
    execute(
        store,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        f" INSERT INTO spbe_event SELECT {sign} i, 'banjir', i, topic, state FROM n, spbe_event WHERE rowid = 12",
    )
    flooded = peak(store.store, checkpoint)

    assert flooded < quiet + 4_000_000
    assert verify(store)[0] == (1 if place == "before" else 0)


def peak(store: Path, checkpoint: Checkpoint) -> int:
    """Bytes of memory that a verification takes at its most."""
    tracemalloc.start()
    try:
        with Spbe.open(store) as spbe:
            spbe.ledger.verify(checkpoint)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
