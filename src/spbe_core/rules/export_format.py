"""A form in which a plugin writes a scorecard: a report, a sheet, another system's file."""

from collections.abc import Callable

import attrs

from spbe_core.model.edition import Edition
from spbe_core.model.scorecard import Scorecard


@attrs.frozen
class ExportFormat:
    """Turns a scorecard into the bytes of a file; pure, like rules.

    Attributes:
        id: what the format is asked for by, in lower case with hyphens.
        media_type: of the bytes, e.g. ``text/html``.
        render: writes a card in the reader's language (``id`` or ``en``).
    """

    id: str
    media_type: str
    render: Callable[[Edition, Scorecard, str], bytes]
