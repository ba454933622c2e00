"""The content of a document goes; that it was there stays."""

from typing import ClassVar

import attrs

from spbe_core.events.event import Event


@attrs.frozen(kw_only=True)
class ContentErased(Event):
    """The content of every document with a digest was taken out of the vault for good.

    Attributes:
        ground: the article or request it was done for.
    """

    TOPIC: ClassVar[str] = "spbe:content-erased"

    digest: str
    ground: str
