"""Certificates to be tried: of small evaluations, and changed in every way there is."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs
from arrangements import Ticking, rulebook_of, small_edition

from spbe_core import Spbe
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.entry import entry_of, leaves_of
from spbe_core.ledger.envelope import Envelope
from spbe_core.ledger.merkle import inclusion_paths, leaf_hash
from spbe_core.ledger.signed_note import SignerKey
from spbe_core.model.canonical import canonical_json
from spbe_core.ports import StoredEvent

KEY: Final = SignerKey("inspektorat", bytes(range(32)))
EVALUATION: Final = "kota-contoh/2031"


def store(**changes: Any) -> Spbe:
    """Open a store in memory whose rulebook has the small edition."""
    return Spbe.open("memory:", rulebook=rulebook_of(small_edition(**changes)), clock=Ticking())


def submit(spbe: Spbe, content: bytes, *indicators: str, **more: Any) -> None:
    spbe.submit_evidence(EVALUATION, io.BytesIO(content), indicators=indicators, title="SK Wali Kota", **more)


def determined(spbe: Spbe) -> None:
    """Record an evaluation with evidence that stands, was replaced and was taken back, and a reopened stage."""
    spbe.open_evaluation(EVALUATION, agency_name="Pemerintah Kota “Contoh”\n", process="pendek")
    submit(spbe, b"satu", "1", "2")
    submit(spbe, b"dua", "3")
    submit(spbe, b"dua lagi", "3", supersedes="E2")
    submit(spbe, b"keliru", "4")
    spbe.withdraw_evidence(EVALUATION, "E4", reason="Keliru")
    spbe.assess(EVALUATION, {str(one): 1 + one % 5 for one in range(1, 6)}, stage="self", reason="Berita acara")
    spbe.close_stage(EVALUATION, "self")
    spbe.reopen(EVALUATION, "self", reason="Salah ketik")
    spbe.assess(EVALUATION, {"5": 4}, stage="self", reason="Berita acara 2")
    spbe.close_stage(EVALUATION, "self")
    spbe.determine(EVALUATION, decree="Keputusan 1/2031")


def statement_of(content: bytes) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(Envelope.read(content).payload)
    return members


def resigned(members: Mapping[str, Any]) -> bytes:
    """Sign other members with the right key: what a signature cannot find, the steps after it must."""
    return bytes(Envelope.seal(canonical_json(dict(members)), KEY))


def proved_anew(spbe: Spbe, content: bytes, changed: Callable[[StoredEvent], StoredEvent]) -> bytes:
    """Make a certificate of a store say the same of a ledger in which the events are stored in another form."""
    statement = statement_of(content)
    said, given = statement["predicate"], statement["predicate"]["proofs"]
    proofs = [given["edition"], given["opening"], *given["evidence"], given["result"]]
    stored = [changed(one) for one in spbe._ports.log.stored()]
    leaves = leaves_of(stored)
    for proof, path in zip(proofs, inclusion_paths(leaves, [one["index"] for one in proofs]), strict=True):
        proof["entry"] = entry_of(stored[proof["index"]]).decode()
        proof["path"] = [node.hex() for node in path]
    said["checkpoint"] = KEY.sign(str(Checkpoint.of(KEY.name, leaves, Ticking()()).without_fingerprints()))
    statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(given["result"]["entry"].encode()).hexdigest()
    return resigned(statement)


def with_card(stored: StoredEvent, **more: Any) -> StoredEvent:
    """Return a stored event whose card, if it has one, has further members."""
    members = json.loads(stored.state)
    if "card" in members:
        members["card"] |= more
    return attrs.evolve(stored, state=canonical_json(members))


def retold(members: dict[str, Any], change: Callable[[str, str], str]) -> bytes:
    """Let a signer record other events and certify those: ``change`` turns each proof's name and entry into another."""
    proofs = members["predicate"]["proofs"]
    named = [(name, proofs[name]) for name in ("edition", "opening")]
    named += [*(("evidence", proof) for proof in proofs["evidence"]), ("result", proofs["result"])]
    for name, proof in named:
        proof["entry"] = change(name, proof["entry"])
    leaves = [leaf_hash(proof["entry"].encode()) for _, proof in named]
    paths = inclusion_paths(leaves, range(len(leaves)))
    for place, ((_, proof), path) in enumerate(zip(named, paths, strict=True)):
        proof |= {"index": place, "path": [node.hex() for node in path]}
    checkpoint = Checkpoint.of("inspektorat", leaves, datetime(2031, 1, 1, tzinfo=UTC)).without_fingerprints()
    members["predicate"]["checkpoint"] = KEY.sign(str(checkpoint))
    digest = hashlib.sha256(proofs["result"]["entry"].encode()).hexdigest()
    members["subject"][0]["digest"]["sha256"] = digest
    return resigned(members)


def with_edition(members: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> bytes:
    """Let a signer record and certify a result under an edition document that was changed."""
    old = members["predicate"]["edition_digest"]
    head, line, state = members["predicate"]["proofs"]["edition"]["entry"].split("\n", 2)
    registered = json.loads(state)
    document = json.loads(registered["document"])
    change(document)
    registered["document"] = canonical_json(document).decode()
    new = f"sha256:{hashlib.sha256(registered['document'].encode()).hexdigest()}"
    members["predicate"]["proofs"]["edition"]["entry"] = "\n".join((head, line, canonical_json(registered).decode()))
    members["predicate"]["edition_digest"] = members["predicate"]["card"]["edition_digest"] = new
    return retold(members, lambda _, entry: entry.replace(old, new))


def changes(value: Any) -> Iterator[Any]:
    """Yield a JSON value with one thing in it changed, taken out or added, at every place."""
    if isinstance(value, dict):
        yield {**value, "tambahan": "x"}
        for name, member in value.items():
            yield {other: kept for other, kept in value.items() if other != name}
            yield from ({**value, name: changed} for changed in changes(member))
    elif isinstance(value, list):
        yield [*value, *(value[-1:] or ["x"])]
        for place, member in enumerate(value):
            yield [*value[:place], *value[place + 1 :]]
            yield from ([*value[:place], changed, *value[place + 1 :]] for changed in changes(member))
    elif isinstance(value, str):
        middle = len(value) // 2
        yield from (
            f"{value} ",
            f"{value[:middle]}{'1' if value[middle : middle + 1] != '1' else '2'}{value[middle + 1 :]}",
        )
        yield from (None, 1, [value])
    else:
        yield from ("x", 7, None, not value) if value is not None else ("x", 7)
