"""What the fuzzers begin with: the real samples of this repository, small."""

import json
from typing import Final

import documents
from arrangements import ROOT, Ticking
from hostile.targets import BREAK, EDITION, SIGNER, STAMPED, WITNESS, WITNESSED_AT, sample, sealed

from spbe_core.exchange.proof_json import consistency_members
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.envelope import Envelope
from spbe_core.ledger.merkle import leaf_hash
from spbe_core.replay.ledger import ConsistencyProof

_GOLDEN: Final = ROOT / "tests" / "golden"
_FROZEN: Final = ROOT / "tests" / "frozen" / "api_1" / "frozen_api_1"
_LEVELS: Final = {"1": "3", "2": "4", "3": "2", "4": "5", "5": "1"}
_EVALUATION: Final = {
    "id": "kota-a/2030",
    "agency_name": "Kota A",
    "process": "penuh",
    "stages": [
        {"stage": "self", "values": _LEVELS, "reason": "mandiri"},
        {"stage": "document", "values": {"1": "4"}, "verdicts": {"I1-L2-01": "accepted", "I1-L2-02": "revise"}},
        {"stage": "visitation", "values": {}, "close": False},
    ],
    "evidence": [
        {"file": "sk.pdf", "indicators": ["1", "2"], "title": "SK", "effective": "2030-01-02"},
        {"link": "https://contoh.go.id/sk", "items": ["I1-L2-01"], "document": {"kind": "SK", "issued": "2030-01-02"}},
    ],
    "determination": {"decree": "SK 1", "decree_date": "2031-01-15"},
}
_ROWS: Final = "".join(f"{indicator},{value}\n" for indicator, value in _LEVELS.items()).encode()


def seeds(name: str) -> list[bytes]:
    """Return the samples of a target, by the name it has in ``TARGETS``."""
    return _SEEDS[name]


def _events() -> list[bytes]:
    files = sorted((_GOLDEN / "events").glob("*.json"))
    return [f"spbe:{file.stem}\n".encode() + file.read_bytes().strip() for file in files]


def _history(*order: str) -> bytes:
    by_name = {one.split(b"@")[0].removeprefix(b"spbe:").decode(): one for one in _events()}
    return b"\n".join(by_name[name] for name in order if name in by_name)


def _files(*names: str) -> bytes:
    return BREAK.join((_FROZEN / name).read_bytes() for name in names)


_CHECKPOINT: Final = str(Checkpoint.of(SIGNER.name, [leaf_hash(b"a"), leaf_hash(b"b")], Ticking()()))
_PROOF: Final = ConsistencyProof(1, leaf_hash(b"a"), 2, bytes(32), (leaf_hash(b"b"),))
_SEEDS: Final = {
    "values-csv": [b"indicator,value\n" + _ROWS, b'indicator,value\n"1",\r\n'],
    "bulk-csv": [b"agency,year,1,2,3,4,5\nkota-a,2030,3,4,2,5,1\nkota-b,2031,1,1\n"],
    "verdicts-csv": [b"item,verdict\nI1-L2-01,accepted\n"],
    "assignments-csv": [b"task,units,responsible,deadline\n1,Dinas A;Dinas B,Dinas A,2030-06-30\nI1-L2-01,Dinas A,,\n"],
    "evaluation-csv": [b"stage,indicator,value\nself,1,3\nself,2,4\ndocument,1,4\n"],
    "evaluation-json": [json.dumps(_EVALUATION).encode()],
    "event": _events(),
    "history": [
        _history("evaluation-opened", "evidence-submitted", "indicator-scored", "stage-closed", "result-determined")
    ],
    "people-history": [
        _history(
            "unit-registered",
            "actor-appointed",
            "permissions-adopted",
            "actor-dismissed",
            "person-erased",
            "unit-closed",
        )
    ],
    "edition-document": [EDITION.document],
    "edition-files": [_files("data/edition.toml", "data/isi.toml")],
    "overlay": [_files("overlay.toml").replace(b"2091", b"2031").replace(b"frozen-api-1", b"contoh-1")],
    "crosswalk": [_files("data/crosswalk.toml")],
    "published-results": [(_FROZEN / "cases" / "kota_beku.toml").read_bytes()],
    "checkpoint": [_CHECKPOINT.encode()],
    "signed-note": [STAMPED.encode()],
    "signer-key": [SIGNER.reveal().encode()],
    "verifier-key": [str(SIGNER.verifier).encode()],
    "witnessed-note": [WITNESS.cosign(STAMPED, SIGNER.verifier, WITNESSED_AT).encode()],
    "time-stamp": [sample("response.tsr")],
    "time-stamp-request": [sample("request.tsq")],
    "time-stamp-roots": [sample("roots.pem")],
    "consistency-proof": [json.dumps(consistency_members(_PROOF)).encode()],
    "certificate": list(sealed()),
    "certificate-statement": [Envelope.read(one).payload for one in sealed()],
    "proofs": [bytes(17) + b"\1" + bytes(32), (5).to_bytes(9, "big") + (8).to_bytes(9, "big") + bytes(96)],
    "numbers": [b"3", b"3.25", b"10/3", b"kota-a/2030", b"sqlite:///a.db", b"postgresql://u:p@h:1/d?schema=s&vault=v"],
    "vault-address": [b"s3://bukti/2030?endpoint=http://127.0.0.1:8333&region=id", b"s3://kunci:rahasia@bukti/2030"],
    "content": [documents.docx(), documents.pdf(), documents.zipped({"a.txt": b"a" * 99}), documents.picture("PNG")],
    "command-words": [b"2024-06-30", b"2024-06-30T12:00:00+07:00"],
}
