"""Laws of every index and grade, tried on chosen vectors and on drawn ones."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from importlib.util import find_spec

import attrs

from spbe_core.errors import SpbeError
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.model.scorecard import Scorecard
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.scoring import dossiers_of, judge, score
from spbe_core.testing.calculator import check_calculator, shown
from spbe_core.testing.formula import Values, counted, grade_of, tiers
from spbe_core.testing.pack import Pack
from spbe_core.testing.problem import Problem
from spbe_core.testing.tree import consistent, inexact, plain

Rules = Mapping[str, DomainRules]


def check_scoring(pack: Pack) -> Iterator[Problem]:
    """Scored through the pack's rules, every vector of an edition gives what the official formula gives."""
    for subject in pack.subjects:
        edition, rules = subject.edition, subject.rules
        if not consistent(edition):
            continue
        for year in (None, *sorted({practice.year for practice in edition.grade_practices})):

            def calculate(
                values: Values, edition: Edition = edition, rules: Rules = rules, year: int | None = year
            ) -> Mapping[str, object]:
                card = card_of(edition, rules, values, year)
                nodes = {node.id: card.display(node.index) for node in card.nodes}
                return {"nodes": nodes, "index": card.index_text, "grade": card.grade}

            found = check_calculator(plain(edition), calculate, year)
            yield from found
            if found:
                break


def card_of(edition: Edition, rules: Rules, values: Mapping[str, Fraction | None], year: int | None) -> Scorecard:
    """Score values through a pack's own rules.

    Raises:
        SpbeError: the rules cannot be used.
    """
    return score(edition, judge(edition, dossiers_of(edition, values, year), rules), year)


def has_hypothesis() -> bool:
    """Whether the library that draws values is installed."""
    return find_spec("hypothesis") is not None


def check_laws(pack: Pack) -> Iterator[Problem]:
    """Indices lie between the values, rise with them, depend on no order and know what is missing, for drawn values."""
    if not has_hypothesis():
        return
    from spbe_core.testing.drawing import first_broken  # noqa: PLC0415 - needs hypothesis, which may be missing

    for subject in pack.subjects:
        if consistent(subject.edition):
            yield from first_broken(subject.edition, partial(_broken, subject.edition, subject.rules))


@attrs.frozen
class Drawn:
    """Values with gaps, a year, and one indicator that gets a better value.

    Attributes:
        values: indicator -> value.
        year: evaluation year or None.
        raised: indicator.
        better: its other value.
    """

    values: Values
    year: int | None
    raised: str
    better: Fraction


def _broken(edition: Edition, rules: Rules, drawn: Drawn) -> Iterator[Problem]:
    """Yield each law that some drawn values break."""
    facts: dict[str, object] = {"edition": edition.id, "values": shown(drawn.values)}
    try:
        card = card_of(edition, rules, drawn.values, drawn.year)
        again = card_of(edition, rules, dict(reversed(list(drawn.values.items()))), drawn.year)
        other = card_of(edition, rules, {**drawn.values, drawn.raised: drawn.better}, drawn.year)
    except SpbeError as problem:
        yield Problem("law-not-computable", {**facts, "reason": problem.what("en")})
        return
    for law in (_formula, _missing, _order, _exactness):
        yield from law(edition, drawn, card, again, facts)
    yield from _rising(drawn, card, other, facts)


Law = Callable[[Edition, Drawn, Scorecard, Scorecard, dict[str, object]], Iterator[Problem]]


def _formula(
    edition: Edition, drawn: Drawn, card: Scorecard, again: Scorecard, facts: dict[str, object]
) -> Iterator[Problem]:
    del again
    whole = counted(edition, drawn.values)
    right = tiers(edition, whole)
    if card.index != right.index or {node.id: node.index for node in card.nodes} != right.nodes:
        yield Problem("law-formula", {**facts, "given": _text(card.index), "right": _text(right.index)})
    elif right.index is not None and card.grade != grade_of(edition, right.index, drawn.year):
        right_name = grade_of(edition, right.index, drawn.year)
        yield Problem("law-grade", {**facts, "index": _text(right.index), "given": card.grade, "right": right_name})
    if card.index is not None and not min(whole.values()) <= card.index <= max(whole.values()):
        yield Problem("law-outside-values", {**facts, "given": _text(card.index)})


def _missing(
    edition: Edition, drawn: Drawn, card: Scorecard, again: Scorecard, facts: dict[str, object]
) -> Iterator[Problem]:
    """A missing value makes the card incomplete, with the index's bounds; a pending one counts as the minimum."""
    del again
    whole = counted(edition, drawn.values)
    gaps = tuple(leaf.id for leaf in edition.indicators if leaf.id not in whole)
    waiting = tuple(leaf.id for leaf in edition.indicators if leaf.id in whole and leaf.id not in drawn.values)
    filled = [
        tiers(edition, {**dict.fromkeys(gaps, value), **whole}).index
        for value in (edition.scale.minimum, edition.scale.maximum)
    ]
    if (card.missing, card.complete, card.pending) != (gaps, not gaps, waiting) or (gaps and card.grade is not None):
        yield Problem(
            "law-missing", {**facts, "given": ", ".join(card.missing) or "-", "right": ", ".join(gaps) or "-"}
        )
    if [card.bounds.lowest, card.bounds.highest] != filled:
        given = f"{_text(card.bounds.lowest)} - {_text(card.bounds.highest)}"
        yield Problem("law-bounds", {**facts, "given": given, "right": " - ".join(map(_text, filled))})


def _order(
    edition: Edition, drawn: Drawn, card: Scorecard, again: Scorecard, facts: dict[str, object]
) -> Iterator[Problem]:
    del edition, drawn
    if again != card:
        yield Problem("law-order", facts)


def _exactness(
    edition: Edition, drawn: Drawn, card: Scorecard, again: Scorecard, facts: dict[str, object]
) -> Iterator[Problem]:
    del edition, drawn, again
    for place, number in inexact(card):
        yield Problem("law-inexact", {**facts, "place": place, "number": repr(number)})
        return


def _rising(drawn: Drawn, card: Scorecard, other: Scorecard, facts: dict[str, object]) -> Iterator[Problem]:
    """A better value lowers no index and no bound; the formula already says that the grade follows the index."""
    if drawn.raised not in drawn.values:
        return
    lower, upper = (card, other) if drawn.values[drawn.raised] <= drawn.better else (other, card)
    pairs = [(one.index, two.index) for one, two in zip(lower.nodes, upper.nodes, strict=True)]
    pairs += [(lower.bounds.lowest, upper.bounds.lowest), (lower.bounds.highest, upper.bounds.highest)]
    if any(one is not None and two is not None and one > two for one, two in pairs):
        yield Problem("law-rising", {**facts, "indicator": drawn.raised, "better": _text(drawn.better)})


def _text(number: Fraction | None) -> str:
    return "-" if number is None else exact_text(number)
