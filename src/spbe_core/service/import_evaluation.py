"""Taking in a whole evaluation at once: every event of it is recorded, or none."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import attrs
import msgspec

from spbe_core.errors import InputError, RecordError
from spbe_core.evaluation.commands import (
    AssessIndicators,
    DetermineResult,
    OpenEvaluation,
)
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.document import NO_FACTS, DocumentFacts
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.link import without_user
from spbe_core.model.verdict import ItemVerdict, VerdictKind
from spbe_core.people.recorded_action import IMPORT
from spbe_core.ports import Append, Ports
from spbe_core.service.assess import accept_values
from spbe_core.service.card import recorded_card
from spbe_core.service.close_stage import closing
from spbe_core.service.deposit import deposited
from spbe_core.service.external_scores import converted
from spbe_core.service.judge_items import judging
from spbe_core.service.open_evaluation import edition_for_result
from spbe_core.service.permission import Permission
from spbe_core.service.recording import Played, mark, persistently, registration
from spbe_core.service.submission import Submission


@attrs.frozen(kw_only=True)
class StageImport:
    """One stage of an imported evaluation.

    Attributes:
        stage: stage id.
        values: indicator -> value as written.
        verdicts: item -> verdict; what is not accepted is so for another reason than the listed ones.
        external_scores: indicator -> score as published by the ministry that feeds it.
        reason: why, for every value and verdict of the stage, and where its scores were published.
        close: whether the stage is closed.
    """

    stage: str
    values: Mapping[str, str] = {}
    verdicts: Mapping[str, VerdictKind] = {}
    external_scores: Mapping[str, str] = {}
    reason: str = "import"
    close: bool = True


@attrs.frozen(kw_only=True)
class EvidenceImport:
    """A document or link of an imported evaluation; a file's path is relative to the imported file.

    Attributes:
        file: path of the document; empty for a link.
        link: address; empty for a document.
        items: ids of the items it covers.
        effective: first day on which the document holds; the other facts stand in ``document``.
    """

    file: str = ""
    link: str = ""
    indicators: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    title: str = ""
    effective: date | None = None
    document: DocumentFacts = NO_FACTS

    def submission(self, folder: Path, *, outside: bool) -> Submission:
        """Return what is handed in.

        Args:
            folder: where the path of a file starts.
            outside: whether it may leave that folder.

        Raises:
            InputError: ``evidence-neither`` where it is not exactly one of file and link, or ``evidence-outside``.
        """
        if bool(self.file) == bool(self.link):
            raise InputError("evidence-neither", file=self.file, link=without_user(self.link))
        file = folder / self.file
        document = self.document if self.effective is None else attrs.evolve(self.document, effective=self.effective)
        return Submission(
            content=(file if outside else _inside(folder, file)) if self.file else None,
            link=self.link,
            file_name=file.name if self.file else "",
            title=self.title,
            indicators=self.indicators,
            items=self.items,
            document=document,
        )


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
    stages: Annotated[tuple[StageImport, ...], msgspec.Meta(max_length=100)]
    edition: str | None = None
    process: str | None = None
    evidence: Annotated[tuple[EvidenceImport, ...], msgspec.Meta(max_length=5000)] = ()
    determination: DeterminationImport | None = None


def import_evaluation(
    ports: Ports, source: EvaluationImport, folder: Path, by: str, *, outside: bool = False
) -> Evaluation:
    """Record a whole evaluation in one transaction.

    Args:
        ports: log, vault, rulebook and clock.
        source: what to record.
        folder: where the evidence files' paths start.
        by: pseudonymous actor id.
        outside: whether evidence may lie outside that folder.

    Raises:
        InputError: ``evidence-outside`` where a path, or a symbolic link in it, leaves the folder.
        SpbeError: anything in it is refused; nothing is recorded. Content already put in the vault stays there
            unnamed and does no harm.
    """
    evaluation_id = EvaluationId.parse(source.id)
    Permission(ports.log).ask(by, IMPORT, evaluation_id.agency)  # before any document is put in the vault
    edition = edition_for_result(ports.rulebook, source.edition, evaluation_id.year)
    documents = [
        deposited(ports, edition, evaluation_id.year, one.submission(folder, outside=outside))
        for one in source.evidence
    ]
    opening = OpenEvaluation(
        id=evaluation_id,
        agency_name=source.agency_name,
        edition=edition,
        process=source.process,
    )

    def attempt() -> Evaluation:
        permission = Permission(ports.log)
        permission.ask(by, IMPORT, evaluation_id.agency)
        existing = fold(recorded.event for recorded in ports.log.stream(str(evaluation_id)))
        opened = decide(existing, opening, mark(ports, by))
        begun = fold(opened)
        assert begun is not None  # noqa: S101 - an opening event always folds
        played = Played(ports, by, begun)
        for document in documents:
            played.play(document)
        for stage in source.stages:
            _play_stage(ports, edition, played, stage)
        if source.determination is not None:
            waiting = played.evaluation.open_stages()
            if waiting:
                raise RecordError("import-stages-open", id=evaluation_id, stages=", ".join(waiting))
            card = recorded_card(played.evaluation, edition, ports.rulebook)
            decree, decree_date = source.determination.decree, source.determination.decree_date
            played.play(DetermineResult(decree=decree, decree_date=decree_date, card=card))
        appends = [*registration(ports, edition, by), Append(str(evaluation_id), 0, [*opened, *played.events])]
        ports.log.append(*permission.held(opened[0]), *appends)
        return played.evaluation

    return persistently(attempt)


def _inside(folder: Path, file: Path) -> Path:
    """Follow a path to where it really leads: whoever wrote the import chose it, whoever runs it has the rights."""
    try:
        found, room = file.resolve(), folder.resolve()
    except (OSError, RuntimeError, ValueError) as problem:  # too long, a loop of links, or a NUL
        raise InputError("file-unreadable", file=file, reason=problem) from problem
    if not found.is_relative_to(room):
        raise InputError("evidence-outside", file=file, folder=folder)
    return found


def _play_stage(ports: Ports, edition: Edition, played: Played, source: StageImport) -> None:
    for indicator in source.values.keys() & source.external_scores.keys():
        raise InputError("value-and-score", indicator=indicator)
    values = accept_values(edition, source.values)
    verdicts = tuple(_verdict(item, kind, source.reason) for item, kind in source.verdicts.items())
    played.play(judging(played.evaluation, edition, source.stage, verdicts, "import"))
    played.play(AssessIndicators(stage=source.stage, values=values, basis="import", reason=source.reason))
    played.play(converted(edition, source.external_scores, source.stage, source.reason, "import"))
    if source.close:
        played.play(closing(played.evaluation, edition, ports.rulebook, source.stage))


def _verdict(item: str, kind: VerdictKind, reason: str) -> ItemVerdict:
    return ItemVerdict(item=item, verdict=kind, code="" if kind == "accepted" else "other", reason=reason)
