"""From dossiers to a scorecard: pure, exact, rounded once and only for display.

The official formula averages tier by tier with weights (aspect = sum of value x weight / aspect weight, and so on
up to 100). Because the weights of every tier sum exactly to the node above, each node's index equals the weighted
sum of the indicators below it divided by its own weight; that is what is computed here, in integers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Final

import attrs

from spbe_core.errors import InputError, RulesError, SpbeError
from spbe_core.messages import shown
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Edition, GradeBasis, Indicator
from spbe_core.model.finding import Finding
from spbe_core.model.score import IndicatorScore
from spbe_core.model.scorecard import Bounds, IndicatorLine, NodeLine, Scorecard
from spbe_core.model.value_policy import ValuePolicy
from spbe_core.rules.domain_rules import DomainRules

_FINEST: Final = 10**18
"""Largest denominator of a value that rules may find: no scale or share of items comes near it."""

_BASES: Final[tuple[GradeBasis, ...]] = ("exact", "rounded")


def dossiers_of(
    edition: Edition,
    values: Mapping[str, Fraction | None],
    year: int | None = None,
    *,
    accepted: Collection[str] | None = None,
    judged: Collection[str] | None = None,
    external_scores: Mapping[str, Fraction] | None = None,
    policy: ValuePolicy | None = None,
    stages: Mapping[str, str] | None = None,
    evidence: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Dossier, ...]:
    """Make a dossier of every indicator; a bare calculation has no stages and no evidence.

    Args:
        edition: which tree.
        values: indicator -> value; None or absence both mean that there is none.
        year: evaluation year.
        accepted: ids of the accepted items; None where items were not judged.
        judged: the indicators whose items were judged; None where that is all of them.
        external_scores: indicator -> score published by the ministry that feeds it.
        policy: how judged items become values.
        stages: indicator -> stage its value comes from.
        evidence: indicator -> digests of the documents that stand for it.

    Raises:
        InputError: ``unknown-indicator``, ``unknown-item``, ``indicator-not-external``, or ``value-and-score`` where
            an indicator has both.
    """
    scores, from_stage, documents = external_scores or {}, stages or {}, evidence or {}
    bands = edition.value_bands
    for indicator_id in (*values, *scores):
        edition.indicator(indicator_id)
        if indicator_id in scores and values.get(indicator_id) is not None:
            raise InputError("value-and-score", indicator=indicator_id)
    for indicator_id in scores:
        if edition.external(indicator_id) is None:
            raise InputError("indicator-not-external", indicator=indicator_id, edition=edition.id)
    stands = frozenset(accepted or ())
    unknown = stands - {item.id for item in edition.items} if stands else stands
    if unknown:
        raise InputError("unknown-item", item=min(unknown), edition=edition.id)
    with_items = {one.id for one in edition.indicators} if judged is None else frozenset(judged)
    if accepted is None:
        with_items = frozenset[str]()
    return tuple(
        Dossier(
            indicator,
            edition.scale,
            year,
            values.get(indicator.id),
            from_stage.get(indicator.id),
            documents.get(indicator.id, ()),
            edition.items_of(indicator.id) if indicator.id in with_items else (),
            stands,
            policy,
            bands,
            edition.external(indicator.id),
            scores.get(indicator.id),
        )
        for indicator in edition.indicators
    )


def judge(
    edition: Edition, dossiers: Iterable[Dossier], rules: Mapping[str, DomainRules]
) -> tuple[IndicatorScore, ...]:
    """Have each dossier judged by the rules of the nearest node above it that has any.

    Args:
        edition: which tree.
        dossiers: one per indicator.
        rules: node id -> rules.

    Raises:
        RulesError: ``rules-missing`` where no node above an indicator has rules, ``rules-failed`` or
            ``rules-answer-wrong`` where they break their promise.
    """
    nearest: dict[str, DomainRules] = {}
    scores: list[IndicatorScore] = []
    for dossier in dossiers:
        parent = dossier.indicator.parent
        if parent not in nearest:
            nearest[parent] = _rules_above(edition, dossier.indicator, rules)
        scores.append(_judged(nearest[parent], dossier))
    return tuple(scores)


def _judged(rules: DomainRules, dossier: Dossier) -> IndicatorScore:
    try:
        given = rules.score(dossier)
    except SpbeError:
        raise
    except (Exception, SystemExit) as problem:  # whatever a rule pack does, the error says which one it was
        reason = f"{type(problem).__name__}: {shown(problem, str)}"
        raise RulesError("rules-failed", **_whose(rules, dossier), reason=reason) from problem
    if not _answers(given, dossier):
        raise RulesError("rules-answer-wrong", **_whose(rules, dossier), answer=shown(given))
    return given


def _whose(rules: DomainRules, dossier: Dossier) -> dict[str, object]:
    return {"edition": rules.edition, "node": rules.node, "indicator": dossier.indicator.id}


def _answers(given: object, dossier: Dossier) -> bool:
    """Whether rules gave what they promise: a score of that indicator, with a value of the scale if it is scored."""
    if not isinstance(given, IndicatorScore) or given.indicator != dossier.indicator.id:
        return False
    if not isinstance(given.reasons, tuple):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        return False
    value = given.value
    valued = given.standing in {"scored", "external"}
    if value is None or not valued:
        return value is None and not valued
    if value is dossier.value:
        return True
    # A rule pack without a type checker may well answer a float.
    exact = isinstance(value, Fraction) and value.denominator <= _FINEST  # pyright: ignore[reportUnnecessaryIsInstance]
    return exact and dossier.scale.minimum <= value <= dossier.scale.maximum


def score(
    edition: Edition, scores: Iterable[IndicatorScore], year: int | None = None, policy: ValuePolicy | None = None
) -> Scorecard:
    """Weigh the indicators' values into the indices of every node, the overall index and the grade.

    Args:
        edition: weights, grades and rounding.
        scores: one per indicator, in any order.
        year: evaluation year, which may decide from which number the grade is read.
        policy: how judged items became values; the card names it.
    """
    plan = _plan(edition)
    by_id = {given.indicator: given for given in scores}
    ordered = [by_id[indicator.id] for indicator in edition.indicators]
    missing = tuple(given.indicator for given in ordered if given.standing == "missing")
    pending = tuple(given.indicator for given in ordered if given.standing == "pending")
    gaps = {place for place, given in enumerate(ordered) if given.standing == "missing"}
    weighed = plan.weigh([edition.scale.minimum if given.value is None else given.value for given in ordered])
    lowest = highest = plan.root.index(weighed)
    complete = not missing
    if not complete:
        reach = sum(plan.weights[place] for place in gaps)
        highest += reach * (edition.scale.maximum - edition.scale.minimum) / plan.root.whole
    basis = edition.grade_basis(year)
    grades: dict[GradeBasis, str] = {one: edition.grade(lowest, one).name for one in _BASES}
    return Scorecard(
        edition=edition.id,
        edition_digest=edition.digest,
        year=year,
        places=edition.places,
        complete=complete,
        index=lowest if complete else None,
        grade=grades[basis] if complete else None,
        grade_basis=basis,
        nodes=tuple(
            NodeLine(
                node.id,
                node.kind,
                node.name,
                node.weight,
                node.parent,
                None if gaps and not gaps.isdisjoint(part.places) else part.index(weighed),
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
        findings=_findings(edition, grades if complete else {}, year),
        value_policy=None if policy is None else policy.id,
    )


@attrs.frozen
class _Weighed:
    """Weight times value of every indicator in the edition's order, as whole numbers over one denominator."""

    numerators: Sequence[int]
    denominator: int


