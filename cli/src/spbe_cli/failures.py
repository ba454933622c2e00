"""Every failure in one line, with a code and a remedy; never a traceback."""

import json
import sys
from collections.abc import Sequence
from typing import Final

import click

from spbe_cli.language import spoken, text, typed
from spbe_cli.usage import usage_text
from spbe_core.errors import SpbeError, StoreError
from spbe_core.messages import printable

FINDING: Final = 1
BAD_INPUT: Final = 2
STORE_PROBLEM: Final = 3
INTERNAL: Final = 70
INTERRUPTED: Final = 130
READER_GONE: Final = 141
"""What a shell reports for a program that ended because nobody read its output any more."""


def report(error: SpbeError, arguments: Sequence[str]) -> int:
    """Write an error of the library to standard error and return the exit code of its family."""
    _say(error.code, error.what(spoken()), error.remedy(spoken()), arguments)
    return STORE_PROBLEM if isinstance(error, StoreError) else BAD_INPUT


def error_members(error: SpbeError) -> dict[str, dict[str, str]]:
    """Return an error's JSON form, in the language of the run."""
    words = {"code": error.code, "what": error.what(spoken()), "remedy": error.remedy(spoken())}
    return {"error": words}


def report_usage(usage: click.UsageError, arguments: Sequence[str]) -> int:
    """Write what is wrong with the command line, or its help where nothing was asked."""
    if isinstance(usage, click.exceptions.NoArgsIsHelpError):
        click.echo(usage.format_message(), err=True)
        return BAD_INPUT
    path = usage.ctx.command_path if usage.ctx is not None else "spbe"
    _say("usage", usage_text(usage), text("failures.usage", path=path), arguments)
    return BAD_INPUT


def report_system(error: OSError, arguments: Sequence[str]) -> int:
    """Write what the system refused; files and stores speak for themselves, so it is mostly the output."""
    _say("system-error", text("failures.system", reason=error.strerror or error), text("failures.retry"), arguments)
    return INTERNAL


def report_unexpected(error: Exception, arguments: Sequence[str]) -> int:
    """Write what no code was made for, as one line."""
    _say("internal-error", printable(f"{type(error).__name__}: {error}"), text("failures.internal"), arguments)
    return INTERNAL


def _say(code: str, what: str, remedy: str, arguments: Sequence[str]) -> None:
    if typed(arguments, "--format") == "json":
        line = json.dumps({"error": {"code": code, "what": what, "remedy": remedy}}, ensure_ascii=False)
    else:
        line = f"spbe: [{code}] {what} {remedy}"
    click.echo(line, err=True)


def warn_of_broken_plugins(arguments: Sequence[str]) -> None:
    """Say on standard error that a plugin is broken, where one was loaded: what it would bring is not in the answer."""
    library = sys.modules.get("spbe_core.library")
    if library is None or {"doctor", "list"} & set(arguments):  # these say it themselves
        return
    for name in library.installed_rules().known_broken():
        click.echo(text("failures.broken-plugin", name=name), err=True)
