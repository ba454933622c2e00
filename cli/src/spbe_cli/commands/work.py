"""Who owes what: assigning tasks, a unit's worklist, and the coordinator's board."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

import click

from spbe_cli.command import argument, command, option
from spbe_cli.damage import damage_members, write_damage
from spbe_cli.failures import STORE_PROBLEM
from spbe_cli.language import spoken, text
from spbe_cli.new_file import write_new
from spbe_cli.options import reading, recording
from spbe_cli.render import write_json, write_line, write_table
from spbe_cli.store import done, opened
from spbe_cli.values import Day
from spbe_core.errors import InputError, StoreError
from spbe_core.evaluation.worklist import TASK_STATES, WANTS_HANDS, TaskLine
from spbe_core.exchange.assignments_csv import read_assignments
from spbe_core.exchange.card_json import finding_members
from spbe_core.exchange.csv_lines import told_with_line
from spbe_core.exchange.tasks_csv import tasks_csv
from spbe_core.exchange.text_file import read_bytes
from spbe_core.library import Spbe
from spbe_core.model.canonical import members_of
from spbe_core.projections.evaluations import UnreadableRow
from spbe_core.service.assign_work import WorkAssignment
from spbe_core.service.status import EvaluationStatus

_FEW: Final = 5
"""Ids in a cell, and findings of one kind, that are read at a glance."""

_COUNTED: Final = {"status-late": "late", "status-expired": "expired"}
"""Code of a finding of which there is one for every task or document -> what is told where there are many."""


@command("assign")
@argument("evaluation")
@argument("tasks", nargs=-1)
@option("--unit", "units", multiple=True)
@option("--responsible")
@option("--deadline", type=Day())
@option("--no-deadline", is_flag=True)
@option("--file", "assignments_file", type=click.Path(path_type=Path))
@option("--nobody", is_flag=True)
@option("--reason", key="assignment_reason", default="")
@recording
def assign(
    evaluation: str,
    tasks: tuple[str, ...],
    units: tuple[str, ...],
    responsible: str | None,
    deadline: date | None,
    no_deadline: bool,
    assignments_file: Path | None,
    nobody: bool,
    reason: str,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Assign tasks."""
    if (bool(tasks) == (assignments_file is not None)) or (bool(tasks) and bool(units) == nobody):
        raise click.UsageError(text("failures.assign-needs"), click.get_current_context())
    if no_deadline and (deadline is not None or assignments_file is not None):
        raise click.UsageError(text("failures.no-deadline-alone"), click.get_current_context())
    content = None if assignments_file is None else read_bytes(assignments_file)
    if content is not None:
        given = read_assignments(content, reason)
    else:
        given = tuple(
            WorkAssignment(
                subject=task,
                units=units,
                responsible=responsible,
                deadline=deadline,
                no_deadline=no_deadline,
                reason=reason,
            )
            for task in tasks
        )
    with told_with_line(content), opened(store) as spbe:
        before = spbe.evaluation(evaluation).version
        after = spbe.assign_work(evaluation, given, by=by)
        members = {"id": evaluation, "count": len(given), "changed": after.version - before}
        done(output, "take-back" if nobody else "assign", members)


@command("tasks")
@argument("evaluations", key="evaluations-of-tasks", nargs=-1)
@option("--unit")
@option("--today", type=Day())
@option("--all", "every_state", is_flag=True)
@option("--csv", "csv_out", type=click.Path(dir_okay=False, path_type=Path))
@reading
def tasks(
    evaluations: tuple[str, ...],
    unit: str | None,
    today: date | None,
    every_state: bool,
    csv_out: Path | None,
    store: str | None,
    output: str,
) -> None:
    """List the tasks of a unit that want hands, or all of them."""
    with opened(store) as spbe:
        statuses = list(_statuses(spbe, evaluations, today))
        of_unit = [
            (name, line)
            for name, found in statuses
            if not isinstance(found, StoreError)
            for line in found.tasks
            if unit is None or unit in line.units
        ]
        damaged = [(name, found) for name, found in statuses if isinstance(found, StoreError)]
        if unit is not None and not of_unit and not damaged:
            _refuse_unknown(spbe, unit)
    shown = [one for one in of_unit if every_state or one[1].state in WANTS_HANDS]
    if csv_out is not None:
        write_new(csv_out, tasks_csv(shown, [name for name, _ in damaged]))
    if output == "json":
        of_tasks = [{"id": name, **members_of(line)} for name, line in shown]
        write_json([*of_tasks, *(damage_members(name, problem) for name, problem in damaged)])
    else:
        _write_tasks(shown, len(of_unit), unit, every_evaluation=not evaluations)
        for name, problem in damaged:
            write_damage(name, problem)
    if damaged:
        click.get_current_context().exit(STORE_PROBLEM)


