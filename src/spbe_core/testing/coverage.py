"""What of an edition its own cases exercise, and what only the kit's vectors do."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

import attrs

from spbe_core.errors import SpbeError
from spbe_core.messages import DEFAULT_LANGUAGE, render
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact
from spbe_core.testing.formula import grade_of, tiers
from spbe_core.testing.pack import Pack
from spbe_core.testing.tree import consistent, plain
from spbe_core.testing.vectors import vectors

_KINDS: Final[Mapping[str, str]] = {
    "nodes": "covered-nodes",
    "levels": "covered-levels",
    "criteria": "covered-criteria",
    "items": "covered-items",
    "grades": "covered-grades",
    "conversions": "covered-conversions",
}
"""Kind of thing -> code of its name."""


@attrs.frozen
class Covered:
    """How much of one kind of thing is exercised.

    Attributes:
        edition: edition id.
        kind: ``nodes``, ``levels``, ``grades``, ``criteria``, ``items`` or ``conversions``.
        whole: how many there are.
        cases: how many a published result or worked example exercises.
        vectors: how many the kit's own vectors exercise.
        left: those that no published result or worked example exercises.
    """

    edition: str
    kind: str
    whole: int
    cases: int
    vectors: int
    left: tuple[str, ...]

    def what(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say in one sentence what is exercised and what no case exercises."""
        named = ", ".join(self.left[:12]) + (", …" if len(self.left) > 12 else "")
        facts = {"edition": self.edition, "whole": self.whole, "cases": self.cases, "vectors": self.vectors}
        kind = render(_KINDS[self.kind], "what", {}, language)
        code = "coverage-with-gaps" if self.left else "coverage-whole"
        return render(code, "what", {**facts, "kind": kind, "left": named, "count": len(self.left)}, language)


def covered(pack: Pack) -> Iterator[Covered]:
    """Report on each edition of a pack whose tables can be computed with."""
    for edition in pack.editions:
        if consistent(edition):
            yield from _covered(pack, plain(edition))


def _covered(pack: Pack, edition: Edition) -> Iterator[Covered]:
    cases = list(_case_values(pack, edition))
    tried = vectors(edition)
    whole = _things(edition)
    by_cases, by_kit = _touched(edition, cases), _touched(edition, tried)
    by_cases["nodes"] |= _expected_nodes(pack, edition)
    by_cases["items"] = {item for result in pack.published_under(edition) for item in result.items}
    # Other checks go through each item of the ladder and each band of a conversion.
    by_kit |= {kind: set(whole[kind]) for kind in ("items", "conversions")}
    for kind, things in whole.items():
        if things:
            left = tuple(one for one in things if one not in by_cases[kind])
            kit = sum(one in by_kit[kind] for one in things)
            yield Covered(edition.id, kind, len(things), len(things) - len(left), kit, left)


def _things(edition: Edition) -> dict[str, Sequence[str]]:
    levels = range(int(edition.scale.minimum), int(edition.scale.maximum) + 1)
    return {
        "nodes": [node.id for node in edition.nodes],
        "levels": [f"{leaf.id}={level}" for leaf in edition.indicators for level in levels],
        "criteria": [f"{one.indicator}={one.level}" for one in edition.criteria],
        "items": [item.id for item in edition.items],
        "grades": [band.name for band in edition.grades],
        "conversions": [f"{one.indicator}={band.level}" for one in edition.externals for band in one.bands],
    }


def _touched(edition: Edition, tried: Sequence[Mapping[str, Fraction]]) -> dict[str, set[str]]:
    """Return what some values exercise: a level with its criterion and items, complete nodes, and the grade."""
    found: dict[str, set[str]] = {kind: set() for kind in _things(edition)}
    for values in tried:
        indices = tiers(edition, values)
        found["nodes"] |= {name for name, index in indices.nodes.items() if index is not None}
        found["levels"] |= {f"{name}={int(value)}" for name, value in values.items()}
        if indices.index is not None:
            found["grades"].add(grade_of(edition, indices.index, None))
    found["criteria"] = found["levels"]
    return found


def _case_values(pack: Pack, edition: Edition) -> Iterator[Mapping[str, Fraction]]:
    printed = pack.printed_of(edition)
    given = [one.values for one in pack.published_under(edition)]
    given += [example.given for example in printed.examples] if printed is not None else []
    known = {leaf.id for leaf in edition.indicators}
    for values in given:
        try:
            yield {name: exact(text) for name, text in values.items() if name in known}
        except SpbeError:  # the check of cases says so
            continue


def _expected_nodes(pack: Pack, edition: Edition) -> set[str]:
    printed = pack.printed_of(edition)
    return set() if printed is None else {name for one in printed.examples for name in one.nodes}
