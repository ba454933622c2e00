"""What an edition must be for anything to work with it, whatever its numbers: a plugin may have built it by hand."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

from spbe_core.errors import RulesError, SpbeError
from spbe_core.model.edition import Edition
from spbe_core.model.edition_document import read_edition

_WHOLE: Final = Fraction(100)


def check_sound(edition: Edition) -> None:
    """Refuse an edition that is not made of the right kinds of values, or by which no result can be computed.

    Raises:
        RulesError: ``edition-unsound``.
    """
    _refuse(edition, _unsound)


def check_computable(edition: Edition) -> None:
    """Refuse an edition by which no result can be computed.

    Its tree must be one, weights must sum to the node above and to the whole, and grades must fall.
    Certificates of any age rest on this: it asks only what the computation needs, and may never ask more.

    Raises:
        RulesError: ``edition-unsound``.
    """
    _refuse(edition, _uncomputable)


def _refuse(edition: Edition, problems_of: Callable[[Edition], Iterator[str]]) -> None:
    try:
        problems = list(problems_of(edition))
    except SpbeError as problem:
        raise RulesError("edition-unsound", edition=repr(edition.id), reason=problem.words()) from problem
    except Exception as problem:  # a member of the wrong kind may break anything
        reason = f"{type(problem).__name__}: {problem}"
        raise RulesError("edition-unsound", edition=repr(edition.id), reason=reason) from problem
    for found in problems:
        raise RulesError("edition-unsound", edition=edition.id, reason=found)


def _unsound(edition: Edition) -> Iterator[str]:
    yield from _forged(edition)
    yield from _uncomputable(edition)
    if not (edition.years and edition.stages and edition.processes):
        yield "an empty table"


def _forged(edition: Edition) -> Iterator[str]:
    """Hold an edition against what its own document says, which also shows that every member is of its kind."""
    if read_edition(edition.document) != edition:
        yield "its document is another's"


def _uncomputable(edition: Edition) -> Iterator[str]:
    known: set[str] = set()
    for node in edition.nodes:
        if node.id in known or (node.parent is not None and node.parent not in known):
            yield f"node {node.id}"
        known.add(node.id)
    for indicator in edition.indicators:
        if indicator.parent not in known or indicator.weight <= 0:
            yield f"indicator {indicator.id}"
    if not (edition.nodes and edition.indicators):
        yield "an empty table"
    if not edition.grades or edition.grades[-1].floor is not None:
        yield "grades"
    if edition.scale.minimum >= edition.scale.maximum or not 0 <= edition.places <= 9:
        yield "scale"
    yield from _sum_problems(edition)
    floors = [grade.floor for grade in edition.grades[:-1]]
    if None in floors:
        yield "grades"
    elif any(upper <= lower for upper, lower in pairwise(floor for floor in floors if floor is not None)):
        yield "the floors of the grades do not fall"


def _sum_problems(edition: Edition) -> Iterator[str]:
    """Hold the weights to their sums, without which two ways to compute an index give two results."""
    below: dict[str | None, Fraction] = {}
    weighted: list[tuple[str | None, Fraction]] = [(one.parent, one.weight) for one in edition.nodes]
    weighted += [(one.parent, one.weight) for one in edition.indicators]
    for parent, weight in weighted:
        below[parent] = below.get(parent, Fraction(0)) + weight
    for node in edition.nodes:
        if below.get(node.id) != node.weight:
            yield f"the weights under {node.id}"
    if below.get(None) != _WHOLE:
        yield "the weights of the top tier"
