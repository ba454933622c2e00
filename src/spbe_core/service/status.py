"""How far an evaluation is, what it lacks, and who owes what."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import attrs

from spbe_core.evaluation.standing import (
    ItemStanding,
    ValueSource,
    accepted_undocumented,
    item_standings,
    standing_documents,
    value_sources,
)
from spbe_core.evaluation.state import Evaluation, Task
from spbe_core.evaluation.worklist import TaskLine, UnitLine, board, wants_revision, worklist
from spbe_core.model.edition import Edition
from spbe_core.model.evidence import Evidence
from spbe_core.model.finding import Finding
from spbe_core.model.scorecard import Scorecard
from spbe_core.ports import Rulebook
from spbe_core.service.card import card_from, sources_of
from spbe_core.service.objections import unfollowed_objections


@attrs.frozen(kw_only=True)
class EvaluationStatus:
    """How far an evaluation is.

    Attributes:
        evaluation: as its events left it.
        today: the day it was looked at.
        tasks: every task that is assigned.
        units: the same, counted by unit.
        unassigned: indicators that are no unit's task, neither whole nor by item.
        lags: what it lacks, one finding per matter; empty where nothing is missing or late.
    """

    evaluation: Evaluation
    today: date
    tasks: tuple[TaskLine, ...]
    units: tuple[UnitLine, ...]
    unassigned: tuple[str, ...]
    lags: tuple[Finding, ...]


def status_of(evaluation: Evaluation, edition: Edition, rulebook: Rulebook, today: date) -> EvaluationStatus:
    """Gather what an evaluation lacks on a day.

    Args:
        evaluation: as its events left it.
        edition: the one it pinned.
        rulebook: where the edition's rules are.
        today: the day deadlines and documents are held against.

    Raises:
        RulesError: ``rules-missing`` where the edition's rule pack is not installed.
    """
    sources, standings = value_sources(evaluation, edition), item_standings(evaluation, edition)
    documents = standing_documents(evaluation, edition)
    tasks = worklist(evaluation, edition, standings, documents, today)
    assigned = {line.indicator for line in tasks}
    unassigned = tuple(one.id for one in edition.indicators if one.id not in assigned) if tasks else ()
    card = card_from(evaluation, edition, rulebook, sources, standings)
    valued = sources_of(card, sources)
    lags = (
        *_values_lacking(evaluation, edition, card, valued),
        *_items_lacking(standings, documents),
        *_undocumented(edition, card, valued, standings, documents),
        *_documents_lacking(evaluation, today),
        *_late(tasks),
    )
    return EvaluationStatus(
        evaluation=evaluation, today=today, tasks=tasks, units=board(tasks), unassigned=unassigned, lags=lags
    )


def _values_lacking(
    evaluation: Evaluation, edition: Edition, card: Scorecard, valued: Mapping[str, ValueSource]
) -> Iterator[Finding]:
    if card.missing:
        yield Finding("status-missing", {"indicators": ", ".join(card.missing), "count": len(card.missing)})
    if card.pending:
        yield Finding("status-pending", {"indicators": ", ".join(card.pending)})
    stage = evaluation.open_stage
    if stage is not None:
        carried = [indicator for indicator, source in valued.items() if source.stage != stage]
        if carried:
            facts = {"indicators": ", ".join(carried), "stage": edition.stage(stage).name}
            yield Finding("status-carried-over", facts)
    unanswered = evaluation.unanswered()
    if unanswered:
        yield Finding("status-objections", {"objections": ", ".join(one.id for one in unanswered)})
    yield from unfollowed_objections(evaluation)


def _items_lacking(
    standings: Sequence[ItemStanding], documents: Mapping[Task, Sequence[Evidence]]
) -> Iterator[Finding]:
    waiting = [one.item.id for one in standings if wants_revision(one, documents)]
    if waiting:
        yield Finding("status-to-revise", {"items": ", ".join(waiting), "count": len(waiting)})
    gone = [one.item.id for one in standings if one.lost]
    if gone:
        yield Finding("status-evidence-gone", {"items": ", ".join(gone)})


def _undocumented(
    edition: Edition,
    card: Scorecard,
    valued: Mapping[str, ValueSource],
    standings: Sequence[ItemStanding],
    documents: Mapping[Task, Sequence[Evidence]],
) -> Iterator[Finding]:
    """Yield what was judged well though no document stands for it, where the edition says what to show for a level."""
    if not edition.items:
        return
    items = accepted_undocumented(standings, documents)
    if items:
        yield Finding("status-accepted-undocumented", {"items": ", ".join(items), "count": len(items)})
    lowest = min((one.level for one in edition.level_names), default=edition.scale.minimum)
    given = {
        indicator
        for indicator, source in valued.items()
        if source.given is not None and source.given.external_score is None
    }
    raised = [line.id for line in card.indicators if line.value is not None and line.value > lowest]
    bare = [one for one in raised if one in given and (one, None) not in documents]
    if bare:
        yield Finding("status-value-undocumented", {"indicators": ", ".join(bare), "count": len(bare)})


def _documents_lacking(evaluation: Evaluation, today: date) -> Iterator[Finding]:
    if evaluation.result is not None:
        return  # what expires later lacked nothing when it counted
    for one in evaluation.evidence.values():
        if one.stands and one.document.expires is not None and one.document.expires < today:
            yield Finding("status-expired", {"evidence": one.id, "title": one.title, "expired": one.document.expires})


def _late(tasks: tuple[TaskLine, ...]) -> Iterator[Finding]:
    for line in tasks:
        if line.late:
            facts = {"task": line.item or line.indicator, "unit": line.responsible, "deadline": line.deadline}
            yield Finding("status-late", facts)