@attrs.frozen
class _Part:
    """The leaves below one node: their places in the edition's order, and the sum of their whole-number weights."""

    places: Sequence[int]
    whole: int

    def index(self, weighed: _Weighed) -> Fraction:
        total = sum([weighed.numerators[place] for place in self.places])
        return Fraction(total, self.whole * weighed.denominator)


@attrs.frozen
class _Plan:
    """All weights over one common denominator, so that weighing is integer arithmetic."""

    weights: Sequence[int]
    root: _Part
    nodes: Sequence[_Part]

    def weigh(self, values: Sequence[Fraction]) -> _Weighed:
        ratios = [(value.numerator, value.denominator) for value in values]
        unit = lcm(*[denominator for _, denominator in ratios])
        numerators = [
            weight * numerator * (unit // denominator)
            for weight, (numerator, denominator) in zip(self.weights, ratios, strict=True)
        ]
        return _Weighed(numerators, unit)


@lru_cache(maxsize=64)
def _plan(edition: Edition) -> _Plan:
    unit = lcm(*(indicator.weight.denominator for indicator in edition.indicators))
    weights = [int(indicator.weight * unit) for indicator in edition.indicators]
    below: dict[str, list[int]] = {node.id: [] for node in edition.nodes}
    for place, indicator in enumerate(edition.indicators):
        for node in edition.ancestors(indicator):
            below[node.id].append(place)

    def part(places: Sequence[int]) -> _Part:
        return _Part(places, sum(weights[place] for place in places))

    return _Plan(weights, part(range(len(weights))), tuple(part(below[node.id]) for node in edition.nodes))


def _findings(edition: Edition, grades: Mapping[GradeBasis, str], year: int | None) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if edition.lifecycle == "draft":
        found.append(Finding("edition-draft", {"edition": edition.id}))
    if grades and grades["exact"] != grades["rounded"]:
        facts = {"exact": grades["exact"], "rounded": grades["rounded"], "year": year or "-"}
        practised = any(practice.year == year for practice in edition.grade_practices)
        known = practised or edition.citation(edition.grade_basis_source).confidence == "high"
        found.append(Finding("grade-hangs-on-basis" if known else "grade-basis-uncertain", facts))
    return tuple(found)


def _rules_above(edition: Edition, indicator: Indicator, rules: Mapping[str, DomainRules]) -> DomainRules:
    for node in edition.ancestors(indicator):
        if node.id in rules:
            return rules[node.id]
    raise RulesError("rules-missing", edition=edition.id, indicator=indicator.id)
