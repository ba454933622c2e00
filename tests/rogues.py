"""Deliberately wrong rule packs: copies of the real ones with one real defect each."""

import importlib
import itertools
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from arrangements import ROOT

from spbe_core.testing import Problem
from spbe_core.testing.conformance import CHECKS, run_check
from spbe_core.testing.pack import Pack, read_pack

_NUMBERS = itertools.count()


class RoguePack:
    """A copy of a pack under a module name of its own, to be made wrong."""

    def __init__(self, folder: Path, base: str) -> None:
        self.base = base
        self.name = f"rogue_{next(_NUMBERS)}_{base}"
        self.folder = folder / self.name
        (source,) = (ROOT / "plugins").glob(f"*/src/spbe_rules/{base}")
        shutil.copytree(source, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        for file in self.folder.glob("*.py"):
            self.put(file.name, file.read_text(encoding="utf-8").replace(f"spbe_rules.{base}", self.name))

    def put(self, file: str, text: str) -> None:
        """Write a file of the pack."""
        (self.folder / file).write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str, count: int = -1) -> "RoguePack":
        """Replace what a file says; it must say it."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not have {old!r}"
        self.put(file, text.replace(old, new, count))
        return self

    def replace(self, file: str, pairs: dict[str, str]) -> "RoguePack":
        """Replace several things in one file."""
        for old, new in pairs.items():
            self.change(file, old, new)
        return self

    def wrap(self, code: str) -> "RoguePack":
        """Let code in the plugin's module change the edition: it defines ``wrong(edition)``."""
        self.change("__init__.py", "return (load_edition(__name__)", "return (wrong(load_edition(__name__))", 1)
        return self.append(code)

    def judge(self, code: str) -> "RoguePack":
        """Let other rules judge: code defines ``class Wrong`` with ``edition``, ``node`` and ``score``."""
        text = (self.folder / "__init__.py").read_text(encoding="utf-8")
        start = text.index("def spbe_domain_rules")
        end = text.index("\n\n\n", start)
        hook = text[start:end].replace("return (", "return tuple(Wrong(one) for one in (") + ")"
        self.put("__init__.py", text[:start] + hook + text[end:])
        return self.append(
            "class Ruling:\n"
            "    def __init__(self, right):\n"
            "        self.right, self.edition, self.node = right, right.edition, right.node\n\n\n" + code
        )

    def append(self, code: str) -> "RoguePack":
        """Add code to the plugin's module."""
        self.put("__init__.py", (self.folder / "__init__.py").read_text(encoding="utf-8") + f"\n\n{code}\n")
        return self

    def read(self) -> Pack:
        """Import it and gather what it brings."""
        importlib.invalidate_caches()
        return read_pack(self.name)

    def caught_by(self, check: str) -> dict[str, str]:
        """Run one check and return code -> sentence of what it finds."""
        return sentences(run_check(CHECKS[check], check, self.read()))


def sentences(problems: Iterator[Problem] | list[Problem] | tuple[Problem, ...]) -> dict[str, str]:
    """Return code -> sentence, in English; both languages must have one."""
    found = list(problems)
    assert all(problem.what("id") for problem in found)
    return {problem.code: problem.what("en") for problem in reversed(found)}


@pytest.fixture
def rogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Make rogue packs that can be imported during one test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[RoguePack] = []

    def make(base: str = "permenpanrb_59_2020") -> RoguePack:
        made.append(RoguePack(tmp_path, base))
        return made[-1]

    yield make
    for name in [name for name in sys.modules if any(name.startswith(one.name) for one in made)]:
        del sys.modules[name]
