"""Everything that reads what others wrote, as functions of bytes: shared by Hypothesis and the coverage-guided fuzzer.

A target either returns or raises an error of the library; it also asserts what must hold of whatever was read.
"""

import atexit
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

import attrs
from arrangements import Ticking, attempt, rulebook_of, small_edition
from spbe_cli.values import Day, Moment, assignments

from spbe_core import Spbe
from spbe_core.content.policy import accepted_type
from spbe_core.content.remarks import content_remarks
from spbe_core.evaluation.fold import fold
from spbe_core.events import Event, PermissionsAdopted, decode, encode, topic_of
from spbe_core.exchange.assignments_csv import read_assignments
from spbe_core.exchange.evaluation_file import read_evaluation_csv, read_evaluation_json
from spbe_core.exchange.proof_json import consistency_members, read_consistency
from spbe_core.exchange.text_file import decoded
from spbe_core.exchange.values_csv import bulk_values, read_bulk, read_values
from spbe_core.exchange.verdicts_csv import has_verdicts, read_accepted
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.cosignature import WitnessSigner, seen_at
from spbe_core.ledger.envelope import Envelope
from spbe_core.ledger.merkle import extends, includes
from spbe_core.ledger.signed_note import SignerKey, VerifierKey, open_note
from spbe_core.ledger.time_stamp import read_roots, stamped
from spbe_core.library import score
from spbe_core.model.edition import Item
from spbe_core.model.edition_document import read_edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.evidence_policy import EvidencePolicy
from spbe_core.model.exact import exact, exact_text
from spbe_core.people.adoption import adopted_permissions
from spbe_core.people.roster import fold_people
from spbe_core.replay.verify_certificate import verify_certificate
from spbe_core.rules import load_crosswalk, load_edition, load_overlay, load_published_results
from spbe_core.storage.location import shown_location
from spbe_core.storage.s3_address import S3Address

EDITION: Final = small_edition(
    items=(Item("I1-L2-01", "1", 2, "Ada.", "s"), Item("I1-L2-02", "1", 2, "Ditandatangani.", "s")),
)
RULEBOOK: Final = rulebook_of(EDITION)
SIGNER: Final = SignerKey("contoh.go.id/spbe", bytes(32))
WITNESS: Final = WitnessSigner("saksi.go.id", bytes(31) + b"\1")
WITNESSED_AT: Final = datetime(2030, 1, 2, tzinfo=UTC)
EMPTY: Final = "contoh.go.id/spbe\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
"""The text of a checkpoint of nothing."""
STAMPED: Final = SIGNER.sign(EMPTY)
BREAK: Final = b"\n====\n"
"""Between the files of one input."""


def values_csv(data: bytes) -> None:
    values = read_values(data, EDITION)
    assert values.keys() <= {one.id for one in EDITION.indicators}
    score(values, edition=EDITION.id, rulebook=RULEBOOK)


def bulk_csv(data: bytes) -> None:
    for row in read_bulk(data):
        if row.problem is None:
            attempt(bulk_values, row, EDITION)


def verdicts_csv(data: bytes) -> None:
    has_verdicts(data)
    assert read_accepted(data, EDITION) <= {one.id for one in EDITION.items}


def evaluation_csv(data: bytes) -> None:
    assert read_evaluation_csv(data, "kota-a/2030", "Kota A", None, None, None).stages


def evaluation_json(data: bytes) -> None:
    """What an import records can be shown, and an audit finds nothing wrong with it."""
    source = read_evaluation_json(data)
    with Spbe.open("memory:", rulebook=RULEBOOK, clock=Ticking()) as spbe:
        evaluation = str(spbe.import_evaluation(source, folder=_FOLDER).id)
        spbe.card(evaluation)
        spbe.explain(evaluation)
        spbe.status(evaluation)
        for reason in spbe.explain(evaluation, "1"):
            assert reason.what("id").isprintable()
        assert spbe.evaluations()[0].id == evaluation
        assert not spbe.audit().differences


def assignments_csv(data: bytes) -> None:
    assert all(one.units for one in read_assignments(data, "alasan"))


def event(data: bytes) -> None:
    topic, _, state = data.partition(b"\n")
    found = decode(topic.decode("utf-8", "replace"), state)
    assert decode(topic_of(found), encode(found)) == found


def history(data: bytes) -> None:
    """Events, a line of topic and a line of members each, folded into an evaluation."""
    evaluation = fold(_events(data))
    if evaluation is not None:
        evaluation.open_stages()


