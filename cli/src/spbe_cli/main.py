"""The entry point: chooses the language, runs the command and turns failures into exit codes."""

import io
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

import click

from spbe_cli.command import choice, option
from spbe_cli.failures import (
    INTERNAL,
    INTERRUPTED,
    READER_GONE,
    report,
    report_system,
    report_unexpected,
    report_usage,
    warn_of_broken_plugins,
)
from spbe_cli.group import group
from spbe_cli.language import choose, speak
from spbe_cli.options import LANG_OPTION, plugin_options
from spbe_core.errors import SpbeError

_COMMANDS: Final = {
    "score": ("score", "score"),
    "demo": ("demo", "demo"),
    "init": ("evaluation", "init"),
    "open": ("evaluation", "open-evaluation"),
    "list": ("evaluation", "list-evaluations"),
    "evidence": ("evidence", "evidence"),
    "assign": ("work", "assign"),
    "tasks": ("work", "tasks"),
    "status": ("work", "status"),
    "judge": ("judge", "judge"),
    "external": ("judge", "external"),
    "assess": ("assess", "assess"),
    "stage": ("stage", "stage"),
    "objection": ("objection", "objection"),
    "determine": ("stage", "determine"),
    "reopen": ("stage", "reopen"),
    "import": ("import_evaluation", "import-evaluation"),
    "card": ("card", "card"),
    "history": ("history", "history"),
    "explain": ("explain", "explain"),
    "people": ("people", "people"),
    "replay": ("replay", "replay"),
    "keys": ("keys", "keys"),
    "ledger": ("ledger", "ledger"),
    "certificate": ("certificate", "certificate"),
    "editions": ("editions", "editions"),
    "doctor": ("doctor", "doctor"),
    "rules": ("rules", "rules"),
}


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"spbe {version('spbe-cli')}")
        ctx.exit()


def _plugin_commands() -> Mapping[str, Any]:
    if "--no-plugins" in click.get_current_context().find_root().args:
        return {}  # typed after a name that only a plugin could have
    from spbe_core.library import installed_rules  # noqa: PLC0415 - help needs none of it

    return installed_rules().commands()


spbe: Final = group(
    "spbe",
    _COMMANDS,
    LANG_OPTION,
    plugin_options(hidden=False),
    option("--format", "output", type=choice("table", "json")),
    option("--store"),
    option("--vault"),
    option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version),
    more=_plugin_commands,
)


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    speak(choose(arguments))
    try:
        code = _invoke(arguments)
        warn_of_broken_plugins(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where a failure can be told; at interpreter exit it could not
    except SpbeError as error:
        return report(error, arguments)
    except click.UsageError as usage:
        return report_usage(usage, arguments)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return READER_GONE
    except OSError as error:
        return report_system(error, arguments)
    except Exception as error:  # noqa: BLE001 - no user ever sees a traceback
        return report_unexpected(error, arguments)
    return code


def _invoke(arguments: Sequence[str]) -> int:
    try:
        with spbe.make_context("spbe", list(arguments)) as ctx:
            spbe.invoke(ctx)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return 0


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter is no reason to fail
    code = run(sys.argv[1:])
    if code in {READER_GONE, INTERNAL} and sys.stdout is not None:
        # Nothing more can be written, not even what the interpreter flushes when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
