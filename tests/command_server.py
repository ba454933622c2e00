"""Runs the ``spbe`` command in forks of one interpreter, which has imported it and loaded the rule packs once.

That is what most of the time of a short command goes into. The stand-in for the command hands its arguments, folder,
environment and open files to the server, and ends with the exit code it is told. Where plugins are installed or left
out on the way, the command itself must be used.
"""

import json
import os
import socket
import socketserver
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

from spbe_cli.main import main, spbe

from spbe_core.library import installed_rules

_STAND_IN: Final = """\
#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    socket.send_fds(server, [b"."], [0, 1, 2])
    server.sendall(json.dumps([sys.argv, os.getcwd(), dict(os.environ)]).encode())
    server.shutdown(socket.SHUT_WR)
    told = server.recv(16)
sys.exit(int(told) if told else "the command ended without an exit code")
"""


@contextmanager
def preloaded_spbe(folder: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Start the server with an environment; yield the folder in which the stand-in for ``spbe`` is."""
    address = str(folder / "server")
    with subprocess.Popen([sys.executable, __file__, address], env=environment, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            commands = folder / "bin"
            commands.mkdir()
            (commands / "spbe").write_text(_STAND_IN.format(python=sys.executable, address=address), encoding="utf-8")
            (commands / "spbe").chmod(0o755)
            yield commands
        finally:
            server.terminate()


class _Command(socketserver.BaseRequestHandler):
    """One command, in a process of its own."""

    def handle(self) -> None:
        connection: socket.socket = self.request
        _, files, *_ = socket.recv_fds(connection, 1, 3)
        with connection.makefile("rb") as given:
            sys.argv, place, environment = json.load(given)
        os.chdir(place)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
        try:
            main()
        except SystemExit as ended:
            sys.stderr.flush()
            connection.sendall(str(ended.code or 0).encode())


class _Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Forks for each command."""


def _serve(address: str) -> None:
    for module, _ in spbe.modules.values():
        import_module(f"spbe_cli.commands.{module}")
    installed_rules().plugins()
    with _Server(address, _Command) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    _serve(sys.argv[1])
