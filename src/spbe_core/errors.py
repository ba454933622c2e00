"""Every error the library raises on purpose: one base class, one family per cause.

The family says whose move it is; the code says what happened and never changes its meaning; the parameters
fill the texts in ``messages/``. The generated list is ``docs/reference/errors.md``.
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from typing import Self

from spbe_core.messages import DEFAULT_LANGUAGE, LANGUAGES, render


class SpbeError(Exception):
    """Base of all errors of this library.

    Attributes:
        code: stable identifier, the key of the message catalogue.
        parameters: the facts of this occurrence, by name.
    """

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters

    def what(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say in one sentence what was wrong, and where if a place in a file is known."""
        place = "".join(
            render(f"at-{name}", "what", self.parameters, language)
            for name in ("file", "line", "task", "item", "indicator")
            if f"at_{name}" in self.parameters
        )
        return place + render(self.code, "what", self.parameters, language)

    def words(self) -> dict[str, str]:
        """Return what was wrong in every language, to be told inside another error in the language of its reader."""
        return {language: self.what(language) for language in LANGUAGES}

    def remedy(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say in one sentence what to do about it."""
        return render(self.code, "remedy", self.parameters, language)

    def at(self, **place: object) -> Self:
        """Return the same error with where it was met, as ``at_file``, ``at_line`` and so on."""
        return type(self)(self.code, **{**self.parameters, **place})

    def __reduce__(self) -> tuple[object, ...]:
        # What exceptions do by themselves knows no named parameters, and whoever waits for another process would hang.
        return partial(type(self), self.code, **self.parameters), ()

    def __str__(self) -> str:
        return f"[{self.code}] {self.what('en')} {self.remedy('en')}"


class InputError(SpbeError):
    """What was handed in cannot be used; nothing was recorded."""


class RecordError(SpbeError):
    """The record as it stands does not allow the command; nothing was recorded."""


class NotPermittedError(RecordError):
    """Whoever asks may not do this; nothing was recorded."""


class RulesError(SpbeError):
    """An edition or a rule pack is missing or contradicts itself."""


class StoreError(SpbeError):
    """The store cannot be opened, read or written."""


class ConcurrencyError(StoreError):
    """Another writer was faster; the command may be tried again."""


@contextmanager
def about(**place: object) -> Generator[None]:
    """Say which of many an error is about, where it does not say so itself.

    Args:
        place: ``at_task`` or ``at_item``.

    Raises:
        SpbeError: as it was raised within, with the place.
    """
    try:
        yield
    except SpbeError as problem:
        if set(map(str, place.values())) <= set(map(str, problem.parameters.values())):
            raise
        raise problem.at(**place) from problem
