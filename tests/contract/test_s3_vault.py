"""The vault in an object store keeps the contract, against a real server that speaks S3 over HTTP."""

import io
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from arrangements import attempt, code_of, python, refused
from contract.evidence_vault import EvidenceVaultContract, digest_of, source
from object_store import SECRET, Server, free_ports, needs_object_store, object_store, when_ready

from spbe_core import InputError, StoreError
from spbe_core.storage.s3_vault import S3Vault

pytestmark = needs_object_store


KILLED_UPLOAD = """
import io, os, signal, sys
from spbe_core.storage.s3_vault import S3Vault

parts = []
def killed(**_):
    parts.append(1)
    if len(parts) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

vault = S3Vault.at(sys.argv[1])
vault._client.meta.events.register("before-call.s3.UploadPart", killed)
vault.put(io.BytesIO(b"x" * 20_000_000))
"""


def objects(vault: S3Vault) -> list[str]:
    return [one["Key"] for one in vault._listed("list_objects_v2", vault._prefix, "Contents")]


def code_and_words(vault: S3Vault) -> tuple[str | None, str]:
    """Return how storing new content fails."""
    _, error = attempt(vault.put, io.BytesIO(os.urandom(8)))
    return code_of(error), f"{error} {error and error.what('id')} {error and error.remedy('id')}"


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Run a server that gives every request the same answer and hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.fixture(scope="module", autouse=True)
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with object_store(tmp_path_factory.mktemp("weed"), "evidence") as running:
        yield running


