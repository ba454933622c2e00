"""The published schema fits every exported edition, and says something of everything in it."""

import json
from fractions import Fraction
from typing import Any

import attrs
import jsonschema
import pytest
from arrangements import small_edition

from spbe_core import Edition, installed_rules
from spbe_core.exchange.edition_json import edition_json, edition_schema
from spbe_core.model.edition_document import read_edition
from spbe_core.model.external import ConversionBand, External

EXTERNAL = External("5", "Indeks Lain", "Badan", "s", (ConversionBand(1, *map(Fraction, ("0", "100", "1", "5"))),), "s")
EDITIONS = [
    *installed_rules().editions(),
    *(installed_rules().edition(one.id, year) for one in installed_rules().editions() for year in one.years),
    small_edition(),
    small_edition(lifecycle="draft", in_force=None, externals=(EXTERNAL,)),
]


def closed(schema: Any) -> Any:
    """Return the schema with unknown members refused, so that nothing is exported that it does not describe."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(part) for name, part in schema.items()}
    return {**inner, "additionalProperties": False} if schema.get("type") == "object" else inner


VALIDATOR = jsonschema.Draft202012Validator(
    closed(edition_schema()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def test_the_schema_is_a_schema() -> None:
    """It is valid itself, as draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(edition_schema())

    assert edition_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: f"{edition.id}-{edition.digest[7:11]}")
def test_every_edition_fits_and_can_be_read_back(edition: Edition) -> None:
    """The export validates, has nothing the schema does not know, and without its digest is the canonical document."""
    exported = edition_json(edition)
    VALIDATOR.validate(json.loads(exported))
    document = exported.replace(f'"digest":"{edition.digest}",'.encode(), b"")

    assert document == edition.document
    assert read_edition(document) == edition


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "sha256:0"},
        {"format": "spbe-edition-2"},
        {"in_force": "kemarin"},
        {"years": ["2030"]},
        {"lifecycle": "berlaku"},
        {"scale": {"minimum": 1, "maximum": "5", "step": "integer", "empty": "refused", "source": "s"}},
        {"grades": [{"name": "Tinggi", "floor": "3,5", "source": "s"}]},
        {"stages": [{"id": "self"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_no_edition_does_not_fit(change: dict[str, Any]) -> None:
    """A number that is no text, a word that is not known and a missing member are refused."""
    members = json.loads(edition_json(small_edition()))
    for name in change:
        assert name in members

    assert not VALIDATOR.is_valid({**members, **change})


def test_every_class_of_an_edition_is_described() -> None:
    """The schema has a definition with the attributes of each class; later members are the optional ones."""
    schema = edition_schema()
    optional = {field.name for field in attrs.fields(Edition) if "later" in field.metadata}

    assert set(schema["properties"]) == {"format", "digest", *(field.name for field in attrs.fields(Edition))}
    assert set(schema["properties"]) - set(schema["required"]) == optional
