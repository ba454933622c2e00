"""Rule packs' data files: one wrong figure does not load, and adding a year touches nothing outside its folder."""

import re
import shutil
from pathlib import Path

import pytest

from spbe_core import RulesError
from spbe_core.rules import load_edition

ROOT = Path(__file__).parents[2]
PACKS = sorted(data.parent for data in (ROOT / "plugins").glob("*/src/spbe_rules/*/data"))
FIGURE = re.compile(r'^(weight = |.*\b(?:floor|ceiling|weight) = )"([0-9./]+)"', re.MULTILINE)


def figures(pack: Path) -> list[tuple[str, int, int]]:
    """Every weight, total and grade limit of a pack's data: file, and where the figure stands."""
    return [
        (file.name, *match.span(2))
        for file in sorted((pack / "data").glob("*.toml"))
        for match in FIGURE.finditer(file.read_text(encoding="utf-8"))
    ]


def copied(pack: Path, folder: Path, name: str) -> Path:
    """Copy a pack's data without the many texts of its criteria, which hold no figure; return where it lies."""
    package = folder / name
    shutil.copytree(pack / "data", package / "data", ignore=shutil.ignore_patterns("kriteria_*"))
    (package / "__init__.py").touch()
    edition = package / "data" / "edition.toml"
    lines = edition.read_text(encoding="utf-8").splitlines(keepends=True)
    edition.write_text("".join(line for line in lines if '"kriteria_' not in line), encoding="utf-8")
    return package


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_one_wrong_digit_does_not_load(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each digit of each weight, total and limit, one at a time, contradicts another figure."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = copied(pack, tmp_path, f"copied_{pack.name}")
    assert load_edition(package.name).indicators
    found = figures(package)
    assert len(found) > 40
    unnoticed: list[str] = []
    for name, start, end in found:
        file = package / "data" / name
        right = file.read_text(encoding="utf-8")
        for place in (one for one in range(start, end) if right[one].isdigit()):
            digit = "9" if right[place] != "9" else "8"
            file.write_text(f"{right[:place]}{digit}{right[place + 1 :]}", encoding="utf-8")
            try:
                load_edition(package.name)
            except RulesError:
                continue
            unnoticed.append(f"{name}: {right[start:end]} with {digit} at {place - start}")
        file.write_text(right, encoding="utf-8")

    assert unnoticed == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_wrong_counts_do_not_load(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stated number of indicators contradicts the tree when it is one more or one less."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = copied(pack, tmp_path, f"counted_{pack.name}")
    file = package / "data" / "edition.toml"
    right = file.read_text(encoding="utf-8")
    counts = list(re.finditer(r"indicators = (\d+)", right))
    assert len(counts) >= 8
    for count in counts:
        for other in (int(count[1]) - 1, int(count[1]) + 1):
            file.write_text(f"{right[: count.start(1)]}{other}{right[count.end(1) :]}", encoding="utf-8")
            with pytest.raises(RulesError):
                load_edition(package.name)


TREE = "".join(
    f'[[{table}]]\nid = "{name}"\n{more}name = "N"\nweight = "100"\nsource = "s"\n'
    for table, name, more in (
        ("domain", "D1", ""),
        ("aspect", "A1", 'parent = "D1"\n'),
        ("indicator", "1", 'parent = "A1"\ncapability = "process"\n'),
    )
)
EDITION = """
id = "kecil"
title = "T"
index_name = "I"
regulation = "R"
lifecycle = "in_force"
in_force = 2030-01-01
years = [2030]
files = ["a.toml"]
places = 2
rounding_source = "s"
default_grade_basis = "exact"
grade_basis_source = "s"
grade_practices = []
level_names = []
grades = [{name = "B", floor = "3", source = "s"}, {name = "A", ceiling = "3", source = "s"}]
stages = [{id = "self", name = "M", optional = false, source = "s"}]
processes = [{id = "p", name = "P", stages = ["self"], source = "s"}]
scale = {minimum = "1", maximum = "5", step = "integer", empty = "refused", source = "s"}
totals = {weight = "100", indicators = 1, nodes = {D1 = {indicators = 1, weight = "100"}, A1 = {indicators = 1, weight = "100"}}}
citations = [{id = "s", document = "D"}]
"""  # noqa: E501
MISTAKES = {
    "no such file": ('files = ["a.toml"]', 'files = ["b.toml"]', "data-file-invalid"),
    "a file that is no name": ('files = ["a.toml"]', "files = [1]", "data-file-invalid"),
    "broken TOML": ("places = 2", "places = ", "data-file-invalid"),
    "a float": ("places = 2", "places = 2.0", "data-file-invalid"),
    "a missing member": ('title = "T"\n', "", "data-file-invalid"),
    "an unknown member": ("places = 2", "places = 2\nplacs = 3", "data-file-invalid"),
    "a misspelled member of a source": ('document = "D"', 'document = "D", confidance = "low"', "data-file-invalid"),
    "a misspelled member of an indicator": ('capability = "process"', 'capabilty = "process"', "data-file-invalid"),
    "an unknown table": ("[[domain]]", "[[dimension]]", "data-file-invalid"),
    "one table for many": ("[[domain]]", "[domain]", "data-file-invalid"),
    "a grade without a name": ('name = "B", ', "", "data-file-invalid"),
    "a weight that is a number": (
        'parent = "D1"\nname = "N"\nweight = "100"',
        'parent = "D1"\nname = "N"\nweight = 100',
        "data-file-invalid",
    ),
    "a weight that is no number": (
        'parent = "D1"\nname = "N"\nweight = "100"',
        'parent = "D1"\nname = "N"\nweight = "1e2"',
        "data-file-invalid",
    ),
    "a weight of nothing": (
        'capability = "process"\nname = "N"\nweight = "100"',
        'capability = "process"\nname = "N"\nweight = "0"',
        "edition-inconsistent",
    ),
    "a source that is not listed": ('rounding_source = "s"', 'rounding_source = "t"', "edition-inconsistent"),
    "a node that is not there": ('parent = "D1"', 'parent = "D2"', "edition-inconsistent"),
    "a stage that is not there": ('stages = ["self"]', 'stages = ["lain"]', "edition-inconsistent"),
    "two of the same id": ('[[aspect]]\nid = "A1"', '[[aspect]]\nid = "D1"', "edition-inconsistent"),
    "grades that leave a gap": ('ceiling = "3"', 'ceiling = "2.9"', "edition-inconsistent"),
    "no lowest grade": (
        '{name = "A", ceiling = "3"',
        '{name = "A", floor = "1", ceiling = "3"',
        "edition-inconsistent",
    ),
    "no totals": ("totals = {", "# totals = {", "edition-inconsistent"),
    "totals that are no table": ("totals = {weight", "totals = [1]\n#", "data-file-invalid"),
}


@pytest.mark.parametrize(("old", "new", "code"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_in_data_files_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, code: str
) -> None:
    """Whatever a rule author mistypes is an error of the rules with a reason, never another exception."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "kecil" / "data").mkdir(parents=True)
    files = {"edition.toml": EDITION, "a.toml": TREE}
    for name, text in files.items():
        (tmp_path / "kecil" / "data" / name).write_text(text, encoding="utf-8")
    assert load_edition("kecil").id == "kecil"
    (name,) = (name for name, text in files.items() if old in text)
    (tmp_path / "kecil" / "data" / name).write_text(files[name].replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_edition("kecil")

    assert caught.value.code == code
    assert caught.value.parameters["reason"]
    assert caught.value.what("en")


def test_a_negative_weight_does_not_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that add up with one below zero are refused all the same."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "minus" / "data").mkdir(parents=True)
    leaf = TREE[TREE.index("[[indicator]]") :]
    more = TREE.replace(leaf, leaf.replace('"100"', '"150"') + leaf.replace('"100"', '"-50"').replace('"1"', '"2"'))
    (tmp_path / "minus" / "data" / "a.toml").write_text(more, encoding="utf-8")
    two = EDITION.replace("indicators = 1", "indicators = 2")
    (tmp_path / "minus" / "data" / "edition.toml").write_text(two, encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_edition("minus")

    assert "not positive" in str(caught.value.parameters["reason"])


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_float_in_a_data_file_does_not_load(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact numbers are written as strings."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / f"floating_{pack.name}"
    shutil.copytree(pack / "data", package / "data")
    (package / "__init__.py").touch()
    file = next(one for one in sorted((package / "data").glob("*.toml")) if 'weight = "' in one.read_text("utf-8"))
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

    assert sorted(listed) == sorted(pack.parents[3].name for pack in (ROOT / "plugins").glob("*/src/*/*/__init__.py"))
