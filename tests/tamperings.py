"""Ways of changing a store behind its back, and what plain SQLite says of it afterwards."""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import attrs

from spbe_core import Spbe
from spbe_core.evaluation.fold import evolve
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import IndicatorScored, ResultDetermined, StageClosed, encode
from spbe_core.library import installed_rules
from spbe_core.service.card import recorded_card

Row = tuple[Any, ...]

SCHEMA: Final = "SELECT type, name, tbl_name, sql FROM sqlite_schema"


@attrs.frozen
class Meaning:
    """What a store says, read by plain SQLite and by nothing of the program under test.

    Attributes:
        events: kind and bytes of every column of every event, in order.
        histories: the same by stream and version, as an index finds them.
        listed: the list of evaluations.
        documents: digests whose content is there and has them.
        sound: whether SQLite itself finds nothing wrong and nothing was planted.
    """

    events: tuple[Row, ...]
    histories: tuple[Row, ...]
    listed: tuple[Row, ...]
    documents: frozenset[str]
    sound: bool


@attrs.frozen
class Store:
    """A store to be tampered with, and what it was.

    Attributes:
        file: the database.
        whole: its bytes as they were.
        documents: relative path -> content of the vault as it was.
        older: the database's bytes at earlier times.
        streams: what histories there were.
        schema: the tables and indices it had.
    """

    file: Path
    whole: bytes
    documents: Mapping[str, bytes]
    older: Sequence[bytes]
    streams: Sequence[str]
    schema: frozenset[Row]

    @classmethod
    def of(cls, file: Path, older: Sequence[bytes]) -> "Store":
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            streams = [row[0] for row in database.execute("SELECT DISTINCT originator_id FROM spbe_event")]
            database.text_factory = bytes
            schema = _own(database.execute(SCHEMA).fetchall())
        vault = file.with_suffix(".vault")
        documents = {str(one.relative_to(vault)): one.read_bytes() for one in sorted(vault.rglob("*")) if one.is_file()}
        return cls(file, file.read_bytes(), documents, older, streams, schema)

    @property
    def vault(self) -> Path:
        return self.file.with_suffix(".vault")

    def restore(self) -> None:
        """Put everything back."""
        self.put(self.whole)
        if self.vault_files() != self.documents:
            shutil.rmtree(self.vault)
            for name, content in self.documents.items():
                (self.vault / name).parent.mkdir(parents=True, exist_ok=True)
                (self.vault / name).write_bytes(content)

    def put(self, whole: bytes) -> None:
        """Put a database in its place, with nothing of another left beside it."""
        for beside in self.file.parent.glob(f"{self.file.name}-*"):
            beside.unlink()
        self.file.write_bytes(whole)

    def vault_files(self) -> Mapping[str, bytes]:
        """What is where a document was; a link is not what was there."""
        paths = {name: self.vault / name for name in self.documents}
        return {name: path.read_bytes() for name, path in paths.items() if path.is_file() and not path.is_symlink()}

    def execute(self, statement: str, *values: object) -> None:
        """Change the database by plain SQLite."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = OFF")
            database.executescript(statement) if not values else database.execute(statement, values)

    def rows(self) -> list[Row]:
        with closing(sqlite3.connect(self.file)) as database:
            return database.execute("SELECT * FROM spbe_event ORDER BY rowid").fetchall()

    def meaning(self) -> Meaning | None:
        """Read what the store says; None where SQLite cannot."""
        columns = ("originator_id", "originator_version", "topic", "state")
        told = ", ".join(f"typeof({one}), CAST({one} AS BLOB)" for one in columns)
        event = f"SELECT {told} FROM spbe_event"
        try:
            with closing(sqlite3.connect(f"file:{self.file}?mode=rwc", uri=True)) as database:
                database.text_factory = bytes
                events = database.execute(f"{event} ORDER BY rowid").fetchall()
                by_stream = f"{event} WHERE originator_id = ? ORDER BY originator_version"
                histories = [row for one in self.streams for row in database.execute(by_stream, [one])]
                listed = database.execute("SELECT * FROM spbe_read_model_row").fetchall()
                listed += database.execute("SELECT * FROM spbe_read_model").fetchall()
                schema = database.execute(SCHEMA).fetchall()
                sound = database.execute("PRAGMA integrity_check(1)").fetchone() == (b"ok",)
        except sqlite3.Error:
            return None
        kept = {name for name, content in self.vault_files().items() if name == _place(content)}
        whole = sound and _own(schema) == self.schema
        return Meaning(tuple(events), tuple(histories), tuple(listed), frozenset(kept), whole)


def _own(schema: Sequence[Row]) -> frozenset[Row]:
    """What of a schema was made, and not by SQLite for itself."""
    return frozenset(row for row in schema if not row[1].startswith(b"sqlite_stat"))


def _place(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"{digest[:2]}/{digest[2:]}"


Change = Callable[[Store, random.Random], None]
"""Changes a store; what it changed is for SQLite to say."""


def edit_state(store: Store, chance: random.Random) -> None:
    rowid, *_, state = chance.choice(store.rows())
    place = chance.randrange(len(state))
    bent = state[:place] + bytes([state[place] ^ 1 << chance.randrange(8)]) + state[place + 1 :]
    store.execute("UPDATE spbe_event SET state = ? WHERE rowid = ?", bent, rowid)


def edit_level(store: Store, chance: random.Random) -> None:
    rowid, *_, state = chance.choice([row for row in store.rows() if "indicator-scored" in row[3]])
    level = next(one for one in "12345" if f'"value":"{one}"'.encode() in state) if b'"value":"' in state else "1"
    other = chance.choice([one for one in "12345" if one != level])
    bent = state.replace(f'"value":"{level}"'.encode(), f'"value":"{other}"'.encode())
    store.execute("UPDATE spbe_event SET state = ? WHERE rowid = ?", bent, rowid)


def edit_text(column: str) -> Change:
    """Change one byte of a stream's name or a topic, to whatever, text or not."""

    def change(store: Store, chance: random.Random) -> None:
        row = chance.choice(store.rows())
        found = row[1 if column == "originator_id" else 3].encode()
        place = chance.randrange(len(found))
        bent = found[:place] + bytes([found[place] ^ 1 << chance.randrange(8)]) + found[place + 1 :]
        given = f"UPDATE OR IGNORE spbe_event SET {column} = CAST(? AS TEXT) WHERE rowid = ?"
        store.execute(given, bent, row[0])

    return change


