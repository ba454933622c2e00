"""Evidence: adding, listing, withdrawing."""

from datetime import datetime
from pathlib import Path

import attrs
import click

from spbe_cli.command import REASON, LocalGroup, command, option, reading, recording
from spbe_cli.language import text
from spbe_cli.render import write_json, write_line, write_table
from spbe_cli.store import done, opened

_COMMANDS = {
    "add": ("evidence", "evidence-add"),
    "list": ("evidence", "evidence-list"),
    "withdraw": ("evidence", "evidence-withdraw"),
}


@click.group(cls=LocalGroup, name="evidence", key="evidence", modules=_COMMANDS)
def evidence() -> None:
    """Hold the commands on evidence."""


@command("evidence-add")
@click.argument("evaluation", metavar="AGENCY/YEAR")
@click.argument("file", type=click.Path(path_type=Path))
@option("--indicator", "-i", "indicators", multiple=True, metavar="N")
@option("--title", default="")
@option("--effective", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@option("--supersedes", metavar="EVIDENCE")
@recording
def evidence_add(
    evaluation: str,
    file: Path,
    indicators: tuple[str, ...],
    title: str,
    effective: datetime | None,
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
            effective=None if effective is None else effective.date(),
            supersedes=supersedes,
            by=by,
        )
        added = after.evidence[f"E{len(after.evidence)}"]
        done(output, "evidence-add", {"evidence": added.id, "title": added.title, "digest": added.digest})


@command("evidence-list")
@click.argument("evaluation", metavar="AGENCY/YEAR")
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
            (one.id, one.title, ", ".join(one.indicators), one.size, one.digest[:19],
             one.superseded_by or one.withdrawn or text("evidence.stands"))
            for one in documents
        ]  # fmt: skip
        columns = ["evidence", "title", "indicators", "size", "digest", "standing"]
        write_table(text("evidence.heading", id=evaluation), columns, cells)


@command("evidence-withdraw")
@click.argument("evaluation", metavar="AGENCY/YEAR")
@click.argument("document", metavar="EVIDENCE")
@REASON
@recording
def evidence_withdraw(evaluation: str, document: str, reason: str, by: str, store: str | None, output: str) -> None:
    """Take a document back."""
    with opened(store) as spbe:
        spbe.withdraw_evidence(evaluation, document, reason=reason, by=by)
        done(output, "evidence-withdraw", {"evidence": document, "id": evaluation})
