"""The JSON Schema of an edition, and the page that says the same in words."""

import json
from collections.abc import Iterator
from typing import Any, Final

from pages.class_schema import EXACT, object_schema, schema_table
from spbe_core.model.edition import (
    DOCUMENT_FORMAT,
    Edition,
)


def edition_schema() -> str:
    """Write the JSON Schema of an exported edition from the classes an edition is made of."""
    parts: dict[str, Any] = {}
    edition = object_schema(Edition, parts)
    digest = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": "SHA-256 of the canonical document."}
    edition["properties"] = {"format": {"const": DOCUMENT_FORMAT}, **edition["properties"], "digest": digest}
    edition["required"] = ["format", *edition["required"], "digest"]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:spbe:{DOCUMENT_FORMAT}",
        "title": "An edition, as spbe editions export writes it",
        **edition,
        "$defs": {"exact": dict(EXACT), **parts},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


EDITION_JSON: Final = """# JSON of an edition

`spbe editions export ID` writes this form, and `edition_json(edition)` of `spbe_core.exchange.edition_json` gives it in
Python. With `--year` it is the edition as that year's guidance applies it.
[`edition.schema.json`](../../src/spbe_core/exchange/edition.schema.json) is its JSON Schema (draft 2020-12); it comes
with the package, and `edition_schema()` of the same module returns it.

An exact number is text, because a JSON number becomes a float in most programs: a decimal where one exists (`"2.75"`),
else a fraction in lowest terms (`"10/3"`). Every `source` is the id of one of the `citations`.
Members that are not always there are left out when empty.
Later versions may add members; ignore those you do not know.

The bytes are canonical: sorted keys, no white space.
Without the member `digest` they are the document that the digest is taken of and that evaluations pin.

How to compute with it: [use from PHP and Java](../how-to/use-from-php-and-java.md).
"""


def edition_members() -> Iterator[str]:
    """Describe an exported edition, member by member, from its schema."""
    schema = json.loads(edition_schema())
    yield EDITION_JSON
    yield from schema_table("edition", schema)
    for name, part in schema["$defs"].items():
        if part["type"] == "object":
            yield from schema_table(name, part)
