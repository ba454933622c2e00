"""Evaluations that cannot be read, told beside those that can."""

from spbe_cli.failures import error_members
from spbe_cli.language import spoken
from spbe_cli.render import write_line
from spbe_core.errors import SpbeError
from spbe_core.projections.evaluations import UnreadableRow


def write_damage(evaluation: str, problem: SpbeError) -> None:
    """Write why an evaluation is not among the others, and what to do."""
    write_line(f"✗ {evaluation}: {problem.what(spoken())} {problem.remedy(spoken())}", hanging=2)


def damage_members(evaluation: str, problem: SpbeError) -> dict[str, object]:
    """Return the JSON form that stands in the place of an evaluation's own."""
    return {"id": evaluation, **error_members(problem)}


def row_members(row: UnreadableRow) -> dict[str, object]:
    """Return the JSON form that stands in the place of a row's own."""
    return {**damage_members(row.id, row.problem), "agency": row.agency, "readable": row.readable}
