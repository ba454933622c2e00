"""Checking the folder of a plugin project, in a process of its own that may do what it likes.

The process is told where the project's sources lie and puts them before everything that is installed. It writes what
it finds to a file, line by line, so that what was found before it died or was stopped is still told.
"""

import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import msgspec

from spbe_core.errors import InputError
from spbe_core.exchange.text_file import decoded, read_bytes
from spbe_core.rules.hookspecs import PROJECT
from spbe_core.testing.conformance import Report
from spbe_core.testing.coverage import Covered
from spbe_core.testing.problem import Problem

DEFAULT_SECONDS: Final = 300


@attrs.frozen
class Project:
    """A plugin project as it lies in a folder.

    Attributes:
        source: where its packages are.
        plugins: modules (``module`` or ``module:object``) it names as entry points.
    """

    source: Path
    plugins: tuple[str, ...]


def read_project(folder: Path) -> Project:
    """Read which plugins a project brings, from its ``pyproject.toml``.

    Raises:
        InputError: ``no-plugin-project``.
    """
    try:
        content: dict[str, Any] = tomllib.loads(decoded(read_bytes(folder / "pyproject.toml")))
        named: dict[str, str] = content["project"]["entry-points"][PROJECT]
        plugins = tuple(str(module) for module in named.values())
    except InputError as problem:
        raise InputError("no-plugin-project", folder=folder, reason=problem.words()) from problem
    except (RecursionError, tomllib.TOMLDecodeError) as problem:
        raise InputError("no-plugin-project", folder=folder, reason=problem) from problem
    except (AttributeError, KeyError, TypeError):
        reason = f"[project.entry-points.{PROJECT}] ?"
        raise InputError("no-plugin-project", folder=folder, reason=reason) from None
    if not plugins:
        raise InputError("no-plugin-project", folder=folder, reason=f"[project.entry-points.{PROJECT}] = 0")
    source = folder / "src"
    return Project((source if source.is_dir() else folder).resolve(), plugins)


def check_project(folder: Path, seconds: int = DEFAULT_SECONDS) -> Report:
    """Run every check on the plugins of a project, whatever they do.

    Args:
        folder: where its ``pyproject.toml`` is.
        seconds: how long the checks may take.

    Raises:
        InputError: ``no-plugin-project``.
    """
    project = read_project(folder)
    with tempfile.TemporaryDirectory() as place:
        written = Path(place, "found.jsonl")
        ended = _run([str(project.source), str(written), *project.plugins], seconds)
        lines = list(_lines(written))
    return _report(project, lines, ended, seconds)


def _run(arguments: list[str], seconds: int) -> int | None:
    """Return the exit code of the checking process, None where it had to be stopped."""
    process = subprocess.Popen(  # noqa: S603 - this very package, with paths as arguments
        [sys.executable, "-P", "-m", "spbe_core.testing", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:  # once it has ended, its number may be another's
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the process and whatever it started, which shares its session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def _lines(written: Path) -> Iterator[Mapping[str, Any]]:
    if not written.exists():
        return
    for line in written.read_bytes().splitlines():
        try:
            yield msgspec.json.decode(line)
        except msgspec.DecodeError:  # cut short where the process died
            return


def _report(project: Project, lines: list[Mapping[str, Any]], ended: int | None, seconds: int) -> Report:
    def problems(kind: str) -> list[Problem]:
        return [Problem(line[kind]["code"], line[kind]["parameters"]) for line in lines if kind in line]

    found = problems("problem")
    if not any("done" in line for line in lines):
        begun = [line["begins"] for line in lines if "begins" in line]
        check = begun[-1] if begun else "loads"
        if ended is None:
            found.append(Problem("pack-does-not-end", {"check": check, "seconds": seconds}))
        else:
            found.append(Problem("pack-dies", {"check": check, "code": ended}))
    coverage = tuple(msgspec.convert(line["covered"], Covered) for line in lines if "covered" in line)
    return Report(", ".join(project.plugins), tuple(found), coverage, tuple(problems("note")))
