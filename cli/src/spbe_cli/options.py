"""The options that many commands share."""

from collections.abc import Callable
from typing import Final

import click
from click.core import ParameterSource

from spbe_cli.command import choice, option


def _inherited(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Take what was typed before the command where the command itself was given nothing; the environment comes last."""
    name = str(parameter.name)
    typed = ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    before = None if ctx.find_root() is ctx else ctx.find_root().params.get(name)
    return (value if typed else before or value) or None


FORMAT: Final = option(
    "--format", "output", type=choice("table", "json"), default="table", show_default=True, callback=_inherited
)
LANG: Final = option("--lang", type=choice("id", "en"), expose_value=False)
STORE: Final = option("--store", envvar="SPBE_STORE", callback=_inherited)
NEW_STORE: Final = option("--store", key="new-store", callback=_inherited)
"""A store to be made; the environment names the one in use, which is not meant."""
BY: Final = option("--by", envvar="SPBE_ACTOR", default="local", show_default=True)
REASON: Final = option("--reason", required=True)


def reading(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every command that reads a store."""
    decorated: Callable[..., None] = STORE(FORMAT(LANG(function)))
    return decorated


def recording(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every command that records."""
    return reading(BY(function))
