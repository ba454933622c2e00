"""Groups whose commands are modules, imported when they are called and not before."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from spbe_cli.command import LocalCommand
from spbe_cli.language import text
from spbe_cli.options import LANG


class LocalGroup(LocalCommand, click.Group):
    """A group whose commands are modules of :mod:`spbe_cli.commands`.

    Args:
        modules: command name -> (module, key in the catalogue), in the order they are listed.
        more: finds commands that are brought from elsewhere; asked only for a name that is not in the list.
    """

    def __init__(
        self,
        *args: Any,
        modules: Mapping[str, tuple[str, str]],
        more: Callable[[], Mapping[str, Any]] = dict,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, callback=_needs_command, no_args_is_help=True, invoke_without_command=True, **kwargs)
        self.modules = modules
        self.more = more

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of an evaluation's life."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module.

        Raises:
            click.UsageError: there is no such command.
        """
        if cmd_name not in self.modules:
            brought = self.more().get(cmd_name)
            if isinstance(brought, click.Command):
                return brought
            near = get_close_matches(cmd_name, self.modules)
            meant = text("usage.meant", names=", ".join(near)) if near else ""
            raise click.UsageError(text("usage.command", name=cmd_name) + meant, ctx)
        module, key = self.modules[cmd_name]
        found: click.Command = getattr(import_module(f"spbe_cli.commands.{module}"), key.replace("-", "_"))
        return found

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Name the parts of the usage line."""
        self.subcommand_metavar = text("help.command-metavar")
        return super().collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the catalogue alone, without importing any."""
        rows = [(name, text(f"commands.{key}").split("\n", 1)[0]) for name, (_, key) in self.modules.items()]
        with formatter.section(text("help.commands")):
            formatter.write_dl(rows)


def _needs_command(**_: Any) -> None:
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        raise click.UsageError(text("usage.no-command"), ctx)


def group(
    key: str,
    modules: Mapping[str, tuple[str, str]],
    *options: Callable[[click.Command], click.Command],
    more: Callable[[], Mapping[str, Any]] = dict,
) -> LocalGroup:
    """Make the group of a key, with its options; those of every command are added where it brings none itself."""
    made = LocalGroup(name=key, key=key, modules=modules, more=more)
    for add in options or (LANG,):
        add(made)
    return made
