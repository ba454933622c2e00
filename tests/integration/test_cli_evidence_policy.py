"""Documents that are not taken, as the command line meets them."""

import json
from collections.abc import Callable
from pathlib import Path

import documents
import pytest
from terminal import EVALUATION, Terminal

REFUSED: dict[str, Callable[[], bytes]] = {
    "evidence-empty": bytes,
    "evidence-archive-bomb": documents.bomb,
    "evidence-encrypted": documents.encrypted_zip,
    "evidence-macro": lambda: documents.with_part(documents.docx(), "word/vbaProject.bin"),
}


def kept(terminal: Terminal) -> list[Path]:
    return [path for path in (terminal.folder / "s.vault").rglob("*") if path.is_file()]


def assert_refused(terminal: Terminal, code: str, *arguments: str) -> None:
    """One line with exit code 2, after which neither the record nor the vault is other than before."""
    before, files = terminal("history", EVALUATION, "--format", "json")[1], kept(terminal)
    found, out, err = terminal(*arguments)

    assert (found, out, err.count("\n"), f"[{code}]" in err) == (2, "", 1, True), err
    assert (terminal("history", EVALUATION, "--format", "json")[1], kept(terminal)) == (before, files)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("code", "make"), REFUSED.items(), ids=REFUSED)
def test_what_harms_an_assessor_is_refused(
    evaluation: Terminal, monkeypatch: pytest.MonkeyPatch, code: str, make: Callable[[], bytes], language: str
) -> None:
    """Whatever it is called, in both languages, and nothing of it is left."""
    monkeypatch.setenv("SPBE_LANG", language)
    document = evaluation.file("laporan.pdf", make())

    assert_refused(evaluation, code, "evidence", "add", EVALUATION, document, "-i", "1")
    assert kept(evaluation) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_limit_is_the_largest_that_is_taken(
    evaluation: Terminal, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """A document of exactly as many bytes is taken, one byte more is not, also in the place of another."""
    monkeypatch.setenv("SPBE_LANG", language)
    monkeypatch.setenv("SPBE_EVIDENCE_LIMIT", "1000")
    fits, larger = evaluation.file("a.txt", "a" * 1000), evaluation.file("b.txt", "b" * 1001)
    add = ("evidence", "add", EVALUATION)
    assert evaluation(*add, fits, "-i", "1")[0] == 0

    assert_refused(evaluation, "content-too-large", *add, larger, "-i", "1")
    assert_refused(evaluation, "content-too-large", *add, larger, "-i", "1", "--supersedes", "E1")
    monkeypatch.delenv("SPBE_EVIDENCE_LIMIT")
    assert evaluation(*add, larger, "-i", "1")[0] == 0


def test_an_import_is_held_to_the_same(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """One document that is not taken refuses the whole file, and nothing is recorded."""
    terminal("init")
    terminal.file("baik.txt", "baik")
    terminal.file("besar.txt", "x" * 1001)
    monkeypatch.setenv("SPBE_EVIDENCE_LIMIT", "1000")
    evidence = [{"file": name, "indicators": ["1"]} for name in ("baik.txt", "besar.txt")]
    members = {"id": EVALUATION, "agency_name": "Kota Contoh", "evidence": evidence, "stages": []}
    code, _, err = terminal("import", terminal.file("semua.json", json.dumps(members)))

    assert (code, "[content-too-large]" in err, terminal.json("list")) == (2, True, []), err


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "1e9", "100MB", " 1", "\uff11", "9" * 19])
def test_a_limit_that_is_no_number_of_bytes(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """It is said before a store is made, by every command that opens one, and by the demonstration."""
    monkeypatch.setenv("SPBE_EVIDENCE_LIMIT", limit)
    for arguments in (("init",), ("list",), ("demo",)):
        code, _, err = terminal(*arguments)
        assert (code, err.count("\n"), "[evidence-limit-malformed]" in err) == (2, 1, True), err
    assert list(terminal.folder.iterdir()) == []


def test_no_limit_named_is_the_limit_of_the_library(evaluation: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty setting says nothing."""
    monkeypatch.setenv("SPBE_EVIDENCE_LIMIT", "")

    assert evaluation("evidence", "add", EVALUATION, evaluation.file("a.txt", "a"), "-i", "1")[0] == 0


def test_the_demonstration_keeps_to_the_limit(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its documents are small, but no exception is made for them."""
    monkeypatch.setenv("SPBE_EVIDENCE_LIMIT", "5")
    code, out, err = terminal("demo", store=False)

    assert (code, out, "[content-too-large]" in err) == (2, "", True), err
