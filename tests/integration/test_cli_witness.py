"""A witness and a time stamp authority vouch for a checkpoint from outside."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from terminal import EVALUATION, Terminal

from spbe_core import InputError
from spbe_core.exchange.text_file import LARGEST
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.cosignature import WitnessKey, WitnessSigner, seen_at
from spbe_core.ledger.signed_note import SignerKey, VerifierKey, open_note
from spbe_core.ledger.time_stamp import read_roots, stamp_request, stamped

PUBLIC_CHECKPOINT = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA2\
3oHP7Ry1k3ZFWwQ=
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWf\
Bw==
"""
"""A checkpoint that a public log of certificates published, with the co-signature of a public witness."""


def test_cosignatures_follow_the_published_format() -> None:
    """What a public witness signed is read by its public key; a changed text, time or signature is noticed."""
    log = VerifierKey.read(
        "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
    )
    witness = WitnessKey.read("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")

    assert open_note(PUBLIC_CHECKPOINT, log) == PUBLIC_CHECKPOINT.partition("\n\n")[0] + "\n"
    assert seen_at(PUBLIC_CHECKPOINT, witness) == datetime.fromtimestamp(0x6A122120, UTC)
    assert str(witness) == "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
    for old, new in (("1432088532", "1432088533"), ("2net5wAAAABqEiEg", "2net5wAAAABqEiEh"), ("PlfF", "PlfG")):
        with pytest.raises(InputError, match="note-not-cosigned"):
            seen_at(PUBLIC_CHECKPOINT.replace(old, new), witness)


def test_each_kind_of_key_signs_its_own_kind_of_statement() -> None:
    """The same 32 bytes as a signer and as a witness are two keys, and neither's signature passes for the other's."""
    signer = SignerKey.create("contoh.go.id")
    witness = WitnessSigner(signer.name, signer.secret)
    note = signer.sign("contoh.go.id\n0\nAAAA\n")
    cosigned = witness.cosign(note, signer.verifier, datetime(2026, 1, 2, tzinfo=UTC))
    public = WitnessKey(witness.name, witness.verifier.public)

    assert WitnessSigner.read(witness.reveal()) == witness
    assert seen_at(cosigned, public) == datetime(2026, 1, 2, tzinfo=UTC)
    assert open_note(cosigned, signer.verifier) == open_note(note, signer.verifier)
    for read, text in (
        (WitnessKey.read, str(signer.verifier)),
        (VerifierKey.read, str(public)),
        (WitnessSigner.read, signer.reveal()),
        (SignerKey.read, witness.reveal()),
    ):
        with pytest.raises(InputError, match="key-kind-wrong"):
            read(text)
    with pytest.raises(InputError, match="note-not-cosigned"):
        seen_at(note, public)


@attrs.frozen
class Ledger:
    """A store with a signer, a witness, and the checkpoint that the witness co-signed first."""

    terminal: Terminal

    def at(self, name: str) -> str:
        return str(self.terminal.folder / name)

    def public(self, key: str) -> str:
        return self.terminal("keys", "public", self.at(key), store=False)[1].strip()

    def grow(self, level: str = "4") -> None:
        assert self.terminal("assess", EVALUATION, f"12={level}", "--stage", "document", "--reason", "naik")[0] == 0

    def checkpoint(self, name: str) -> None:
        assert self.terminal("ledger", "checkpoint", "--key", self.at("kunci"), "--out", self.at(name))[0] == 0

    def prove(self, old: str, name: str, *more: str) -> None:
        given = ("--checkpoint", self.at(old), "--key", self.public("kunci"), "--out", self.at(name), *more)
        assert self.terminal("ledger", "consistency", *given)[0] == 0

    def cosign(self, note: str, out: str, *more: str) -> tuple[int, str, str]:
        given = ("--checkpoint", self.at(note), "--log", self.public("kunci"), "--key", self.at("saksi"))
        return self.terminal("ledger", "cosign", *given, "--out", self.at(out), *more, store=False)

    def goes_on(self, note: str, out: str, previous: str, proof: str) -> tuple[int, str, str]:
        return self.cosign(note, out, "--previous", self.at(previous), "--proof", self.at(proof))

    def verify(self, note: str, *more: str) -> tuple[int, str, str]:
        given = ("--checkpoint", self.at(note), "--key", self.public("kunci"), *more)
        return self.terminal("ledger", "verify", *given)