@pytest.fixture
def vault(server: Server, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[S3Vault]:
    """An empty vault: each test has a prefix of its own."""
    opened = S3Vault.at(server.url("evidence", tmp_path.name))
    yield opened
    opened._client.close()


class TestS3Vault(EvidenceVaultContract):
    @pytest.fixture
    def vault(self, vault: S3Vault) -> S3Vault:
        return vault

    @pytest.fixture
    def damage(self, vault: S3Vault) -> Callable[[str, bytes], None]:
        return lambda digest, content: vault._client.put_object(Bucket="evidence", Key=vault._key(digest), Body=content)

    def test_the_same_content_is_not_uploaded_again(self, vault: S3Vault) -> None:
        """Content handed in twice is one object, and the second time it is not touched."""
        digest = vault.put(io.BytesIO(b"a")).digest
        before = vault._client.head_object(Bucket="evidence", Key=vault._key(digest))["LastModified"]
        time.sleep(1.1)  # the store's times are whole seconds
        vault.put(io.BytesIO(b"a"))

        assert objects(vault) == [vault._key(digest)]
        assert vault._client.head_object(Bucket="evidence", Key=vault._key(digest))["LastModified"] == before

    def test_an_object_is_named_by_its_digest(self, vault: S3Vault) -> None:
        """Whoever looks into the bucket finds content by its SHA-256, below the prefix."""
        hexadecimal = vault.put(io.BytesIO(b"a")).digest.removeprefix("sha256:")

        assert objects(vault)[0].endswith(f"/sha256/{hexadecimal[:2]}/{hexadecimal[2:]}")

    @pytest.mark.parametrize("failure", [OSError(5, "gone"), RuntimeError("gone"), KeyboardInterrupt()], ids=repr)
    def test_a_failing_source_leaves_nothing(self, vault: S3Vault, failure: BaseException) -> None:
        """Where reading breaks off or is interrupted, the bucket never hears of it."""
        with pytest.raises((StoreError, RuntimeError, KeyboardInterrupt)):
            vault.put(source(b"x" * 9_000_000, failure))

        assert (objects(vault), vault._uploads(vault._prefix)) == ([], [])

    def test_a_killed_upload_leaves_no_object(self, server: Server, vault: S3Vault) -> None:
        """A kill between two parts leaves no object; its parts may be a living one's until they are old or erased."""
        content = b"x" * 20_000_000
        with pytest.raises(AssertionError):
            python(KILLED_UPLOAD, server.url("evidence", vault._prefix.removesuffix("/sha256/")))
        (upload,) = vault._uploads(vault._prefix)

        assert upload["Key"] == vault._key(digest_of(content))
        assert vault.verify(digest_of(content)) is None
        assert vault.put(io.BytesIO(content)).digest == digest_of(content)
        assert len(vault._uploads(vault._prefix)) == 1
        assert vault.erase(digest_of(content)) is True
        assert vault._uploads(vault._prefix) == []

    def test_old_parts_are_given_up(self, vault: S3Vault, monkeypatch: pytest.MonkeyPatch) -> None:
        """A later large deposit clears what a killed one left behind."""
        vault._client.create_multipart_upload(Bucket="evidence", Key=vault._key(digest_of(b"a")))
        monkeypatch.setattr("spbe_core.storage.s3_vault._ABANDONED_AFTER", timedelta(hours=-1))
        vault.put(io.BytesIO(bytes(9_000_000)))

        assert vault._uploads(vault._prefix) == []

    def test_erasing_takes_every_version(self, server: Server) -> None:
        """Where the bucket keeps versions, neither an old one nor one that was deleted is left."""
        server.bucket("versions")
        vault = S3Vault.at(server.url("versions"))
        vault._client.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
        digest = vault.put(io.BytesIO(b"personal")).digest
        key = vault._key(digest)
        for content in (b"changed", b"personal"):
            vault._client.put_object(Bucket="versions", Key=key, Body=content)
        vault._client.delete_object(Bucket="versions", Key=key)

        assert vault.erase(digest) is True
        assert (vault._versions(key, "Versions"), vault._versions(key, "DeleteMarkers")) == ([], [])
        assert vault.erase(digest) is False

    def test_what_a_store_refuses_is_said_without_secrets(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A missing bucket, missing rights, wrong keys and no keys are told apart, and no message names a key."""
        told = [code_and_words(S3Vault.at(server.url("no-such-bucket")))]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
        told.append(code_and_words(S3Vault.at(server.url("evidence"))))
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", f"{SECRET}-wrong")
        told.append(code_and_words(S3Vault.at(server.url("evidence"))))
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        told.append(code_and_words(S3Vault.at(server.url("evidence"))))

        assert [code for code, _ in told] == ["vault-bucket-missing", *["vault-denied"] * 3]
        assert not any(SECRET in words or "127.0.0.1" in words for _, words in told)


class TestServersThatFail:
    def test_a_server_that_is_not_there(self) -> None:
        """It is said at once, for every operation."""
        (port,) = free_ports(1)
        vault = S3Vault.at(f"s3://evidence?endpoint=http://127.0.0.1:{port}&region=us-east-1")
        calls: list[Callable[[], Any]] = [
            lambda: vault.put(io.BytesIO(b"a")),
            lambda: vault.open(digest_of(b"a")),
            lambda: vault.verify(digest_of(b"a")),
            lambda: vault.erase(digest_of(b"a")),
            vault.check,
        ]

        assert [code_of(attempt(call)[1]) for call in calls] == ["vault-unreachable"] * 5

    def test_a_server_that_dies_in_the_middle(self, tmp_path: Path) -> None:
        """The deposit fails and names nothing; once the server is back, everything acknowledged is whole."""
        server = Server(tmp_path)
        try:
            server.bucket("evidence")
            vault = S3Vault.at(server.url("evidence"))
            kept = vault.put(io.BytesIO(b"kept")).digest
            vault._client.meta.events.register("before-call.s3.UploadPart", lambda **_: server.stop())
            with refused("vault-unreachable", StoreError):
                vault.put(io.BytesIO(b"x" * 20_000_000))
            server.start()
            again = S3Vault.at(server.url("evidence"))
            server.bucket("other")

            assert when_ready(lambda: again.verify(kept)) is True
            assert again.verify(digest_of(b"x" * 20_000_000)) is None
            assert again.put(io.BytesIO(b"x" * 20_000_000)).size == 20_000_000
        finally:
            server.stop()

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "vault-unreachable"),
            (b"", "vault-unreachable"),
            (b"not HTTP at all\r\n\r\n", "vault-unreachable"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong", "content-changed"),
            (b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nx-amz-bucket-region: x\r\n\r\n", "vault-region-wrong"),
            (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "vault-denied"),
            (b"HTTP/1.1 418 Teapot\r\nContent-Length: 4\r\n\r\n<<<<", "vault-failed"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc", "content-changed"),
        ],
    )
    def test_a_server_that_talks_nonsense(self, answer: bytes, code: str) -> None:
        """Half an answer, none, another protocol and wrong content are told apart and never taken for content."""
        with answering(answer) as endpoint:
            vault = S3Vault.at(f"s3://evidence?endpoint={endpoint}&region=us-east-1")
            with refused(code, StoreError):
                vault.open(digest_of(b"a"))


class TestUrls:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "s3:",
            "s3://",
            "s3:///prefix",
            "s3://Bucket/prefix",
            f"s3://key:{SECRET}@bucket/prefix",
            f"s3://bucket?secret={SECRET}",
            f"s3://bucket?endpoint=http://key:{SECRET}@127.0.0.1",
            "s3://bucket?endpoint=ftp://127.0.0.1",
            "s3://bucket?endpoint=",
            "s3://bucket?region",
            "s3://bucket?endpoint=http://[",
            "s3://bucket?endpoint=http://127.0.0.1:99999",
            "s3://bucket?endpoint=http://a b",
            "s3://bucket?region=no region",
            "s3://bucket#fragment",
            "https://bucket/prefix",
            "folder",
        ],
    )
    def test_what_names_no_bucket_is_refused(self, url: str) -> None:
        """It is said before anything is reached for, and a secret in the wrong place is not repeated."""
        with refused("vault-url-malformed", InputError) as caught:
            S3Vault.at(url)

        assert SECRET not in str(caught.value)

    @pytest.mark.parametrize(
        ("url", "prefix"), [("s3://bucket", ""), ("s3://bucket/", ""), ("s3://bucket/a/b/", "a/b/")]
    )
    def test_a_prefix_may_be_left_out(self, url: str, prefix: str) -> None:
        """Objects then lie at the top of the bucket."""
        assert S3Vault.at(f"{url}?region=us-east-1")._key(digest_of(b"a")) == f"{prefix}sha256/ca/{digest_of(b'a')[9:]}"
