"""The JSON Schema of a certificate, and the page that says the same in words."""

import json
from collections.abc import Iterator
from typing import Any, Final

from pages.class_schema import object_schema, schema_table
from spbe_core.ledger.certificate import PREDICATE_TYPE, STATEMENT_TYPE, Certificate
from spbe_core.ledger.envelope import PAYLOAD_TYPE


def certificate_schema() -> str:
    """Write the JSON Schema of a certificate: the envelope, and under ``$defs`` what its payload says."""
    parts: dict[str, Any] = {}
    predicate = object_schema(Certificate, parts)
    sha256 = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "in hexadecimal."}
    subject = {"name": {"type": "string", "description": "`AGENCY/YEAR`."}, "digest": {"$ref": "#/$defs/Digest"}}
    statement = {
        "_type": {"const": STATEMENT_TYPE},
        "subject": {"type": "array", "items": {"$ref": "#/$defs/Subject"}, "minItems": 1, "maxItems": 1},
        "predicateType": {"const": PREDICATE_TYPE},
        "predicate": {"$ref": "#/$defs/Certificate"},
    }
    signature = {
        "keyid": {
            "type": "string",
            "pattern": "^[0-9a-f]{8}$",
            "description": "the hash in the signer's public key, by which keys are told apart.",
        },
        "sig": {"type": "string", "contentEncoding": "base64", "description": "Ed25519, of the DSSE encoding."},
    }
    envelope = {
        "payload": {
            "type": "string",
            "contentEncoding": "base64",
            "contentMediaType": PAYLOAD_TYPE,
            "contentSchema": {"$ref": "#/$defs/Statement"},
            "description": "the statement.",
        },
        "payloadType": {"const": PAYLOAD_TYPE},
        "signatures": {"type": "array", "items": {"$ref": "#/$defs/Signature"}, "minItems": 1, "maxItems": 1},
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": PREDICATE_TYPE,
        "title": "A certificate, as spbe certificate issue writes it",
        **_object("A DSSE envelope with one signature.", envelope),
        "$defs": {
            "Signature": _object("An Ed25519 signature.", signature),
            "Statement": _object("An in-toto statement, version 1.", statement),
            "Subject": _object("The evaluation.", subject),
            "Digest": _object("SHA-256 of the entry of the event that carries the card.", {"sha256": sha256}),
            "Certificate": predicate,
            **parts,
        },
    }
    return json.dumps(_closed(schema), indent=2, ensure_ascii=False) + "\n"


def _object(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "description": description, "properties": properties, "required": list(properties)}


def _closed(schema: Any) -> Any:
    """Refuse members that are not described, as the verification does, and leave none out."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    if "properties" in closed:
        closed |= {"required": list(closed["properties"]), "additionalProperties": False}
    return closed


CERTIFICATE_JSON: Final = """# JSON of a certificate

`spbe certificate issue` writes this form: a [DSSE](https://github.com/secure-systems-lab/dsse) envelope around an
[in-toto](https://github.com/in-toto/attestation) statement, on one line with a line feed at its end.
[`certificate.schema.json`](../../src/spbe_core/exchange/certificate.schema.json) is its JSON Schema (draft 2020-12); it
comes with the package, and `certificate_schema()` of `spbe_core.exchange.certificate_json` returns it.
[How to issue and verify one](../how-to/certify-a-result.md).

Exact numbers are text, as in [every form of spbe](json.md). The payload is canonical: sorted keys, no white space, each
number and text in one spelling only. Every member is always there and none may be added, so that no byte of the file
is without a meaning that is verified; another form gets another `predicateType`.

What is signed is `DSSEv1 28 application/vnd.in-toto+json LENGTH PAYLOAD`. The leaf hash of a proved event is SHA-256
over a zero byte and the bytes of its `entry`; how the `path` leads to the root is said in RFC 9162, section 2.1.3.2.
The `checkpoint` is a [C2SP signed note](https://c2sp.org/signed-note): origin, size, root, time, a line for
fingerprints that is empty here, and the signature of the same key. The edition's canonical document is the member
`document` of the event `proofs.edition`; SHA-256 of it is the edition's digest.
"""


def certificate_members() -> Iterator[str]:
    """Describe a certificate, member by member, from its schema."""
    schema = json.loads(certificate_schema())
    yield CERTIFICATE_JSON
    yield from schema_table("envelope", schema)
    for name, part in schema["$defs"].items():
        yield from schema_table(name, part)
