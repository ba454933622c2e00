"""The address of evidence that is no file."""

import posixpath
import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from spbe_core.errors import InputError

_PLAIN_LINK: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
"""The characters of RFC 3986: whatever else an address has must be encoded, so that every program reads it alike."""

_CONTROL: Final = re.compile(r"%[01][0-9A-Fa-f]|%7[Ff]", re.ASCII)
_USER: Final = re.compile(r"^([^:@]*:/*)?.*@", re.DOTALL)
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
        raise InputError("link-malformed", link=without_user(link))
    if not _PLAIN_LINK.fullmatch(link) or _CONTROL.search(link):
        raise InputError("link-malformed", link=without_user(link))
    return link


@lru_cache(maxsize=4096)
def place_of(link: str) -> str:
    """Return where a link leads, one text for its many spellings.

    The scheme, the host's case, the port that goes without saying, dots in the path and what is looked up within the
    page make no other place (RFC 3986, 6.2).

    Args:
        link: as recorded; one that nobody could have recorded is its own place.
    """
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return link
    host = (parts.hostname or "").rstrip(".") + ("" if port in {None, 80, 443} else f":{port}")
    path = posixpath.normpath(f"/{parts.path.lstrip('/')}")
    return f"//{host}{path}" + (f"?{parts.query}" if parts.query else "")


def without_user(link: str) -> str:
    """Leave out who logs in and with which password: an error is read by others than who wrote the address."""
    return _USER.sub(r"\1...@", link, count=1)
