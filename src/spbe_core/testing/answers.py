"""What the rules answer to single dossiers: a given value stands, no value is missing, and only the dossier counts."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import attrs

from spbe_core.errors import SpbeError
from spbe_core.messages import catalogue, placeholders
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.model.external import External
from spbe_core.model.score import IndicatorScore
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.scoring import dossiers_of
from spbe_core.testing.pack import Pack
from spbe_core.testing.problem import Problem
from spbe_core.testing.tree import inexact
from spbe_core.testing.vectors import allowed, same


def check_answers(pack: Pack) -> Iterator[Problem]:
    """Every rules object answers each value of its indicators with that value, and none with missing or pending."""
    for subject in pack.subjects:
        edition, rules = subject.edition, subject.rules
        for node in sorted(rules.keys() - {node.id for node in edition.nodes}):
            yield Problem("rules-of-no-node", {"edition": edition.id, "node": node})
        for dossier in dossiers_of(edition, {}):
            judging = rules_of(edition, dossier, rules)
            if judging is None:
                yield Problem("indicator-without-rules", {"edition": edition.id, "indicator": dossier.indicator.id})
        yield from _first_per_node(edition, _given(edition, rules))
        yield from _first_per_node(edition, _absent(edition, rules))
        yield from _first_per_node(edition, _converted(edition, rules))


def check_circumstances(pack: Pack) -> Iterator[Problem]:
    """A value is worth the same at every stage and with or without documents: what counts is in the value and items."""
    for subject in pack.subjects:
        yield from _first_per_node(subject.edition, _swayed(subject.edition, subject.rules))


def check_order(pack: Pack) -> Iterator[Problem]:
    """The same dossier gets the same answer again, in whatever order dossiers come."""
    for subject in pack.subjects:
        edition, rules = subject.edition, subject.rules
        values = allowed(edition)
        mixed = {leaf.id: values[place % len(values)] for place, leaf in enumerate(edition.indicators)}
        dossiers = [one for one in dossiers_of(edition, mixed) if rules_of(edition, one, rules) is not None]
        forward = _answered(edition, rules, dossiers)
        for again in (dossiers, dossiers[::-1], dossiers[1::2] + dossiers[::2]):
            other = _answered(edition, rules, again)
            for indicator, answer in forward.items():
                if other[indicator] != answer:
                    yield Problem("rules-depend-on-more", {"edition": edition.id, "indicator": indicator})
                    return


def rules_of(edition: Edition, dossier: Dossier, rules: Mapping[str, DomainRules]) -> DomainRules | None:
    """Return the rules of the nearest node above an indicator, None where no node has any."""
    return next((rules[node.id] for node in edition.ancestors(dossier.indicator) if node.id in rules), None)


def _answered(edition: Edition, rules: Mapping[str, DomainRules], dossiers: Sequence[Dossier]) -> dict[str, object]:
    answers: dict[str, object] = {}
    for dossier in dossiers:
        judging = rules_of(edition, dossier, rules)
        try:
            answers[dossier.indicator.id] = repr(judging.score(dossier) if judging is not None else None)
        except Exception as problem:  # noqa: BLE001 - another check says that rules fail; here only sameness counts
            answers[dossier.indicator.id] = type(problem).__name__
    return answers


def _first_per_node(edition: Edition, found: Iterator[tuple[str, Problem]]) -> Iterator[Problem]:
    """Say the same defect once per indicator's aspect, not for every value of every indicator."""
    told: set[tuple[str, str]] = set()
    for indicator, problem in found:
        mark = (edition.indicator(indicator).parent, problem.code)
        if mark not in told:
            told.add(mark)
            yield problem


def asked(
    edition: Edition, judging: DomainRules, dossier: Dossier, facts: dict[str, object]
) -> IndicatorScore | Problem:
    """Ask the rules and refuse what is no answer.

    Args:
        edition: whose sources reasons may refer to.
        judging: the rules.
        dossier: what they judge.
        facts: parameters of a problem.
    """
    before = repr(dossier)
    try:
        answer = judging.score(dossier)
    except Exception as problem:  # noqa: BLE001 - whatever rules do is an answer of the check
        reason = problem.what("en") if isinstance(problem, SpbeError) else f"{type(problem).__name__}: {problem}"
        return Problem("rules-raise", {**facts, "reason": reason})
    if repr(dossier) != before:
        return Problem("rules-change-dossier", facts)
    # A rule pack without a type checker may answer anything.
    if not isinstance(answer, IndicatorScore) or answer.indicator != dossier.indicator.id:  # pyright: ignore[reportUnnecessaryIsInstance]
        return Problem("rules-answer-strange", {**facts, "answer": repr(answer)})
    for place, number in inexact(answer):
        return Problem("rules-answer-inexact", {**facts, "answer": f"{place} {number!r}"})
    for why in answer.reasons:
        for _, number in inexact(tuple(why.parameters.values())):
            return Problem("rules-answer-inexact", {**facts, "answer": f"{why.code} {number!r}"})
        needed = {
            name for part in catalogue().get(why.code, {}).values() for name in placeholders(part.get("what", ""))
        }
        if why.code not in catalogue() or not needed <= why.parameters.keys():
            return Problem("reason-without-words", {**facts, "reason": why.code})
        if why.source and all(why.source != citation.id for citation in edition.citations):
            return Problem("reason-source-unknown", {**facts, "reason": why.code, "source": why.source})
    if not answer.reasons:
        return Problem("rules-give-no-reason", facts)
    return answer


