"""The JSON Schema of an edition, and the page that says the same in words."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, get_args, get_origin

import attrs

from pages.code_text import docstring, summary
from spbe_core.model.edition import (
    DOCUMENT_FORMAT,
    Edition,
)


def edition_schema() -> str:
    """Write the JSON Schema of an exported edition from the classes an edition is made of."""
    parts: dict[str, Any] = {}
    edition = _object_schema(Edition, parts)
    digest = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": "SHA-256 of the canonical document."}
    edition["properties"] = {"format": {"const": DOCUMENT_FORMAT}, **edition["properties"], "digest": digest}
    edition["required"] = ["format", *edition["required"], "digest"]
    exact = {
        "type": "string",
        "pattern": r"^-?[0-9]+(\.[0-9]+|/[1-9][0-9]*)?$",
        "description": "An exact number: a decimal where one exists, else a fraction in lowest terms.",
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:spbe:{DOCUMENT_FORMAT}",
        "title": "An edition, as spbe editions export writes it",
        **edition,
        "$defs": {"exact": exact, **parts},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _object_schema(kind: type[attrs.AttrsInstance], parts: dict[str, Any]) -> dict[str, Any]:
    """Describe a class; the classes of its members are added to the parts. Unknown members stay allowed."""
    fields = attrs.fields(attrs.resolve_types(kind))
    attributes = docstring(kind)[1].get("Attributes", {})
    meanings = {name: re.sub(r"\bNone\b", "null", meaning) for name, meaning in attributes.items()}
    properties = {
        field.name: _form(field.type, parts) | ({"description": meanings[field.name]} if field.name in meanings else {})
        for field in fields
    }
    required = [field.name for field in fields if "later" not in field.metadata]
    return {"type": "object", "description": summary(kind), "properties": properties, "required": required}


def _form(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Describe what a member of a type looks like in JSON."""
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _form(get_args(kind)[0], parts)}
    if type(None) in get_args(kind):
        (given,) = (one for one in get_args(kind) if one is not type(None))
        return {"anyOf": [_form(given, parts), {"type": "null"}]}
    if attrs.has(kind):
        if kind.__name__ not in parts:
            parts[kind.__name__] = _object_schema(kind, parts)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return dict(_PLAIN_FORMS[kind])


_PLAIN_FORMS: Final[Mapping[type, Mapping[str, str]]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
    Fraction: {"$ref": "#/$defs/exact"},
}


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
    yield from _schema_table("edition", schema)
    for name, part in schema["$defs"].items():
        if part["type"] == "object":
            yield from _schema_table(name, part)


def _schema_table(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## `{name}`\n\n{schema['description']}\n\n"
    yield "| member | form | always there | meaning |\n|---|---|---|---|\n"
    for member, form in schema["properties"].items():
        there = "yes" if member in schema["required"] else "no"
        yield f"| `{member}` | {_in_words(form)} | {there} | {form.get('description', '')} |\n"


def _in_words(form: Mapping[str, Any]) -> str:
    """Say a member's form in words."""
    if "anyOf" in form:
        return " or ".join(_in_words(one) for one in form["anyOf"])
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        return "exact" if name == "exact" else f"[{name}](#{name.lower()})"
    if "const" in form or "enum" in form:
        return " or ".join(f"`{one}`" for one in form.get("enum", [form.get("const")]))
    if form["type"] == "array":
        return f"list of {_in_words(form['items'])}"
    plain = {"string": "text", "integer": "number", "boolean": "true or false", "null": "null"}
    return "date" if form.get("format") == "date" else plain[form["type"]]
