"""The code of an actor, an agency or a unit: what it looks like, so that no name fits in it as people write one."""

import re
from typing import Final

from spbe_core.errors import InputError

_CODE: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?", re.ASCII)


def is_code(text: str) -> bool:
    """Say whether a text is one: lower-case ASCII letters, digits, dots and hyphens."""
    return _CODE.fullmatch(text) is not None


def checked_code(code: str, name: str) -> str:
    """Return a code as it is.

    Args:
        code: what was given.
        name: what it is the code of, e.g. ``unit``.

    Raises:
        InputError: ``code-malformed``.
    """
    if not is_code(code):
        raise InputError("code-malformed", name=name, given=code)
    return code
