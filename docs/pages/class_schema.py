"""The JSON Schema of a value's class, and the table that says the same in words."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import attrs

from pages.code_text import docstring, summary

EXACT: Final[Mapping[str, Any]] = {
    "type": "string",
    "pattern": r"^-?[0-9]+(\.[0-9]+|/[1-9][0-9]*)?$",
    "description": "An exact number: a decimal where one exists, else a fraction in lowest terms.",
}


def object_schema(kind: type[attrs.AttrsInstance], parts: dict[str, Any]) -> dict[str, Any]:
    """Describe a class; the classes of its members are added to the parts. Unknown members stay allowed."""
    fields = attrs.fields(attrs.resolve_types(kind))
    attributes = docstring(kind)[1].get("Attributes", {})
    meanings = {name: re.sub(r"\bNone\b", "null", meaning) for name, meaning in attributes.items()}
    properties = {
        field.name: _form(field.type, parts) | ({"description": meanings[field.name]} if field.name in meanings else {})
        for field in fields
        if field.name != "extra"  # what it holds lies beside the others
    }
    required = [name for name in properties if "later" not in getattr(fields, name).metadata]
    return {"type": "object", "description": summary(kind), "properties": properties, "required": required}


def _form(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Describe what a member of a type looks like in JSON."""
    if get_origin(kind) is Annotated:
        return _form(get_args(kind)[0], parts)
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": _form(get_args(kind)[1], parts)}
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _form(get_args(kind)[0], parts)}
    if type(None) in get_args(kind):
        (given,) = (one for one in get_args(kind) if one is not type(None))
        return {"anyOf": [_form(given, parts), {"type": "null"}]}
    if attrs.has(kind):
        if kind.__name__ not in parts:
            parts[kind.__name__] = object_schema(kind, parts)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return dict(_PLAIN_FORMS[kind])


_PLAIN_FORMS: Final[Mapping[type, Mapping[str, str]]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
    Fraction: {"$ref": "#/$defs/exact"},
}


def schema_table(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """Write the table of an object's members."""
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
    if form["type"] == "object":
        return f"{_in_words(form['additionalProperties'])} by name"
    if form["type"] == "array":
        return f"list of {_in_words(form['items'])}"
    plain = {"string": "text", "integer": "number", "boolean": "true or false", "null": "null"}
    return "date" if form.get("format") == "date" else plain[form["type"]]