@pytest.fixture
def ledger(evaluation: Terminal) -> Ledger:
    """A ledger with a first co-signed checkpoint ``satu``."""
    made = Ledger(evaluation)
    create = ("keys", "create")
    assert evaluation("stage", "close", EVALUATION, "self")[0] == 0
    assert evaluation(*create, made.at("kunci"), "--name", "inspektorat", store=False)[0] == 0
    assert evaluation(*create, made.at("saksi"), "--name", "arsip", "--witness", store=False)[0] == 0
    made.checkpoint("satu.tanpa")
    assert made.cosign("satu.tanpa", "satu", "--first")[0] == 0
    return made


def test_a_checkpoint_of_millions_of_events_is_cosigned_and_stamped(ledger: Ledger) -> None:
    """What can be verified can be vouched for: a checkpoint grows with its ledger, beyond other input files."""
    size = 3_200_000
    many = Checkpoint("inspektorat", size, bytes(32), datetime(2026, 1, 2, tzinfo=UTC), bytes(4 * size))
    signer = SignerKey.read(Path(ledger.at("kunci")).read_text("utf-8"))
    Path(ledger.at("besar")).write_text(signer.sign(str(many)), "utf-8")
    request = ("--checkpoint", ledger.at("besar"), "--out", ledger.at("permintaan"))
    assert Path(ledger.at("besar")).stat().st_size > LARGEST

    assert ledger.cosign("besar", "besar.saksi", "--first")[0] == 0
    assert ledger.terminal("ledger", "stamp-request", *request, store=False)[0] == 0
    code, out, err = ledger.verify("besar.saksi", "--witness", ledger.public("saksi"))
    assert (code, err) == (1, ""), out


def test_a_witness_signs_what_goes_on_and_verification_asks_for_it(ledger: Ledger) -> None:
    """The co-signature is required where the witness is named, and says when it saw the checkpoint."""
    ledger.grow()
    ledger.checkpoint("dua.tanpa")
    ledger.grow("5")
    size = str(json.loads(Path(ledger.at("dua.tanpa")).read_text("utf-8").split("\n")[1]))
    ledger.prove("satu", "bukti", "--size", size)
    code, out, err = ledger.goes_on("dua.tanpa", "dua", "satu", "bukti")
    assert (code, err) == (0, ""), out

    witness = ledger.public("saksi")
    code, out, _ = ledger.verify("dua", "--witness", witness)
    assert code == 0
    assert "saksi arsip" in out
    code, _, err = ledger.verify("dua.tanpa", "--witness", witness)
    assert (code, "[note-not-cosigned]" in err) == (2, True)
    assert "[key-kind-wrong]" in ledger.verify("dua", "--witness", ledger.public("kunci"))[2]
    other = str(WitnessSigner.create("arsip").verifier)
    assert "[note-not-cosigned]" in ledger.verify("dua", "--witness", witness, "--witness", other)[2]


def test_a_witness_refuses_a_rewritten_record(ledger: Ledger) -> None:
    """Whoever holds store, programs and signing key cannot have a fork, a shorter ledger or another one co-signed."""
    ledger.grow()
    ledger.checkpoint("dua.tanpa")
    ledger.prove("satu", "bukti")
    assert ledger.goes_on("dua.tanpa", "dua", "satu", "bukti")[0] == 0

    assert ledger.goes_on("satu.tanpa", "susut", "dua", "bukti")[0] == 1
    with_change = "UPDATE spbe_event SET state = replace(state, '\"3\"', '\"5\"') WHERE rowid = 12"
    with closing(sqlite3.connect(ledger.terminal.store, isolation_level=None)) as database:
        database.execute(with_change)
    ledger.checkpoint("tiga.tanpa")
    ledger.prove("dua", "bukti2")
    code, out, _ = ledger.goes_on("tiga.tanpa", "tiga", "dua", "bukti2")

    assert (code, "ditulis ulang" in out) == (1, True)
    assert not Path(ledger.at("tiga")).exists()
    assert not Path(ledger.at("susut")).exists()


