"""The kit itself: the class is three lines, runs every check, and fails with sentences."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from arrangements import PACKS, python, small_edition
from rogues import RoguePack, sentences

from spbe_core.rules import AssessorLevel
from spbe_core.testing import RuleConformance, check_pack
from spbe_core.testing.conformance import CHECKS
from spbe_core.testing.pack import read_pack
from spbe_core.testing.printed import numbers


def test_the_class_has_every_check() -> None:
    """What the command runs and what the tests run is one list."""
    assert [name.removeprefix("test_") for name in vars(RuleConformance) if name.startswith("test_")] == list(CHECKS)
    assert all(check.__doc__ for check in CHECKS.values())


def test_every_pack_of_this_repository_inherits_it() -> None:
    """Each plugin that brings rules has the three lines."""
    root = Path(__file__).parents[2]
    for module in sorted((root / "plugins").glob("*/src/spbe_rules/*/__init__.py")):
        text = (module.parents[3] / "tests" / "test_conformance.py").read_text(encoding="utf-8")
        assert f'plugin = "spbe_rules.{module.parent.name}"' in text


@pytest.mark.parametrize("wrong", [False, True], ids=["right", "wrong"])
def test_three_lines_are_a_test_suite(tmp_path: Path, rogue: Callable[..., RoguePack], wrong: bool) -> None:
    """An author's file is collected by pytest; a wrong pack fails with the code and the sentence."""
    pack = rogue("pedoman_6_2023")
    if wrong:
        pack.change("overlay.toml", '"rounded"', '"exact"')
    file = tmp_path / "test_conformance.py"
    file.write_text(
        "from spbe_core.testing import RuleConformance\n\n\n"
        f'class TestRules(RuleConformance):\n    plugin = "{pack.name}"\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "overlays or editions", str(file)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == int(wrong), done.stdout
    assert ("[fact-not-as-printed] practices of pedoman-6-2023" in done.stdout) == wrong


def test_without_hypothesis_the_laws_are_said_to_be_untried() -> None:
    """Neither the import nor the checks need it; a note says what was not done."""
    code = (
        "import sys\nsys.modules['hypothesis'] = None\n"
        "import importlib.util as u\nfound = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'hypothesis' else found(name, *more)\n"
        "import spbe_core.testing.laws as laws\nlaws.find_spec = u.find_spec\n"
        "from spbe_core.testing import check_pack\n"
        "report = check_pack('spbe_rules.pedoman_6_2023')\n"
        "print([one.code for one in report.problems], [one.code for one in report.notes])\n"
    )

    assert python(code).strip() == "[] ['laws-not-drawn']"


def test_the_kit_needs_no_pytest() -> None:
    """Importing it loads neither pytest nor hypothesis."""
    code = "import sys, spbe_core.testing; print('pytest' in sys.modules, 'hypothesis' in sys.modules)"

    assert python(code).strip() == "False False"


def test_what_no_case_exercises_is_told() -> None:
    """The report names each kind, how many there are, and those without a case."""
    report = check_pack(PACKS["permenpanrb-5-2018"])
    kinds = {one.kind: one for one in report.coverage}

    assert report.problems == ()
    assert kinds["nodes"].left == ()
    assert kinds["grades"].left == ("Memuaskan", "Sangat Baik", "Cukup", "Kurang")
    assert {one.kind: one.vectors for one in report.coverage} == {one.kind: one.whole for one in report.coverage}
    assert all(re.search(r"\d", one.what("id")) and re.search(r"\d", one.what("en")) for one in report.coverage)


def test_a_plugin_object_can_be_checked() -> None:
    """Without files there is nothing stated a second time, and that is said; its arithmetic is checked all the same."""
    from arrangements import Plugin

    edition = small_edition()
    rules = [AssessorLevel(edition.id, node.id, "s") for node in edition.top_nodes()]
    found = sentences(check_pack(Plugin(edition, rules=rules)).problems)

    assert found.keys() == {"printed-missing", "cases-missing", "weights-not-pinned"}


def test_an_import_that_fails_is_a_problem() -> None:
    """A module that is not there is told, and the other checks have nothing to do."""
    assert [problem.code for problem in check_pack("spbe_rules.no_such_pack").problems] == ["pack-refused"]
    assert read_pack("spbe_rules.no_such_pack").subjects == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1-3", ["1", "2", "3"]), ("12", ["12"]), ("32-33, 35a, 35b", ["32", "33", "35a", "35b"])],
)
def test_rows_are_written_as_a_table_prints_them(text: str, expected: list[str]) -> None:
    """Ranges and single numbers."""
    assert list(numbers(text)) == expected
