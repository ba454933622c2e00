"""What an edition must be for anything to work with it, whatever its numbers: a plugin may have built it by hand."""

from collections.abc import Iterator

from spbe_core.errors import RulesError, SpbeError
from spbe_core.model.edition import Edition
from spbe_core.model.edition_document import read_edition


def check_sound(edition: Edition) -> None:
    """Refuse an edition that is not made of the right kinds of values, or whose tree is none.

    Raises:
        RulesError: ``edition-unsound``.
    """
    try:
        problems = [*_forged(edition), *_problems(edition)]
    except SpbeError as problem:
        raise RulesError("edition-unsound", edition=repr(edition.id), reason=problem.words()) from problem
    except Exception as problem:  # a member of the wrong kind may break anything
        reason = f"{type(problem).__name__}: {problem}"
        raise RulesError("edition-unsound", edition=repr(edition.id), reason=reason) from problem
    for found in problems:
        raise RulesError("edition-unsound", edition=edition.id, reason=found)


def _forged(edition: Edition) -> Iterator[str]:
    """Hold an edition against what its own document says, which also shows that every member is of its kind."""
    if read_edition(edition.document) != edition:
        yield "its document is another's"


def _problems(edition: Edition) -> Iterator[str]:
    known: set[str] = set()
    for node in edition.nodes:
        if node.id in known or (node.parent is not None and node.parent not in known):
            yield f"node {node.id}"
        known.add(node.id)
    for indicator in edition.indicators:
        if indicator.parent not in known or indicator.weight <= 0:
            yield f"indicator {indicator.id}"
    if not (edition.nodes and edition.indicators and edition.years and edition.stages and edition.processes):
        yield "an empty table"
    if not edition.grades or edition.grades[-1].floor is not None:
        yield "grades"
    if edition.scale.minimum >= edition.scale.maximum or not 0 <= edition.places <= 9:
        yield "scale"
