"""Rule packs' data files: one wrong figure does not load, and adding a year touches nothing outside its folder."""

import re
import shutil
from pathlib import Path

import pytest

from spbe_core import RulesError
from spbe_core.rules import load_edition

ROOT = Path(__file__).parents[2]
PACKS = sorted(module.parent for module in (ROOT / "plugins").glob("*/src/spbe_rules/*/__init__.py"))
FIGURE = re.compile(r'^(weight = |.*\b(?:floor|ceiling|weight) = )"([0-9./]+)"', re.MULTILINE)


def figures(pack: Path) -> list[tuple[str, int, int]]:
    """Every weight, total and grade limit of a pack's data: file, and where the figure stands."""
    return [
        (file.name, *match.span(2))
        for file in sorted((pack / "data").glob("*.toml"))
        for match in FIGURE.finditer(file.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_one_wrong_digit_does_not_load(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each digit of each weight, total and limit, one at a time, contradicts another figure."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / f"copied_{pack.name}"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    for file in (pack / "data").glob("*.toml"):
        shutil.copy(file, package / "data")
    assert load_edition(package.name).indicators
    found = figures(pack)
    assert len(found) > 50
    for name, start, end in found:
        file = package / "data" / name
        right = file.read_text(encoding="utf-8")
        place = next(one for one in range(start, end) if right[one].isdigit())
        digit = "9" if right[place] != "9" else "8"
        file.write_text(f"{right[:place]}{digit}{right[place + 1 :]}", encoding="utf-8")
        with pytest.raises(RulesError):
            load_edition(package.name)
        file.write_text(right, encoding="utf-8")


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_float_in_a_data_file_does_not_load(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact numbers are written as strings."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / f"floating_{pack.name}"
    shutil.copytree(pack / "data", package / "data")
    (package / "__init__.py").touch()
    file = package / "data" / "kebijakan.toml"
    file.write_text(re.sub(r'weight = "([0-9]+)[^"]*"', r"weight = \1.5", file.read_text(encoding="utf-8"), count=1))
    with pytest.raises(RulesError) as caught:
        load_edition(package.name)

    assert caught.value.code == "data-file-invalid"


def test_the_core_and_the_command_know_no_regulation() -> None:
    """No file of the core or the command line names an edition, so that adding a year touches none of them."""
    named = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for folder in ("src", "cli/src")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".toml"}
        for match in re.finditer(r"permenpanrb[-_]\d|59[-_/]2020|\b5[-_/]2018", file.read_text(encoding="utf-8"))
    ]

    assert named == []


def test_the_workspace_names_every_pack_once() -> None:
    """The list of workspace members and the packs that have rules agree: one folder, one line."""
    listed = re.findall(r'^  "plugins/([^"]+)",$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(listed) == sorted(pack.parents[2].name for pack in PACKS)
