"""Evidence: adding, letting it serve more, carrying over, listing, withdrawing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import click

from spbe_cli.command import argument, command, option
from spbe_cli.failures import FINDING
from spbe_cli.group import group
from spbe_cli.language import text
from spbe_cli.options import REASON, reading, recording
from spbe_cli.render import write_json, write_line, write_table
from spbe_cli.store import done, opened
from spbe_cli.values import Day, Moment
from spbe_core.errors import InputError
from spbe_core.evaluation.standing import items_served
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.canonical import members_of
from spbe_core.model.document import DocumentFacts
from spbe_core.model.edition import Edition
from spbe_core.model.evidence import Evidence

evidence: Final = group(
    "evidence",
    {
        "add": ("evidence", "evidence-add"),
        "cover": ("evidence", "evidence-cover"),
        "carry": ("evidence", "evidence-carry"),
        "list": ("evidence", "evidence-list"),
        "withdraw": ("evidence", "evidence-withdraw"),
        "erase": ("evidence", "evidence-erase"),
    },
)

_LINK: Final = 30
"""Characters of a link that a table shows."""

_DIGEST: Final = 12
"""Characters of a digest that a table shows."""

_INDICATORS: Final = option("--indicator", "-i", "indicators", multiple=True)
_ITEMS: Final = option("--item", "items", multiple=True)


@command("evidence-add")
@argument("evaluation")
@argument("file", key="document-file", type=click.Path(path_type=Path), required=False)
@option("--link", default="")
@_INDICATORS
@_ITEMS
@option("--title", default="")
@option("--kind", default="")
@option("--number", default="")
@option("--issued", type=Day())
@option("--issuer", default="")
@option("--effective", type=Day())
@option("--expires", type=Day())
@option("--supersedes")
@recording
def evidence_add(
    evaluation: str,
    file: Path | None,
    link: str,
    indicators: tuple[str, ...],
    items: tuple[str, ...],
    title: str,
    kind: str,
    number: str,
    issued: date | None,
    issuer: str,
    effective: date | None,
    expires: date | None,
    supersedes: str | None,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Submit a document or a link."""
    if (file is None) == (not link):
        raise click.UsageError(text("failures.file-or-link"), click.get_current_context())
    facts = DocumentFacts(kind=kind, number=number, issued=issued, issuer=issuer, effective=effective, expires=expires)
    shared: dict[str, Any] = {
        "indicators": indicators,
        "items": items,
        "title": title,
        "document": facts,
        "supersedes": supersedes,
        "by": by,
    }
    with opened(store) as spbe:
        after = (
            spbe.submit_link(evaluation, link, **shared)
            if file is None
            else spbe.submit_evidence(evaluation, file, **shared)
        )
        lost = [] if supersedes is None else _no_longer_served(spbe.edition_of(evaluation), after, supersedes)
        _done_adding(output, after, {"no_longer_served": lost})
        if lost and output != "json":
            words = {"supersedes": supersedes, "lost": ", ".join(lost), "evidence": list(after.evidence)[-1]}
            write_line(f"! {text('evidence.no-longer-served', id=evaluation, **words)}", hanging=2)


def _no_longer_served(edition: Edition, after: Evaluation, supersedes: str) -> list[str]:
    """Return the indicators and items that the document before the last served and the last one does not."""
    old, new = after.evidence[supersedes], list(after.evidence.values())[-1]
    kept = {one.id for one in items_served(new, edition)}
    by_item = {edition.item(one).indicator for one in old.items}
    lost: list[str] = []
    for indicator in old.indicators:
        if indicator not in new.indicators and indicator not in by_item:
            lost.append(indicator)
            continue
        items = (one.id for one in items_served(old, edition) if one.indicator == indicator)
        lost += [one for one in items if one not in kept]
    return lost


