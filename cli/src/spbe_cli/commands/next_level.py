"""What the next level of an indicator asks for."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor

import attrs

from spbe_cli.commands.describe import source_members, write_source
from spbe_cli.language import text
from spbe_cli.render import write_json, write_line
from spbe_core.model.edition import Edition, Item
from spbe_core.model.exact import exact_text


def held_level(edition: Edition, value: Fraction | None) -> int:
    """Return the level a value stands for; without one, the lowest."""
    return floor(edition.scale.minimum if value is None else value)


def write_next(edition: Edition, subject: str, value: Fraction | None, owed: Sequence[Item], output: str) -> None:
    """Write what the level above the held one asks for, after what the held one and those below it still ask for.

    Args:
        edition: what asks.
        subject: official number of the indicator.
        value: where it stands.
        owed: the items of levels up to the held one that are not accepted.
        output: ``json`` or for people.
    """
    indicator = edition.indicator(subject)
    held = held_level(edition, value)
    level = held + 1
    criterion, items = edition.criterion(indicator.id, level), edition.items_for(indicator.id, level)
    if output == "json":
        members = {
            "edition": edition.id,
            "indicator": indicator.id,
            "held": held,
            "owed": [_item_members(edition, one) for one in owed],
            "next": level if level <= edition.scale.maximum else None,
            "criterion": None if criterion is None else criterion.text,
            "source": None if criterion is None else source_members(edition, criterion.source),
            "external": _external_members(edition, indicator.id, level),
            "items": [_item_members(edition, one) for one in items],
        }
        write_json(members)
        return
    if level > edition.scale.maximum and not owed:
        write_line(text("next.top", indicator=indicator.id, level=held))
        return
    write_line(text("next.heading", indicator=indicator.id, name=indicator.name), bold=True)
    for below in sorted({one.level for one in owed}):
        named = edition.level_name(indicator.capability, Fraction(below))
        write_line(text("next.owed", level=below, named=named))
        _write_items(edition, [one for one in owed if one.level == below])
    if level > edition.scale.maximum:
        return
    named = edition.level_name(indicator.capability, Fraction(level))
    write_line(text("next.level", held=held, level=level, named=named))
    external = edition.external(indicator.id)
    if external is not None:
        floor_of = {band.level: exact_text(band.score_from) for band in external.bands}
        facts = {"name": external.name, "agency": external.agency, "score": floor_of.get(level, "-")}
        write_line(text("next.external", **facts))
        write_source(edition, external.source, indent=2)
    if criterion is None and external is None:
        write_line(text("next.unknown"))
    elif criterion is not None:
        write_line(criterion.text)
        write_source(edition, criterion.source, indent=2)
    _write_items(edition, items)


def _write_items(edition: Edition, items: Iterable[Item]) -> None:
    for item in items:
        limit = "" if item.valid_months is None else text("next.valid", months=item.valid_months)
        supporting = text("next.supporting") if item.supporting else ""
        write_line(f"- {item.id}: {item.text}{supporting}{limit}", hanging=2)
        write_source(edition, item.source, indent=2)


def _item_members(edition: Edition, item: Item) -> dict[str, object]:
    return attrs.asdict(item) | {"source": source_members(edition, item.source)}


def _external_members(edition: Edition, indicator: str, level: int) -> dict[str, object] | None:
    external = edition.external(indicator)
    if external is None:
        return None
    score = next((exact_text(band.score_from) for band in external.bands if band.level == level), None)
    source = source_members(edition, external.source)
    return {"name": external.name, "agency": external.agency, "score": score, "source": source}
