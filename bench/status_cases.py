"""The status of one evaluation with many documents, each of which serves every item."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from histories import START
from timing import Measure, Program

from spbe_core import installed_rules
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.standing import item_standings, standing_documents
from spbe_core.evaluation.state import Evaluation
from spbe_core.evaluation.worklist import TaskLine, worklist
from spbe_core.events import EvaluationOpened, Event, EvidenceSubmitted, ItemJudged, WorkAssigned
from spbe_core.model.document import NO_FACTS
from spbe_core.model.edition import Edition
from spbe_core.service.status import EvaluationStatus, status_of

YEAR = 2026


def status(documents: int) -> Iterator[Measure]:
    """List every item as a task, judged on every document, and say all that lacks.

    The baseline only goes through the pairs once.
    """
    rules = installed_rules()
    edition = rules.edition_for(YEAR)
    evaluation = fold(_events(edition, documents))
    assert evaluation is not None
    today = START.date()

    def tasks() -> Sequence[TaskLine]:
        standings = item_standings(evaluation, edition)
        return worklist(evaluation, edition, standings, standing_documents(evaluation, edition), today)

    def whole() -> EvaluationStatus:
        return status_of(evaluation, edition, rules, today)

    once = _one_pass(evaluation)
    if (
        not {line.item: line.evidence for line in tasks()}
        == {line.item: line.evidence for line in whole().tasks}
        == once
    ):
        raise SystemExit("the programs find other documents, so comparing their times means nothing")
    pairs = len(edition.items) * documents
    baseline = Program("one pass over the pairs", pairs, lambda: _one_pass(evaluation))
    for name, program in (("tasks", tasks), ("status", whole)):
        what = f"{name}, {len(edition.items)} items, {documents} documents"
        yield Measure(what, "pair", Program("spbe", pairs, program), (baseline,))


def _one_pass(evaluation: Evaluation) -> dict[str | None, tuple[str, ...]]:
    served: dict[str, list[str]] = {}
    for document in evaluation.evidence.values():
        for item in document.items:
            served.setdefault(item, []).append(document.id)
    return {item: tuple(found) for item, found in served.items()}


def _events(edition: Edition, documents: int) -> list[Event]:
    process, items = edition.processes[-1], tuple(one.id for one in edition.items)
    indicators = tuple(one.id for one in edition.indicators)
    ids = tuple(f"E{number}" for number in range(1, documents + 1))
    at = START + timedelta(days=1)
    return [
        EvaluationOpened(
            at=START, by="local", agency="kab-a", agency_name="Kabupaten A", year=YEAR, edition=edition.id,
            edition_digest=edition.digest, process=process.id, stages=process.stages, optional_stages=(),
        ),
        *(
            EvidenceSubmitted(
                at=at, by="local", evidence=one, title="SK", file_name="", digest=None, size=None,
                link="https://contoh.go.id/sk", indicators=indicators, items=items, media_type=None, document=NO_FACTS,
                carried_from=None,
            )
            for one in ids
        ),
        *(
            ItemJudged(
                at=at, by="asesor", stage=process.stages[0], indicator=one.indicator, item=one.id,
                verdict="revise", code="unsigned", reason="tanpa tanda tangan", evidence=ids,
            )
            for one in edition.items
        ),
        *(
            WorkAssigned(
                at=at, by="local", indicator=one.indicator, item=one.id, units=("dinas",), responsible="dinas",
                deadline=None, reason="",
            )
            for one in edition.items
        ),
    ]  # fmt: skip
