"""A server that speaks S3 to test against: SeaweedFS in a folder of its own, on free ports of this machine."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from spbe_core.storage.s3_vault import S3Vault

T = TypeVar("T")
SECRET = "verysecretkey"  # noqa: S105 - of a server that lives as long as the test
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "writer",
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
RIGHTS = {"writer": ["Admin", "Read", "Write", "List"], "reader": ["Read", "List"]}

needs_object_store = pytest.mark.skipif(
    shutil.which("weed") is None and not os.environ.get("CI"), reason="the S3 server weed is not installed"
)


class Server:
    """SeaweedFS in a folder of its own, with its S3 gateway on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = free_ports(8)
        self.endpoint = f"http://127.0.0.1:{self._ports[0]}"
        identities = [
            {"name": name, "credentials": [{"accessKey": name, "secretKey": SECRET}], "actions": actions}
            for name, actions in RIGHTS.items()
        ]
        (folder / "s3.json").write_text(json.dumps({"identities": identities}))
        self.start()

    def start(self) -> None:
        names = ("s3.port", "master.port", "volume.port", "filer.port")
        grpc = ("s3.port.grpc", "master.port.grpc", "volume.port.grpc", "filer.port.grpc")
        ports = [f"-{name}={port}" for name, port in zip((*names, *grpc), self._ports, strict=True)]
        fixed = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-s3.autoCreateBucket=false", "-volume.max=8"]
        fixed += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
        fixed += ["-master.electionTimeout=1s"]  # a master that comes back waits so long for others, who are not there
        fixed += [f"-dir={self._folder}", f"-s3.config={self._folder / 's3.json'}", "-master.volumeSizeLimitMB=1024"]
        with (self._folder / "log").open("ab") as log:
            command = ["weed", "-logtostderr=true", "server", *fixed, *ports]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for port in self._ports:  # it leaves its sockets in a place of its own choice
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108
                left.unlink()

    def url(self, bucket: str, prefix: str = "bukti") -> str:
        return f"s3://{bucket}/{prefix}?endpoint={self.endpoint}&region=us-east-1"

    def bucket(self, name: str) -> None:
        """Make a bucket, as soon as the server is ready to."""
        client = S3Vault.at(self.url(name))._client

        def make() -> None:
            client.create_bucket(Bucket=name)
            client.put_object(Bucket=name, Key="ready", Body=b"")

        when_ready(make)


def when_ready(operation: Callable[[], T]) -> T:
    """Repeat what a server that has just started still refuses; it knows its parts one after the other."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return operation()
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def object_store(folder: Path, bucket: str) -> Iterator[Server]:
    """Run a server with one bucket, and with its credentials in the environment."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        running = Server(folder)
        try:
            running.bucket(bucket)
            yield running
        finally:
            running.stop()