def _write_tasks(
    found: Sequence[tuple[str, TaskLine]], of_unit: int, unit: str | None, *, every_evaluation: bool
) -> None:
    if found:
        write_table(
            text("tasks.heading", unit=unit or text("tasks.every")),
            ["id", "task", "unit", "deadline", "state", "evidence", "to_revise"],
            [(name, *_cells(line)) for name, line in found],
            unless_empty=["deadline", "evidence", "to_revise"],
        )
    elif not of_unit:
        write_line(text("tasks.empty") if unit is None else text("tasks.empty-unit", unit=unit))
    if of_unit > len(found):
        write_line(text("tasks.others", count=of_unit - len(found)))
    if not of_unit and every_evaluation:
        write_line(text("tasks.determined-left-out"))


def _refuse_unknown(spbe: Spbe, unit: str) -> None:
    """Refuse a misspelled unit; where nobody manages people, units are only names."""
    if spbe.people.actors() and all(one.id != unit for one in spbe.people.units()):
        raise InputError("unknown-unit-anywhere", unit=unit)


def _statuses(
    spbe: Spbe, named: Sequence[str], today: date | None
) -> Iterator[tuple[str, EvaluationStatus | StoreError]]:
    """Yield how far each named evaluation is; without any, each that is not determined, or what is damaged of it."""
    for one in named:
        yield one, spbe.status(one, today=today)
    for row in () if named else spbe.evaluations():
        if isinstance(row, UnreadableRow):
            yield row.id, row.problem
        elif row.decree is None:
            try:
                yield row.id, spbe.status(row.id, today=today)
            except StoreError as problem:
                yield row.id, problem


def _cells(line: TaskLine) -> tuple[object, ...]:
    others = [unit for unit in line.units if unit != line.responsible]
    state = text(f"tasks.{line.state}") + (f" ({text('tasks.late')})" if line.late else "")
    return (
        line.item or line.indicator,
        ", ".join([f"{line.responsible}*", *others]) if others else line.responsible,
        line.deadline,
        state,
        _listed(line.evidence),
        _listed(line.to_revise) if line.item is None else None,
    )


def _listed(ids: Sequence[str]) -> str | None:
    """Name a few, and say how many more there are; all of them stand in JSON and CSV."""
    if len(ids) <= _FEW:
        return ", ".join(ids) or None
    return text("tasks.and-more", some=", ".join(ids[:_FEW]), count=len(ids) - _FEW)


def _lags(found: EvaluationStatus) -> Iterator[str]:
    """Say what an evaluation lacks; what there is too much of to be read line by line is counted instead."""
    for code, same in groupby(found.lags, key=lambda one: one.code):
        findings = list(same)
        if code in _COUNTED and len(findings) > _FEW:
            yield text(f"status.many-{_COUNTED[code]}", count=len(findings), id=found.evaluation.id)
        else:
            yield from (one.what(spoken()) for one in findings)


@command("status")
@argument("evaluation")
@option("--today", type=Day())
@reading
def status(evaluation: str, today: date | None, store: str | None, output: str) -> None:
    """Say how far an evaluation is."""
    with opened(store) as spbe:
        found = spbe.status(evaluation, today=today)
        edition = spbe.edition_of(evaluation)
    state = found.evaluation
    if output == "json":
        write_json(
            {
                "id": str(state.id),
                "today": found.today,
                "open_stage": state.open_stage,
                "closed": list(state.closed),
                "decree": None if state.result is None else state.result.decree,
                "lags": [finding_members(one, spoken()) for one in found.lags],
                "units": [members_of(one) for one in found.units],
                "unassigned": list(found.unassigned),
            }
        )
        return
    write_line(text("status.heading", id=state.id, name=state.agency_name, day=found.today), bold=True)
    if state.result is not None:
        write_line(text("status.determined", decree=state.result.decree))
    elif state.open_stage is None:
        write_line(text("card.all-closed"))
    else:
        write_line(text("card.open-stage", name=edition.stage(state.open_stage).name, stage=state.open_stage))
    for line in _lags(found):
        write_line(f"! {line}", hanging=2)
    if not found.lags:
        write_line(text("status.nothing-lacks"))
    if found.units:
        cells = [(line.unit, *(line.counts[state] for state in TASK_STATES), line.late) for line in found.units]
        write_table(text("status.board"), ["unit", *(f"state-{one}" for one in TASK_STATES), "late"], cells)
    if found.unassigned:
        write_line(text("status.unassigned", indicators=", ".join(found.unassigned), count=len(found.unassigned)))
