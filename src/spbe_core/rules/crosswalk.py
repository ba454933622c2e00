"""A crosswalk: which indicators of one edition became which of the next, and how sure that is.

It says where a matter went, and nothing about values: a level under one edition is never converted to another.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Any, Final, Literal

import attrs
import msgspec

from spbe_core.errors import RulesError
from spbe_core.model.citation import Citation, Confidence
from spbe_core.model.edition import Edition
from spbe_core.model.edition_document import refuse_unknown
from spbe_core.rules.edition_files import read_toml

LinkKind = Literal["one-to-one", "split", "merged", "new", "dropped"]

_TURNED: Final[dict[LinkKind, LinkKind]] = {
    "one-to-one": "one-to-one",
    "split": "merged",
    "merged": "split",
    "new": "dropped",
    "dropped": "new",
}
_MEMBERS: Final = {"from": "sources", "to": "targets", "kind": "kind", "source": "source", "confidence": "confidence"}
"""Key of a ``[[link]]`` table -> member; ``from`` cannot be the name of a member in Python."""


@attrs.frozen
class Link:
    """What became of some indicators.

    Attributes:
        sources: indicators of the older edition.
        targets: indicators of the newer edition.
        kind: ``one-to-one``, ``split`` (one became several), ``merged`` (several became one), ``new`` (had no
            predecessor) or ``dropped`` (has no successor).
        source: citation id.
        confidence: how sure this one link is; the citation's own is about the document.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    kind: LinkKind
    source: str
    confidence: Confidence

    def reversed(self) -> "Link":
        """Return the link as seen from the newer edition."""
        return attrs.evolve(self, sources=self.targets, targets=self.sources, kind=_TURNED[self.kind])

    def __str__(self) -> str:
        return f"{', '.join(self.sources) or '-'} -> {', '.join(self.targets) or '-'} ({self.kind})"


@attrs.frozen
class Crosswalk:
    """Where the indicators of one edition are in another.

    Attributes:
        from_edition: id of the older edition.
        to_edition: id of the newer edition.
        links: every indicator of either edition, once.
        citations: every source the links refer to.
    """

    from_edition: str
    to_edition: str
    links: tuple[Link, ...]
    citations: tuple[Citation, ...]

    def reversed(self) -> "Crosswalk":
        """Return the crosswalk as read from the newer edition to the older."""
        turned = tuple(link.reversed() for link in self.links)
        return Crosswalk(self.to_edition, self.from_edition, turned, self.citations)


def load_crosswalk(package: str, file: str = "data/crosswalk.toml") -> Crosswalk:
    """Load a crosswalk from a TOML file with ``[[link]]`` and ``[[citations]]`` tables.

    Args:
        package: the rule pack's module name.
        file: path of the file inside the package.

    Raises:
        RulesError: ``data-file-invalid`` or ``crosswalk-inconsistent``, naming what is wrong.
    """
    try:
        crosswalk = _read(read_toml(files(package) / file))
    except (msgspec.ValidationError, AttributeError, TypeError) as problem:  # a list where a table should be
        raise RulesError("data-file-invalid", file=file, reason=problem) from problem
    _refuse(crosswalk, _link_problems(crosswalk))
    return crosswalk


def check_crosswalk(crosswalk: Crosswalk, before: Edition, after: Edition) -> None:
    """Hold a crosswalk against the two editions it names: every indicator of either appears exactly once.

    Args:
        crosswalk: what to check.
        before: the edition it leads from.
        after: the edition it leads to.

    Raises:
        RulesError: ``crosswalk-inconsistent``, naming everything that is wrong.
    """
    _refuse(crosswalk, [*_link_problems(crosswalk), *_coverage_problems(crosswalk, before, after)])


def _read(members: dict[str, Any]) -> Crosswalk:
    links = members.pop("link", [])
    for row in links:
        if unknown := row.keys() - _MEMBERS.keys():
            raise msgspec.ValidationError(f"unknown members of [[link]]: {', '.join(sorted(unknown))}")
    members["links"] = [{_MEMBERS[key]: member for key, member in row.items()} for row in links]
    refuse_unknown(Crosswalk, members)
    return msgspec.convert(members, Crosswalk)


def _refuse(crosswalk: Crosswalk, problems: Iterable[str]) -> None:
    if reasons := "; ".join(problems):
        raise RulesError(
            "crosswalk-inconsistent", before=crosswalk.from_edition, after=crosswalk.to_edition, reason=reasons
        )


def _link_problems(crosswalk: Crosswalk) -> Iterator[str]:
    if crosswalk.from_edition == crosswalk.to_edition:
        yield "it leads from an edition to itself"
    listed = [citation.id for citation in crosswalk.citations]
    yield from (f"the source {one!r} is listed twice" for one in _repeated(listed))
    for link in crosswalk.links:
        if not _fits(link):
            yield f"{link} has {len(link.sources)} on the one side and {len(link.targets)} on the other"
        if link.source not in listed:
            yield f"the source {link.source!r} is not listed"
    sides = {
        crosswalk.from_edition: [one for link in crosswalk.links for one in link.sources],
        crosswalk.to_edition: [one for link in crosswalk.links for one in link.targets],
    }
    for edition, named in sides.items():
        yield from (f"indicator {one} of {edition} appears twice" for one in _repeated(named))


def _fits(link: Link) -> bool:
    sources, targets = len(link.sources), len(link.targets)
    return {
        "one-to-one": (sources, targets) == (1, 1),
        "split": sources == 1 and targets > 1,
        "merged": sources > 1 and targets == 1,
        "new": (sources, targets) == (0, 1),
        "dropped": (sources, targets) == (1, 0),
    }[link.kind]


def _coverage_problems(crosswalk: Crosswalk, before: Edition, after: Edition) -> Iterator[str]:
    named = ((crosswalk.from_edition, before), (crosswalk.to_edition, after))
    yield from (f"it names {name}, not {edition.id}" for name, edition in named if name != edition.id)
    for edition, sided in (
        (before, [one for link in crosswalk.links for one in link.sources]),
        (after, [one for link in crosswalk.links for one in link.targets]),
    ):
        known = [leaf.id for leaf in edition.indicators]
        yield from (f"{edition.id} has no indicator {one}" for one in dict.fromkeys(sided) if one not in known)
        yield from (f"indicator {one} of {edition.id} does not appear" for one in known if one not in sided)


def _repeated(names: Sequence[str]) -> list[str]:
    return [one for one in dict.fromkeys(names) if names.count(one) > 1]