def _given(edition: Edition, rules: Mapping[str, DomainRules]) -> Iterator[tuple[str, Problem]]:
    for value in allowed(edition):
        for dossier in dossiers_of(edition, same(edition, value)):
            judging = rules_of(edition, dossier, rules)
            if judging is None:
                continue
            leaf = dossier.indicator
            facts: dict[str, object] = {"edition": edition.id, "indicator": leaf.id, "value": exact_text(value)}
            answer = asked(edition, judging, dossier, facts)
            if isinstance(answer, Problem):
                yield leaf.id, answer
            elif answer.value != value:
                weighed = {value * leaf.weight, Fraction(value * leaf.weight, 100)} - {value}
                code = "rules-weigh-value" if answer.value in weighed else "rules-alter-value"
                yield leaf.id, Problem(code, {**facts, "answer": _text(answer.value)})


def _swayed(edition: Edition, rules: Mapping[str, DomainRules]) -> Iterator[tuple[str, Problem]]:
    for value in (edition.scale.minimum, edition.scale.maximum):
        for dossier in dossiers_of(edition, same(edition, value)):
            judging = rules_of(edition, dossier, rules)
            if judging is None:
                continue
            others = [attrs.evolve(dossier, stage=stage.id) for stage in edition.stages]
            others.append(attrs.evolve(dossier, evidence=("sha256:" + "0" * 64,)))
            facts: dict[str, object] = {"edition": edition.id, "indicator": dossier.indicator.id}
            for other in others:
                answer = asked(edition, judging, other, {**facts, "value": exact_text(value)})
                if isinstance(answer, Problem):
                    yield dossier.indicator.id, answer
                elif answer.value != value:
                    place = other.stage or "evidence"
                    told = {"place": place, "answer": _text(answer.value), "right": exact_text(value)}
                    yield dossier.indicator.id, Problem("rules-swayed", {**facts, **told})


def _absent(edition: Edition, rules: Mapping[str, DomainRules]) -> Iterator[tuple[str, Problem]]:
    """Without a value the answer is ``missing``, or ``pending`` where the edition lets its source be waited for."""
    for dossier in dossiers_of(edition, {}):
        judging = rules_of(edition, dossier, rules)
        if judging is None:
            continue
        external = dossier.external
        right = "pending" if external is not None and external.pending else "missing"
        facts: dict[str, object] = {"edition": edition.id, "indicator": dossier.indicator.id, "value": "-"}
        answer = asked(edition, judging, dossier, facts)
        if isinstance(answer, Problem):
            yield dossier.indicator.id, answer
        elif answer.value is not None or answer.standing != right:
            told = {"answer": answer.standing if answer.value is None else _text(answer.value), "right": right}
            yield dossier.indicator.id, Problem("rules-invent-value", {**facts, **told})


def _converted(edition: Edition, rules: Mapping[str, DomainRules]) -> Iterator[tuple[str, Problem]]:
    """An external score becomes what the edition's bands say, at both ends and in the middle of each."""
    for external in edition.externals:
        for score, value in conversions(external):
            (dossier,) = (
                one
                for one in dossiers_of(edition, {}, external_scores={external.indicator: score})
                if one.indicator.id == external.indicator
            )
            judging = rules_of(edition, dossier, rules)
            if judging is None:
                continue
            facts: dict[str, object] = {"edition": edition.id, "indicator": external.indicator}
            answer = asked(edition, judging, dossier, {**facts, "value": exact_text(score)})
            if isinstance(answer, Problem):
                yield external.indicator, answer
            elif (answer.value, answer.standing) != (value, "external"):
                told = {"score": exact_text(score), "answer": _text(answer.value), "right": exact_text(value)}
                yield external.indicator, Problem("conversion-wrong", {**facts, **told})


def conversions(external: External) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield scores and the values they become, by a straight line through each band's ends."""
    for place, band in enumerate(external.bands):
        for part in (Fraction(0), Fraction(1, 3), Fraction(1, 2)):
            score = band.score_from + part * (band.score_to - band.score_from)
            yield score, band.value_from + part * (band.value_to - band.value_from)
        if place == len(external.bands) - 1:
            yield band.score_to, band.value_to


def _text(value: object) -> str:
    return exact_text(value) if isinstance(value, Fraction) else repr(value)
