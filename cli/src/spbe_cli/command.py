"""Click commands, options and arguments that say what they are in the language of the run."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from spbe_cli.language import spoken, text, texts


class _Local:
    """A parameter whose words are in the catalogue under ``key``, by default its name."""

    key: str

    def make_metavar(self, ctx: click.Context) -> str:
        """Return what stands for the value in the usage line."""
        found = texts(spoken()).get(f"metavars.{self.key}")
        made: str = super().make_metavar(ctx) if found is None else found  # type: ignore[misc]
        return made


class LocalOption(_Local, click.Option):
    """An option whose help is looked up when it is shown."""

    def __init__(self, *names: Any, key: str | None = None, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.key = key or str(self.name)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Show the option with its text."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        shown = text(f"options.{self.key}")
        if self.required:
            shown += f"  [{text('help.required')}]"
        elif isinstance(self.default, str) and self.default:
            shown += f"  [{text('help.default', value=self.default)}]"
        return record[0], shown


class LocalArgument(_Local, click.Argument):
    """An argument whose help is looked up when it is shown."""

    def __init__(self, *names: Any, key: str | None = None, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.key = key or str(self.name)


class LocalCommand(click.Command):
    """A command whose help is looked up when it is shown; ``key`` is its name in the catalogue."""

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; whatever is wrong with them is known to be this command's.

        Raises:
            click.UsageError: what is wrong with them.
        """
        takes_more, ctx.allow_extra_args = ctx.allow_extra_args, True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as usage:
            usage.ctx = usage.ctx or ctx
            raise
        if rest and not takes_more and not ctx.resilient_parsing:
            raise click.UsageError(text("usage.extra", arguments=" ".join(rest)), ctx)
        return rest

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Name the parts of the usage line."""
        self.options_metavar = text("help.options-metavar")
        return super().collect_usage_pieces(ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{text('help.usage')}: ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        self.help = text(f"commands.{self.key}")
        super().format_help_text(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the arguments and the options."""
        arguments = [one for one in self.params if isinstance(one, LocalArgument)]
        if arguments:
            with formatter.section(text("help.arguments")):
                formatter.write_dl([(one.make_metavar(ctx), text(f"arguments.{one.key}")) for one in arguments])
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        with formatter.section(text("help.options")):
            formatter.write_dl([record for one in options if (record := one.get_help_record(ctx)) is not None])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option, in the reader's language."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = text("options.help")
        return found


def command(key: str) -> Callable[[Callable[..., None]], LocalCommand]:
    """Make a function the command of a key; its name and help come from elsewhere."""
    return click.command(name=key.rsplit("-", 1)[-1], cls=LocalCommand, key=key)


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """Add an option whose words are in the catalogue under its parameter's name, or under ``key``."""
    return click.option(*names, cls=LocalOption, **settings)


def argument(name: str, **settings: Any) -> Callable[[Any], Any]:
    """Add an argument whose words are in the catalogue under its name, or under ``key``."""
    return click.argument(name, cls=LocalArgument, **settings)


def choice(*values: str) -> click.Choice[str]:
    """Return the type of an option that takes one of a few words."""
    return click.Choice(values)


def alternatives(kind: object) -> Sequence[str]:
    """Return the words a type takes, none where it takes more than a few."""
    return [str(one) for one in kind.choices] if isinstance(kind, click.Choice) else []
