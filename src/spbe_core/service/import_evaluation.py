"""Taking in a whole evaluation at once: every event of it is recorded, or none."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import attrs

from spbe_core.evaluation.commands import (
    AssessIndicators,
    CloseStage,
    Command,
    DetermineResult,
    OpenEvaluation,
)
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.state import Evaluation, fold
from spbe_core.events import Event
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Append, Ports
from spbe_core.service.assess import accept_values
from spbe_core.service.card import card_of, card_record
from spbe_core.service.evidence import deposited
from spbe_core.service.open_evaluation import edition_for_result
from spbe_core.service.recording import mark, persistently, registration


@attrs.frozen(kw_only=True)
class StageImport:
    """One stage of an imported evaluation.

    Attributes:
        stage: stage id.
        values: indicator -> value as written.
        reason: why, for every value of the stage.
        close: whether the stage is closed.
    """

    stage: str
    values: Mapping[str, str]
    reason: str = "import"
    close: bool = True


@attrs.frozen(kw_only=True)
class EvidenceImport:
    """A document of an imported evaluation; the file's path is relative to the imported file."""

    file: str
    indicators: tuple[str, ...]
    title: str = ""
    effective: date | None = None


@attrs.frozen(kw_only=True)
class DeterminationImport:
    """The decree of an imported evaluation."""

    decree: str
    decree_date: date | None = None


@attrs.frozen(kw_only=True)
class EvaluationImport:
    """A whole evaluation, as a file describes it.

    Attributes:
        id: ``AGENCY/YEAR``.
        agency_name: official name.
        edition: edition id, by default the one in force that year.
        process: kind of evaluation, by default the edition's last.
        stages: in order.
        evidence: documents.
        determination: the decree, if there is one.
    """

    id: str
    agency_name: str
    stages: tuple[StageImport, ...]
    edition: str | None = None
    process: str | None = None
    evidence: tuple[EvidenceImport, ...] = ()
    determination: DeterminationImport | None = None


def import_evaluation(ports: Ports, source: EvaluationImport, folder: Path, by: str) -> Evaluation:
    """Record a whole evaluation in one transaction.

    Args:
        ports: log, vault, rulebook and clock.
        source: what to record.
        folder: where the evidence files' paths start.
        by: pseudonymous actor id.

    Raises:
        SpbeError: anything in it is refused; nothing is recorded. Content already put in the vault stays there
            unnamed and does no harm.
    """
    evaluation_id = EvaluationId.parse(source.id)
    edition = edition_for_result(ports.rulebook, source.edition, evaluation_id.year)
    documents = [
        deposited(ports, edition, evaluation_id.year, file, file.name, one.title, one.indicators, one.effective)
        for one in source.evidence
        for file in (folder / one.file,)
    ]
    opening = OpenEvaluation(
        id=evaluation_id,
        agency_name=source.agency_name,
        edition=edition,
        process=source.process,
    )

    def attempt() -> Evaluation:
        existing = fold(recorded.event for recorded in ports.log.stream(str(evaluation_id)))
        played = _Played(ports, by, decide(existing, opening, mark(ports, by)))
        for document in documents:
            played.play(document)
        for stage in source.stages:
            _play_stage(ports, edition, played, stage)
        if source.determination is not None:
            card = card_record(card_of(played.evaluation, edition, ports.rulebook))
            decree, decree_date = source.determination.decree, source.determination.decree_date
            played.play(DetermineResult(decree=decree, decree_date=decree_date, card=card))
        ports.log.append(*registration(ports, edition, by), Append(str(evaluation_id), 0, played.events))
        return played.evaluation

    return persistently(attempt)


def _play_stage(ports: Ports, edition: Edition, played: "_Played", source: StageImport) -> None:
    values = accept_values(edition, source.values)
    played.play(AssessIndicators(stage=source.stage, values=values, basis="import", reason=source.reason))
    if source.close:
        card = card_record(card_of(played.evaluation, edition, ports.rulebook, source.stage))
        played.play(CloseStage(stage=source.stage, card=card))


class _Played:
    """Commands decided one after the other, before any of it is recorded."""

    def __init__(self, ports: Ports, by: str, opening: Sequence[Event]) -> None:
        self._ports, self._by = ports, by
        self.events: list[Event] = []
        self._take(opening, None)

    def play(self, command: Command) -> None:
        self._take(decide(self.evaluation, command, mark(self._ports, self._by, self.evaluation)), self.evaluation)

    def _take(self, decided: Sequence[Event], before: Evaluation | None) -> None:
        after = fold(decided, before)
        assert after is not None  # noqa: S101 - the first event opens the evaluation
        self.events += decided
        self.evaluation = after
