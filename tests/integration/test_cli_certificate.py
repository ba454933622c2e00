"""Certificates on the command line: issued from a store, verified without one, and refused in one line."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version

import jsonschema
import pytest
from terminal import EVALUATION, Terminal

from spbe_core.exchange.certificate_json import certificate_schema
from spbe_core.ledger.envelope import Envelope
from spbe_core.ledger.signed_note import SignerKey

DOCUMENT = "Surat keputusan"


@pytest.fixture
def store(evaluation: Terminal) -> Terminal:
    """A terminal with a closed stage, evidence, a key, and the certificate of that stage."""
    document = evaluation.file("sk.txt", DOCUMENT)
    assert evaluation("evidence", "add", EVALUATION, document, "-i", "1", "-i", "2")[0] == 0
    assert evaluation("stage", "close", EVALUATION, "self")[0] == 0
    assert evaluation("keys", "create", str(evaluation.folder / "kunci"), "--name", "inspektorat", store=False)[0] == 0
    public = evaluation("keys", "public", str(evaluation.folder / "kunci"), store=False)[1]
    evaluation.file("kunci.pub", public)
    assert issue(evaluation)[0] == 0
    return evaluation


def issue(terminal: Terminal, name: str = "sertifikat.json", stage: str = "self") -> tuple[int, str, str]:
    named = ("--stage", stage) if stage else ()
    key, out = str(terminal.folder / "kunci"), str(terminal.folder / name)
    return terminal("certificate", "issue", EVALUATION, "--key", key, "--out", out, *named)


def verify(terminal: Terminal, *more: str, name: str = "sertifikat.json") -> tuple[int, str, str]:
    file, key = str(terminal.folder / name), str(terminal.folder / "kunci.pub")
    return terminal("certificate", "verify", file, "--key", key, *more, store=False)


def test_it_is_verified_without_store_and_plugins(store: Terminal) -> None:
    """Only the file and the key are left; the answer for programs has every step and the limits."""
    store.store.unlink()
    shutil.rmtree(store.store.with_suffix(".vault"))
    code, out, err = verify(store)
    answer = json.loads(verify(store, "--format", "json")[1])

    assert (code, err) == (0, "")
    assert (
        f'BERLAKU: {EVALUATION}\n  HANYA TAHAP "Penilaian Mandiri": ini BUKAN hasil yang ditetapkan\n  indeks 3.00'
        in out
    )
    assert 'sendiri: "Pemerintah Kota Contoh"\n' in out
    packs = f'"spbe-core {version("spbe-core")}", "spbe-rules-pedoman-3-2024 {version("spbe-rules-pedoman-3-2024")}"'
    assert (
        f'per tahap dan dasarnya: "Penilaian Mandiri, asesor" 47\n  dihitung, menurut catatan, dengan: {packs}, ' in out
    )
    assert set(answer["certificate"]["sources"].values()) == {"self"}
    assert answer["certificate"]["calculated_by"].keys() > {"spbe-core"}
    assert "tidak membuktikan" in out
    assert answer["holds"] is True
    assert len(answer["steps"]) == 9
    assert answer["steps"][-1]["code"] == "certificate-edition-installed"
    assert (answer["certificate"]["id"], answer["certificate"]["index"]) == (EVALUATION, "3.00")
    assert answer["limits"]
    command = [sys.executable, "-m", "spbe_cli", "--no-plugins", "certificate", "verify", "sertifikat.json"]
    done = subprocess.run(
        [*command, "--key", "kunci.pub", "--lang", "en"], cwd=store.folder, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b'ONLY THE STAGE "self": this is NOT the determined result' in done.stdout
    assert f"compare its digest, {answer['certificate']['edition_digest']}" in done.stdout.decode()


def test_a_name_does_not_forge_the_result(terminal: Terminal) -> None:
    """What an agency calls itself stands last, in quotes that it cannot close, on one line."""
    name = 'Kota X", indeks 4.98\nHASIL YANG DITETAPKAN\u202e'
    assert terminal("init")[0] == 0
    assert terminal("open", EVALUATION, "--name", name)[0] == 0
    assert terminal("stage", "close", EVALUATION, "self")[0] == 0
    assert terminal("keys", "create", str(terminal.folder / "kunci"), "--name", "inspektorat", store=False)[0] == 0
    terminal.file("kunci.pub", terminal("keys", "public", str(terminal.folder / "kunci"), store=False)[1])
    assert issue(terminal)[0] == 0
    *_, held, stage, index, grade, _edition, _programs, agency, _limits = verify(terminal)[1].splitlines()

    assert (held, stage[:13]) == (f"BERLAKU: {EVALUATION}", "  HANYA TAHAP")
    assert (index, grade) == ("  indeks - (eksak -)", "  predikat -")
    assert agency.endswith(r': "Kota X\", indeks 4.98\nHASIL YANG DITETAPKAN\u202e"')


def test_documents_at_hand_are_compared(store: Terminal) -> None:
    """The submitted file is named; another is not, and the exit code says so though the certificate holds."""
    other = store.file("lain.txt", "lain")
    code, out, _ = verify(store, "--evidence", str(store.folder / "sk.txt"))
    assert (code, "sk.txt adalah bukti dukung E1" in out) == (0, True)
    code, out, _ = verify(store, "--evidence", str(store.folder / "sk.txt"), "--evidence", other)
    assert (code, "BERLAKU" in out, "tetapi tidak semua" in out) == (1, True, True)
    assert "[file-missing]" in verify(store, "--evidence", str(store.folder / "tiada"))[2]
    assert "[file-not-regular]" in verify(store, "--evidence", str(store.folder))[2]


def test_exit_codes(store: Terminal) -> None:
    """0 holds, 1 does not, 2 is no certificate or no key."""
    content = (store.folder / "sertifikat.json").read_bytes()
    payload = Envelope.read(content).payload
    bent = payload.replace(b'"3.00"', b'"3.50"')
    signed = bytes(Envelope.seal(payload, SignerKey.create("inspektorat")))
    for name, changed, expected in (
        ("a", bytes(Envelope(bent, Envelope.read(content).keyid, Envelope.read(content).signature)), 1),
        ("b", signed, 1),
        ("c", content[:-1], 2),
        ("d", b"{}", 2),
        ("e", b"", 2),
        ("f", DOCUMENT.encode(), 2),
    ):
        store.file(name, changed)
        code, out, err = verify(store, name=name)
        assert (code, "BERLAKU:" in out) == (expected, expected == 1), (name, err)
    assert "[key-malformed]" in store("certificate", "verify", "x", "--key", "a+b+c", store=False)[2]
    assert "[file-missing]" in verify(store, name="tiada")[2]


def test_nothing_is_overwritten_and_nothing_certified_that_has_no_card(store: Terminal) -> None:
    """A file that is there stays; a result that is not determined and a stage that is open are refused."""
    kept = (store.folder / "sertifikat.json").read_bytes()

    assert "[file-exists]" in issue(store)[2]
    assert (store.folder / "sertifikat.json").read_bytes() == kept
    assert "[nothing-to-certify]" in issue(store, "b", stage="")[2]
    assert "[nothing-to-certify]" in issue(store, "b", stage="document")[2]
    assert "[unknown-stage]" in issue(store, "b", stage="tahap")[2]
    assert not (store.folder / "b").exists()


@pytest.mark.parametrize(
    "change",
    [
        """CAST(replace(state, '"index":"3"', '"index":"4"') AS BLOB)""",
        """CAST(replace(state, '"12":"3"', '"12":"5"') AS BLOB)""",
        """CAST(replace(state, '"Baik"', '"Memuaskan"') AS BLOB)""",
    ],
)
def test_a_changed_card_is_not_certified(store: Terminal, change: str) -> None:
    """Where the recorded card does not follow from its own values, no certificate is made."""
    with closing(sqlite3.connect(store.store, isolation_level=None)) as database:
        assert database.execute(f"UPDATE spbe_event SET state = {change} WHERE topic LIKE '%closed%'").rowcount == 1
    code, _, err = issue(store, "b")

    assert (code, "[certificate-does-not-hold]" in err) == (2, True), err
    assert not (store.folder / "b").exists()


def test_a_card_that_records_more_is_not_certified(store: Terminal) -> None:
    """What this form of certificate has no member for is not left out without a word."""
    change = """CAST(replace(state, '"complete":', '"baru":1,"complete":') AS BLOB)"""
    with closing(sqlite3.connect(store.store, isolation_level=None)) as database:
        assert database.execute(f"UPDATE spbe_event SET state = {change} WHERE topic LIKE '%closed%'").rowcount == 1
    code, _, err = issue(store, "b")

    assert (code, "[card-not-certifiable]" in err) == (2, True), err
    assert not (store.folder / "b").exists()


def test_it_fits_the_published_schema(store: Terminal) -> None:
    """Envelope and payload have exactly the members the schema describes."""
    schema = certificate_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    content = (store.folder / "sertifikat.json").read_bytes()
    statement = json.loads(Envelope.read(content).payload)
    payload = jsonschema.Draft202012Validator({"$ref": "#/$defs/Statement", "$defs": schema["$defs"]})
    envelope = jsonschema.Draft202012Validator(schema)
    envelope.validate(json.loads(content))
    payload.validate(statement)

    assert not envelope.is_valid({**json.loads(content), "lain": 1})
    assert not payload.is_valid({**statement, "predicate": {**statement["predicate"], "lain": 1}})
    del statement["predicate"]["card"]["pending"]
    assert not payload.is_valid(statement)
