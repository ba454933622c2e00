"""The schema of a certificate's JSON form."""

from importlib.resources import files
from typing import Any, Final

import msgspec

SCHEMA_FILE: Final = "certificate.schema.json"


def certificate_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a certificate; what its payload says is under ``$defs``."""
    schema: dict[str, Any] = msgspec.json.decode((files(__package__ or "") / SCHEMA_FILE).read_bytes())
    return schema
