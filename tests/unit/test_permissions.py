"""The matrix of permissions, cell by cell: what the table below says is what the library does.

The table was written down from the official process, not from the file that the library reads.
"""

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from arrangements import attempt, code_of, refused, rulebook_of, staged_edition

from spbe_core import RulesError, Spbe
from spbe_core.errors import NotPermittedError
from spbe_core.model.verdict import ItemVerdict
from spbe_core.people.action import Action
from spbe_core.people.permissions import KINDS, permissions, read_permissions
from spbe_core.people.permitted import permitted_actor
from spbe_core.people.roster import Actor, Appointment, Roster
from spbe_core.service.assign_work import WorkAssignment
from spbe_core.service.import_evaluation import EvaluationImport, StageImport

ROLES = (
    "coordinator",
    "person-in-charge",
    "data-entry",
    "respondent",
    "internal-assessor",
    "external-assessor",
    "determiner",
    "auditor",
)
# own: only in the own agency; other: only in others; both; . nowhere
EXPECTED = """
                               coord  pic   entry  resp  intern extern determ audit
open-evaluation                own    .     .      .     .      .      both   .
submit-evidence                own    own   own    own   .      .      .      .
withdraw-evidence              own    own   own    own   .      .      .      .
cover-evidence                 own    own   own    own   .      .      .      .
carry-over-evidence            own    own   own    own   .      .      .      .
assess self                    own    own   own    own   own    .      .      .
assess document                .      .     .      .     .      other  .      .
assess interview               .      .     .      .     .      other  .      .
assess visitation              .      .     .      .     .      other  .      .
assess uji-publik              .      .     .      .     .      other  .      .
judge-items self               .      .     .      .     own    .      .      .
judge-items document           .      .     .      .     .      other  .      .
judge-items interview          .      .     .      .     .      other  .      .
judge-items visitation         .      .     .      .     .      other  .      .
judge-items uji-publik         .      .     .      .     .      other  .      .
enter-external-score           .      .     .      .     .      other  both   .
close-stage self               own    .     .      .     .      .      .      .
close-stage document           .      .     .      .     .      other  .      .
close-stage interview          .      .     .      .     .      other  .      .
close-stage visitation         .      .     .      .     .      other  .      .
close-stage uji-publik         .      .     .      .     .      other  .      .
determine                      .      .     .      .     .      .      both   .
reopen                         .      .     .      .     .      .      both   .
raise-objection                own    own   .      .     .      .      .      .
answer-objection               .      .     .      .     .      other  both   .
assign-work                    own    .     .      .     .      .      .      .
import-evaluation              .      .     .      .     .      .      both   .
register-unit                  own    .     .      .     .      .      both   .
close-unit                     own    .     .      .     .      .      both   .
appoint coordinator            .      .     .      .     .      .      both   .
appoint person-in-charge       own    .     .      .     .      .      both   .
appoint data-entry             own    .     .      .     .      .      both   .
appoint respondent             own    .     .      .     .      .      both   .
appoint internal-assessor      own    .     .      .     .      .      both   .
appoint external-assessor      .      .     .      .     .      .      both   .
appoint determiner             .      .     .      .     .      .      both   .
appoint auditor                .      .     .      .     .      .      both   .
dismiss coordinator            .      .     .      .     .      .      both   .
dismiss person-in-charge       own    .     .      .     .      .      both   .
dismiss data-entry             own    .     .      .     .      .      both   .
dismiss respondent             own    .     .      .     .      .      both   .
dismiss internal-assessor      own    .     .      .     .      .      both   .
dismiss external-assessor      .      .     .      .     .      .      both   .
dismiss determiner             .      .     .      .     .      .      both   .
dismiss auditor                .      .     .      .     .      .      both   .
erase-person                   own    .     .      .     .      .      both   .
erase-content                  .      .     .      .     .      .      both   .
read                           own    own   own    own   own    other  both   both
"""
MEANS = {".": (), "own": (True,), "other": (False,), "both": (True, False)}
TABLE = {
    (row.split()[0], row.split()[1] if len(row.split()) == 10 else None): dict(
        zip(ROLES, row.split()[-8:], strict=True)
    )
    for row in EXPECTED.strip().splitlines()[1:]
}
LINES = [pytest.param(command, kind, id=f"{command} {kind or ''}".strip()) for command, kind in TABLE]
OF_PEOPLE = {"register-unit", "close-unit", "appoint", "dismiss", "erase-person"}
LEADING_TO = {"document": 1, "interview": 2, "visitation": 3, "uji-publik": 4}
STAGES = ("self", "document", "interview", "visitation", "uji-publik")


