"""Assigning tasks through the library, and taking them to a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Final

import pytest
from arrangements import Ticking, refused, rulebook_of, small_edition

from spbe_core import InputError, Spbe
from spbe_core.exchange.assignments_csv import read_assignments
from spbe_core.exchange.tasks_csv import tasks_csv
from spbe_core.service.assign_work import WorkAssignment

KOTA: Final = "kota-a/2031"


@pytest.fixture
def spbe() -> Iterator[Spbe]:
    with Spbe.open("memory:", rulebook=rulebook_of(small_edition()), clock=Ticking()) as opened:
        opened.open_evaluation(KOTA, agency_name="Kota A")
        yield opened


def test_where_people_are_managed_a_unit_must_be_known(spbe: Spbe) -> None:
    """A misspelled unit would never see its task; before anybody is appointed, units are only names."""
    spbe.assign_work(KOTA, [WorkAssignment(subject="1", units=("dinas-kominfo",))])
    spbe.people.appoint("determiner", actor="root")
    spbe.people.appoint("coordinator", actor="koor", agency="kota-a", by="root")
    spbe.people.register_unit("kota-a", "bappeda", name="Badan Perencanaan", by="koor")

    with refused("unknown-unit", InputError):
        spbe.assign_work(KOTA, [WorkAssignment(subject="2", units=("bapeda",))], by="koor")
    after = spbe.assign_work(KOTA, [WorkAssignment(subject="2", units=("bappeda",))], by="koor")

    assert {task: one.units for task, one in after.assignments.items()} == {
        ("1", None): ("dinas-kominfo",),
        ("2", None): ("bappeda",),
    }


def test_a_spreadsheet_gets_back_what_was_assigned_by_one(spbe: Spbe) -> None:
    """The tasks that were read from one CSV stand in the other, with how far they are."""
    content = b"task,units,responsible,deadline\n1,u-1;u-2,u-2,2031-06-30\n3,u-1,,\n"
    spbe.assign_work(KOTA, read_assignments(content, ""))
    spbe.submit_evidence(KOTA, io.BytesIO(b"isi"), indicators=["3"])
    lines = spbe.status(KOTA, today=date(2031, 7, 1)).tasks

    rows = list(csv.DictReader(io.StringIO(tasks_csv((KOTA, line) for line in lines).decode())))

    assert [(row["task"], row["units"], row["responsible"], row["deadline"]) for row in rows] == [
        ("1", "u-1;u-2", "u-2", "2031-06-30"),
        ("3", "u-1", "u-1", ""),
    ]
    assert [(row["evaluation"], row["state"], row["late"], row["evidence"]) for row in rows] == [
        (KOTA, "owed", "yes", ""),
        (KOTA, "submitted", "no", "E1"),
    ]


def test_a_task_keeps_its_deadline_until_somebody_takes_it_away(spbe: Spbe) -> None:
    """Who changes hands says nothing of the day; a row of a table says all of it."""
    day = date(2031, 6, 30)

    def deadline_after(**said: object) -> date | None:
        task = WorkAssignment(subject="1", reason="pindah", **said)  # type: ignore[arg-type]
        return spbe.assign_work(KOTA, [task]).assignments["1", None].deadline

    assert deadline_after(units=("u-1",), deadline=day) == day
    assert deadline_after(units=("u-2",)) == day
    assert deadline_after(units=("u-2",), no_deadline=True) is None
    assert deadline_after(units=("u-1",), deadline=day) == day
    spbe.assign_work(KOTA, [WorkAssignment(subject="1", units=(), reason="keliru")])
    assert deadline_after(units=("u-1",)) is None
    assert deadline_after(units=("u-1",), deadline=day) == day
    again = spbe.assign_work(KOTA, read_assignments(b"task,units,responsible,deadline\n1,u-1,,\n", ""))
    assert again.assignments["1", None].deadline is None
