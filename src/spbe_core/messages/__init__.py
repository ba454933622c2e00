"""What the library says to people, in Indonesian and English.

One TOML file per topic in this folder; a table per code, with the text of both languages:

    [value-not-integer]
    id = {what = "...", remedy = "..."}
    en = {what = "...", remedy = "..."}

Errors, findings and reasons carry a code and parameters only; the words are chosen when they are shown.
"""

import string
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, cast

LANGUAGES: Final = ("id", "en")
DEFAULT_LANGUAGE: Final = "id"


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return every message: code -> language -> part (``what`` and, for errors, ``remedy``) -> template."""
    messages: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for file in sorted(files("spbe_core.messages").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            messages |= tomllib.loads(file.read_text(encoding="utf-8"))
    return messages


def render(code: str, part: str, parameters: Mapping[str, object], language: str = DEFAULT_LANGUAGE) -> str:
    """Write one part of a message in the reader's language.

    Args:
        code: the message's stable code, e.g. ``value-not-integer``.
        part: ``what`` (what is the case) or ``remedy`` (what to do about it).
        parameters: values for the template's placeholders.
        language: ``id`` or ``en``; any other falls back to Indonesian.
    """
    translations = catalogue().get(code)
    if translations is None:  # a plugin's own code, for which nobody gave words
        return " ".join([code, *(f"{name}={printable(value)}" for name, value in parameters.items())])
    template = translations.get(language, translations[DEFAULT_LANGUAGE]).get(part, "")
    shown = {name: printable(_worded(value, language)) for name, value in parameters.items()}
    return template.format_map(_Told(shown))


def words(code: str, **parameters: object) -> dict[str, str]:
    """Return a message in every language, to be told inside another one."""
    return {language: render(code, "what", parameters, language) for language in LANGUAGES}


def field_words(name: str) -> Mapping[str, str] | str:
    """Return what people call a text that is asked of them, with the option that gives it."""
    return words(f"field-{name}") if f"field-{name}" in catalogue() else name


class _Told(dict[str, str]):
    """The facts of a message; one that was not given leaves its name."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _worded(value: object, language: str) -> object:
    """Choose the reader's language where a parameter brings words of its own, as those of a plugin do."""
    if not isinstance(value, Mapping):
        return value
    words = cast("Mapping[str, object]", value)
    return words.get(language) or words.get(DEFAULT_LANGUAGE) or next(iter(words.values()), "")


def placeholders(template: str) -> frozenset[str]:
    """Return the names a template expects, so that tests can hold both languages to the same set."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def printable(value: object) -> str:
    """Show a value without letting it steer the reader's terminal or fill the screen."""
    text = shown(value, str)  # even that may fail: an integer of thousands of digits is not written
    if len(text) > 200:
        kept = text[:197].rpartition(", ")[0]
        ids = kept and " " not in kept.replace(", ", "")  # their list is cut between two, not within one
        text = f"{kept}, ..." if ids else f"{text[:197]}..."
    return visible(text)


def visible(text: str) -> str:
    """Spell out what would steer a terminal, turn a line around or not be seen at all."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def shown(value: object, write: Callable[[object], str] = repr) -> str:
    """Show what a plugin gave; the plugin's own code writes it, so even that may fail."""
    try:
        return write(value)[:500]
    except Exception:  # noqa: BLE001 - see above
        return f"<{type(value).__name__}>"
