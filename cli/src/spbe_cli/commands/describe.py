"""What an edition says about an indicator, a domain or aspect, or about itself."""

from fractions import Fraction

from spbe_cli.language import text
from spbe_cli.render import write_json, write_line
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text


def source_members(edition: Edition, source: str) -> dict[str, str]:
    """Return a citation's JSON form."""
    cited = edition.citation(source)
    return {"document": cited.document, "place": cited.place, "confidence": cited.confidence, "note": cited.note}


def write_source(edition: Edition, source: str, *, indent: int = 0) -> None:
    """Write a citation on a line of its own."""
    write_line(f"{' ' * indent}[{_cited(edition, source)}]", hanging=indent + 1)


def _cited(edition: Edition, source: str) -> str:
    cited = edition.citation(source)
    return f"{cited}; {text(f'confidence.{cited.confidence}')}"


def write_description(edition: Edition, subject: str | None, output: str) -> None:
    """Write what an edition says about a part of it."""
    if subject is None:
        _write_edition(edition, output)
    elif any(node.id == subject for node in edition.nodes):
        _write_node(edition, subject, output)
    else:
        _write_indicator(edition, subject, output)


def _fact(key: str, value: object) -> None:
    if value not in {"", None}:
        write_line(f"{text(f'describe.{key}')}: {value}", hanging=2)


def _write_edition(edition: Edition, output: str) -> None:
    if output == "json":
        facts = {"edition": edition.id, "kind": "edition", "id": edition.id, "name": edition.title}
        more = {"regulation": edition.regulation, "lifecycle": edition.lifecycle, "years": list(edition.years)}
        write_json({**facts, **more, "digest": edition.digest})
        return
    _fact("id", edition.id)
    _fact("name", edition.title)
    _fact("regulation", f"{edition.regulation} ({text(f'lifecycle.{edition.lifecycle}')})")
    _fact("years", ", ".join(map(str, edition.years)))
    _fact("parts", ", ".join(f"{one.id} {one.name} ({exact_text(one.weight)})" for one in edition.top_nodes()))
    write_line(text("describe.more", edition=edition.id))


def _write_node(edition: Edition, subject: str, output: str) -> None:
    node = edition.node(subject)
    parts = [one.id for one in edition.nodes if one.parent == subject]
    parts += [one.id for one in edition.indicators if one.parent == subject]
    if output == "json":
        facts = {"edition": edition.id, "kind": node.kind, "id": node.id, "name": node.name, "parent": node.parent}
        more = {"weight": exact_text(node.weight), "parts": parts, "source": source_members(edition, node.source)}
        write_json({**facts, **more})
        return
    _fact("id", node.id)
    _fact("name", node.name)
    _fact("weight", exact_text(node.weight))
    _fact("source", _cited(edition, node.source))
    _fact("parent", None if node.parent is None else f"{node.parent} {edition.node(node.parent).name}")
    _fact("parts", ", ".join(parts))


def _write_indicator(edition: Edition, subject: str, output: str) -> None:
    indicator = edition.indicator(subject)
    named = [one for one in edition.level_names if one.capability == indicator.capability]
    numbers = sorted({one.level for one in named} | {one.level for one in edition.criteria if one.indicator == subject})
    levels = [(level, edition.level_name(indicator.capability, Fraction(level))) for level in numbers]
    if output == "json":
        facts = {"edition": edition.id, "kind": "indicator", "id": indicator.id, "name": indicator.name}
        external = edition.external(subject)
        more = {
            "weight": exact_text(indicator.weight),
            "parent": indicator.parent,
            "question": indicator.question,
            "external": None if external is None else {"name": external.name, "agency": external.agency},
        }
        told = [{"level": level, "name": name, **_criterion(edition, subject, level)} for level, name in levels]
        write_json({**facts, **more, "levels": told, "source": source_members(edition, indicator.source)})
        return
    _fact("id", indicator.id)
    _fact("name", indicator.name)
    _fact("weight", exact_text(indicator.weight))
    _fact("source", _cited(edition, indicator.source))
    _fact("question", indicator.question)
    _fact("parent", f"{indicator.parent} {edition.node(indicator.parent).name}")
    external = edition.external(subject)
    if external is not None:
        _fact("external", f"{external.name} ({external.agency})")
        write_source(edition, external.source, indent=2)
    for level, name in levels:
        criterion = edition.criterion(subject, level)
        line = text("describe.level", level=level, name=name)
        write_line(line if criterion is None else f"{line}: {criterion.text}", hanging=2)
    for source in dict.fromkeys(one.source for one in edition.criteria if one.indicator == subject):
        write_source(edition, source, indent=2)


def _criterion(edition: Edition, indicator: str, level: int) -> dict[str, object]:
    criterion = edition.criterion(indicator, level)
    if criterion is None:
        return {"criterion": None, "source": None}
    return {"criterion": criterion.text, "source": source_members(edition, criterion.source)}
