"""Click commands whose help comes from the text catalogue and whose modules load when they run."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

import click
from click.core import ParameterSource

from spbe_cli.language import text


class LocalOption(click.Option):
    """An option whose help is looked up when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Show the option with its text."""
        if self.name and self.name != "help":
            self.help = text(f"options.{self.name}")
        else:
            self.help = text("options.help")
        return super().get_help_record(ctx)


class LocalCommand(click.Command):
    """A command whose help is looked up when it is shown; ``key`` is its name in the catalogue."""

    def __init__(self, *args: Any, key: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        self.help = text(f"commands.{self.key}")
        super().format_help_text(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option, in the reader's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = text("options.help")
        return option


class LocalGroup(LocalCommand, click.Group):
    """A group whose commands are modules of :mod:`spbe_cli.commands`, imported when they are called.

    Args:
        modules: command name -> (module, key in the catalogue).
    """

    def __init__(self, *args: Any, modules: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of an evaluation's life."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module."""
        if cmd_name not in self.modules:
            raise click.UsageError(text("usage.command", name=cmd_name), ctx)
        module, key = self.modules[cmd_name]
        found: click.Command = getattr(import_module(f"spbe_cli.commands.{module}"), key.replace("-", "_"))
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the catalogue alone, without importing any."""
        rows = [(name, text(f"commands.{key}").split("\n", 1)[0]) for name, (_, key) in self.modules.items()]
        with formatter.section(text("help.commands")):
            formatter.write_dl(rows)


def command(key: str) -> Callable[[Callable[..., None]], LocalCommand]:
    """Make a function the command of a key; its name and help come from elsewhere."""
    return click.command(name=key.rsplit("-", 1)[-1], cls=LocalCommand, key=key)


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """Add an option whose help is in the catalogue under its parameter's name."""
    return click.option(*names, cls=LocalOption, **settings)


FORMAT: Final = option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)


def _remember(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Take a store given before the command where the command itself names none; the environment comes last."""
    given = ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    before = ctx.find_root().params.get("store") if ctx.find_root() is not ctx else None
    return (value if given else before or value) or None


STORE: Final = option("--store", envvar="SPBE_STORE", metavar="PATH|URL", callback=_remember, is_eager=False)
LANG: Final = option("--lang", type=click.Choice(["id", "en"]), expose_value=False)
BY: Final = option("--by", envvar="SPBE_ACTOR", default="local", show_default=True, metavar="ACTOR")
REASON: Final = option("--reason", required=True)


def reading(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every command that reads a store."""
    decorated: Callable[..., None] = STORE(FORMAT(LANG(function)))
    return decorated


def recording(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every command that records."""
    return reading(BY(function))
