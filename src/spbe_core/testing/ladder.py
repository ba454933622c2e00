"""Judged items: a level counts only when every level below it is met, and more accepted items never give less."""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from spbe_core.errors import SpbeError
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Edition, Indicator, Item
from spbe_core.model.exact import exact_text
from spbe_core.model.value_policy import ValuePolicy
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.testing.answers import asked, rules_of
from spbe_core.testing.pack import Pack
from spbe_core.testing.problem import Problem


def check_ladder(pack: Pack) -> Iterator[Problem]:
    """No level is granted while a level below it is not met, and accepting more never lowers a value."""
    for subject in pack.subjects:
        edition = subject.edition
        policies: tuple[ValuePolicy | None, ...] = edition.value_policies or (None,)
        told: set[tuple[str, str]] = set()
        for policy in policies:
            for leaf in edition.indicators:
                for problem in _climbs(edition, subject.rules, leaf, policy):
                    mark = (leaf.parent, problem.code)
                    if mark not in told:
                        told.add(mark)
                        yield problem


def _climbs(
    edition: Edition, rules: Mapping[str, DomainRules], leaf: Indicator, policy: ValuePolicy | None
) -> Iterator[Problem]:
    levels: dict[int, list[Item]] = {}
    for item in edition.items_of(leaf.id):
        levels.setdefault(item.level, []).append(item)
    ordered = sorted(levels)
    facts: dict[str, object] = {"edition": edition.id, "indicator": leaf.id}
    half = _dossier(edition, leaf, policy, [item.id for item in edition.items_of(leaf.id)[::2]])
    judging = rules_of(edition, half, rules)
    answer = None if judging is None else asked(edition, judging, half, {**facts, "value": "-"})
    if isinstance(answer, Problem):
        yield answer
    climbed: list[str] = []
    for place, level in enumerate(ordered):
        here = _value(edition, rules, leaf, policy, climbed)
        for higher in ordered[place + 1 :]:
            above = [item.id for one in ordered[place + 1 :] if one >= higher for item in levels[one]]
            skipped = _value(edition, rules, leaf, policy, [*climbed, *above])
            if skipped != here:
                told = {"level": higher, "below": level, "answer": _text(skipped), "right": _text(here)}
                yield Problem("level-skips-one-below", {**facts, **told})
                return
        for item in levels[level]:
            before = _value(edition, rules, leaf, policy, climbed)
            climbed.append(item.id)
            after = _value(edition, rules, leaf, policy, climbed)
            if item is not levels[level][-1]:
                above = [one.id for higher in ordered[place + 1 :] for one in levels[higher]]
                skipped = _value(edition, rules, leaf, policy, [*climbed, *above])
                if skipped != after:
                    told = {"level": level + 1, "below": level, "answer": _text(skipped), "right": _text(after)}
                    yield Problem("level-skips-one-below", {**facts, **told})
                    return
            if before is not None and (after is None or after < before):
                told = {"item": item.id, "answer": _text(after), "right": _text(before)}
                yield Problem("accepted-item-lowers", {**facts, **told})
                return
        right = _reached(edition, policy, level)
        got = _value(edition, rules, leaf, policy, climbed)
        if right is not None and got != right:
            told = {"level": level, "answer": _text(got), "right": _text(right)}
            yield Problem("complete-level-worth-wrong", {**facts, **told})
            return


def _reached(edition: Edition, policy: ValuePolicy | None, level: int) -> Fraction | None:
    """Return what a complete level is worth under a policy known here."""
    if policy is None:
        return None
    if policy.id == "whole-levels":
        return max(edition.scale.minimum, Fraction(level))
    if policy.id == "share-in-band":
        return next((band.ceiling for band in edition.value_bands if band.level == level), None)
    return None


def _value(
    edition: Edition,
    rules: Mapping[str, DomainRules],
    leaf: Indicator,
    policy: ValuePolicy | None,
    accepted: Collection[str],
) -> Fraction | None:
    dossier = _dossier(edition, leaf, policy, accepted)
    judging = rules_of(edition, dossier, rules)
    try:
        return None if judging is None else judging.score(dossier).value
    except (SpbeError, ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _dossier(edition: Edition, leaf: Indicator, policy: ValuePolicy | None, accepted: Collection[str]) -> Dossier:
    return Dossier(
        leaf,
        edition.scale,
        items=edition.items_of(leaf.id),
        accepted=frozenset(accepted),
        policy=policy,
        bands=edition.value_bands,
    )


def _text(value: Fraction | None) -> str:
    return "-" if value is None else exact_text(value)
