"""A new rule pack is complete and checked from its first minute, and is made whole or not at all."""

import builtins
import errno
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from spbe_cli import new_pack
from terminal import Terminal

from spbe_core import InputError
from spbe_core.testing import check_pack

NAME = "permenpanrb-9-2027"


def made(terminal: Terminal, name: str = NAME) -> Path:
    """Make a pack and return its folder."""
    code, _, err = terminal("rules", "new", name, "--into", str(terminal.folder), store=False)
    assert code == 0, err
    return terminal.folder / name


def left_behind(folder: Path) -> list[str]:
    """Everything in a folder, hidden or not."""
    return sorted(entry.name for entry in folder.iterdir())


def test_a_new_pack_is_conformant_at_once(terminal: Terminal) -> None:
    """The conformance kit finds nothing wrong with what was made."""
    folder = made(terminal)

    assert terminal("rules", "check", str(folder), store=False)[0] == 0


def test_a_new_pack_is_a_draft_of_its_year(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can open an evaluation under the example by mistake, and every name follows from the one given."""
    folder = made(terminal)
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    monkeypatch.syspath_prepend(str(folder / "src"))
    monkeypatch.setattr("spbe_rules.__path__", [str(folder / "src" / "spbe_rules")])
    report = check_pack("spbe_rules.permenpanrb_9_2027")

    assert report.problems == ()
    assert project["name"] == f"spbe-rules-{NAME}"
    assert project["entry-points"]["spbe"] == {NAME: "spbe_rules.permenpanrb_9_2027"}
    data = tomllib.loads((folder / "src/spbe_rules/permenpanrb_9_2027/data/edition.toml").read_text(encoding="utf-8"))
    assert (data["id"], data["regulation"], data["lifecycle"], data["years"]) == (
        NAME,
        "PermenPANRB 9/2027",
        "draft",
        [2027],
    )


def test_what_was_made_is_told_to_people_and_programs(terminal: Terminal) -> None:
    """People read the folder and the next step, programs the folder and every file."""
    code, out, _ = terminal("rules", "new", NAME, "--into", str(terminal.folder), "--lang", "en", store=False)
    answer: Any = terminal.json("rules", "new", "lain-2028", "--into", str(terminal.folder), store=False)

    assert code == 0
    assert out.splitlines()[0] == f"Rule pack made in {terminal.folder / NAME}."
    assert answer["folder"] == str(terminal.folder / "lain-2028")
    assert {"pyproject.toml", "tests/test_conformance.py", "src/spbe_rules/lain_2028/py.typed"} <= {*answer["files"]}
    assert not any("{{" in file or "jinja" in file for file in answer["files"])


@pytest.mark.parametrize(
    "name", ["", "PermenPANRB-9", "a_b", "a--b", "-a", "a-", "9-2027", "a/b", "..", "a b", "é-2027", "import", "a" * 61]
)
def test_a_name_that_would_not_do_is_refused(terminal: Terminal, name: str) -> None:
    """Nothing that is no module and folder name everywhere gets as far as the disk."""
    code, _, err = terminal("rules", "new", "--into", str(terminal.folder), "--", name, store=False)

    assert code == 2
    assert "[pack-name-invalid]" in err
    assert left_behind(terminal.folder) == []


def test_a_folder_in_use_is_left_alone(terminal: Terminal) -> None:
    """What is there is never overwritten; an empty folder is used."""
    taken = terminal.folder / NAME
    taken.mkdir()
    made(terminal)
    before = (taken / "README.md").read_bytes()
    (taken / "README.md").write_bytes(before + b"mine")
    code, _, err = terminal("rules", "new", NAME, "--into", str(terminal.folder), store=False)

    assert code == 2
    assert "[pack-folder-taken]" in err
    assert (taken / "README.md").read_bytes() == before + b"mine"


def test_a_file_in_the_way_is_left_alone(terminal: Terminal) -> None:
    """A file of that name, or where the folder should be, is no place for a project."""
    (terminal.folder / NAME).write_text("mine", encoding="utf-8")

    assert "[pack-folder-taken]" in terminal("rules", "new", NAME, "--into", str(terminal.folder), store=False)[2]
    assert "[pack-not-made]" in terminal("rules", "new", NAME, "--into", str(terminal.folder / NAME), store=False)[2]
    assert left_behind(terminal.folder) == [NAME]


def test_nothing_is_left_half_written(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the middle leaves the folder as it was."""

    def begin_only(source: str, target: Path, **_: Any) -> None:
        target.mkdir()
        (target / "README.md").write_text("half", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("copier.run_copy", begin_only)
    code, _, err = terminal("rules", "new", NAME, "--into", str(terminal.folder), store=False)

    assert code == 2
    assert "[pack-not-made]" in err
    assert left_behind(terminal.folder) == []


def test_without_the_authors_tools_the_remedy_is_told(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scoring needs no template library; who asks for a new pack is told how to get it."""
    really = builtins.__import__

    def without_copier(name: str, *arguments: Any, **options: Any) -> Any:
        if name.partition(".")[0] == "copier":
            raise ModuleNotFoundError("No module named 'copier'", name="copier")
        return really(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_copier)
    code, _, err = terminal("rules", "new", NAME, "--into", str(terminal.folder), store=False)

    assert code == 2
    assert "[author-tools-missing]" in err
    assert "spbe-cli[author]" in err
    assert left_behind(terminal.folder) == []


def test_a_name_without_a_year_is_of_the_next() -> None:
    """A pack needs some year; the next one is the likeliest to be prepared."""
    assert new_pack.new_pack("pedoman-baru", datetime(2026, 5, 1, tzinfo=UTC)).year == 2027
    assert new_pack.new_pack("uu-4-2031").year == 2031
    with pytest.raises(InputError):
        new_pack.new_pack("UU-4-2031")