def people_history(data: bytes) -> None:
    """Events as in a history, folded into who holds which role; every table of permissions that was adopted is read."""
    events = _events(data)
    roster = fold_people(events)
    for one in events:
        if isinstance(one, PermissionsAdopted):
            assert adopted_permissions(one).digest == one.digest
    assert all(actor.id == name and actor.standing for name, actor in roster.actors.items())


def edition_document(data: bytes) -> None:
    assert read_edition(data).document == data


def edition_files(data: bytes) -> None:
    edition = load_edition(_package({"data/edition.toml": 0, "data/isi.toml": 1}, data))
    assert read_edition(edition.document) == edition


def overlay(data: bytes) -> None:
    found = load_overlay(_package({"overlay.toml": 0}, data))
    found.claims(EDITION)
    for year in found.years:
        found.derive(EDITION, year)


def crosswalk(data: bytes) -> None:
    found = load_crosswalk(_package({"data/crosswalk.toml": 0}, data))
    assert found.reversed().reversed() == found


def published_results(data: bytes) -> None:
    for one in load_published_results(_package({"cases/kota.toml": 0}, data)):
        score(one.values, edition=EDITION.id, rulebook=RULEBOOK)


def checkpoint(data: bytes) -> None:
    """The text of a checkpoint, whose signature is taken as good."""
    text = decoded(data)
    found = Checkpoint.read(text)
    assert str(found) == text
    found.first_difference([bytes(32)])


def signed_note(data: bytes) -> None:
    """Whatever opens under a key was signed by it: from here nobody can sign."""
    text = data.decode("utf-8", "surrogateescape")
    assert open_note(text, SIGNER.verifier) in _SIGNED


def signer_key(data: bytes) -> None:
    key = SignerKey.read(data.decode("utf-8", "surrogateescape"))
    assert SignerKey.read(key.reveal()) == key


def verifier_key(data: bytes) -> None:
    key = VerifierKey.read(data.decode("utf-8", "surrogateescape"))
    assert VerifierKey.read(str(key)) == key
    attempt(open_note, SIGNER.sign("a\n"), key)


def witnessed_note(data: bytes) -> None:
    """A witness's time is read only from what it signed."""
    text = data.decode("utf-8", "surrogateescape")
    assert seen_at(text, WITNESS.verifier) == WITNESSED_AT


def time_stamp(data: bytes) -> None:
    """Whatever passes as a stamp was given by the authority: from here nobody can."""
    found = stamped(STAMPED.encode(), data, read_roots(sample("roots.pem")), sample("request.tsq"))
    assert found.serial == 2
    assert found.authority == "CN=TSA Contoh"


def time_stamp_request(data: bytes) -> None:
    """Whatever is said to have been asked for, the answer is of this note."""
    assert stamped(STAMPED.encode(), sample("response.tsr"), read_roots(sample("roots.pem")), data).serial == 2


def time_stamp_roots(data: bytes) -> None:
    """A stamp leads to whatever roots are trusted, or to none."""
    assert stamped(STAMPED.encode(), sample("response.tsr"), read_roots(data)).serial == 2


@cache
def sample(name: str) -> bytes:
    """What a real authority (``openssl ts``) asked, answered or is known by, of the stamped note."""
    return (Path(__file__).parent / "samples" / name).read_bytes()


def consistency_proof(data: bytes) -> None:
    proof = read_consistency(data)
    assert read_consistency(json.dumps(consistency_members(proof)).encode()) == proof
    extends(proof.old_size, proof.new_size, proof.old_root, proof.new_root, proof.path)


def certificate(data: bytes) -> None:
    """Whatever holds as a certificate was sealed by its key: from here nobody can."""
    report = verify_certificate(data, SIGNER.verifier)
    assert report.certificate is None or data in sealed()


def certificate_statement(data: bytes) -> None:
    """A statement that is sealed by the right key, whatever it says: it holds only where it says what it said."""
    report = verify_certificate(bytes(Envelope.seal(data, SIGNER)), SIGNER.verifier)
    for step in report.steps:
        assert all(step.what(language).isprintable() for language in ("id", "en"))
    assert not report.holds or data in {Envelope.read(one).payload for one in sealed()}


@cache
def sealed() -> tuple[bytes, ...]:
    """The one certificate there is, of a small evaluation."""
    with Spbe.open("memory:", rulebook=RULEBOOK, clock=Ticking()) as spbe:
        spbe.open_evaluation("kota-a/2030", agency_name="Kota A", process="pendek")
        spbe.submit_evidence("kota-a/2030", BytesIO(b"isi"), indicators=["1"], title="SK")
        spbe.assess("kota-a/2030", {leaf.id: 3 for leaf in EDITION.indicators}, stage="self", reason="SK")
        spbe.close_stage("kota-a/2030", "self")
        spbe.determine("kota-a/2030", decree="SK 1")
        return (spbe.ledger.certify("kota-a/2030", SIGNER),)


