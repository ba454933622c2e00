"""Evidence in an object store, as the command line meets it: the whole way, and everything that can be in it."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest
from object_store import SECRET, Server, needs_object_store, object_store
from postgres import free_schema, needs_postgres
from terminal import EVALUATION, Terminal

from spbe_core.storage.s3_vault import S3Vault

DOCUMENT = "Surat keputusan"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with object_store(tmp_path_factory.mktemp("weed"), "evidence") as running:
        yield running


@pytest.fixture
def vault(server: Server, terminal: Terminal) -> str:
    """The address of an empty vault: each test has a prefix of its own."""
    return server.url("evidence", terminal.folder.name)


def filled(terminal: Terminal, *named: str) -> None:
    document = terminal.file("sk.txt", DOCUMENT)
    for arguments in (
        ("init", *named),
        ("open", EVALUATION, "--name", "Kota Contoh", *named),
        ("evidence", "add", EVALUATION, document, "-i", "1", *named),
    ):
        code, out, err = terminal(*arguments)
        assert (code, SECRET in out + err) == (0, False), err


def stored(vault: str, exchanged: bytes | None = None) -> list[bytes]:
    """Return every content in a vault, once all of it was exchanged if that is asked for."""
    opened = S3Vault.at(vault)
    with closing(opened._client) as client:
        keys = [one["Key"] for one in opened._listed("list_objects_v2", opened._prefix, "Contents")]
        for key in keys if exchanged is not None else ():
            client.put_object(Bucket="evidence", Key=key, Body=exchanged)
        return [client.get_object(Bucket="evidence", Key=key)["Body"].read() for key in keys]


@needs_object_store
def test_the_whole_way(terminal: Terminal, vault: str) -> None:
    """A document goes to the bucket and nowhere else; audit and checkpoint find one that was exchanged there."""
    named = ("--vault", vault)
    key, note = str(terminal.folder / "kunci"), str(terminal.folder / "titik.txt")
    filled(terminal, *named)
    assert stored(vault) == [DOCUMENT.encode()]
    assert not (terminal.folder / "s.vault").exists()
    terminal("keys", "create", key, "--name", "inspektorat", store=False)
    public = terminal("keys", "public", key, store=False)[1].strip()
    verify = ("ledger", "verify", "--checkpoint", note, "--key", public, *named)
    assert terminal("ledger", "checkpoint", "--key", key, "--out", note, *named)[0] == 0
    assert (terminal(*verify)[0], terminal("replay", "--audit", *named)[0]) == (0, 0)

    stored(vault, exchanged=b"lain")
    code, out, err = terminal("replay", "--audit", "--format", "json", *named)
    assert (code, [one["code"] for one in json.loads(out)["findings"]], err) == (1, ["audit-content-changed"], "")
    assert terminal(*verify)[0] == 1


@needs_object_store
def test_a_document_is_refused_before_it_is_sent(
    terminal: Terminal, vault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too large or of no use never reaches the bucket."""
    monkeypatch.setenv("SPBE_VAULT", vault)
    filled(terminal)
    monkeypatch.setenv("SPBE_EVIDENCE_LIMIT", "10")
    code, _, err = terminal("evidence", "add", EVALUATION, terminal.file("sk.txt", "x" * 11), "-i", "1")

    assert (code, "[content-too-large]" in err) == (2, True)
    assert stored(vault) == [DOCUMENT.encode()]


@needs_object_store
def test_content_is_erased_for_good(terminal: Terminal, vault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bucket has nothing left, and the audit says that it was meant."""
    monkeypatch.setenv("SPBE_VAULT", vault)
    filled(terminal)
    assert terminal("evidence", "erase", EVALUATION, "E1", "--ground", "Pasal 8")[0] == 0

    assert stored(vault) == []
    assert terminal("replay", "--audit")[0] == 0


@needs_object_store
@needs_postgres
def test_a_store_on_a_server_keeps_its_evidence_in_a_bucket(
    terminal: Terminal, vault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named by SPBE_VAULT or, escaped, in the address of the store."""
    with free_schema() as url:
        terminal.store = url  # type: ignore[assignment]
        monkeypatch.setenv("SPBE_VAULT", vault)
        filled(terminal)
        assert terminal("replay", "--audit")[0] == 0
        monkeypatch.delenv("SPBE_VAULT")
        terminal.store = f"{url}&vault={quote(vault, safe='')}"  # type: ignore[assignment]
        assert terminal("replay", "--audit")[0] == 0
        assert stored(vault) == [DOCUMENT.encode()]


@needs_object_store
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("bucket", "user", "secret", "code"),
    [
        ("no-such-bucket", "writer", SECRET, "vault-bucket-missing"),
        ("evidence", "reader", SECRET, "vault-denied"),
        ("evidence", "writer", f"{SECRET}-wrong", "vault-denied"),
    ],
)
def test_a_bucket_that_cannot_be_used(
    terminal: Terminal,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    bucket: str,
    user: str,
    secret: str,
    code: str,
    language: str,
) -> None:
    """One line with exit code 3 that names no key, and nothing is recorded."""
    monkeypatch.setenv("SPBE_LANG", language)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", user)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("SPBE_VAULT", server.url(bucket, terminal.folder.name))
    terminal("init")
    terminal("open", EVALUATION, "--name", "Kota Contoh")
    before = terminal("history", EVALUATION)[1]
    found, out, err = terminal("evidence", "add", EVALUATION, terminal.file("sk.txt", DOCUMENT), "-i", "1")

    assert (found, out, err.count("\n"), f"[{code}]" in err, SECRET in err) == (3, "", 1, True, False), err
    assert terminal("history", EVALUATION)[1] == before


