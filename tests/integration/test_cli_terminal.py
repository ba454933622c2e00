"""What people wrote cannot steer a real terminal, turn a line around or hide, whichever command shows it."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from spbe_core import Spbe

KOTA: Final = "kota-contoh/2024"
HOSTILE: Final = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b2J\x90q\x1b\\ back\b\b\rover\nline\x00 "
    "turned\u202e\u2066around hidden\u200b\ufeff\u2028\x85end"
)
"""A title, a cleared screen, colours, their one-byte forms, an overwritten line, bidi overrides, things nobody sees."""

_OWN: Final = re.compile("\x1b\\[[0-9;]*m")
"""Bold and plain, which the command writes itself."""


_CHILD: Final = """
import json, sys
from spbe_cli.main import run
for arguments in json.load(open(sys.argv[1])):
    print(f"<exit {run(arguments)}>", flush=True)
"""


def on_terminal(folder: Path, store: Path, *commands: Sequence[str]) -> list[tuple[int, str]]:
    """Run commands in a process whose input and output is a terminal; return what each said, and its exit code."""
    (folder / "commands.json").write_text(json.dumps(commands), encoding="utf-8")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "SPBE_STORE": str(store), "TERM": "xterm-256color", "SPBE_LANG": "en"}
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", _CHILD, str(folder / "commands.json")],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment | {"COLUMNS": "100"},
    )
    os.close(theirs)
    shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert process.wait(60) == 0, shown
    *answers, rest = re.split(r"<exit ([0-9]+)>\r\n", shown.decode("utf-8"))
    assert rest == ""
    return [(int(code), said) for said, code in zip(answers[::2], answers[1::2], strict=True)]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


def assert_harmless(shown: str) -> None:
    """Nothing but text, line ends and the command's own bold reached the terminal."""
    assert "\x1b[31m" not in shown
    left = _OWN.sub("", shown).replace("\r\n", "").replace(" ", "")
    assert left.isprintable(), [one for one in left if not one.isprintable()]
    assert left


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose every text is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "s.db"
    levels = {str(number): 3 for number in range(1, 48)}
    document = folder / "sk.pdf"
    document.write_bytes(b"isi")
    with Spbe.open(path, create=True) as spbe:
        spbe.open_evaluation(KOTA, agency_name=f"Kota{HOSTILE}", process="pemantauan", by=f"a{HOSTILE}")
        for supersedes in (None, "E1"):
            spbe.submit_evidence(KOTA, document, file_name=f"{HOSTILE}.pdf", title=f"SK{HOSTILE}", indicators=["1"],
                                 supersedes=supersedes, by=HOSTILE)  # fmt: skip
        spbe.submit_evidence(KOTA, document, file_name="b.pdf", title="SK", indicators=["1"])
        spbe.withdraw_evidence(KOTA, "E3", reason=HOSTILE)
        for stage in spbe.evaluation(KOTA).stages:
            spbe.assess(KOTA, levels, stage=stage, reason=HOSTILE, by=HOSTILE)
            spbe.assess(KOTA, {"1": 4}, stage=stage, reason=HOSTILE, by=HOSTILE)
            spbe.close_stage(KOTA, stage, by=HOSTILE)
        spbe.determine(KOTA, decree=f"SK{HOSTILE}", by=HOSTILE)
    return path


SHOWING: Final = [
    ["list"],
    ["card", KOTA],
    ["history", KOTA],
    ["history", "kota-contoh"],
    ["explain", "1", "--evaluation", KOTA],
    ["explain", "--evaluation", KOTA],
    ["evidence", "list", KOTA],
    ["replay", "--audit"],
    ["replay", "--as-of", "2100-01-01"],
    ["doctor"],
]


@pytest.mark.parametrize("form", ["table", "json"])
def test_what_is_shown(store: Path, tmp_path: Path, form: str) -> None:
    """Tables and sentences spell out what does not print; JSON escapes it, so that programs read the same as ever."""
    answers = on_terminal(tmp_path, store, *([*arguments, "--format", form] for arguments in SHOWING))
    for arguments, (code, shown) in zip(SHOWING, answers, strict=True):
        assert code == 0, arguments
        assert_harmless(shown)
        if form == "json" and arguments[0] in {"list", "history", "evidence"}:
            assert HOSTILE in texts_in(json.loads(shown))


def texts_in(value: object) -> str:
    """Every text in decoded JSON, joined."""
    if isinstance(value, dict):
        value = list(value.values())
    return "".join(map(texts_in, value)) if isinstance(value, list) else str(value)


FAILING: Final = [
    ["assess", KOTA, "1=3", "--stage", "self", "--reason", HOSTILE.replace("\0", "")],  # names the decree
    ["card", "kota\x1b[31m\u202e/2024"],
    ["card", KOTA, "--stage", "\x1b[31m\x9b\u202e"],
    ["card", KOTA, "--as-of", "\x1b[31m\u202e"],
    ["card", KOTA, "--export", "\x1b[31m\u202e"],
    ["explain", "\x1b[31m\u202e", "--evaluation", KOTA],
    ["evidence", "withdraw", KOTA, "\x1b[31m\u202e", "--reason", "r"],
    ["evidence", "add", KOTA, "no/\x1b[31m\u202e", "-i", "1"],
    ["import", "no/\x1b[31m\u202e.json"],
    ["score", "no/\x1b[31m\u202e"],
    ["ledger", "verify", "--checkpoint", "no/\x1b[31m\u202e", "--key", "a\x1b[31m+b"],
    ["\x1b[31m\u202e"],
    ["card", "--\x1b[31m\u202e"],
    ["card", KOTA, "--format", "\x1b[31m\u202e"],
    ["list", "--store", "no/\x1b[31m\u202e.db"],
]


def test_what_fails(store: Path, tmp_path: Path) -> None:
    """An error repeats what was typed or found without obeying it."""
    for arguments, (code, shown) in zip(FAILING, on_terminal(tmp_path, store, *FAILING), strict=True):
        assert code in {2, 3}, arguments
        assert_harmless(shown)


def test_files_that_are_imported(store: Path, tmp_path: Path) -> None:
    """A refused file's own words, and its name, are harmless in the refusal."""
    commands = []
    for place, (ending, content) in enumerate(REFUSED):
        file = tmp_path / f"{place}\u202e\x1b[31m.{ending}"
        file.write_text(content, encoding="utf-8")
        named = [] if ending == "json" else ["--id", "kota-d/2024", "--name", "D"]
        commands.append(["import", str(file), *named])
    for code, shown in on_terminal(tmp_path, store, *commands):
        assert code == 2
        assert_harmless(shown)


REFUSED: Final = [
    ("json", '{"\\u001b[31m\\u202e": 1}'),
    ("json", '{"id": "\\u001b[31m\\u202e/2024", "agency_name": "A", "stages": []}'),
    ("csv", "indicator,\x1b[31m\u202e\n"),
    ("csv", "stage,indicator,value\nself,\x1b[31m\u202e,1\n"),
]


def test_the_terminal_is_real(store: Path, tmp_path: Path) -> None:
    """The test's terminal gets what a terminal gets: bold headings."""
    ((_, shown),) = on_terminal(tmp_path, store, ["list"])

    assert "\x1b[1m" in shown