def edit_version(store: Store, chance: random.Random) -> None:
    rowid, _, version, *_ = chance.choice(store.rows())
    given = "UPDATE OR IGNORE spbe_event SET originator_version = ? WHERE rowid = ?"
    store.execute(given, chance.choice([version + 1, version - 1, version + 1000, -version, 0, 1 << 40]), rowid)


def edit_rowid(store: Store, chance: random.Random) -> None:
    rowid = chance.choice(store.rows()[:-1])[0]
    store.execute(
        "UPDATE spbe_event SET rowid = ? WHERE rowid = ?", chance.choice([-rowid, 0, 1 << 40, 999_999]), rowid
    )


def retype(store: Store, chance: random.Random) -> None:
    rowid = chance.choice(store.rows())[0]
    change = chance.choice(
        [
            "state = CAST(state AS TEXT)", "state = 7", "state = x''", "topic = CAST(topic AS BLOB)",
            "originator_id = CAST(originator_id AS BLOB)", "originator_version = originator_version + 0.5",
            "originator_version = 'satu'", "originator_version = x'00'", "topic = x'ff'", "state = 1e999",
        ]
    )  # fmt: skip
    store.execute(f"UPDATE spbe_event SET {change} WHERE rowid = {rowid}")


def delete(store: Store, chance: random.Random) -> None:
    store.execute("DELETE FROM spbe_event WHERE rowid = ?", chance.choice(store.rows())[0])


def swap(store: Store, chance: random.Random) -> None:
    one, other = (row[0] for row in chance.sample(store.rows(), 2))
    moves = ((one, -1), (other, one), (-1, other))
    store.execute(";".join(f"UPDATE spbe_event SET rowid = {to} WHERE rowid = {at}" for at, to in moves))


