"""The entry point: chooses the language, runs the command and turns failures into exit codes."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Final

import click

from spbe_cli.command import LANG, LocalGroup, LocalOption
from spbe_cli.failures import BAD_INPUT, OUTPUT_FAILED, report, report_unexpected, say
from spbe_cli.language import choose, speak, text
from spbe_core.errors import SpbeError
from spbe_core.messages import printable

_COMMANDS: Final = {
    "score": ("score", "score"),
    "demo": ("demo", "demo"),
    "init": ("evaluation", "init"),
    "open": ("evaluation", "open-evaluation"),
    "list": ("evaluation", "list-evaluations"),
    "evidence": ("evidence", "evidence"),
    "assess": ("assess", "assess"),
    "stage": ("stage", "stage"),
    "determine": ("stage", "determine"),
    "reopen": ("stage", "reopen"),
    "import": ("import_evaluation", "import-evaluation"),
    "card": ("card", "card"),
    "history": ("card", "history"),
    "explain": ("explain", "explain"),
    "replay": ("replay", "replay"),
    "editions": ("editions", "editions"),
}


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"spbe {version('spbe-cli')}")
        ctx.exit()


@click.group(cls=LocalGroup, name="spbe", key="spbe", modules=_COMMANDS)
@click.option("--version", cls=LocalOption, is_flag=True, is_eager=True, expose_value=False, callback=_show_version)
@click.option("--store", cls=LocalOption, metavar="PATH|URL")
@LANG
def spbe(store: str | None) -> None:
    """Hold the commands together; ``--store`` given here is taken by each."""


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    speak(choose(arguments))
    try:
        # Not Click's own main: it would turn a reader that went away into exit code 1, a finding.
        with spbe.make_context("spbe", list(arguments)) as context:
            spbe.invoke(context)
        sys.stdout.flush()
    except SpbeError as error:
        return report(error, arguments)
    except click.UsageError as usage:
        return _report_usage(usage, arguments)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        _silence()  # the reader went away, as head does
    except OSError as failure:
        # The library reports its own failures by code; what is left is the output that cannot be written.
        _silence()
        say("output-failed", text("failures.output", reason=failure), text("failures.output-remedy"), arguments)
        return OUTPUT_FAILED
    except Exception as error:  # noqa: BLE001 - no user ever sees a traceback
        return report_unexpected(error, arguments)
    return 0


def _silence() -> None:
    """Send what is still buffered nowhere, so that the interpreter does not fail on it once more when it exits."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_usage(usage: click.UsageError, arguments: Sequence[str]) -> int:
    if isinstance(usage, click.exceptions.NoArgsIsHelpError):
        click.echo(usage.format_message(), err=True)
    else:
        path = usage.ctx.command_path if usage.ctx is not None else "spbe"
        say("usage", _usage_text(usage), text("failures.usage", path=path), arguments)
    return BAD_INPUT


def _usage_text(usage: click.UsageError) -> str:
    """Say in the reader's language what Click says in English, as far as it is more than a type's own message."""
    if isinstance(usage, click.MissingParameter) and usage.param is not None:
        return text("usage.missing", name=usage.param.get_error_hint(usage.ctx or click.get_current_context()))
    if isinstance(usage, click.NoSuchOption):
        return text("usage.option", name=usage.option_name)
    if isinstance(usage, click.BadParameter) and usage.param is not None and usage.ctx is not None:
        return text("usage.parameter", name=usage.param.get_error_hint(usage.ctx), reason=usage.message)
    return printable(usage.format_message())


def main() -> None:
    """Run the command line."""
    sys.exit(run(sys.argv[1:]))