@pytest.mark.parametrize(
    "vault",
    [
        "s3://",
        "s3:bucket",
        "S3://Bucket",
        f"s3://kunci:{SECRET}@bucket/bukti",
        f"s3://bucket?secret={SECRET}",
        f"s3://bucket?endpoint=http://kunci:{SECRET}@127.0.0.1",
    ],
)
def test_addresses_that_name_no_bucket(terminal: Terminal, vault: str) -> None:
    """They are refused before a store is made, and are never taken for a folder."""
    pytest.importorskip("boto3")
    code, _, err = terminal("init", "--vault", vault)

    assert (code, "[vault-url-malformed]" in err, SECRET in err) == (2, True, False), err
    assert os.listdir(terminal.folder) == []  # noqa: PTH208


@needs_object_store
def test_a_vault_that_cannot_be_read_is_no_finding_about_a_document(
    terminal: Terminal, vault: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not there and not allowed are one line each with exit code 3; a document that is gone is not."""
    filled(terminal, "--vault", vault)
    key, note = str(terminal.folder / "kunci"), str(terminal.folder / "titik.txt")
    terminal("keys", "create", key, "--name", "inspektorat", store=False)
    public = terminal("keys", "public", key, store=False)[1].strip()
    terminal("ledger", "checkpoint", "--key", key, "--out", note)
    asked = (["replay", "--audit"], ["ledger", "verify", "--checkpoint", note, "--key", public])

    def told(place: str) -> list[tuple[int, str, str]]:
        found = [terminal(*one, "--vault", place, "--lang", "en") for one in asked]
        return [(code, out, err.partition("]")[0]) for code, out, err in found]

    folder = str(terminal.folder / "not-mounted")
    assert told(folder) == [(3, "", "spbe: [vault-missing")] * 2
    assert told(server.url("no-such-bucket")) == [(3, "", "spbe: [vault-bucket-missing")] * 2
    gone = told(server.url("evidence", f"{terminal.folder.name}-empty"))
    assert [(code, "is gone" in out, err) for code, out, err in gone] == [(1, True, "")] * 2
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", f"{SECRET}-wrong")
    assert told(vault) == [(3, "", "spbe: [vault-denied")] * 2


def test_a_server_that_is_not_there(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told where content is needed, and an audit calls nothing changed or gone that it could not read."""
    pytest.importorskip("boto3")
    filled(terminal)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "writer")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("SPBE_VAULT", "s3://evidence?endpoint=http://127.0.0.1:1&region=us-east-1")
    assert terminal("list")[0] == 0
    code, out, err = terminal("replay", "--audit", "--format", "json")
    assert (code, out, json.loads(err)["error"]["code"], SECRET in err) == (3, "", "vault-unreachable", False)
    code, _, err = terminal("evidence", "add", EVALUATION, terminal.file("lain.txt", "lain"), "-i", "1")
    assert (code, "[vault-unreachable]" in err, SECRET in err) == (3, True, False), err


@pytest.mark.parametrize("language", ["id", "en"])
def test_without_the_client_library(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """Who has not installed it is told how to, before a store is made."""
    monkeypatch.setitem(sys.modules, "boto3.session", None)
    monkeypatch.setenv("SPBE_LANG", language)
    code, _, err = terminal("init", "--vault", "s3://bucket/bukti")

    assert (code, err.count("\n"), "[extra-missing]" in err, "spbe-core[s3]" in err) == (2, 1, True, True), err
    assert not terminal.store.exists()
