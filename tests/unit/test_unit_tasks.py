"""What a respondent may do for their unit, and what of others they may not touch: through the library."""

import io
from collections.abc import Iterator
from functools import partial

import pytest
from arrangements import Ticking, attempt, code_of, judged_edition, ladder_rulebook, refused

from spbe_core import InputError, Spbe
from spbe_core.errors import NotPermittedError, RecordError
from spbe_core.service.assign_work import WorkAssignment

A = "kota-a/2031"
ITEM, OTHER = "I1-L1-01", "I1-L2-01"


@pytest.fixture
def spbe() -> Iterator[Spbe]:
    """An agency whose unit ``dinas`` has all of indicator 2 and one item of indicator 1; its respondents are two."""
    with Spbe.open("memory:", rulebook=ladder_rulebook(judged_edition()), clock=Ticking()) as spbe:
        people = spbe.people
        people.appoint("determiner", actor="root")
        people.appoint("coordinator", actor="koor", agency="kota-a", by="root")
        people.appoint("external-assessor", actor="ekstern", agency="univ-b", by="root")
        for unit, actors in {"dinas": ("resp", "rekan"), "badan": ("lain",)}.items():
            people.register_unit("kota-a", unit, name=unit, by="koor")
            for actor in actors:
                people.appoint("respondent", actor=actor, agency="kota-a", unit=unit, by="koor")
        spbe.open_evaluation(A, agency_name="Kota A", by="koor")
        tasks = [
            WorkAssignment(subject=ITEM, units=("dinas",)),
            WorkAssignment(subject=OTHER, units=("badan",)),
            WorkAssignment(subject="2", units=("dinas",)),
        ]
        spbe.assign_work(A, tasks, by="koor")
        yield spbe


def submitted(spbe: Spbe, by: str, *, indicators: tuple[str, ...] = (), items: tuple[str, ...] = ()) -> str:
    after = spbe.submit_evidence(A, io.BytesIO(b"isi"), indicators=indicators, items=items, by=by)
    return list(after.evidence)[-1]


@pytest.mark.parametrize(
    ("indicators", "items", "code"),
    [
        ((), (ITEM,), None),
        (("2",), (), None),
        (("2",), (ITEM,), None),
        (("1",), (ITEM,), None),
        (("1",), (), "not-unit-task"),
        ((), (OTHER,), "not-unit-task"),
        ((), (ITEM, OTHER), "not-unit-task"),
        (("1", "2"), (), "not-unit-task"),
        (("1", "2"), ("I2-L1-01",), "not-unit-task"),
        (("3",), (), "not-unit-task"),
    ],
)
def test_evidence_is_submitted_for_what_is_a_task(
    spbe: Spbe, indicators: tuple[str, ...], items: tuple[str, ...], code: str | None
) -> None:
    """A task of one item is none of the whole indicator; it is told beforehand what will be refused."""
    attempted = partial(submitted, spbe, "resp", indicators=indicators, items=items)
    supported = (*indicators, *("1" for one in items if one in {ITEM, OTHER}))
    may = spbe.people.may("resp", "submit-evidence", evaluation=A, indicators=supported, items=items)

    assert code_of(attempt(attempted)[1]) == code
    assert may == (code is None)


def test_a_refusal_names_the_unit_and_what_is_none_of_its_tasks(spbe: Spbe) -> None:
    """What the unit does answer for is not named with it."""
    with refused("not-unit-task", NotPermittedError) as caught:
        submitted(spbe, "resp", indicators=("2", "3"), items=(ITEM, OTHER))

    assert caught.value.what("id").endswith(f"untuk tugas unit dinas, dan ini bukan: indikator 3; butir {OTHER}.")
    assert caught.value.what("en").endswith(f"tasks of the unit dinas, and this is none: indicator 3; item {OTHER}.")


def test_a_task_of_one_item_gives_no_level(spbe: Spbe) -> None:
    """A level is that of the whole indicator."""
    with refused("not-unit-task", NotPermittedError):
        spbe.assess(A, {"1": 3}, stage="self", reason="r", by="resp")
    spbe.assess(A, {"2": 3}, stage="self", reason="r", by="resp")


def test_only_what_the_unit_submitted_is_taken_away(spbe: Spbe) -> None:
    """A document of the coordinator or of another unit stays; one's own and a colleague's go, also once they left."""
    for by in ("koor", "resp", "rekan", "rekan"):
        submitted(spbe, by, indicators=("2",))
    spbe.people.dismiss("rekan", reason="pindah", by="koor")
    with refused("not-unit-evidence", NotPermittedError):
        spbe.withdraw_evidence(A, "E1", reason="r", by="resp")
    with refused("not-unit-evidence", NotPermittedError):
        spbe.submit_evidence(A, io.BytesIO(b"baru"), indicators=["2"], supersedes="E1", by="resp")
    assert not spbe.people.may("resp", "withdraw-evidence", evaluation=A, evidence="E1")
    assert spbe.people.may("resp", "withdraw-evidence", evaluation=A, evidence="E2")
    spbe.withdraw_evidence(A, "E2", reason="r", by="resp")
    spbe.withdraw_evidence(A, "E3", reason="r", by="resp")
    spbe.submit_evidence(A, io.BytesIO(b"baru"), indicators=["2"], supersedes="E4", by="resp")
    standing = [one.id for one in spbe.evaluation(A).evidence.values() if one.stands]

    assert standing == ["E1", "E5"]


