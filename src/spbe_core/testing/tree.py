"""The tree carries the whole weight exactly, tier by tier, and the edition is a plain value of exact numbers."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from numbers import Number, Rational
from typing import Any, cast

import attrs

from spbe_core.errors import SpbeError
from spbe_core.model.edition import Edition, Indicator, Node
from spbe_core.model.edition_document import read_edition
from spbe_core.model.exact import exact_text
from spbe_core.testing.pack import Pack
from spbe_core.testing.problem import Problem

WHOLE = Fraction(100)
"""What the weights of the top tier make, in hundredths of the whole."""


def check_editions(pack: Pack) -> Iterator[Problem]:
    """Each edition is a plain edition that survives being written and read, with no number that is not exact."""
    for subject in pack.subjects:
        yield from _plain(subject.edition)


def check_weights(pack: Pack) -> Iterator[Problem]:
    """Weights are positive and sum exactly at every tier, to a hundred at the top."""
    for subject in pack.subjects:
        yield from _tree(subject.edition)


def _plain(edition: Edition) -> Iterator[Problem]:
    facts: dict[str, object] = {"edition": edition.id}
    if type(edition) is not Edition:
        yield Problem("edition-subclassed", {**facts, "kind": type(edition).__name__, "own": _own(type(edition))})
    for place, number in inexact(edition):
        yield Problem("edition-number-inexact", {**facts, "place": place, "number": repr(number)})
    try:
        copy = plain(edition)
        if copy.document != edition.document or read_edition(copy.document) != copy:
            yield Problem("edition-document-differs", facts)
    except (SpbeError, TypeError, ValueError) as problem:
        yield Problem("edition-unwritable", {**facts, "reason": problem})


def _own(kind: type) -> str:
    return ", ".join(sorted(name for name in vars(kind) if not name.startswith("_"))) or "-"


def inexact(value: Any, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield every number inside a value that is no exact one, with the place it stands at."""
    kind: type[Any] = type(value)  # pyright: ignore[reportUnknownVariableType] - anything may be inside a pack
    if attrs.has(kind):
        for field in attrs.fields(kind):
            name = str(getattr(value, "id", getattr(value, "name", kind.__name__)))
            yield from inexact(getattr(value, field.name), f"{name}.{field.name}")
    elif isinstance(value, tuple | list):
        for member in cast("tuple[Any, ...]", value):
            yield from inexact(member, place)
    elif isinstance(value, Number) and not isinstance(value, Rational):
        yield place, value


def plain(edition: Edition) -> Edition:
    """Return the plain edition with the same tables, whatever a subclass makes of them."""
    return Edition(**{field.name: getattr(edition, field.name) for field in attrs.fields(Edition)})


def consistent(edition: Edition) -> bool:
    """Whether the weights sum as they must, so that every way to compute an index gives the same."""
    return not list(_tree(edition)) and not list(inexact(edition))


def _tree(edition: Edition) -> Iterator[Problem]:
    facts: dict[str, object] = {"edition": edition.id}
    parts: list[Node | Indicator] = [*edition.nodes, *edition.indicators]
    repeated = [*Counter(node.id for node in edition.nodes).items()]
    repeated += Counter(leaf.id for leaf in edition.indicators).items()
    yield from (Problem("tree-part-twice", {**facts, "part": part}) for part, count in repeated if count > 1)
    known: set[str] = set()
    for part in parts:
        if part.weight <= 0:
            yield Problem("tree-weight-not-positive", {**facts, "part": part.id})
        if part.parent is not None and part.parent not in known:
            yield Problem("tree-parent-unknown", {**facts, "part": part.id, "parent": part.parent})
        if isinstance(part, Node):
            known.add(part.id)
    for node in edition.nodes:
        yield from _sum(edition, node.id, [part.weight for part in parts if part.parent == node.id], node.weight)
    yield from _sum(edition, "-", [node.weight for node in edition.nodes if node.parent is None], WHOLE)
    if sum(leaf.weight for leaf in edition.indicators) != WHOLE:
        yield from _sum(edition, "*", [leaf.weight for leaf in edition.indicators], WHOLE)


def _sum(edition: Edition, node: str, weights: list[Fraction], whole: Fraction) -> Iterator[Problem]:
    total = sum(weights, Fraction(0))
    if total == whole:
        return
    facts = {"edition": edition.id, "total": _text(total), "whole": _text(whole)}
    if node in {"-", "*"}:
        yield Problem("weights-of-the-whole", facts)
    else:
        yield Problem("weights-under-node", {**facts, "node": node})


def _text(number: object) -> str:
    return exact_text(number) if isinstance(number, Fraction) else str(number)
