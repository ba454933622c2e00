"""What the command says, in Indonesian or English, chosen when it runs."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Final

from spbe_core.messages import DEFAULT_LANGUAGE, LANGUAGES, printable

_LANGUAGE: Final[ContextVar[str]] = ContextVar("language", default=DEFAULT_LANGUAGE)


def typed(arguments: Sequence[str], option: str) -> str | None:
    """Return the value an option was last given on the command line, which may not have been understood yet."""
    value: str | None = None
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        name, equals, behind = argument.partition("=")
        if name == option:
            value = behind if equals else next(iter(arguments[place + 1 : place + 2]), value)
    return value


def choose(arguments: Sequence[str]) -> str:
    """Choose the language: ``--lang``, then ``SPBE_LANG``, then an English locale, else Indonesian."""
    for named in (typed(arguments, "--lang"), os.environ.get("SPBE_LANG")):
        if named in LANGUAGES:
            return named
    locale = next((os.environ[one] for one in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(one)), "")
    return "en" if locale.startswith("en") else DEFAULT_LANGUAGE


def speak(language: str) -> None:
    """Set the language of this run."""
    _LANGUAGE.set(language)


def spoken() -> str:
    """Return the language of this run."""
    return _LANGUAGE.get()


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return every text of a language, by dotted key."""
    content = (files("spbe_cli.text") / f"{language}.toml").read_text(encoding="utf-8")
    return {f"{table}.{key}": text for table, rows in tomllib.loads(content).items() for key, text in rows.items()}


def text(key: str, **parameters: object) -> str:
    """Return a text in the language of this run, its placeholders filled."""
    shown = {name: printable("-" if value is None else value) for name, value in parameters.items()}
    return texts(spoken())[key].format_map(shown)
