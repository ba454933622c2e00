"""Two editions side by side: what became of each indicator, and everything else that differs."""

from collections.abc import Sequence
from typing import Final

from spbe_cli.command import argument, command
from spbe_cli.language import text
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import write_json, write_line, write_table
from spbe_cli.values import year_of
from spbe_core.edition_diff import Change, EditionDiff, Part, diff
from spbe_core.library import installed_rules
from spbe_core.model.canonical import members_of
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.rules.crosswalk import Crosswalk, Link
from spbe_core.service.choose_edition import choose_edition

_WORDY: Final = frozenset({"text", "question", "note"})
"""Members that are sentences; they are counted here and told in JSON."""


@command("editions-diff")
@argument("before", key="before-edition")
@argument("after", key="after-edition")
@FORMAT
@LANG
def editions_diff(before: str, after: str, output: str) -> None:
    """Show what differs."""
    first, second = _edition(before), _edition(after)
    crosswalk = None if first.id == second.id else installed_rules().crosswalk(first.id, second.id)
    found = diff(first, second, crosswalk)
    if output == "json":
        write_json({"empty": found.empty, **members_of(found)})
        return
    write_line(text("diff.heading", before=before, after=after), bold=True)
    if found.empty:
        write_line(text("diff.empty"))
        return
    write_line(text(f"diff.matched-{found.matched_by}", before=len(first.indicators), after=len(second.indicators)))
    if found.crosswalk is not None:
        _write_links(found, found.crosswalk, first, second)
    else:
        write_line()
    _write_parts(found)
    _write_changes(found)
    if found.crosswalk is not None:
        _write_citations(found.crosswalk)


def _edition(named: str) -> Edition:
    """Return an edition by ``ID``, or by ``ID@YEAR`` as that year's guidance applies it.

    Raises:
        InputError: ``unknown-edition``, ``year-malformed`` or ``year-outside-edition``.
    """
    edition_id, at, year = named.partition("@")
    return choose_edition(installed_rules(), edition_id, year_of(year) if at else None)


def _write_links(found: EditionDiff, crosswalk: Crosswalk, before: Edition, after: Edition) -> None:
    counts = {kind: len(found.links(kind)) for kind in ("one-to-one", "split", "merged", "new", "dropped")}
    write_line(text("diff.counts", **{kind.replace("-", "_"): count for kind, count in counts.items()}))
    write_line()
    rows = [(text(f"links.{link.kind}"), *_ends(link, before, after), _surety(link)) for link in crosswalk.links]
    write_table(text("diff.links"), ["link", "before", "after", "source"], rows)
    write_line()


def _ends(link: Link, before: Edition, after: Edition) -> tuple[str, str]:
    return _named(before, link.sources), _named(after, link.targets)


def _named(edition: Edition, indicators: Sequence[str]) -> str:
    leaves = [edition.indicator(one) for one in indicators]
    return "; ".join(f"{leaf.id} {leaf.name} ({exact_text(leaf.weight)})" for leaf in leaves) or "-"


def _surety(link: Link) -> str:
    return f"{link.source}, {text(f'confidence.{link.confidence}')}"


def _write_parts(found: EditionDiff) -> None:
    rows = [*_part_rows(found, found.dropped, "dropped"), *_part_rows(found, found.added, "new")]
    if rows:
        write_table(text("diff.parts"), ["part", "node", "name", "standing"], rows)
        write_line()
    for kind in ("criterion", "item"):
        gone, fresh = (sum(one.part == kind for one in parts) for parts in (found.dropped, found.added))
        if gone or fresh:
            write_line(text("diff.many", part=text(f"parts.{kind}"), dropped=gone, added=fresh))


def _part_rows(found: EditionDiff, parts: Sequence[Part], standing: str) -> list[tuple[str, ...]]:
    """Return a row for each part that is neither in the table of links nor one of hundreds."""
    hidden = {"criterion", "item"} | ({"indicator"} if found.crosswalk is not None else set())
    return [
        (text(f"parts.{one.part}"), one.id, one.name, text(f"links.{standing}"))
        for one in parts
        if one.part not in hidden
    ]


def _write_changes(found: EditionDiff) -> None:
    told = {("indicator", "name"), ("indicator", "weight")} if found.crosswalk is not None else set()
    alike: dict[tuple[str | None, ...], list[str]] = {}
    for one in found.changed:
        if one.member not in _WORDY and (one.part, one.member) not in told:
            change = text(f"parts.{one.part}"), text(f"members.{one.member}"), *_values(one)
            alike.setdefault(change, []).append(_both_ids(one))
    rows = [(part, ", ".join(ids), member, was, now) for (part, member, was, now), ids in alike.items()]
    if rows:
        write_table(text("diff.changed"), ["part", "parts", "member", "before", "after"], rows)
        write_line()
    for part, member in dict.fromkeys((one.part, one.member) for one in found.changed if one.member in _WORDY):
        count = len(found.changes(part, member))
        write_line(text("diff.wordy", part=text(f"parts.{part}"), member=text(f"members.{member}"), count=count))


def _values(change: Change) -> tuple[str | None, str | None]:
    """Return both values; the standing of an edition has words of its own."""
    if change.member == "lifecycle":
        return text(f"lifecycle.{change.before}"), text(f"lifecycle.{change.after}")
    return change.before, change.after


def _both_ids(change: Change) -> str:
    same = change.before_id == change.after_id
    return change.before_id if same else f"{change.before_id} -> {change.after_id}"


def _write_citations(crosswalk: Crosswalk) -> None:
    write_line()
    write_line(text("diff.sources"), bold=True)
    for one in crosswalk.citations:
        write_line(f"[{one.id}] {one}; {text(f'confidence.{one.confidence}')}.", hanging=4)
        if one.note:
            write_line(f"    {one.note}", hanging=4)
