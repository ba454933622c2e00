"""What is wrong with a command line, in the reader's language and not in Click's."""

import click

from spbe_cli.command import alternatives
from spbe_cli.language import text
from spbe_core.messages import printable


def usage_text(usage: click.UsageError) -> str:
    """Say what is wrong; errors that this program raises itself carry their own words."""
    match usage:
        case click.MissingParameter(param=click.Parameter() as parameter):
            return text("usage.missing", name=_name(parameter, usage.ctx))
        case click.BadParameter(param=click.Parameter() as parameter):
            words = alternatives(parameter.type)
            reason = text("usage.choice", words=", ".join(words)) if words else usage.message
            return text("usage.parameter", name=_name(parameter, usage.ctx), reason=reason)
        case click.NoSuchOption():
            near = usage.possibilities
            meant = text("usage.meant", names=", ".join(near)) if near else ""
            return text("usage.option", name=usage.option_name) + meant
        case click.BadOptionUsage():
            kind = "value-refused" if _is_flag(usage) else "value-needed"
            return text(f"usage.{kind}", name=usage.option_name)
        case _:
            return printable(usage.message)


def _name(parameter: click.Parameter, ctx: click.Context | None) -> str:
    if isinstance(parameter, click.Argument):
        return parameter.make_metavar(ctx or click.Context(click.Command(None)))
    return "/".join(parameter.opts)


def _is_flag(usage: click.BadOptionUsage) -> bool:
    known = [] if usage.ctx is None else usage.ctx.command.params
    return any(isinstance(one, click.Option) and one.is_flag and usage.option_name in one.opts for one in known)
