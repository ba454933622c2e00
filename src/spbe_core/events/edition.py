"""An edition enters the log."""

from typing import ClassVar

import attrs

from spbe_core.events.event import Event


@attrs.frozen(kw_only=True)
class EditionRegistered(Event):
    """An edition's canonical document entered the log, once per digest, in a stream of its own."""

    TOPIC: ClassVar[str] = "spbe:edition-registered"

    edition: str
    digest: str
    document: str


def edition_stream(digest: str) -> str:
    """Name the stream in which an edition's document lies."""
    return f"edition/{digest}"
