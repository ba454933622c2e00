"""Closing stages, determining the result, reopening."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from spbe_cli.command import argument, command, option
from spbe_cli.event_words import verdict_words
from spbe_cli.group import group
from spbe_cli.language import spoken, text
from spbe_cli.options import OBJECTION, REASON, reading, recording
from spbe_cli.render import write_json, write_line, write_table, write_valueless
from spbe_cli.store import done, opened
from spbe_cli.taken_over import taken_over_by_verdicts, values_upto, write_taken_over
from spbe_cli.values import Day
from spbe_core.evaluation.standing import ValueSource, item_standings, standing_documents, value_sources
from spbe_core.evaluation.state import Evaluation
from spbe_core.evaluation.worklist import revision_waits
from spbe_core.events import CardRecord
from spbe_core.exchange.card_json import finding_members
from spbe_core.library import Spbe
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact, rounded_text
from spbe_core.service.objections import unfollowed_objections

stage: Final = group("stage", {"show": ("stage", "stage-show"), "close": ("stage", "stage-close")})


@command("stage-show")
@argument("evaluation")
@option("--indicator", key="indicator-of-stages")
@reading
def stage_show(evaluation: str, indicator: str | None, store: str | None, output: str) -> None:
    """Show what every stage said, side by side: values, or one indicator's verdicts."""
    with opened(store) as spbe:
        state = spbe.evaluation(evaluation)
        edition = spbe.edition_of(evaluation)
        told = {name: _values(spbe, state, edition, name) for name in state.stages} if indicator is None else {}
    names = {name: edition.stage(name).name for name in state.stages}
    if indicator is None:
        values = {one.id: {name: told[name].get(one.id) for name in state.stages} for one in edition.indicators}
        cells = [(one.id, one.name, *values[one.id].values()) for one in edition.indicators]
        lines: Mapping[str, Mapping[str, object]] = values
        kind = "number"
    else:
        items = edition.items_of(edition.indicator(indicator).id)
        said = {name: _verdicts(state, edition, name) for name in state.stages}
        lines = {one.id: {name: said[name].get(one.id) for name in state.stages} for one in items}
        cells = [(one.id, one.text, *(_words(said[name].get(one.id), names) for name in state.stages)) for one in items]
        kind = "item"
    if output == "json":
        write_json({"id": str(state.id), "stages": list(state.stages), "lines": lines})
        return
    columns = [kind, "name", *(f"stage-{name}" for name in state.stages)]
    heads = {f"stage-{stage}": name for stage, name in names.items()}
    write_table(text("stage.heading", id=evaluation), columns, cells, names=heads)


def _values(spbe: Spbe, state: Evaluation, edition: Edition, stage: str) -> Mapping[str, str]:
    """Return indicator -> what a stage gave it; while it is open, its verdicts give what they give on the card."""
    given = {indicator: one.value for indicator, one in state.scores.get(stage, {}).items()}
    if stage in state.closed or not state.verdicts.get(stage):
        return given
    sources = value_sources(state, edition, stage)
    on_card = values_upto(spbe, state, stage)
    by_verdicts = {one for one, source in sources.items() if source == ValueSource(stage, None)}
    return given | {indicator: value for indicator, value in on_card.items() if indicator in by_verdicts}


def _verdicts(state: Evaluation, edition: Edition, stage: str) -> Mapping[str, Mapping[str, str | None]]:
    """Return item -> what a stage said of it; an item that a rejection below takes with it is rejected there too.

    It stays so at later stages, as long as that rejection stands, once they are reached.
    """
    standings = {one.item.id: one for one in item_standings(state, edition, stage)}
    reached = stage in state.closed or (stage in state.open_stages() and state.may_assess(stage))
    found: dict[str, Mapping[str, str | None]] = {}
    for item, one in standings.items():
        below = one.failed_below
        given = one.given if one.stage == stage else None
        if below is not None and (given is not None or reached):
            since = standings[below.id].stage
            carried = None if since == stage else since
            found[item] = _said("rejected", one.code, because_of=below.id, carried_from=carried)
        elif given is not None:
            found[item] = _said(given.verdict, given.code, given.reason)
    return found


def _said(
    verdict: str, code: str, reason: str = "", *, because_of: str | None = None, carried_from: str | None = None
) -> Mapping[str, str | None]:
    return {
        "verdict": verdict,
        "code": code,
        "reason": reason,
        "because_of": because_of,
        "carried_from": carried_from,
    }


def _words(said: Mapping[str, str | None] | None, names: Mapping[str, str]) -> str | None:
    if said is None:
        return None
    why, since = said["because_of"] or said["reason"], said["carried_from"]
    if since is not None:
        why = text("stage.since", item=why, stage=names[since])
    return verdict_words(str(said["verdict"]), str(said["code"]), str(why))


@command("stage-close")
@argument("evaluation")
@argument("name", key="stage")
@recording
def stage_close(evaluation: str, name: str, by: str, store: str | None, output: str) -> None:
    """Close a stage."""
    with opened(store) as spbe:
        after = spbe.close_stage(evaluation, name, by=by)
        card = after.closed[name]
        edition = spbe.edition_of(evaluation)
        over = taken_over_by_verdicts(spbe, after, edition, name)
        members = _members(after, card) | {"stage": name, "missing": card.missing, "pending": card.pending}
        documents = standing_documents(after, edition)
        waiting = [one.item.id for one in item_standings(after, edition, name) if revision_waits(one, documents)]
        members |= {"taken_over": over, "unjudged": waiting}
        done(output, "stage-close" if card.complete else "stage-close-incomplete", members)
    if output != "json":
        write_valueless(card)
        write_taken_over(over, edition)
        if waiting:
            facts = {"items": ", ".join(waiting), "count": len(waiting)}
            write_line(f"! {text('stage.unjudged', **facts)}", hanging=2)


@command("determine")
@argument("evaluation")
@option("--decree", required=True)
@option("--date", "decree_date", type=Day())
@recording
def determine(evaluation: str, decree: str, decree_date: date | None, by: str, store: str | None, output: str) -> None:
    """Lay down the result."""
    with opened(store) as spbe:
        after = spbe.determine(evaluation, decree=decree, decree_date=decree_date, by=by)
    assert after.result is not None  # noqa: S101 - a determined evaluation has a result
    remarks = list(unfollowed_objections(after))
    members = _members(after, after.result.card) | {"decree": decree}
    done(output, "determine", members | {"remarks": [finding_members(one, spoken()) for one in remarks]})
    for remark in remarks if output != "json" else ():
        write_line(f"! {remark.what(spoken())}", hanging=2)


@command("reopen")
@argument("evaluation")
@argument("name", key="stage")
@REASON
@OBJECTION
@recording
def reopen(
    evaluation: str, name: str, reason: str, objection: str | None, by: str, store: str | None, output: str
) -> None:
    """Open a closed stage again."""
    with opened(store) as spbe:
        spbe.reopen(evaluation, name, reason=reason, objection=objection, by=by)
        done(output, "reopen", {"id": evaluation, "stage": name})


def _members(evaluation: Evaluation, card: CardRecord) -> dict[str, object]:
    index = None if card.index is None else rounded_text(exact(card.index), card.places)
    return {"id": str(evaluation.id), "complete": card.complete, "index": index, "grade": card.grade}
