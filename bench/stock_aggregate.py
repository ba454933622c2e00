"""The same evaluation as one would write it with ``eventsourcing`` alone: its aggregate, mapper and JSON.

Imported only when it is measured, because importing ``eventsourcing.domain`` patches ``dataclasses``.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from histories import History

from spbe_core.events import CardRecord, EvaluationOpened, IndicatorScored, ResultDetermined, StageClosed


class StockEvaluation(Aggregate):
    """An evaluation that holds the same facts."""

    @event("Opened")
    def __init__(
        self,
        by: str,
        agency: str,
        agency_name: str,
        year: int,
        edition: str,
        edition_digest: str,
        process: str,
        stages: list[str],
        optional_stages: list[str],
    ) -> None:
        self.opened_by = by
        self.agency = agency
        self.agency_name = agency_name
        self.year = year
        self.edition = edition
        self.edition_digest = edition_digest
        self.process = process
        self.stages = stages
        self.optional_stages = optional_stages
        self.scores: dict[str, dict[str, dict[str, Any]]] = {}
        self.closed: dict[str, dict[str, Any]] = {}
        self.result: dict[str, Any] | None = None

    @event("IndicatorScored")
    def score_indicator(
        self,
        by: str,
        stage: str,
        indicator: str,
        value: str,
        previous: str | None,
        basis: str,
        reason: str,
        edition_digest: str,
    ) -> None:
        self.scores.setdefault(stage, {})[indicator] = {"value": value, "basis": basis, "reason": reason, "by": by}

    @event("StageClosed")
    def close_stage(self, by: str, stage: str, card: dict[str, Any]) -> None:
        self.closed[stage] = card

    @event("ResultDetermined")
    def determine(self, by: str, decree: str, decree_date: str, card: dict[str, Any]) -> None:
        self.result = {"decree": decree, "decree_date": decree_date, "card": card, "by": by}


class StockStore:
    """The stock application on SQLite, with everything as it comes."""

    def __init__(self, path: Path) -> None:
        environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        self._application: Application[UUID] = Application(environment)

    def record(self, histories: Iterable[History]) -> list[UUID]:
        """Record the same histories and return the ids they are found by."""
        evaluations = [_evaluation(history) for history in histories]
        for evaluation in evaluations:
            self._application.save(evaluation)
        return [evaluation.id for evaluation in evaluations]

    def fold(self, evaluation: UUID) -> StockEvaluation:
        """Read one evaluation's events and fold them."""
        folded: StockEvaluation = self._application.repository.get(evaluation)
        return folded

    def close(self) -> None:
        """Close the application."""
        self._application.close()


def _evaluation(history: History) -> StockEvaluation:
    first, *later = history.events
    assert isinstance(first, EvaluationOpened)
    evaluation = StockEvaluation(
        by=first.by,
        agency=first.agency,
        agency_name=first.agency_name,
        year=first.year,
        edition=first.edition,
        edition_digest=first.edition_digest,
        process=first.process,
        stages=list(first.stages),
        optional_stages=list(first.optional_stages),
    )
    for one in later:
        if isinstance(one, IndicatorScored):
            evaluation.score_indicator(
                one.by, one.stage, one.indicator, one.value, one.previous, one.basis, one.reason, one.edition_digest
            )
        elif isinstance(one, StageClosed):
            evaluation.close_stage(one.by, one.stage, _plain(one.card))
        elif isinstance(one, ResultDetermined):
            evaluation.determine(one.by, one.decree, str(one.decree_date), _plain(one.card))
    return evaluation


def _plain(card: CardRecord) -> dict[str, Any]:
    return attrs.asdict(card, value_serializer=lambda _, __, member: list(member) if type(member) is tuple else member)
