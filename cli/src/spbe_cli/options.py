"""The options that many commands share."""

from collections.abc import Callable, Sequence
from typing import Any, Final

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
WITHOUT_DOCUMENTS: Final = option("--without-documents", is_flag=True)
LANG_OPTION: Final = option("--lang", type=choice("id", "en"), expose_value=False)


def _disable(ctx: click.Context, parameter: click.Parameter, value: bool | Sequence[str]) -> None:
    """Leave plugins out before anything can import them; --no-plugins goes beyond any name."""
    if not value:
        return
    from spbe_core.library import disable_plugins  # noqa: PLC0415 - help needs none of it

    if value is True:
        disable_plugins(["*"])
        ctx.find_root().meta[_NO_PLUGINS] = True
    elif _NO_PLUGINS not in ctx.find_root().meta:
        named: list[str] = ctx.find_root().meta.setdefault(str(parameter.name), [])
        named += [name for name in value if name not in named]
        disable_plugins(named)


_NO_PLUGINS: Final = "spbe.no-plugins"


def plugin_options(*, hidden: bool) -> Callable[[Any], Any]:
    """Let a command leave plugins out; only the whole command's help lists how, or every page would."""

    def add(function: Any) -> Any:
        every = option(
            "--no-plugins", is_flag=True, is_eager=True, expose_value=False, hidden=hidden, callback=_disable
        )
        some = option("--disable-plugin", multiple=True, expose_value=False, hidden=hidden, callback=_disable)
        return every(some(function))

    return add


def LANG(function: Any) -> Any:  # noqa: N802 - used like the other options
    """Give a command the options that every command has."""
    return LANG_OPTION(plugin_options(hidden=True)(function))


_VAULT: Final = "spbe.vault"


def _keep_vault(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Keep where evidence lies for whatever opens the store; no command needs it for anything else."""
    ctx.meta[_VAULT] = _inherited(ctx, parameter, value)


def named_vault() -> str | None:
    """Return where the user says that evidence lies, None where nothing was said."""
    found: str | None = click.get_current_context().meta.get(_VAULT)
    return found


def STORE(function: Any) -> Any:  # noqa: N802 - used like the other options
    """Let a command name a store and the vault that goes with it."""
    store = option("--store", envvar="SPBE_STORE", callback=_inherited)
    return store(option("--vault", envvar="SPBE_VAULT", expose_value=False, callback=_keep_vault)(function))


def NEW_STORE(function: Any) -> Any:  # noqa: N802 - used like the other options
    """Let a command name a store to be made; the environment names the one in use, which is not meant."""
    store = option("--store", key="new-store", callback=_inherited)
    return store(option("--vault", key="new-vault", expose_value=False, callback=_keep_vault)(function))


BY: Final = option("--by", envvar="SPBE_ACTOR", default="local", show_default=True)
REASON: Final = option("--reason", required=True)
OBJECTION: Final = option("--objection", key="because-of")
"""What a judgement follows from."""


def reading(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every command that reads a store."""
    decorated: Callable[..., None] = STORE(FORMAT(LANG(function)))
    return decorated


def recording(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every command that records."""
    return reading(BY(function))