def test_the_table_has_every_line() -> None:
    """Every command, split by every stage and role that the library knows, is in the table, and no other."""
    known = {(command, kind) for command, kinds in KINDS.items() for kind in kinds}
    named = {(command, "further" if kind == "uji-publik" else kind) for command, kind in TABLE}

    assert named == known
    assert all(set(line.values()) <= set(MEANS) for line in TABLE.values())


@pytest.mark.parametrize(("command", "kind"), LINES)
def test_every_cell_is_decided_as_the_table_says(command: str, kind: str | None) -> None:
    """Each role, in its own and in another agency, may exactly what its cell says; a respondent for assigned work."""
    for role in ROLES:
        actor = Actor(id="a", agency="kota-a", appointments=(Appointment(role, "u"),))
        for own in (True, False):
            action = Action(command, kind, ("1",))
            asked = partial(permitted_actor, Roster(1, None, {"a": actor}), "a", action, "kota-a" if own else "kota-b")
            _, error = attempt(asked, lambda unit, asked: (unit, asked.indicators) == ("u", ("1",)))

            assert code_of(error) == refusal(command, kind, role, own=own), (role, own)


def refusal(command: str, kind: str | None, role: str, *, own: bool) -> str | None:
    where = MEANS[TABLE[command, kind][role]]
    if own in where:
        return None
    return ("only-in-other-agencies" if own else "only-in-own-agency") if where else "not-permitted"


