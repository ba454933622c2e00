"""How a number on a scorecard came about, step by step, each step with its source."""

from fractions import Fraction

from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.model.score import Reason
from spbe_core.model.scorecard import Scorecard


def explain_index(edition: Edition, card: Scorecard) -> tuple[Reason, ...]:
    """Explain the overall index and the grade."""
    terms = [(node.id, node.weight, node.index) for node in card.nodes if node.parent is None]
    return (
        *_weighing(edition, card, edition.index_name, Fraction(100), terms, card.index, ""),
        *_grade(edition, card),
    )


def explain_node(edition: Edition, card: Scorecard, node_id: str) -> tuple[Reason, ...]:
    """Explain the index of a domain or aspect.

    Raises:
        InputError: ``unknown-node``.
    """
    node = edition.node(node_id)
    terms = [(one.id, one.weight, one.index) for one in card.nodes if one.parent == node_id]
    terms += [(one.id, one.weight, _counted(edition, one.value)) for one in card.indicators if one.parent == node_id]
    return _weighing(edition, card, node_id, node.weight, terms, card.node(node_id).index, node.source)


def explain_indicator(edition: Edition, card: Scorecard, indicator_id: str) -> tuple[Reason, ...]:
    """Explain an indicator's value and follow it up the tree to the index and the grade.

    Raises:
        InputError: ``unknown-indicator``.
    """
    indicator = edition.indicator(indicator_id)
    line = card.indicator(indicator_id)
    facts: dict[str, object] = {"indicator": indicator.id, "weight": exact_text(indicator.weight)}
    steps = [*line.reasons, Reason("reason-weight", facts, indicator.source)]
    if line.value is not None:
        share = line.value * indicator.weight / 100
        steps.append(Reason("reason-share", {**facts, "value": exact_text(line.value), "share": exact_text(share)}))
    for node in edition.ancestors(indicator):
        steps += explain_node(edition, card, node.id)
    return (*steps, *explain_index(edition, card))


def _missing(edition: Edition, card: Scorecard, name: str) -> list[str]:
    """Return the indicators without a value below a node, or all where the name is no node's."""
    if all(node.id != name for node in edition.nodes):
        return list(card.missing)
    return [one for one in card.missing if edition.node(name) in edition.ancestors(edition.indicator(one))]


def _counted(edition: Edition, value: Fraction | None) -> Fraction:
    return edition.scale.minimum if value is None else value


def _weighing(
    edition: Edition,
    card: Scorecard,
    name: str,
    whole: Fraction,
    terms: list[tuple[str, Fraction, Fraction | None]],
    index: Fraction | None,
    source: str,
) -> tuple[Reason, ...]:
    if index is None:
        missing = ", ".join(_missing(edition, card, name))
        return (Reason("reason-incomplete", {"name": name, "missing": missing}, source),)
    sum_text = " + ".join(
        f"{exact_text(weight)} × {exact_text(_counted(edition, value))} ({child})" for child, weight, value in terms
    )
    arithmetic = {"name": name, "sum": sum_text, "whole": exact_text(whole), "index": exact_text(index)}
    rounding = {"index": exact_text(index), "places": card.places, "rounded": card.display(index)}
    return (
        Reason("reason-weighing", arithmetic, source),
        Reason("reason-rounding", rounding, edition.rounding_source),
    )


def _grade(edition: Edition, card: Scorecard) -> tuple[Reason, ...]:
    if card.index is None:
        return ()
    band = edition.grade(card.index, card.grade_basis)
    number = card.display(card.index) if card.grade_basis == "rounded" else exact_text(card.index)
    floor = exact_text(edition.scale.minimum if band.floor is None else band.floor)
    practice = next((known for known in edition.grade_practices if known.year == card.year), None)
    return (
        Reason("reason-grade", {"grade": band.name, "floor": floor, "number": number}, band.source),
        Reason(
            f"reason-grade-basis-{card.grade_basis}",
            {"year": card.year or "-"},
            edition.grade_basis_source if practice is None else practice.source,
        ),
    )
