"""From dossiers to a scorecard: pure, exact, rounded once and only for display.

The official formula averages tier by tier with weights (aspect = sum of value x weight / aspect weight, and so on
up to 100). Because the weights of every tier sum exactly to the node above, each node's index equals the weighted
sum of the indicators below it divided by its own weight; that is what is computed here, in integers.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Self

import attrs

from spbe_core.errors import RulesError
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Edition
from spbe_core.model.finding import Finding
from spbe_core.model.score import IndicatorScore
from spbe_core.model.scorecard import Bounds, IndicatorLine, NodeLine, Scorecard
from spbe_core.rules.domain_rules import DomainRules


def dossiers_of(
    edition: Edition, values: Mapping[str, Fraction | None], year: int | None = None
) -> tuple[Dossier, ...]:
    """Make the bare dossiers of a calculation: a value each, no stage and no evidence.

    Args:
        edition: which tree.
        values: indicator -> value; None or absence both mean that there is none.
        year: evaluation year.

    Raises:
        InputError: ``unknown-indicator``.
    """
    for indicator_id in values:
        edition.indicator(indicator_id)
    return tuple(Dossier(indicator, edition.scale, year, values.get(indicator.id)) for indicator in edition.indicators)


def judge(
    edition: Edition, dossiers: Iterable[Dossier], rules: Mapping[str, DomainRules]
) -> tuple[IndicatorScore, ...]:
    """Have each dossier judged by the rules of the nearest node above it that has any.

    Args:
        edition: which tree.
        dossiers: one per indicator.
        rules: node id -> rules.

    Raises:
        RulesError: ``rules-missing`` where no node above an indicator has rules.
    """
    return tuple(_rules_above(edition, dossier, rules).score(dossier) for dossier in dossiers)


def score(edition: Edition, scores: Iterable[IndicatorScore], year: int | None = None) -> Scorecard:
    """Weigh the indicators' values into the indices of every node, the overall index and the grade.

    Args:
        edition: weights, grades and rounding.
        scores: one per indicator, in any order.
        year: evaluation year, which may decide from which number the grade is read.
    """
    plan = _plan(edition)
    by_id = {given.indicator: given for given in scores}
    ordered = [by_id[indicator.id] for indicator in edition.indicators]
    missing = tuple(given.indicator for given in ordered if given.standing == "missing")
    pending = tuple(given.indicator for given in ordered if given.standing == "pending")
    gaps = {place for place, given in enumerate(ordered) if given.standing == "missing"}
    values = _Values.of(edition.scale.minimum if given.value is None else given.value for given in ordered)
    lowest = plan.root.index(values)
    reach = sum(plan.root.weights[place] for place in gaps)
    highest = lowest + reach * (edition.scale.maximum - edition.scale.minimum) / plan.root.whole
    complete = not missing
    basis = edition.grade_basis(year)
    return Scorecard(
        edition=edition.id,
        edition_digest=edition.digest,
        year=year,
        places=edition.places,
        complete=complete,
        index=lowest if complete else None,
        grade=edition.grade(lowest, basis).name if complete else None,
        grade_basis=basis,
        nodes=tuple(
            NodeLine(
                node.id,
                node.kind,
                node.name,
                node.weight,
                node.parent,
                None if gaps and not gaps.isdisjoint(part.weights) else part.index(values),
            )
            for node, part in zip(edition.nodes, plan.nodes, strict=True)
        ),
        indicators=tuple(
            IndicatorLine(
                indicator.id,
                indicator.name,
                indicator.weight,
                indicator.parent,
                given.value,
                given.standing,
                given.reasons,
            )
            for indicator, given in zip(edition.indicators, ordered, strict=True)
        ),
        bounds=Bounds(lowest, highest),
        missing=missing,
        pending=pending,
        findings=_findings(edition, lowest, year) if complete else (),
    )


@attrs.frozen
class _Values:
    """The values in the edition's order, as whole numbers over one common denominator."""

    numerators: list[int]
    denominator: int

    @classmethod
    def of(cls, values: Iterable[Fraction]) -> Self:
        fractions = list(values)
        denominator = lcm(*(value.denominator for value in fractions))
        return cls([value.numerator * (denominator // value.denominator) for value in fractions], denominator)


@attrs.frozen
class _Part:
    """The leaves below one node: place in the edition's order -> integer weight, and the sum of those weights."""

    weights: Mapping[int, int]
    whole: int

    def index(self, values: _Values) -> Fraction:
        total = sum(weight * values.numerators[place] for place, weight in self.weights.items())
        return Fraction(total, self.whole * values.denominator)


@attrs.frozen
class _Plan:
    root: _Part
    nodes: tuple[_Part, ...]


@lru_cache(maxsize=64)
def _plan(edition: Edition) -> _Plan:
    """Put all weights over one common denominator, so that weighing is integer arithmetic."""
    unit = lcm(*(indicator.weight.denominator for indicator in edition.indicators))
    weights = [int(indicator.weight * unit) for indicator in edition.indicators]
    below: dict[str, list[int]] = {node.id: [] for node in edition.nodes}
    for place, indicator in enumerate(edition.indicators):
        for node in edition.ancestors(indicator):
            below[node.id].append(place)

    def part(places: Iterable[int]) -> _Part:
        own = {place: weights[place] for place in places}
        return _Part(own, sum(own.values()))

    return _Plan(part(range(len(weights))), tuple(part(below[node.id]) for node in edition.nodes))


def _findings(edition: Edition, index: Fraction, year: int | None) -> tuple[Finding, ...]:
    exact_grade, rounded_grade = edition.grade(index, "exact").name, edition.grade(index, "rounded").name
    if exact_grade == rounded_grade:
        return ()
    facts = {"exact": exact_grade, "rounded": rounded_grade, "year": year or "-"}
    known = any(practice.year == year for practice in edition.grade_practices)
    return (Finding("grade-hangs-on-basis" if known else "grade-basis-uncertain", facts),)


def _rules_above(edition: Edition, dossier: Dossier, rules: Mapping[str, DomainRules]) -> DomainRules:
    for node in edition.ancestors(dossier.indicator):
        if node.id in rules:
            return rules[node.id]
    raise RulesError("rules-missing", edition=edition.id, indicator=dossier.indicator.id)
