"""What an audit calls impossible of verdicts, objections, coverage and scores that no command could have recorded."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import attrs
import pytest
from arrangements import judged_edition

from spbe_core.evaluation.commands import (
    AssessIndicators,
    CloseStage,
    Command,
    JudgeItems,
    OpenEvaluation,
    RaiseObjection,
    ReopenEvaluation,
    SubmitEvidence,
)
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.possible import impossibilities
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import (
    CardRecord,
    Event,
    EvidenceCoverageAdded,
    IndicatorScored,
    ItemJudged,
    ObjectionAnswered,
    ObjectionRaised,
)
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.verdict import ItemVerdict

EDITION: Final = judged_edition()
MARK: Final = Mark(datetime(2030, 5, 1, tzinfo=UTC), "asesor-7")
CARD: Final = CardRecord(
    edition_digest=EDITION.digest,
    complete=False,
    values={},
    nodes={},
    index=None,
    grade=None,
    grade_basis="exact",
    places=2,
    missing=(),
    pending=(),
)
OPEN: Final = OpenEvaluation(id=EvaluationId("kota-a", 2030), agency_name="Kota A", edition=EDITION, process="penuh")
SUBMIT: Final = SubmitEvidence(
    title="SK", file_name="sk.pdf", digest=f"sha256:{'0' * 64}", size=3, indicators=("1",), supersedes=None
)
VERDICT: Final = ItemVerdict(item="I1-L1-01", verdict="accepted", evidence=())
JUDGE: Final = JudgeItems(stage="self", verdicts=(VERDICT,), indicators={"I1-L1-01": "1"})
ASSESS: Final = AssessIndicators(stage="self", values={"2": "3"}, basis="assessor", reason="r")
CLOSE: Final = CloseStage(stage="self", card=CARD)
CONTEST: Final = RaiseObjection(stage="self", indicator="1", item=None, reason="keliru", evidence=())


def after(*commands: Command) -> Evaluation:
    state: Evaluation | None = None
    for command in (OPEN, *commands):
        state = fold(decide(state, command, MARK), state)
    assert state is not None
    return state


def respects(state: Evaluation, event: Event) -> Sequence[str]:
    return list(impossibilities(state, event, "kota-a/2030", EDITION))


def marked(kind: type[Event], **members: Any) -> Event:
    return kind(at=MARK.at, by=MARK.by, **members)


def judged(**changes: Any) -> Event:
    (event,) = decide(after(), JUDGE, MARK)
    assert isinstance(event, ItemJudged)
    return attrs.evolve(event, **changes)


def scored(**changes: Any) -> Event:
    members = {"stage": "self", "indicator": "1", "value": "7/3", "previous": None, "basis": "rules", "reason": "r"}
    return marked(IndicatorScored, **{**members, "edition_digest": EDITION.digest, "external_score": None, **changes})


def raised(**changes: Any) -> Event:
    members = {"objection": "O1", "stage": "self", "indicator": "1", "item": None, "reason": "r", "evidence": ()}
    return marked(ObjectionRaised, **{**members, **changes})


def covered(evidence: str) -> Event:
    return marked(EvidenceCoverageAdded, evidence=evidence, indicators=("2",), items=())


def answered() -> Event:
    return marked(ObjectionAnswered, objection="O1", outcome="denied", reason="r")


CASES: Final[dict[str, tuple[Evaluation, Event, list[str]]]] = {
    "a verdict": (after(), judged(), []),
    "a verdict on no item": (after(), judged(item="I9-L9-09"), ["item"]),
    "a verdict on another indicator's item": (after(), judged(indicator="2"), ["item"]),
    "a verdict at a closed stage": (after(CLOSE), judged(), ["stage"]),
    "a verdict at a stage not reached": (after(), judged(stage="document"), ["stage"]),
    "a share by rules": (after(JUDGE), scored(), []),
    "a value by rules without a verdict": (after(), scored(), ["value"]),
    "a value that was imported": (after(), scored(basis="import", value="3"), []),
    "a verdict that was imported": (after(SUBMIT, JUDGE), judged(basis="import"), []),
    "an imported value by another": (after(), attrs.evolve(scored(basis="import", value="3"), by="b"), ["import"]),
    "an imported verdict by another": (after(), attrs.evolve(judged(basis="import"), by="b"), ["import"]),
    "an imported verdict after an assessor's value": (after(ASSESS), judged(basis="import"), ["import"]),
    "an imported value after reopening": (
        after(CLOSE, ReopenEvaluation(stage="self", reason="r")),
        scored(basis="import", value="3"),
        ["import"],
    ),
    "a value by rules beyond the scale": (after(JUDGE), scored(value="11/2"), ["value"]),
    "a value that says something else was before": (after(JUDGE), scored(previous="5"), ["value"]),
    "a value of another basis": (after(JUDGE), scored(basis="gift", value="3"), ["value"]),
    "a value under another edition": (after(JUDGE), scored(edition_digest="sha256:0"), ["value"]),
    "a verdict on evidence that never was": (after(), judged(evidence=("E99",)), ["evidence"]),
    "an objection on evidence that never was": (after(CLOSE), raised(evidence=("E99",)), ["evidence"]),
    "a score for what nothing feeds": (after(), scored(basis="external", value="3", external_score="50"), ["value"]),
    "an objection": (after(CLOSE), raised(), []),
    "an objection to an open stage": (after(), raised(), ["objection"]),
    "an objection that is there already": (after(CLOSE, CONTEST), raised(), ["objection"]),
    "an answer": (after(CLOSE, CONTEST), answered(), []),
    "more to serve": (after(SUBMIT), covered("E1"), []),
}


@pytest.mark.parametrize(("state", "event", "expected"), CASES.values(), ids=CASES)
def test_what_cannot_have_happened_where_it_stands(state: Evaluation, event: Event, expected: list[str]) -> None:
    """Each respect by its code, and none for what a command records."""
    assert respects(state, event) == expected


def test_an_answer_cannot_be_given_twice_nor_a_gone_document_serve() -> None:
    """What was answered or taken back stays so."""
    contested = after(CLOSE, CONTEST)
    twice = fold([answered()], contested)
    gone = after(SUBMIT, attrs.evolve(SUBMIT, supersedes="E1"))
    assert twice is not None

    assert respects(twice, answered()) == ["objection"]
    assert respects(gone, covered("E1")) == ["evidence"]
