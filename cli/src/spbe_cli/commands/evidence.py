"""Evidence: adding, listing, withdrawing."""

from datetime import date
from pathlib import Path
from typing import Final

import attrs
import click

from spbe_cli.command import argument, command, option
from spbe_cli.group import group
from spbe_cli.language import text
from spbe_cli.options import REASON, reading, recording
from spbe_cli.render import write_json, write_line, write_table
from spbe_cli.store import done, opened
from spbe_cli.values import Day
from spbe_core.model.evidence import Evidence

evidence: Final = group(
    "evidence",
    {
        "add": ("evidence", "evidence-add"),
        "list": ("evidence", "evidence-list"),
        "withdraw": ("evidence", "evidence-withdraw"),
    },
)


@command("evidence-add")
@argument("evaluation")
@argument("file", key="document-file", type=click.Path(path_type=Path))
@option("--indicator", "-i", "indicators", multiple=True)
@option("--title", default="")
@option("--effective", type=Day())
@option("--supersedes")
@recording
def evidence_add(
    evaluation: str,
    file: Path,
    indicators: tuple[str, ...],
    title: str,
    effective: date | None,
    supersedes: str | None,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Submit a document."""
    with opened(store) as spbe:
        after = spbe.submit_evidence(
            evaluation,
            file,
            indicators=indicators,
            title=title,
            effective=effective,
            supersedes=supersedes,
            by=by,
        )
        added = list(after.evidence.values())[-1]
        done(output, "evidence-add", {"evidence": added.id, "title": added.title, "digest": added.digest})


@command("evidence-list")
@argument("evaluation")
@reading
def evidence_list(evaluation: str, store: str | None, output: str) -> None:
    """List the documents."""
    with opened(store) as spbe:
        documents = list(spbe.evaluation(evaluation).evidence.values())
    if output == "json":
        write_json([attrs.asdict(one) | {"stands": one.stands} for one in documents])
    elif not documents:
        write_line(text("evidence.empty"))
    else:
        cells = [
            (one.id, one.title, ", ".join(one.indicators), one.size, one.digest[:19], _standing(one))
            for one in documents
        ]
        columns = ["evidence", "title", "indicators", "size", "digest", "standing"]
        write_table(text("evidence.heading", id=evaluation), columns, cells)


def _standing(document: Evidence) -> str:
    if document.superseded_by is not None:
        return text("evidence.superseded", successor=document.superseded_by)
    if document.withdrawn is not None:
        return text("evidence.withdrawn", reason=document.withdrawn)
    return text("evidence.stands")


@command("evidence-withdraw")
@argument("evaluation")
@argument("document")
@REASON
@recording
def evidence_withdraw(evaluation: str, document: str, reason: str, by: str, store: str | None, output: str) -> None:
    """Take a document back."""
    with opened(store) as spbe:
        spbe.withdraw_evidence(evaluation, document, reason=reason, by=by)
        done(output, "evidence-withdraw", {"evidence": document, "id": evaluation})