def test_what_serves_others_too_is_not_taken_away(spbe: Spbe) -> None:
    """A unit's document that was made to serve an indicator or item of others is no longer the unit's alone."""
    own = submitted(spbe, "resp", items=(ITEM,))
    spbe.cover_with_evidence(A, own, items=[OTHER], by="lain")
    with refused("not-unit-task", NotPermittedError):
        spbe.withdraw_evidence(A, own, reason="r", by="resp")


def test_a_document_of_others_serves_more_and_never_less(spbe: Spbe) -> None:
    """Naming an item of what a document serves whole would take the other items from it."""
    whole, elsewhere, narrow = (
        submitted(spbe, "koor", indicators=indicators, items=items)
        for indicators, items in ((("1",), ()), (("3",), ()), ((), (OTHER,)))
    )
    with refused("not-unit-task", NotPermittedError):
        spbe.cover_with_evidence(A, whole, items=[ITEM], by="resp")
    for document in (elsewhere, narrow):
        spbe.cover_with_evidence(A, document, items=[ITEM], by="resp")
    with refused("not-unit-task", NotPermittedError):
        spbe.cover_with_evidence(A, narrow, indicators=["1"], by="resp")
    spbe.cover_with_evidence(A, whole, items=[ITEM], by="koor")


class TestAskingBeforehand:
    def test_it_answers_for_an_evaluation_as_the_record_would(self, spbe: Spbe) -> None:
        """Tasks of the unit and duties that are kept apart count where the evaluation is named."""
        may = partial(spbe.people.may, evaluation=A)
        submitted(spbe, "koor", indicators=("2",))

        assert may("resp", "assess", kind="self", indicators=["2"])
        assert not may("resp", "assess", kind="self", indicators=["1"])
        assert not spbe.people.may("resp", "assess", kind="self", agency="kota-a", indicators=["2"])
        assert may("ekstern", "judge-items", kind="document", indicators=["2"])
        assert may("ekstern", "answer-objection")
        spbe.people.dismiss("koor", reason="r", by="root")
        spbe.people.appoint("external-assessor", actor="koor", agency="univ-b", by="root")
        assert not may("koor", "judge-items", kind="document", indicators=["2"])
        assert not spbe.people.may("koor", "judge-items", kind="document", agency="kota-a", indicators=["2"])
        assert spbe.people.may("koor", "judge-items", kind="document", agency="kota-b", indicators=["2"])

    def test_an_objection_is_answered_by_others(self, spbe: Spbe) -> None:
        """The program can offer the answer to whom it will be taken from."""
        spbe.assess(A, {"1": 3}, stage="self", reason="r", by="koor")
        spbe.close_stage(A, "self", by="koor")
        spbe.assess(A, {"1": 2}, stage="document", reason="r", by="ekstern")
        spbe.close_stage(A, "document", by="ekstern")
        spbe.raise_objection(A, "1", stage="document", reason="r", by="koor")

        assert not spbe.people.may("ekstern", "answer-objection", evaluation=A, objection="O1")
        assert spbe.people.may("root", "answer-objection", evaluation=A, objection="O1")

    def test_a_kind_that_does_not_matter_is_not_asked_for(self, spbe: Spbe) -> None:
        """Whoever names the stage of a command that is not split by it gets the same answer."""
        assert spbe.people.may("root", "determine", kind="self", agency="kota-a")
        assert spbe.people.may("root", "appoint", kind="auditor")

    @pytest.mark.parametrize(
        ("code", "command", "asked"),
        [
            ("unknown-action", "judge", {}),
            ("unknown-action", "", {}),
            ("unknown-role", "appoint", {}),
            ("unknown-role", "dismiss", {"kind": "self"}),
            ("unknown-evidence", "withdraw-evidence", {"evaluation": A, "evidence": "E9"}),
            ("unknown-evidence", "withdraw-evidence", {"evidence": "E1"}),
            ("evaluation-id-malformed", "read", {"evaluation": "kota-a"}),
        ],
    )
    def test_what_is_no_question_is_refused(self, spbe: Spbe, code: str, command: str, asked: dict[str, str]) -> None:
        """A misspelled command is an error of the program that asks, and never a no."""
        with refused(code, InputError):
            spbe.people.may("resp", command, **asked)  # type: ignore[arg-type]

    def test_an_evaluation_must_be_there(self, spbe: Spbe) -> None:
        """Of one that was not opened nothing can be said."""
        with refused("evaluation-unknown", RecordError):
            spbe.people.may("resp", "read", evaluation="kota-b/2031")
