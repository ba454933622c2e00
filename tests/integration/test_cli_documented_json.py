"""The JSON of commands has the members that the reference page says, and no others."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from terminal import EVALUATION, Terminal

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "json-output.md"


def documented(heading: str) -> list[set[str]]:
    """Return the members that each table under a heading names."""
    section = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    tables = section.split("|---|---|---|\n")[1:]
    return [
        {name for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
        for table in (table.partition("\n\n")[0] for table in tables)
    ]


@pytest.fixture
def closed(evaluation: Terminal) -> Terminal:
    assert evaluation("assign", EVALUATION, "1", "--unit", "dinas-kominfo")[0] == 0
    assert evaluation("stage", "close", EVALUATION, "self")[0] == 0
    return evaluation


def test_lists_and_tasks(closed: Terminal) -> None:
    """A row of the list, of an agency's years and of the tasks."""
    told = cast("list[list[Mapping[str, Any]]]", [closed.json(*one) for one in (["list"], ["tasks"])])
    (row,), (task,) = told
    ((of_rows,), (of_tasks,)) = documented("`spbe list`, and `spbe history AGENCY`"), documented("`spbe tasks`")
    (year,) = cast("list[Mapping[str, Any]]", closed.json("history", "kota-contoh"))

    assert (set(row), set(task), set(year)) == (of_rows, of_tasks, of_rows - {"open_stage"})


def test_closing_a_stage(closed: Terminal) -> None:
    """The members in the sentence and those of the table."""
    told = cast("Mapping[str, Any]", closed.json("stage", "close", EVALUATION, "document"))
    (of_table,) = documented("`spbe stage close`")

    assert set(told) == {"id", "stage", "complete", "index", "grade"} | of_table


def test_verifying(closed: Terminal) -> None:
    """A ledger and a certificate."""
    key, note, issued = (str(closed.folder / name) for name in ("kunci", "titik", "sertifikat"))
    closed.json("keys", "create", key, "--name", "inspektorat", store=False)
    public = ("--key", closed("keys", "public", key, store=False)[1].strip())
    closed.json("ledger", "checkpoint", "--key", key, "--out", note)
    closed.json("certificate", "issue", EVALUATION, "--stage", "self", "--key", key, "--out", issued)
    ledger = cast("Mapping[str, Any]", closed.json("ledger", "verify", "--checkpoint", note, *public))
    found = cast("Mapping[str, Any]", closed.json("certificate", "verify", issued, *public, store=False))

    assert [set(ledger)] == documented("`spbe ledger verify`")
    assert [set(found), set(found["certificate"])] == documented("`spbe certificate verify`")
