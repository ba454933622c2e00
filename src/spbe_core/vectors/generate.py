"""From an edition's boundaries to vectors: every number is the front door's own answer."""

from collections.abc import Iterator

from spbe_core.library import score
from spbe_core.model.vector import Vector
from spbe_core.ports import Rulebook
from spbe_core.service.choose_edition import choose_edition
from spbe_core.vectors.boundaries import boundaries


def vectors_of(rulebook: Rulebook, edition_id: str) -> Iterator[Vector]:
    """Yield the vectors of an edition, year by year; the same edition always gives the same ones.

    Args:
        rulebook: where the edition and its rules come from.
        edition_id: which edition.

    Raises:
        InputError: ``unknown-edition``.
        RulesError: the edition's rules are not installed.
    """
    for year in rulebook.edition(edition_id).years:
        applied = choose_edition(rulebook, edition_id, year)
        for about, values in boundaries(applied):
            card = score(values, edition=edition_id, year=year, rulebook=rulebook)
            yield Vector(f"{year}: {about}", values, card)
