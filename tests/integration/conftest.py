"""A terminal in an empty folder, and one whose store holds an evaluation."""

from pathlib import Path

import pytest
from terminal import EVALUATION, Terminal, rows


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder, in Indonesian."""
    for name in (
        "SPBE_STORE",
        "SPBE_LANG",
        "SPBE_ACTOR",
        "SPBE_VAULT",
        "SPBE_EVIDENCE_LIMIT",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return Terminal(tmp_path, capsys)


@pytest.fixture
def evaluation(terminal: Terminal) -> Terminal:
    """A terminal whose store holds one open evaluation with every indicator at level 3 in the first stage."""
    assert terminal("init")[0] == 0
    assert terminal("open", EVALUATION, "--name", "Pemerintah Kota Contoh")[0] == 0
    values = terminal.file("values.csv", rows({}))
    assert terminal("assess", EVALUATION, "--file", values, "--stage", "self", "--reason", "coba")[0] == 0
    return terminal