def insert(store: Store, chance: random.Random) -> None:
    """A well-formed event, next in its history, anywhere before the end."""
    rows = store.rows()
    place = chance.choice([-5, 0, *(row[0] for row in rows)])
    _, stream, _, topic, state = chance.choice(rows)
    version = max(row[2] for row in rows if row[1] == stream) + 1
    moved = -(1 << 30)
    store.execute(
        f"UPDATE spbe_event SET rowid = rowid + {moved} WHERE rowid >= {place} AND {place} > 0;"
        f"UPDATE spbe_event SET rowid = rowid - {moved} + 1 WHERE rowid < {moved // 2}"
    )
    store.execute("INSERT INTO spbe_event VALUES (?, ?, ?, ?, ?)", place, stream, version, topic, state)


def cut_tail(store: Store, chance: random.Random) -> None:
    store.execute("DELETE FROM spbe_event WHERE rowid > ?", chance.choice(store.rows()[:-1])[0])


def rewrite_level(store: Store, chance: random.Random) -> None:
    """All that somebody with the programs can do: another level, every later card computed anew, and the list too."""
    name = chance.choice([one for one in store.streams if not one.startswith("edition/")])
    with Spbe.open(store.file) as spbe:
        edition = spbe.edition_of(name)
        events = [recorded.event for recorded in spbe.history(name)]
    scored = chance.choice([place for place, event in enumerate(events) if isinstance(event, IndicatorScored)])
    state: Evaluation | None = None
    changed: list[tuple[bytes, int]] = []
    for place, recorded in enumerate(events):
        event = recorded
        if place == scored and isinstance(event, IndicatorScored):
            event = attrs.evolve(event, value=chance.choice([one for one in "12345" if one != event.value]))
        if state is not None and isinstance(event, StageClosed | ResultDetermined):
            upto = event.stage if isinstance(event, StageClosed) else None
            event = attrs.evolve(event, card=recorded_card(state, edition, installed_rules(), upto))
        if event != recorded:
            changed.append((encode(event), place + 1))
        state = evolve(state, event)
    with closing(sqlite3.connect(store.file)) as database:
        given = "UPDATE spbe_event SET state = ? WHERE originator_version = ? AND originator_id = ?"
        database.executemany(given, [(*one, name) for one in changed])
        database.commit()
    with Spbe.open(store.file) as spbe:
        spbe.rebuild()


def rewrite_document(store: Store, chance: random.Random) -> None:
    """Another document in the place of one, with its true digest in the vault and in every event."""
    name, content = chance.choice(list(store.documents.items()))
    other = content + chance.randbytes(4)
    (store.vault / name).unlink()
    (store.vault / _place(other)).parent.mkdir(exist_ok=True)
    (store.vault / _place(other)).write_bytes(other)
    old, new = (one.replace("/", "").encode() for one in (name, _place(other)))
    with closing(sqlite3.connect(store.file)) as database:
        for rowid, *_, state in store.rows():
            if old in state:
                given = "UPDATE spbe_event SET state = ? WHERE rowid = ?"
                database.execute(given, (state.replace(old, new), rowid))
        database.commit()


def replay_copy(store: Store, chance: random.Random) -> None:
    store.put(chance.choice(store.older))


def flip_byte(store: Store, chance: random.Random) -> None:
    whole = bytearray(store.whole)
    whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    store.put(bytes(whole))


def cut_file(store: Store, chance: random.Random) -> None:
    store.put(store.whole[: chance.randrange(1, len(store.whole))])


def change_document(store: Store, chance: random.Random) -> None:
    name, content = chance.choice(list(store.documents.items()))
    path = store.vault / name
    path.chmod(0o600)
    way = chance.choice(["edit", "delete", "truncate", "append", "folder"])
    if way == "edit":
        place = chance.randrange(len(content))
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :])
    elif way == "truncate":
        path.write_bytes(content[: chance.randrange(len(content))])
    elif way == "append":
        path.write_bytes(content + b"\n")
    else:
        path.unlink()
        if way == "folder":
            path.mkdir()


