"""Why a number is what it is, or what an edition says about an indicator."""

from collections.abc import Sequence
from fractions import Fraction

import attrs
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
@option("--next", "next_level", is_flag=True)
@option("--level", type=click.IntRange(0, 5), metavar="LEVEL")
@reading
def explain(
    subject: str | None,
    evaluation: str | None,
    edition: str | None,
    year: int | None,
    next_level: bool,
    level: int | None,
    store: str | None,
    output: str,
) -> None:
    """Explain a result, describe a part of an edition, or say what the next level asks for."""
    if next_level:
        if subject is None:
            raise click.UsageError(text("failures.next-of-what"), click.get_current_context())
        if evaluation is None:
            chosen, held = _described(edition, year), level
        else:
            with opened(store) as spbe:
                chosen, value = spbe.edition_of(evaluation), spbe.card(evaluation).indicator(subject).value
                held = level if value is None or level is not None else int(value)
        write_next(chosen, subject, held, output)
        return
    if evaluation is None:
        write_description(_described(edition, year), subject, output)
        return
    with opened(store) as spbe:
        reasons, pinned = spbe.explain(evaluation, subject), spbe.edition_of(evaluation)
    if output == "json":
        write_json({"id": evaluation, "subject": subject, "reasons": [_members(pinned, one) for one in reasons]})
        return
    write_line(text("explain.heading", subject=subject or pinned.index_name, id=evaluation))
    write_reasons(pinned, reasons)


def _described(edition: str | None, year: int | None) -> Edition:
    """Return the edition asked for, or the newest that is more than a draft."""
    rulebook = installed_rules()
    if edition is None and year is None:
        return next(one for one in reversed(rulebook.editions()) if one.lifecycle != "draft")
    return choose_edition(rulebook, edition, year)


def write_next(edition: Edition, subject: str, held: int | None, output: str) -> None:
    """Write what the level above the held one asks for; without a held level, the one above the lowest."""
    indicator = edition.indicator(subject)
    level = (int(edition.scale.minimum) if held is None else held) + 1
    criterion = edition.criterion(indicator.id, level)
    items = edition.items_for(indicator.id, level)
    if output == "json":
        write_json(
            {
                "edition": edition.id,
                "indicator": indicator.id,
                "held": level - 1,
                "next": level if level <= edition.scale.maximum else None,
                "criterion": None if criterion is None else criterion.text,
                "items": [attrs.asdict(item) for item in items],
            }
        )
        return
    if level > edition.scale.maximum:
        write_line(text("next.top", indicator=indicator.id, level=level - 1))
        return
    named = edition.level_name(indicator.capability, Fraction(level))
    write_line(text("next.heading", indicator=indicator.id, name=indicator.name))
    write_line(text("next.level", held=level - 1, level=level, named=named))
    if criterion is None:
        write_line(text("next.unknown"))
    else:
        write_line(text("next.criterion", text=criterion.text))
        write_line(f"  [{edition.citation(criterion.source)}]")
    for item in items:
        limit = "" if item.valid_months is None else text("next.valid", months=item.valid_months)
        write_line(f"- {item.id}: {item.text}{text('next.supporting') if item.supporting else ''}{limit}")
        cited = edition.citation(item.source)
        write_line(f"  [{cited}; {text(f'confidence.{cited.confidence}')}]")


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
            criteria = [one for one in edition.criteria if one.indicator == subject]
            facts |= {f"criterion-{one.level}": one.text for one in criteria}
    if output == "json":
        write_json({"edition": edition.id, **facts})
        return
    for name, fact in facts.items():
        if fact:
            label, _, level = name.partition("-")
            write_line(f"{text(f'describe.{label}')}{level and f' {level}'}: {fact}")
