"""Rule packs under development: making one, and checking it."""

from pathlib import Path
from typing import Final

import click

from spbe_cli.command import argument, command, option
from spbe_cli.failures import FINDING
from spbe_cli.group import group
from spbe_cli.language import spoken, text
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import write_json, write_line
from spbe_core.testing.conformance import Report
from spbe_core.testing.coverage import Covered
from spbe_core.testing.problem import Problem
from spbe_core.testing.project import DEFAULT_SECONDS, check_project

rules: Final = group("rules", {"new": ("rules_new", "rules-new"), "check": ("rules", "rules-check")})


@command("rules-check")
@argument("folder")
@option("--seconds", type=click.IntRange(min=1), default=DEFAULT_SECONDS, show_default=True)
@FORMAT
@LANG
@click.pass_context
def rules_check(ctx: click.Context, folder: str, seconds: int, output: str) -> None:
    """Say what is wrong with a project's rule pack, and what its cases exercise."""
    report = check_project(Path(folder), seconds)
    if output == "json":
        write_json(
            {
                "plugin": report.plugin,
                "problems": [_members(one) for one in report.problems],
                "notes": [_members(one) for one in report.notes],
                "coverage": [_covered(one) for one in report.coverage],
            }
        )
    else:
        _write(report)
    if report.problems:
        ctx.exit(FINDING)


def _members(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, "what": problem.what(spoken())}


def _covered(one: Covered) -> dict[str, object]:
    counts = {"whole": one.whole, "cases": one.cases, "vectors": one.vectors}
    return {"edition": one.edition, "kind": one.kind, **counts, "left": list(one.left), "what": one.what(spoken())}


def _write(report: Report) -> None:
    if report.problems:
        write_line(text("rules.wrong", plugin=report.plugin, count=len(report.problems)))
    else:
        write_line(text("rules.conformant", plugin=report.plugin))
    for problem in report.problems:
        write_line(f"✗ [{problem.code}] {problem.what(spoken())}", hanging=2)
    for note in report.notes:
        write_line(f"! {note.what(spoken())}", hanging=2)
    if report.coverage:
        write_line()
        write_line(text("rules.coverage"), bold=True)
    for one in report.coverage:
        write_line(one.what(spoken()), hanging=2)
