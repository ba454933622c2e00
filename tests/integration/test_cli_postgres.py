"""A store on a PostgreSQL server, as the command line meets it: the whole way, and everything that can be in it."""

import re
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from arrangements import ROOT
from postgres import URL, connect, free_schema, needs_postgres
from psycopg.errors import InsufficientPrivilege
from terminal import EVALUATION, Terminal, rows

pytestmark = needs_postgres
SECRET = "r4h4s14"  # noqa: S105 - there is no such user


@pytest.fixture
def database(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A terminal with the address of a store that can be made, and a folder for evidence."""
    with free_schema() as url:
        parts = urlsplit(url)
        # The server that is tested against asks for no password; one that is given must not be seen anyway.
        terminal.store = parts._replace(netloc=parts.netloc.replace("@", f":{SECRET}@", 1)).geturl()  # type: ignore[assignment]
        monkeypatch.setenv("SPBE_VAULT", str(terminal.folder / "bukti"))
        yield terminal


@pytest.fixture
def filled(database: Terminal) -> Terminal:
    """The same with an evaluation, assessed, and a document."""
    values = database.file("values.csv", rows({}))
    document = database.file("sk.txt", "Surat keputusan")
    for arguments in (
        ("init",),
        ("open", EVALUATION, "--name", "Pemerintah Kota Contoh"),
        ("assess", EVALUATION, "--file", values, "--stage", "self", "--reason", "coba"),
        ("evidence", "add", EVALUATION, document, "-i", "1"),
    ):
        code, out, err = database(*arguments)
        assert (code, SECRET in out + err) == (0, False), err
    return database


def schema_of(terminal: Terminal) -> str:
    return str(terminal.store).partition("schema=")[2]


@contextmanager
def role(terminal: Terminal, *grants: str) -> Iterator[None]:
    """Let the terminal come as a role that may see the schema and what is granted in it."""
    schema, superuser = schema_of(terminal), terminal.store
    with connect() as server:
        server.execute(f"CREATE ROLE {schema}_r LOGIN; GRANT USAGE ON SCHEMA {schema} TO {schema}_r")
        for grant in grants:
            server.execute(f"GRANT {grant.format(schema)} TO {schema}_r")
    parts = urlsplit(str(superuser))
    terminal.store = parts._replace(netloc=f"{schema}_r:{SECRET}@{parts.netloc.rpartition('@')[2]}").geturl()  # type: ignore[assignment]
    try:
        yield
    finally:
        terminal.store = superuser
        with connect() as server:
            server.execute(f"DROP OWNED BY {schema}_r; DROP ROLE {schema}_r")


def test_the_whole_way(filled: Terminal) -> None:
    """From the first document to the determination, audited, derived anew and held against a checkpoint."""
    key, note = str(filled.folder / "kunci"), str(filled.folder / "titik.txt")
    for stage in ("self", "document", "interview"):
        assert filled("stage", "close", EVALUATION, stage)[0] == 0
    assert filled("determine", EVALUATION, "--decree", "SK 1/2025")[0] == 0
    assert filled("replay", "--audit")[0] == filled("replay", "--rebuild")[0] == 0
    filled("keys", "create", key, "--name", "inspektorat", store=False)
    public = filled("keys", "public", key, store=False)[1].strip()
    assert filled("ledger", "checkpoint", "--key", key, "--out", note)[0] == 0
    assert filled("ledger", "verify", "--checkpoint", note, "--key", public)[0] == 0
    (row,) = filled.json("list")  # type: ignore[misc]
    assert (row["index"], row["decree"]) == ("3.00", "SK 1/2025")
    assert [path.read_text() for path in (filled.folder / "bukti").rglob("*") if path.is_file()] == ["Surat keputusan"]

    with connect() as server:
        server.execute(
            f"UPDATE {schema_of(filled)}.spbe_event SET state = convert_to(replace(convert_from(state, 'UTF8'), "
            '\'"value":"3"\', \'"value":"4"\'), \'UTF8\') WHERE originator_version = 7'
        )
    assert filled("ledger", "verify", "--checkpoint", note, "--key", public)[0] == 1
    assert filled("replay", "--audit")[0] == 1


def test_a_copy_of_the_database_alone_is_read(filled: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody said where the vault is, all that needs no document goes on, and the rest asks for it."""
    monkeypatch.delenv("SPBE_VAULT")
    for words in (("list",), ("card", EVALUATION), ("replay", "--audit", "--without-documents")):
        assert filled(*words)[0] == 0, words
    document = filled.file("lain.txt", "Isi lain")
    before = filled.json("history", EVALUATION)
    for words in (
        ("replay", "--audit"),
        ("evidence", "add", EVALUATION, document, "-i", "1"),
        ("evidence", "erase", EVALUATION, "E1", "--ground", "UU 27/2022"),
    ):
        code, _, err = filled(*words)
        assert (code, "[vault-not-named]" in err, SECRET in err) == (2, True, False), words
    assert filled.json("history", EVALUATION) == before


def test_the_demo_fills_a_free_schema_only(database: Terminal) -> None:
    """It is kept where it was told to, without the password in what it says; a store that is there is refused.

    The vault that the environment names is the one in use: no sample is put there, and whoever set it is told so.
    """
    code, _, err = database("demo", "--lang", "en")
    assert (code, "spbe demo leaves SPBE_VAULT alone" in err, SECRET in err) == (2, True, False)
    assert not (database.folder / "bukti").exists()
    code, out, err = database("demo", "--vault", str(database.folder / "lain"))
    assert (code, err, SECRET in out) == (0, "", False)
    assert any((database.folder / "lain").iterdir())
    code, out, err = database("demo", "--vault", str(database.folder / "lain"))
    assert (code, out, "[store-exists]" in err, SECRET in err) == (3, "", True, False)
    assert database("replay", "--audit", "--vault", str(database.folder / "lain"))[0] == 0


def test_the_vault_is_where_the_nearest_word_says(filled: Terminal) -> None:
    """The option wins over the environment, and the environment over the address; an empty option says nothing."""
    elsewhere = str(filled.folder / "lain")
    assert filled("replay", "--audit", "--vault", elsewhere)[0] == 3
    (filled.folder / "lain").mkdir()
    assert filled("replay", "--audit", "--vault", elsewhere)[0] == 1
    assert filled("--vault", elsewhere, "replay", "--audit")[0] == 1
    filled.store = f"{filled.store}&vault={elsewhere}"  # type: ignore[assignment]
    assert filled("replay", "--audit")[0] == 0
    assert filled("replay", "--audit", "--vault", "")[0] == 1


def test_who_may_only_read_can_read_everything(filled: Terminal) -> None:
    """SELECT is enough to list, even where the list is behind, to show, to audit and to verify; nothing is written."""
    events = filled("history", EVALUATION, "--format", "json")[1]
    with role(filled, "SELECT ON ALL TABLES IN SCHEMA {}"):
        assert [row["id"] for row in filled.json("list")] == [EVALUATION]  # type: ignore[attr-defined]
        for arguments in (("card", EVALUATION), ("history", EVALUATION), ("replay", "--audit"), ("init",)):
            assert filled(*arguments)[0] == 0
        for arguments in (
            ("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x"),
            ("replay", "--rebuild"),
        ):
            code, _, err = filled(*arguments)
            assert (code, err.count("\n"), "[store-forbidden]" in err, SECRET in err) == (3, 1, True, False)
    with role(filled):
        assert "[store-forbidden]" in filled("list")[2]
    assert filled("history", EVALUATION, "--format", "json")[1] == events


def documented(name: str) -> Sequence[str]:
    """What the page for whoever runs the server grants to a role."""
    page = (ROOT / "docs" / "how-to" / "keep-the-record-in-postgresql.md").read_text("utf-8")
    grants = re.findall(r"^GRANT (.+) TO (\w+);", page, re.MULTILINE)
    return [grant.replace("kota_contoh", "{0}") for grant, to in grants if to == name]


def test_who_may_only_add_cannot_rewrite(filled: Terminal) -> None:
    """Recording needs no right to change or delete what is in the log, or to choose its place there."""
    schema = schema_of(filled)
    with role(filled, *documented("portal")), connect() as server:
        assert filled("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x")[0] == 0
        assert filled("list")[0] == filled("replay", "--rebuild")[0] == filled("replay", "--audit")[0] == 0
        server.execute(f"SET ROLE {schema}_r")
        for change in (
            "INSERT INTO {0}.spbe_event (notification_id, originator_id, originator_version, topic, state) "
            "OVERRIDING SYSTEM VALUE VALUES (9223372036854775807, 'x', 1, 'x', '')",
            "UPDATE {0}.spbe_event SET topic = topic",
            "DELETE FROM {0}.spbe_event",
            "SELECT setval('{0}.spbe_event_notification_id_seq', 9223372036854775806)",
            "TRUNCATE {0}.spbe_read_model",
            "ALTER TABLE {0}.spbe_event DISABLE TRIGGER ALL",
            "CREATE TABLE {0}.lain (x int)",
        ):
            with pytest.raises(InsufficientPrivilege):
                server.execute(change.format(schema))  # type: ignore[call-overload]
        server.execute("RESET ROLE")


def test_who_may_only_audit_changes_nothing(filled: Terminal) -> None:
    """The role of an auditor reads everything."""
    with role(filled, *documented("auditor")):
        assert filled("list")[0] == filled("replay", "--audit")[0] == 0
        assert "[store-forbidden]" in filled("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x")[2]


def test_only_the_owner_erases_a_name_for_good(filled: Terminal) -> None:
    """The portal enters names; that it cannot have the table written anew is said, and the owner finishes it."""
    erase = ("people", "erase", "operator-1", "--ground", "permintaan", "--by", "koor-1")
    with role(filled, *documented("portal")):
        for arguments in (
            ("determiner", "--actor", "penetap-1", "--by", "penetap-1"),
            ("coordinator", "--actor", "koor-1", "--agency", "kota-contoh", "--by", "penetap-1"),
            (
                "data-entry",
                "--actor",
                "operator-1",
                "--agency",
                "kota-contoh",
                "--name",
                "Siti Aminah",
                "--by",
                "koor-1",
            ),
        ):
            code, _, err = filled("people", "appoint", *arguments)
            assert code == 0, err
        assert "Siti Aminah" in filled("people", "list")[1]
        code, _, err = filled(*erase)
        assert (code, "[erasure-not-owner]" in err) == (3, True), err
        assert "Siti Aminah" not in filled("people", "list")[1]
    with role(filled, *documented("portal"), "DELETE ON {0}.spbe_person"):
        code, _, err = filled(*erase)
        assert (code, "[erasure-not-owner]" in err) == (3, True), err
    assert filled(*erase)[0] == 0
    with connect() as server:
        assert server.execute(f"SELECT count(*) FROM {schema_of(filled)}.spbe_person").fetchone() == (0,)


def test_a_standby_serves_readers(filled: Terminal) -> None:
    """Where the server takes no changes, reading works and recording says so."""
    filled.store = f"{filled.store}&options=-c%20default_transaction_read_only%3Don"  # type: ignore[assignment]

    assert filled("list")[0] == filled("replay", "--audit")[0] == 0
    assert "[store-unwritable]" in filled("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x")[2]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("SELECT 1", "store-missing"),
        ("CREATE SCHEMA {0}", "store-missing"),
        ("CREATE SCHEMA {0}; CREATE TABLE {0}.lain (x int)", "store-foreign"),
        ("CREATE SCHEMA {0}; CREATE TABLE {0}.spbe_store (lain int)", "store-foreign"),
        ("CREATE SCHEMA {0}; CREATE TABLE {0}.spbe_store (schema_version int)", "store-foreign"),
        ("CREATE SCHEMA {0}; CREATE TABLE {0}.spbe_store AS SELECT 9 AS schema_version", "store-newer"),
    ],
)
def test_schemas_that_are_no_store(database: Terminal, change: str, code: str) -> None:
    """Each is one line with exit code 3, and only what is free can be made one."""
    with connect() as server:
        server.execute(change.format(schema_of(database)))
    found, _, err = database("list")
    assert (found, err.count("\n"), f"[{code}]" in err, SECRET in err) == (3, 1, True, False), err
    assert database("init")[0] == (0 if code == "store-missing" else 3)


