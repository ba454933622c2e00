"""Checking a plugin project from its folder: whatever the pack does, the answer is sentences and an exit code."""

import json
import shutil
from pathlib import Path

import pytest
from arrangements import ROOT, refused
from terminal import Terminal

from spbe_core.testing.project import check_project, read_project

SMALL = "permenpanrb-5-2018"


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, capsys)


def project(folder: Path, module: str, code: str) -> Path:
    """Write a project whose plugin is one module."""
    (folder / "src" / "spbe_rules").mkdir(parents=True)
    (folder / "src" / "spbe_rules" / f"{module}.py").write_text(code, encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "x"\nversion = "1"\n[project.entry-points.spbe]\nx = "spbe_rules.{module}"\n',
        encoding="utf-8",
    )
    return folder


def codes(folder: Path, seconds: int = 60) -> dict[str, str]:
    return {problem.code: problem.what("en") for problem in check_project(folder, seconds).problems}


def test_a_real_pack_conforms(terminal: Terminal) -> None:
    """Exit code 0, with what its cases exercise."""
    code, out, err = terminal("rules", "check", str(ROOT / "plugins" / SMALL), "--lang", "en", store=False)

    assert (code, err) == (0, "")
    assert "nothing is wrong" in out
    assert "official cases exercise all 10 domains and aspects" in out


def test_the_folder_is_checked_and_not_what_is_installed(tmp_path: Path, terminal: Terminal) -> None:
    """A changed copy of an installed pack is found wrong, under the very module name that is installed."""
    folder = tmp_path / "salinan"
    shutil.copytree(ROOT / "plugins" / SMALL, folder)
    file = folder / "src" / "spbe_rules" / "permenpanrb_5_2018" / "data" / "kebijakan.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('weight = "1"', 'weight = "2"', 1), encoding="utf-8")
    code, out, _ = terminal("rules", "check", str(folder), "--format", "json", "--lang", "en", store=False)
    found = json.loads(out)

    assert code == 1
    assert found["plugin"] == "spbe_rules.permenpanrb_5_2018"
    assert [problem["code"] for problem in found["problems"]] == ["pack-refused"]
    assert "sum to 8, not 7" in found["problems"][0]["what"]
    assert found["coverage"] == []


BEHAVIOURS = {
    "raises": ("1 / 0", "pack-refused", "ZeroDivisionError"),
    "cannot be parsed": ("def", "pack-refused", "SyntaxError"),
    "exits": ("import sys\nsys.exit(3)", "pack-exits", "code 3"),
    "dies": ("import os\nos._exit(4)", "pack-dies", "code 4"),
    "answers garbage": (
        "from spbe_core.rules import hookimpl\n@hookimpl\ndef spbe_editions(context):\n    return [7]",
        "pack-refused",
        "answered 7",
    ),
    "brings nothing": ("", "pack-empty", "brings no edition"),
    "prints": ("print('\\x1b[2J{}')\nimport sys\nsys.stdout.flush()", "pack-empty", "brings no edition"),
    "needs what is not there": ("import no_such_module", "pack-refused", "no_such_module"),
}


@pytest.mark.parametrize(("code", "problem", "words"), BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_whatever_a_pack_does(tmp_path: Path, code: str, problem: str, words: str) -> None:
    """It is told in one sentence."""
    found = codes(project(tmp_path, "aneh", code))

    assert list(found) == [problem]
    assert words in found[problem]


def test_a_pack_that_never_ends_is_stopped(tmp_path: Path) -> None:
    """The sentence says at which check; the process and what it started are gone."""
    found = codes(project(tmp_path, "aneh", "while True:\n    pass"), 3)

    assert "loads had not ended after 3 seconds" in found["pack-does-not-end"]


def test_what_was_found_before_a_pack_died_is_told(tmp_path: Path) -> None:
    """Results are written as they come."""
    folder = tmp_path / "salinan"
    shutil.copytree(ROOT / "plugins" / SMALL, folder)
    package = folder / "src" / "spbe_rules" / "permenpanrb_5_2018"
    checks = package / "checks" / "permenpanrb_5_2018.toml"
    checks.write_text(checks.read_text(encoding="utf-8").replace("items = 185", "items = 186"), encoding="utf-8")
    rules = package / "kebijakan.py"
    rules.write_text(rules.read_text(encoding="utf-8") + "\n\nimport os\nRULES = type('R', (), dict(edition='permenpanrb-5-2018', node='D1', score=lambda self, dossier: os._exit(5)))()\n", encoding="utf-8")  # fmt: skip  # noqa: E501
    found = codes(folder)

    assert list(found) == ["fact-not-as-printed", "pack-dies"]
    assert "died during answers (code 5)" in found["pack-dies"]


@pytest.mark.parametrize(
    "content",
    [None, "", "[project", '[project]\nname = "x"', "[project.entry-points]\nspbe = 3", "[project.entry-points.spbe]"],
    ids=["no file", "empty", "broken", "no entry point", "a number", "no name"],
)
def test_a_folder_that_is_no_plugin_project(tmp_path: Path, terminal: Terminal, content: str | None) -> None:
    """Exit code 2 with a remedy."""
    if content is not None:
        (tmp_path / "pyproject.toml").write_text(content, encoding="utf-8")
    with refused("no-plugin-project"):
        read_project(tmp_path)
    code, out, err = terminal("rules", "check", str(tmp_path), store=False)

    assert (code, out) == (2, "")
    assert "no-plugin-project" in err
