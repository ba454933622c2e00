"""The whole list of checks, run as one: by an author's tests, and by ``spbe rules check``."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import ClassVar, Final

import attrs

from spbe_core.testing.against_print import check_printed
from spbe_core.testing.answers import check_answers, check_circumstances, check_order
from spbe_core.testing.cases import check_cases, check_pins
from spbe_core.testing.coverage import Covered, covered
from spbe_core.testing.grades import check_grades
from spbe_core.testing.ladder import check_ladder
from spbe_core.testing.laws import check_laws, check_scoring, has_hypothesis
from spbe_core.testing.overlays import check_overlays
from spbe_core.testing.pack import Pack, read_pack
from spbe_core.testing.problem import Problem
from spbe_core.testing.purity import check_purity, check_sources
from spbe_core.testing.tree import check_editions, check_weights

Check = Callable[[Pack], Iterable[Problem]]


def check_loads(pack: Pack) -> Iterable[Problem]:
    """The plugin can be imported, and what it brings is whole."""
    return pack.problems


CHECKS: Final[Mapping[str, Check]] = {
    "loads": check_loads,
    "editions": check_editions,
    "weights": check_weights,
    "grades": check_grades,
    "printed": check_printed,
    "overlays": check_overlays,
    "answers": check_answers,
    "circumstances": check_circumstances,
    "order": check_order,
    "ladder": check_ladder,
    "scoring": check_scoring,
    "cases": check_cases,
    "pins": check_pins,
    "sources": check_sources,
    "purity": check_purity,
    "laws": check_laws,
}
"""Every check by name, in the order they run: what later ones rest on comes first."""


@attrs.frozen
class Report:
    """What a run of all checks found.

    Attributes:
        plugin: module name.
        problems: what is wrong; a conformant pack has none.
        coverage: what the pack's own cases exercise.
        notes: what was not tried, and why.
    """

    plugin: str
    problems: tuple[Problem, ...]
    coverage: tuple[Covered, ...]
    notes: tuple[Problem, ...]


def check_pack(
    plugin: str | object,
    begins: Callable[[str], None] = lambda _: None,
    finds: Callable[[Problem], None] = lambda _: None,
) -> Report:
    """Run every check on a plugin.

    Args:
        plugin: module name as in the entry point, or the plugin object itself.
        begins: told the name of each check before it runs.
        finds: told each problem as soon as its check ends.
    """
    begins("loads")
    pack = read_pack(plugin)
    problems: list[Problem] = []
    for name, check in CHECKS.items():
        begins(name)
        found = run_check(check, name, pack)
        problems += found
        for problem in found:
            finds(problem)
    begins("coverage")
    notes = () if has_hypothesis() else (Problem("laws-not-drawn"),)
    return Report(pack.plugin, tuple(problems), tuple(covered(pack)), notes)


def run_check(check: Check, name: str, pack: Pack) -> list[Problem]:
    """Run one check; what a pack makes it stumble over is a problem like any other."""
    found: list[Problem] = []
    try:
        found.extend(check(pack))
    except SystemExit as ended:
        found.append(Problem("check-stumbled", {"check": name, "reason": f"SystemExit: {ended.code}"}))
    except Exception as problem:  # noqa: BLE001 - a pack may break whatever a check relies on
        found.append(Problem("check-stumbled", {"check": name, "reason": f"{type(problem).__name__}: {problem}"}))
    return found


@cache
def _read_once(plugin: str) -> Pack:
    return read_pack(plugin)


def _test_of(name: str) -> Callable[["RuleConformance"], None]:
    def test(self: "RuleConformance") -> None:
        found = run_check(CHECKS[name], name, _read_once(self.plugin))
        if found:
            raise AssertionError("\n".join(f"[{problem.code}] {problem.what('en')}" for problem in found))

    test.__doc__ = CHECKS[name].__doc__
    return test


class RuleConformance:
    """The checks as tests: inherit it in a class ``TestRules`` and name the plugin.

    Attributes:
        plugin: module name, as in the entry point.
    """

    plugin: ClassVar[str]

    test_loads = _test_of("loads")
    test_editions = _test_of("editions")
    test_weights = _test_of("weights")
    test_grades = _test_of("grades")
    test_printed = _test_of("printed")
    test_overlays = _test_of("overlays")
    test_answers = _test_of("answers")
    test_circumstances = _test_of("circumstances")
    test_order = _test_of("order")
    test_ladder = _test_of("ladder")
    test_scoring = _test_of("scoring")
    test_cases = _test_of("cases")
    test_pins = _test_of("pins")
    test_sources = _test_of("sources")
    test_purity = _test_of("purity")
    test_laws = _test_of("laws")