def test_a_witness_takes_nothing_it_did_not_sign_for_the_last_one(ledger: Ledger) -> None:
    """The last checkpoint must bear the witness's own signature; there is no way round it by leaving it out."""
    ledger.grow()
    ledger.checkpoint("dua.tanpa")
    ledger.prove("satu", "bukti")

    assert "[note-not-signed]" in ledger.goes_on("dua.tanpa", "x", "satu.tanpa", "bukti")[2]
    assert "[proof-of-other-sizes]" in ledger.goes_on("satu.tanpa", "x", "satu", "bukti")[2]
    assert "[proof-malformed]" in ledger.goes_on("dua.tanpa", "x", "satu", "satu")[2]
    assert "[usage]" in ledger.cosign("dua.tanpa", "x")[2]
    assert "[usage]" in ledger.cosign("dua.tanpa", "x", "--first", "--previous", ledger.at("satu"))[2]
    assert "[file-exists]" in ledger.goes_on("dua.tanpa", "satu", "satu", "bukti")[2]
    assert not Path(ledger.at("x")).exists()


NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@attrs.frozen
class Authority:
    """A time stamp authority of our own: a root, a certificate below it, and ``openssl ts`` to answer requests."""

    folder: Path
    root: bytes

    @classmethod
    def of(
        cls,
        folder: Path,
        *,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
        begins: datetime = NOW - DAY,
        ends: datetime = NOW + DAY,
    ) -> "Authority":
        folder.mkdir()
        root_key, key = (generate_private_key(65537, 2048) for _ in range(2))
        root = certificate("Akar Contoh", "Akar Contoh", root_key, root_key, NOW - 9 * DAY, NOW + 9 * DAY, None)
        below = certificate("TSA Contoh", "Akar Contoh", key, root_key, begins, ends, usage)
        (folder / "tsa.pem").write_bytes(below.public_bytes(Encoding.PEM))
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        (folder / "tsa.key").write_bytes(secret)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            f"[tsa]\nserial = {folder}/serial\nsigner_cert = {folder}/tsa.pem\nsigner_key = {folder}/tsa.key\n"
            "signer_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\n"
        )
        return cls(folder, root.public_bytes(Encoding.PEM))

    def answer(self, request: bytes) -> bytes:
        asked, answered = self.folder / "asked.tsq", self.folder / "answered.tsr"
        asked.write_bytes(request)
        config = ["-config", self.folder / "tsa.cnf", "-section", "tsa"]
        openssl = ["openssl", "ts", "-reply", *config, "-queryfile", asked, "-out", answered]
        subprocess.run(openssl, check=True, capture_output=True)
        return answered.read_bytes()


def certificate(
    subject: str,
    issuer: str,
    key: RSAPrivateKey,
    signer: RSAPrivateKey,
    begins: datetime,
    ends: datetime,
    usage: x509.ObjectIdentifier | None,
) -> x509.Certificate:
    """A root certificate, or with a usage one below it."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (subject, issuer)]
    builder = x509.CertificateBuilder(*reversed(names), key.public_key(), x509.random_serial_number(), begins, ends)
    if usage is None:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    else:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return builder.sign(signer, hashes.SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.of(tmp_path_factory.mktemp("otoritas") / "tsa")


def refusal(attempt: Callable[[], object]) -> str:
    """The code that something is refused with."""
    with pytest.raises(InputError) as caught:
        attempt()
    assert caught.value.what("en")
    return caught.value.code


def test_a_time_stamp_says_when_a_checkpoint_existed(ledger: Ledger, authority: Authority) -> None:
    """The request goes out as a file, the answer is held against the very bytes of the checkpoint's file."""
    terminal, asked, answered, root = ledger.terminal, ledger.at("a.tsq"), ledger.at("a.tsr"), ledger.at("akar.pem")
    Path(root).write_bytes(authority.root)
    request = ("ledger", "stamp-request", "--checkpoint", ledger.at("satu"), "--out", asked)
    assert terminal(*request, store=False)[0] == 0
    Path(answered).write_bytes(authority.answer(Path(asked).read_bytes()))
    stamp = ("--stamp", answered, "--stamp-ca", root)

    code, out, _ = ledger.verify("satu", *stamp, "--stamp-request", asked)
    assert (code, "CN=TSA Contoh" in out, "sudah ada sebelum" in out) == (0, True, True)
    code, _, err = ledger.verify("satu.tanpa", *stamp)
    assert (code, "[stamp-untrusted]" in err) == (2, True)
    assert "[usage]" in ledger.verify("satu", "--stamp", answered)[2]
    assert "[stamp-roots-malformed]" in ledger.verify("satu", "--stamp", answered, "--stamp-ca", asked)[2]
    assert "[file-exists]" in terminal(*request, store=False)[2]