def proofs(data: bytes) -> None:
    """Nothing but the proof of a leaf is one; sizes and places may be any numbers."""
    index, size = (int.from_bytes(data[place : place + 9], "big", signed=True) for place in (0, 9))
    path = [data[place : place + 32] for place in range(18, len(data), 32)]
    assert not includes(bytes(32), index, size, path, b"\1" * 32)
    assert not extends(index, size, b"\1" * 32, b"\2" * 32, path)


def numbers(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    attempt(EDITION.scale.read, text)
    attempt(EvaluationId.parse, text)
    attempt(shown_location, text)
    attempt(lambda: score({"1": text}, edition=EDITION.id, rulebook=RULEBOOK))
    number = exact(text)
    attempt(EDITION.scale.check, number)
    assert exact(exact_text(number)) == number or number.denominator > 10**999


def vault_address(data: bytes) -> None:
    """Nothing before an ``@``, where a secret may have been written, is ever repeated."""
    text = data.decode("utf-8", "surrogateescape")
    place, problem = attempt(S3Address.parse, text)
    if place is None:
        assert "@" not in str(problem.parameters["vault"]).partition("//")[2].replace("...@", "", 1)
    else:
        assert S3Address.parse(str(place)) == attrs.evolve(place, endpoint=None, region=None)


def content(data: bytes) -> None:
    """A document of any bytes has a type; what speaks against it is said of the same bytes again."""
    document = BytesIO(data)
    assert "/" in accepted_type(EvidencePolicy(refused=frozenset()), document, "sk.docx")
    assert list(content_remarks(document)) == list(content_remarks(BytesIO(data)))
    accepted_type(EvidencePolicy(), document, "sk.docx")


def command_words(data: bytes) -> None:
    """What is read from the command line and is more than a word."""
    text = data.decode("utf-8", "surrogateescape")
    attempt(lambda: Moment().convert(text, None, None))
    if text.isascii() and len(text) == 10 and text[4::3] == "--":
        attempt(lambda: Day().convert("2030-01-01", None, None))
    attempt(lambda: assignments([f"1={text}"]))


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "values-csv": values_csv,
    "bulk-csv": bulk_csv,
    "verdicts-csv": verdicts_csv,
    "assignments-csv": assignments_csv,
    "evaluation-csv": evaluation_csv,
    "evaluation-json": evaluation_json,
    "event": event,
    "history": history,
    "people-history": people_history,
    "edition-document": edition_document,
    "edition-files": edition_files,
    "overlay": overlay,
    "crosswalk": crosswalk,
    "published-results": published_results,
    "checkpoint": checkpoint,
    "signed-note": signed_note,
    "signer-key": signer_key,
    "verifier-key": verifier_key,
    "witnessed-note": witnessed_note,
    "time-stamp": time_stamp,
    "time-stamp-request": time_stamp_request,
    "time-stamp-roots": time_stamp_roots,
    "proofs": proofs,
    "consistency-proof": consistency_proof,
    "certificate": certificate,
    "certificate-statement": certificate_statement,
    "numbers": numbers,
    "vault-address": vault_address,
    "content": content,
    "command-words": command_words,
    # A new reader is one more line here, and its samples one more in seeds.py.
}


def survives(name: str, data: bytes) -> None:
    """Run a target: it returns, or raises an error of the library with readable words in both languages."""
    attempt(TARGETS[name], data)


_FOLDER: Final = Path(tempfile.mkdtemp(prefix="spbe-hostile-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_SIGNED: Final = frozenset({EMPTY})
(_FOLDER / "sk.pdf").write_bytes(b"isi")
(_FOLDER / "hostile_package").mkdir()
(_FOLDER / "hostile_package" / "__init__.py").touch()
sys.path.append(str(_FOLDER))


def _events(data: bytes) -> list[Event]:
    """Read a line of topic and a line of members each."""
    lines = data.split(b"\n")
    return [
        decode(topic.decode("utf-8", "replace"), state) for topic, state in zip(lines[::2], lines[1::2], strict=False)
    ]


def _package(places: Mapping[str, int], data: bytes) -> str:
    """Lay the parts of an input where a rule pack has its files, and return the rule pack's name."""
    parts = data.split(BREAK)
    for place, part in places.items():
        file = _FOLDER / "hostile_package" / place
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(parts[part] if part < len(parts) else b"")
    return "hostile_package"
