"""An edition as JSON for programs in any language, and the schema of that form."""

from importlib.resources import files
from typing import Any, Final

import msgspec

from spbe_core.model.canonical import canonical_json
from spbe_core.model.edition import Edition

SCHEMA_FILE: Final = "edition.schema.json"


def edition_json(edition: Edition) -> bytes:
    """Write an edition in the JSON form documented in ``docs/reference/edition-json.md``.

    It is the canonical document with one more member, the digest; without that member the bytes are the document's.

    Args:
        edition: as its regulation states it, or as applied in a year.
    """
    members: dict[str, object] = msgspec.json.decode(edition.document)
    return canonical_json({**members, "digest": edition.digest})


def edition_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of that form."""
    schema: dict[str, Any] = msgspec.json.decode((files(__package__ or "") / SCHEMA_FILE).read_bytes())
    return schema