def test_without_the_library_for_time_stamps(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed it is told how to."""
    monkeypatch.delitem(sys.modules, "spbe_core.ledger.time_stamp")
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    request = ("ledger", "stamp-request", "--checkpoint", ledger.at("satu"), "--out", ledger.at("a.tsq"))
    code, _, err = ledger.terminal(*request, store=False)

    assert (code, "[extra-missing]" in err, "spbe-core[timestamp]" in err) == (2, True, True), err


def test_a_stamp_that_does_not_hold_is_refused(tmp_path: Path, authority: Authority) -> None:
    """Of another note, to another request, of an authority nobody trusts, of a key for something else, out of date."""
    note, roots = b"contoh\n1\nAAAA\n", read_roots(authority.root)
    request = stamp_request(note)
    response = authority.answer(request)
    found = stamped(note, response, roots, request)
    stranger = Authority.of(tmp_path / "asing")
    wrong = Authority.of(tmp_path / "salah", usage=ExtendedKeyUsageOID.CODE_SIGNING)
    expired = Authority.of(tmp_path / "lama", begins=NOW - 3 * DAY, ends=NOW - 2 * DAY)

    assert (found.authority, found.policy) == ("CN=TSA Contoh", "1.2.3.4.1")
    assert abs(found.at - datetime.now(UTC)) < DAY
    assert refusal(lambda: stamped(note + b" ", response, roots)) == "stamp-untrusted"
    assert refusal(lambda: stamped(note, response, roots, stamp_request(note))) == "stamp-answers-another"
    assert refusal(lambda: stamped(note, stranger.answer(request), roots, request)) == "stamp-untrusted"
    late = expired.answer(request)
    assert refusal(lambda: stamped(note, late, read_roots(expired.root), request)) == "stamp-untrusted"
    with pytest.raises(subprocess.CalledProcessError):
        wrong.answer(request)  # OpenSSL does not even sign with such a certificate
    assert refusal(lambda: stamped(note, request, roots)) == "stamp-malformed"
    assert refusal(lambda: stamped(note, response, roots, response)) == "stamp-malformed"
    refused = authority.answer(b"\x30\x03\x02\x01\x01")
    assert refusal(lambda: stamped(note, refused, roots)) == "stamp-refused"


def test_no_byte_of_a_stamp_can_be_changed_to_another_statement(authority: Authority) -> None:
    """Every byte: the changed response is refused, or it says the very same."""
    note, roots = b"contoh\n1\nAAAA\n", read_roots(authority.root)
    response = authority.answer(stamp_request(note))
    found = stamped(note, response, roots)
    held = 0
    for place in range(len(response)):
        bent = bytearray(response)
        bent[place] ^= 1 << place % 8
        try:
            assert stamped(note, bytes(bent), roots) == found
            held += 1
        except InputError:
            continue
    assert held < len(response) // 20
    for length in range(0, len(response), 9):
        assert refusal(lambda cut=response[:length]: stamped(note, cut, roots)).startswith("stamp-")  # type: ignore[misc]
