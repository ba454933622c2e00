"""Why a number is what it is, or what an edition says about an indicator."""

from collections.abc import Sequence

import click

from spbe_cli.command import command, option, reading
from spbe_cli.language import spoken, text
from spbe_cli.render import write_json, write_line
from spbe_cli.store import opened
from spbe_core.library import choose_edition, installed_rules
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.model.score import Reason


@command("explain")
@click.argument("subject", required=False, metavar="[INDICATOR|NODE]")
@option("--evaluation", metavar="AGENCY/YEAR")
@option("--edition", metavar="ID")
@option("--year", type=click.IntRange(1900, 2199), metavar="YEAR")
@reading
def explain(
    subject: str | None, evaluation: str | None, edition: str | None, year: int | None, store: str | None, output: str
) -> None:
    """Explain a result, or describe a part of an edition."""
    if evaluation is None:
        described = choose_edition(installed_rules(), edition, year)
        write_description(described, subject, output)
        return
    with opened(store) as spbe:
        reasons, pinned = spbe.explain(evaluation, subject), spbe.edition_of(evaluation)
    if output == "json":
        write_json({"id": evaluation, "subject": subject, "reasons": [_members(pinned, one) for one in reasons]})
        return
    write_line(text("explain.heading", subject=subject or pinned.index_name, id=evaluation))
    write_reasons(pinned, reasons)


def write_reasons(edition: Edition, reasons: Sequence[Reason]) -> None:
    """Write the steps, each with its source."""
    for place, reason in enumerate(reasons, start=1):
        click.echo(f"{place:>3}. {reason.what(spoken())}")
        if reason.source:
            cited = edition.citation(reason.source)
            write_line(f"     [{cited}; {text(f'confidence.{cited.confidence}')}]")


def _members(edition: Edition, reason: Reason) -> dict[str, object]:
    cited = edition.citation(reason.source) if reason.source else None
    source = (
        None
        if cited is None
        else {"document": cited.document, "place": cited.place, "confidence": cited.confidence, "note": cited.note}
    )
    return {"code": reason.code, "what": reason.what(spoken()), "source": source}


def write_description(edition: Edition, subject: str | None, output: str) -> None:
    """Write what an edition says about an indicator, a node or itself."""
    if subject is None:
        facts = {"id": edition.id, "name": edition.title, "weight": "100", "source": edition.regulation}
    else:
        node = next((one for one in edition.nodes if one.id == subject), None)
        part = edition.indicator(subject) if node is None else node
        facts = {
            "id": part.id,
            "name": part.name,
            "weight": exact_text(part.weight),
            "source": str(edition.citation(part.source)),
        }
        if node is None:
            indicator = edition.indicator(subject)
            facts |= {"question": indicator.question, "parent": indicator.parent}
            named = [one for one in edition.level_names if one.capability == indicator.capability]
            facts["levels"] = ", ".join(f"{one.level} {one.name}" for one in named)
    if output == "json":
        write_json({"edition": edition.id, **facts})
        return
    for name, fact in facts.items():
        if fact:
            write_line(f"{text(f'describe.{name}')}: {fact}")