def swap_documents(store: Store, chance: random.Random) -> None:
    one, other = chance.sample(sorted(store.documents), 2)
    if chance.random() < 0.5:
        (store.vault / one).unlink()
        (store.vault / one).symlink_to(store.vault / other)
    else:
        (store.vault / one).write_bytes(store.documents[other])
        (store.vault / other).write_bytes(store.documents[one])


def change_list(store: Store, chance: random.Random) -> None:
    """The derived list alone: another grade, garbage, a row more or less, another position."""
    store.execute(
        chance.choice(
            [
                "UPDATE spbe_read_model_row SET row = CAST(replace(row, 'Baik', 'Memuaskan') AS BLOB)",
                "UPDATE spbe_read_model_row SET row = x'00' WHERE key LIKE '%2021'",
                "UPDATE spbe_read_model_row SET row = 7 WHERE key LIKE '%2022'",
                "UPDATE spbe_read_model_row SET key = key || '1' WHERE key LIKE '%2020'",
                "UPDATE spbe_read_model_row SET key = x'ff' WHERE key LIKE '%2020'",
                "DELETE FROM spbe_read_model_row WHERE key LIKE '%2024'",
                "INSERT INTO spbe_read_model_row VALUES ('evaluations', 'hantu/2030', x'7b7d')",
                "UPDATE spbe_read_model SET position = 1 << 40",
                "UPDATE spbe_read_model SET position = 'banyak'",
                "UPDATE spbe_read_model SET position = 3",
            ]
        )
    )


def plant(store: Store, chance: random.Random) -> None:
    """What makes a reader see something else than a check does."""
    hidden = "ALTER TABLE spbe_event RENAME TO asli; CREATE VIEW spbe_event AS SELECT * FROM asli"
    store.execute(
        chance.choice(
            [
                hidden,
                "CREATE TRIGGER diam AFTER INSERT ON spbe_event BEGIN DELETE FROM spbe_event WHERE rowid = 12; END",
                "CREATE VIEW intip AS SELECT * FROM spbe_event",
                "CREATE INDEX sempit ON spbe_event (originator_id) WHERE rowid > 100",
                "CREATE TABLE lain (isi)",
                "PRAGMA writable_schema = ON;"
                "UPDATE sqlite_schema SET sql = replace(sql, 'originator_id TEXT', 'originator_id TEXT COLLATE NOCASE')"
                " WHERE name = 'spbe_event'",
                "ALTER TABLE spbe_event ADD COLUMN lain",
            ]
        )
    )


def nothing(store: Store, chance: random.Random) -> None:
    """What changes bytes of the file and no meaning."""
    store.execute(
        chance.choice(
            [
                "VACUUM",
                "REINDEX",
                "ANALYZE",
                "CREATE TABLE sebentar AS SELECT * FROM spbe_event; DROP TABLE sebentar",
                "UPDATE spbe_event SET state = state WHERE rowid % 3 = 0",
                "PRAGMA journal_mode = DELETE",
            ]
        )
    )


KINDS: Final[Mapping[str, tuple[Change, int]]] = {
    "single byte of the file": (flip_byte, 24),
    "file cut": (cut_file, 2),
    "state edited": (edit_state, 10),
    "level edited": (edit_level, 6),
    "topic edited": (edit_text("topic"), 6),
    "stream edited": (edit_text("originator_id"), 6),
    "version edited": (edit_version, 5),
    "rowid edited": (edit_rowid, 5),
    "type changed": (retype, 5),
    "event deleted": (delete, 5),
    "events swapped": (swap, 5),
    "forged event inserted": (insert, 5),
    "tail cut": (cut_tail, 4),
    "level rewritten consistently": (rewrite_level, 2),
    "document rewritten consistently": (rewrite_document, 2),
    "older copy put back": (replay_copy, 2),
    "document changed": (change_document, 6),
    "documents exchanged": (swap_documents, 3),
    "list changed": (change_list, 3),
    "schema planted": (plant, 3),
    "nothing of meaning": (nothing, 3),
}
"""Name -> the change, and how often of a hundred or so it is tried."""