class Store:
    """A store with an evaluation in each of many agencies, prepared while nobody was appointed yet."""

    def __init__(self, spbe: Spbe) -> None:
        self.spbe = spbe

    def prepare(self, command: str, kind: str | None, agency: str) -> None:
        """Bring an agency's evaluation to where only permission can stand in a command's way."""
        if command in {"open-evaluation", "import-evaluation"} or command in OF_PEOPLE:
            return
        evaluation = f"{agency}/2031"
        self.spbe.open_evaluation(evaluation, agency_name="Kota")
        if command != "assign-work":
            self.spbe.assign_work(evaluation, [WorkAssignment(subject="1", units=("dinas",))])
        if command == "carry-over-evidence":
            self.spbe.open_evaluation(f"{agency}/2030", agency_name="Kota")
            self.spbe.submit_evidence(f"{agency}/2030", io.BytesIO(agency.encode()), indicators=["1"])
        if command in {"withdraw-evidence", "erase-content", "cover-evidence"}:
            supported, by = ["2" if command == "cover-evidence" else "1"], f"a-{agency}"
            self.spbe.submit_evidence(evaluation, io.BytesIO(agency.encode()), indicators=supported, by=by)
        if command == "determine":
            self.spbe.assess(evaluation, dict.fromkeys("12345", 3), stage="self", reason="r")
        first = dict.fromkeys(("reopen", "raise-objection", "answer-objection"), 1)
        closed = {"determine": 5, **first}.get(command, LEADING_TO.get(kind or "", 0))
        for stage in STAGES[:closed]:
            self.spbe.close_stage(evaluation, stage)
        if command == "answer-objection":
            self.spbe.raise_objection(evaluation, "1", stage="self", reason="r")

    def give(self, command: str, kind: str | None, agency: str, by: str) -> None:
        """Give a command through the library."""
        spbe, evaluation = self.spbe, f"{agency}/2031"
        stage = kind or ""
        unit = "dinas" if kind == "respondent" else None
        whole = EvaluationImport(
            id=evaluation, agency_name="Kota", stages=(StageImport(stage="self", values={"1": "3"}),)
        )
        accepted = ItemVerdict(item="I1-L1-01", verdict="accepted")
        given: dict[str, Callable[[], Any]] = {
            "open-evaluation": lambda: spbe.open_evaluation(evaluation, agency_name="Kota", by=by),
            "submit-evidence": lambda: spbe.submit_evidence(evaluation, io.BytesIO(b"x"), indicators=["1"], by=by),
            "withdraw-evidence": lambda: spbe.withdraw_evidence(evaluation, "E1", reason="r", by=by),
            "assess": lambda: spbe.assess(evaluation, {"1": 3}, stage=stage, reason="r", by=by),
            "cover-evidence": lambda: spbe.cover_with_evidence(evaluation, "E1", items=["I1-L1-01"], by=by),
            "carry-over-evidence": lambda: spbe.carry_over_evidence(evaluation, f"{agency}/2030#E1", by=by),
            "judge-items": lambda: spbe.judge_items(evaluation, [accepted], stage=stage, by=by),
            "enter-external-score": lambda: spbe.enter_external_scores(
                evaluation, {"5": 50}, stage="self", published="p", by=by
            ),
            "raise-objection": lambda: spbe.raise_objection(evaluation, "1", stage="self", reason="r", by=by),
            "answer-objection": lambda: spbe.answer_objection(evaluation, "O1", "denied", reason="r", by=by),
            "assign-work": lambda: spbe.assign_work(evaluation, [WorkAssignment(subject="1", units=("dinas",))], by=by),
            "close-stage": lambda: spbe.close_stage(evaluation, stage, by=by),
            "determine": lambda: spbe.determine(evaluation, decree="1", by=by),
            "reopen": lambda: spbe.reopen(evaluation, "self", reason="r", by=by),
            "import-evaluation": lambda: spbe.import_evaluation(whole, by=by),
            "register-unit": lambda: spbe.people.register_unit(agency, "dinas-2", name="Dinas", by=by),
            "close-unit": lambda: spbe.people.close_unit(agency, "dinas", reason="r", by=by),
            "appoint": lambda: spbe.people.appoint(stage, actor=f"n-{by}", agency=agency, unit=unit, by=by),
            "dismiss": lambda: spbe.people.dismiss(f"t-{agency}", reason="r", by=by),
            "erase-person": lambda: spbe.people.erase(f"t-{agency}", ground="g", by=by),
            "erase-content": lambda: spbe.erase_content(
                evaluation, spbe.evaluation(evaluation).evidence["E1"].digest, ground="g", by=by
            ),
        }
        given[command]()

    def events(self) -> int:
        """Count what is recorded in all."""
        return self.spbe.ledger.checkpoint("x").size


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Spbe.open(tmp_path / "spbe.db", create=True, rulebook=rulebook_of(staged_edition())) as spbe:
        yield Store(spbe)


@pytest.mark.parametrize(("command", "kind"), [line for line in LINES if line.values[0] != "read"])
def test_the_library_does_what_the_table_says(store: Store, command: str, kind: str | None) -> None:
    """On a store on disk, each role's command is recorded where the table allows it, and elsewhere nothing is.

    The indicator is a task of the respondent's unit everywhere.
    Reading is asked of nobody: it is for the program around the library.
    """
    cells = [(number, role, own) for number, role in enumerate(ROLES) for own in (True, False)]
    for number, _, own in cells:
        store.prepare(command, kind, f"kota-{number}-{own}".lower())
    people = store.spbe.people
    people.appoint("determiner", actor="root")
    for number, role, own in cells:
        agency = f"kota-{number}-{own}".lower()
        home = agency if own else "kota-lain"
        for place in {agency, home}:
            people.register_unit(place, "dinas", name="Dinas", by="root")
        people.appoint(
            role, actor=f"a-{agency}", agency=home, unit="dinas" if role == "respondent" else None, by="root"
        )
        target = kind if command == "dismiss" else "data-entry"
        if command in {"dismiss", "erase-person"}:
            assert target is not None
            unit = "dinas" if target == "respondent" else None
            people.appoint(target, actor=f"t-{agency}", agency=agency, unit=unit, by="root")
    for number, role, own in cells:
        agency = f"kota-{number}-{own}".lower()
        before = store.events()
        _, error = attempt(store.give, command, kind, agency, f"a-{agency}")
        allowed = own in MEANS[TABLE[command, kind][role]]

        assert code_of(error) == refusal(command, kind, role, own=own), (role, own)
        assert (store.events() > before) == allowed, (role, own)
    assert store.spbe.audit().differences == ()