def test_a_locked_store_is_reported_and_nothing_is_lost(filled: Terminal) -> None:
    """While another writer holds the store, a command gives up after its patience and records nothing."""
    before = filled("history", EVALUATION, "--format", "json")[1]
    with connect() as server, server.transaction():
        server.execute(f"LOCK TABLE {schema_of(filled)}.spbe_store IN EXCLUSIVE MODE")
        code, _, err = filled("assess", EVALUATION, "1=4", "--stage", "self", "--reason", "x")

    assert (code, "[store-locked]" in err, SECRET in err) == (3, True, False)
    assert filled("history", EVALUATION, "--format", "json")[1] == before


def _refuse(listener: socket.socket) -> None:
    """Speak PostgreSQL just far enough to ask for a password and to refuse it."""
    with listener.accept()[0] as client:
        while True:
            length, request = struct.unpack("!ii", client.recv(8))
            if request == 3 << 16:
                client.recv(length)
                break
            client.sendall(b"N")  # no encryption
        client.sendall(struct.pack("!cii", b"R", 8, 3))
        client.recv(1000)
        fields = b'SFATAL\0C28P01\0Mpassword authentication failed for user "u"\0\0'
        client.sendall(struct.pack("!ci", b"E", 4 + len(fields)) + fields)


def test_a_wrong_password(terminal: Terminal) -> None:
    """The server's refusal is told, the password is not."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Thread(target=_refuse, args=[listener], daemon=True)
        server.start()
        terminal.store = f"postgresql://u:{SECRET}@127.0.0.1:{listener.getsockname()[1]}/d?vault=x"  # type: ignore[assignment]
        code, _, err = terminal("list")
        server.join(5)

    assert (code, "[store-refused]" in err, SECRET in err) == (3, True, False), err


@pytest.mark.parametrize(
    ("url", "exit_code", "code"),
    [
        ("postgresql://u:r4h4s14@127.0.0.1:1/d", 3, "store-unreachable"),
        ("postgresql://u:r4h4s14@tidak-ada.invalid/d", 3, "store-unreachable"),
        ("postgresql://siapa:r4h4s14@{place}", 3, "store-refused"),
        ("postgresql://{user}:r4h4s14@{host}/tidak_ada", 3, "store-refused"),
        ("postgresql://u:r4h4s14@{place}?pilihan=lain", 2, "store-url-unknown"),
        ("postgresql://u:r4h4s14@{place}?row_factory=x", 2, "store-url-unknown"),
        ("postgresql://u:r4h4/s14@{place}", 2, "store-url-unknown"),
    ],
)
def test_servers_that_cannot_be_used(database: Terminal, url: str, exit_code: int, code: str) -> None:
    """Each is one line that says whose move it is."""
    place = URL.partition("@")[2]
    user = URL.partition("://")[2].partition("@")[0]
    given = url.format(place=place, host=place.partition("/")[0], user=user)
    found, _, err = database("list", "--store", given, store=False)

    assert (found, err.count("\n"), f"[{code}]" in err) == (exit_code, 1, True), err
    assert not any(part in err for part in (SECRET, "r4h4", "s14"))


def test_without_the_client_library(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed it is told how to."""
    monkeypatch.setitem(__import__("sys").modules, "spbe_core.storage.postgres", None)
    code, _, err = terminal("list", "--store", "postgresql:///d?vault=x", store=False)

    assert (code, "[extra-missing]" in err, "spbe-core[postgres]" in err) == (2, True, True), err


def test_a_vault_of_its_own_for_a_file(terminal: Terminal) -> None:
    """A store in a file takes a named vault too; by default it is the folder beside it."""
    document = terminal.file("sk.txt", "Surat keputusan")
    for arguments in (
        ("init",),
        ("open", EVALUATION, "--name", "Kota"),
        ("evidence", "add", EVALUATION, document, "-i", "1", "--vault", str(terminal.folder / "bukti")),
    ):
        assert terminal(*arguments)[0] == 0

    assert not Path(terminal.folder / "s.vault").exists()
    assert terminal("replay", "--audit", "--vault", str(terminal.folder / "bukti"))[0] == 0
    assert terminal("replay", "--audit")[0] == 3
