"""The address of evidence that is no file."""

import re
from typing import Final
from urllib.parse import urlsplit

from spbe_core.errors import InputError

_PLAIN_LINK: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
"""The characters of RFC 3986: whatever else an address has must be encoded, so that every program reads it alike."""

_CONTROL: Final = re.compile(r"%[01][0-9A-Fa-f]|%7[Ff]", re.ASCII)
_LONGEST_LINK: Final = 2000
"""Characters; browsers and servers hardly take more."""


def checked_link(link: str) -> str:
    """Return an address of the web; anything else would mean something only on the submitter's machine.

    Raises:
        InputError: ``link-malformed``.
    """
    try:
        parts = urlsplit(link)
        host, named = parts.hostname, "@" in parts.netloc
    except ValueError:
        host, named, parts = None, False, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or named or len(link) > _LONGEST_LINK:
        raise InputError("link-malformed", link=link)
    if not _PLAIN_LINK.fullmatch(link) or _CONTROL.search(link):
        raise InputError("link-malformed", link=link)
    return link