def test_every_cell_of_the_file_is_stated_or_denied() -> None:
    """Nothing is allowed but what the table says: the count of allowed cells is the same."""
    expected = sum(len(MEANS[where]) for line in TABLE.values() for where in line.values())

    assert len(permissions().allowed) == expected


FILE = (Path(__file__).parents[2] / "src/spbe_core/people/permissions.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[determine]", "[determined]"),
        ("[assess.further]", "[assess.later]"),
        ("[assess.document]\n", "[assess.document]\nsuperuser = 'own'\n"),
        ('determiner = "any"', 'determiner = "everywhere"'),
        ('determiner = "any"', "determiner = true"),
        ('determiner = "any"', "determiner = ['own']"),
        ("[reopen]\n", "[reopen.self]\n"),
        ("[appoint.auditor]\n", "[appoint.king]\n"),
        ('[determine]\ndeterminer = "any"', "[determine.self]"),
    ],
)
def test_a_wrong_file_of_permissions_is_refused(old: str, new: str) -> None:
    """A command, stage, role or place that is not known, or that is missing, is never taken for a permission."""
    assert old in FILE
    with refused("permissions-wrong", RulesError):
        read_permissions(FILE.replace(old, new, 1))


def test_who_may_is_told(store: Store) -> None:
    """A refusal names what the actor holds and the roles that may, officially in Indonesian."""
    store.spbe.open_evaluation("kota-a/2031", agency_name="Kota")
    store.spbe.people.appoint("determiner", actor="root")
    store.spbe.people.appoint("coordinator", actor="koor", agency="kota-a", by="root")
    with refused("not-permitted", NotPermittedError) as caught:
        store.spbe.assess("kota-a/2031", {"1": 3}, stage="document", reason="r", by="koor")

    assert "koor (koordinator) tidak berwenang memberi tingkat (document) untuk kota-a." in caught.value.what("id")
    assert "asesor eksternal" in caught.value.remedy("id")
    assert "external assessor" in caught.value.remedy("en")


def test_a_respondent_works_for_what_their_unit_was_given(store: Store) -> None:
    """Neither another unit's indicator, nor one of them beside an own one, nor one that was taken away since."""
    spbe, evaluation = store.spbe, "kota-a/2031"
    people = spbe.people
    people.appoint("determiner", actor="root")
    people.appoint("coordinator", actor="koor", agency="kota-a", by="root")
    for unit in ("dinas", "badan"):
        people.register_unit("kota-a", unit, name=unit, by="koor")
    people.appoint("respondent", actor="resp", agency="kota-a", unit="dinas", by="koor")
    spbe.open_evaluation(evaluation, agency_name="Kota", by="koor")
    shared = [WorkAssignment(subject="1", units=("badan", "dinas")), WorkAssignment(subject="2", units=("badan",))]
    spbe.assign_work(evaluation, shared, by="koor")

    def code(*indicators: str) -> str | None:
        levels = dict.fromkeys(indicators, 3)
        return code_of(attempt(partial(spbe.assess, evaluation, levels, stage="self", reason="r", by="resp"))[1])

    assert [code("1"), code("2"), code("1", "2"), code("3")] == [None, *["not-unit-task"] * 3]
    spbe.assign_work(evaluation, [WorkAssignment(subject="1", units=("badan",), reason="pindah")], by="koor")
    assert code("1") == "not-unit-task"
