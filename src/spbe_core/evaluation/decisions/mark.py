"""Who does something, and when it is recorded."""

from datetime import datetime

import attrs


@attrs.frozen
class Mark:
    """Who does something, and when it is recorded."""

    at: datetime
    by: str