@command("evidence-cover")
@argument("evaluation")
@argument("document")
@_INDICATORS
@_ITEMS
@recording
def evidence_cover(
    evaluation: str,
    document: str,
    indicators: tuple[str, ...],
    items: tuple[str, ...],
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Let a document serve more indicators or items."""
    with opened(store) as spbe:
        after = spbe.cover_with_evidence(evaluation, document, indicators=indicators, items=items, by=by)
        covering = after.evidence[document]
        members = {"evidence": document, "covers": ", ".join(_covered(spbe.edition_of(evaluation), covering))}
        done(output, "evidence-cover", members)


@command("evidence-carry")
@argument("evaluation")
@argument("source", key="carried")
@_INDICATORS
@_ITEMS
@recording
def evidence_carry(
    evaluation: str,
    source: str,
    indicators: tuple[str, ...],
    items: tuple[str, ...],
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Carry evidence of an earlier year over."""
    with opened(store) as spbe:
        after = spbe.carry_over_evidence(evaluation, source, indicators=indicators, items=items, by=by)
        _done_adding(output, after, {"carried_from": list(after.evidence.values())[-1].carried_from})


def _done_adding(output: str, after: Evaluation, more: Mapping[str, object]) -> None:
    added = list(after.evidence.values())[-1]
    members = {"evidence": added.id, "title": added.title, "digest": added.digest or added.link, **more}
    done(output, "evidence-add" if added.carried_from is None else "evidence-carry", members)


@command("evidence-list")
@argument("evaluation")
@option("--known-on", type=Moment())
@option("--valid-on", type=Day())
@reading
def evidence_list(
    evaluation: str, known_on: datetime | None, valid_on: date | None, store: str | None, output: str
) -> None:
    """List the documents: as the record had them at a moment, or only those valid on a day."""
    with opened(store) as spbe:
        documents = list(spbe.evaluation(evaluation, as_of=known_on).evidence.values())
        edition = spbe.edition_of(evaluation)
    day = valid_on or (known_on or datetime.now(UTC)).date()
    if valid_on is not None:
        documents = [one for one in documents if one.valid_on(valid_on)]
    if output == "json":
        write_json([members_of(one) | {"stands": one.stands, "expired": _expired(one, day)} for one in documents])
    elif not documents:
        write_line(text("evidence.empty"))
    else:
        cells = [
            (
                one.id,
                one.title,
                ", ".join(_covered(edition, one)),
                one.size,
                _place(one),
                _validity(one),
                _standing(one, day),
            )
            for one in documents
        ]
        columns = ["evidence", "title", "covers", "size", "digest", "valid", "standing"]
        write_table(text("evidence.heading", id=evaluation), columns, cells, unless_empty=["valid"])


def _covered(edition: Edition, one: Evidence) -> list[str]:
    """Return what a document is for: the indicators of which it names no item or all of them, and single items."""
    named = frozenset(one.items)
    items = {indicator: {item.id for item in edition.items_of(indicator)} for indicator in one.indicators}
    whole = [indicator for indicator, every in items.items() if every <= named or every.isdisjoint(named)]
    told = {item for indicator in whole for item in items[indicator]}
    return [*whole, *(item for item in one.items if item not in told)]


def _place(one: Evidence) -> str:
    """Return the beginning of the link or digest: enough to tell documents apart."""
    if one.link is None:
        return (one.digest or "").removeprefix("sha256:")[:_DIGEST]
    return one.link if len(one.link) <= _LINK else f"{one.link[: _LINK - 3]}..."


def _validity(one: Evidence) -> str | None:
    if one.document.effective is None and one.document.expires is None:
        return None
    return f"{one.document.effective or ''}.. {one.document.expires or ''}".strip()


def _standing(document: Evidence, day: date) -> str:
    if document.erased is not None:
        return text("evidence.erased", ground=document.erased)
    if document.superseded_by is not None:
        return text("evidence.superseded", successor=document.superseded_by)
    if document.withdrawn is not None:
        return text("evidence.withdrawn", reason=document.withdrawn)
    return (
        f"{text('evidence.stands')}, {text('evidence.expired')}" if _expired(document, day) else text("evidence.stands")
    )


def _expired(one: Evidence, day: date) -> bool:
    return one.document.expires is not None and one.document.expires < day


@command("evidence-withdraw")
@argument("evaluation")
@argument("document")
@REASON
@recording
def evidence_withdraw(evaluation: str, document: str, reason: str, by: str, store: str | None, output: str) -> None:
    """Take a document back."""
    with opened(store) as spbe:
        spbe.withdraw_evidence(evaluation, document, reason=reason, by=by)
        done(output, "evidence-withdraw", {"evidence": document, "id": evaluation})


@command("evidence-erase")
@argument("evaluation")
@argument("document")
@option("--ground", required=True)
@option("--everywhere", is_flag=True)
@recording
def evidence_erase(
    evaluation: str, document: str, ground: str, everywhere: bool, by: str, store: str | None, output: str
) -> None:
    """Erase the content of a document."""
    with opened(store) as spbe:
        known = spbe.evaluation(evaluation).evidence
        if document not in known:
            raise InputError("unknown-evidence", id=evaluation, evidence=document)
        digest = known[document].digest
        if digest is None:
            raise InputError("link-without-content", id=evaluation, evidence=document)
        erased = spbe.erase_content(evaluation, digest, ground=ground, everywhere=everywhere, by=by)
    members = {"digest": digest, "ids": ", ".join(erased.recorded), "unreadable": ", ".join(erased.unreadable)}
    done(output, "evidence-erase", members)
    if erased.unreadable:
        if output != "json":
            write_line(text("evidence.not-recorded-in", ids=members["unreadable"]))
        click.get_current_context().exit(FINDING)
