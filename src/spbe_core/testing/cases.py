"""Official results and worked examples come out to the last digit, and between them they pin every weight."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs

from spbe_core.errors import SpbeError
from spbe_core.model.edition import Edition, Indicator
from spbe_core.model.exact import exact
from spbe_core.model.score import IndicatorScore
from spbe_core.model.scorecard import Scorecard
from spbe_core.rules.published import PublishedResult
from spbe_core.scoring import dossiers_of, judge, score
from spbe_core.testing.against_print import pinned
from spbe_core.testing.formula import outcome
from spbe_core.testing.pack import Pack, Subject
from spbe_core.testing.printed import Example
from spbe_core.testing.problem import Problem
from spbe_core.testing.tree import consistent

_STEPS = (Fraction(1), Fraction(1, 10), Fraction(1, 100))
"""What one wrong digit changes a printed weight by."""


def check_cases(pack: Pack) -> Iterator[Problem]:
    """Every published result and worked example is reproduced exactly as printed."""
    known = {subject.edition.id for subject in pack.subjects}
    if len(pack.case_files) > len(pack.published):
        yield Problem("cases-not-brought", {"files": len(pack.case_files), "brought": len(pack.published)})
    for result in pack.published:
        if result.edition not in known:
            yield Problem("case-of-no-edition", {"case": _name(result), "edition": result.edition})
    for subject in pack.subjects:
        edition = subject.edition
        for result in pack.published_under(edition):
            yield from _published(subject, result)
        printed = pack.printed_of(edition)
        for example in () if printed is None else printed.examples:
            yield from _worked(edition, example)


def check_pins(pack: Pack) -> Iterator[Problem]:
    """An official source determines every weight: a second statement, or cases that would notice a wrong digit."""
    for edition in pack.editions:
        if edition.lifecycle != "draft" and not _has_case(pack, edition):
            yield Problem("cases-missing", {"edition": edition.id})
        loose = unpinned(pack, edition)
        if loose:
            yield Problem("weights-not-pinned", {"edition": edition.id, "indicators": ", ".join(loose)})


def _has_case(pack: Pack, edition: Edition) -> bool:
    printed = pack.printed_of(edition)
    return bool(pack.published_under(edition) or (printed is not None and printed.examples))


def unpinned(pack: Pack, edition: Edition) -> list[str]:
    """Return the indicators whose weight could have a wrong digit that no second statement and no case would notice."""
    stated = pinned(pack.printed_of(edition))
    waiting = [leaf for leaf in edition.indicators if leaf.id not in stated]
    if not waiting or not consistent(edition):
        return []
    results = [one for one in pack.published_under(edition) if _readable(edition, one)]
    return [leaf.id for leaf in waiting if not _noticed(edition, leaf, results)]


def _noticed(edition: Edition, leaf: Indicator, results: list[PublishedResult]) -> bool:
    """Whether each wrong digit, made up for by a neighbour so that sums hold, would change a published number."""
    neighbours = [one for one in edition.indicators if one.parent == leaf.parent and one.id != leaf.id]
    changes = [(neighbour, step) for neighbour in neighbours for step in _STEPS if step < neighbour.weight]
    return all(
        any(not _comes_out(_shifted(edition, leaf, neighbour, step), result) for result in results)
        for neighbour, step in changes
    ) and bool(results)


def _shifted(edition: Edition, leaf: Indicator, neighbour: Indicator, step: Fraction) -> Edition:
    changed = {leaf.id: leaf.weight + step, neighbour.id: neighbour.weight - step}
    leaves = tuple(attrs.evolve(one, weight=changed.get(one.id, one.weight)) for one in edition.indicators)
    return attrs.evolve(edition, indicators=leaves)


def _comes_out(edition: Edition, result: PublishedResult) -> bool:
    shown = outcome(edition, {name: exact(text) for name, text in result.values.items()}, result.year)
    return (shown.index, shown.nodes) == (result.index, result.nodes)


def _readable(edition: Edition, result: PublishedResult) -> bool:
    try:
        return {leaf.id for leaf in edition.indicators} == {name for name, text in result.values.items() if exact(text)}
    except SpbeError:
        return False


def _published(subject: Subject, result: PublishedResult) -> Iterator[Problem]:
    edition = subject.edition
    facts: dict[str, object] = {"edition": edition.id, "case": _name(result)}
    if result.year not in edition.years:
        yield Problem("case-year-outside", facts)
    unknown = result.nodes.keys() ^ {node.id for node in edition.nodes}
    if unknown:
        yield Problem("case-nodes-unmatched", {**facts, "nodes": ", ".join(sorted(unknown))})
        return
    try:
        card = scored(subject, result.values, result.year)
    except SpbeError as problem:
        yield Problem("case-not-computable", {**facts, "reason": problem.what("en")})
        return
    yield from _compared(facts, card, result.nodes, result.index, result.grade)
    if result.exact_index and result.exact_index != card.exact_index_text:
        told = {"place": "exact_index", "given": card.exact_index_text, "right": result.exact_index}
        yield Problem("case-differs", {**facts, **told})


def scored(subject: Subject, values: Mapping[str, str], year: int | None) -> Scorecard:
    """Score values written as text through the pack's own rules.

    Raises:
        SpbeError: the values or the rules cannot be used.
    """
    edition = subject.edition
    read = {name: edition.scale.check(exact(text)) for name, text in values.items()}
    return score(edition, judge(edition, dossiers_of(edition, read, year), subject.rules), year)


def _worked(edition: Edition, example: Example) -> Iterator[Problem]:
    facts: dict[str, object] = {"edition": edition.id, "case": f"{example.name} ({example.source})"}
    if not (example.nodes or example.index or example.grade):
        yield Problem("example-expects-nothing", facts)
        return
    try:
        values = {name: exact(text) for name, text in example.given.items()}
    except SpbeError as problem:
        yield Problem("case-not-computable", {**facts, "reason": problem.what("en")})
        return
    below = {
        leaf.id: next((values[name] for name in (leaf.id, *_above(edition, leaf)) if name in values), None)
        for leaf in edition.indicators
    }
    unused = values.keys() - {name for leaf in edition.indicators for name in (leaf.id, *_above(edition, leaf))}
    if unused:
        yield Problem("case-nodes-unmatched", {**facts, "nodes": ", ".join(sorted(unused))})
        return
    scores = [
        IndicatorScore(name, value, "missing" if value is None else "scored", ()) for name, value in below.items()
    ]
    yield from _compared(facts, score(edition, scores, example.year), example.nodes, example.index, example.grade)


def _above(edition: Edition, leaf: Indicator) -> list[str]:
    return [node.id for node in edition.ancestors(leaf)]


def _compared(
    facts: Mapping[str, object], card: Scorecard, nodes: Mapping[str, str], index: str, grade: str
) -> Iterator[Problem]:
    shown = {node.id: card.display(node.index) for node in card.nodes}
    for name, right in nodes.items():
        if shown.get(name) != right:
            yield Problem("case-differs", {**facts, "place": name, "given": shown.get(name) or "-", "right": right})
    for place, given, right in (("index", card.index_text, index), ("grade", card.grade, grade)):
        if right and given != right:
            yield Problem("case-differs", {**facts, "place": place, "given": given or "-", "right": right})


def _name(result: PublishedResult) -> str:
    return f"{result.agency_name} {result.year}"
