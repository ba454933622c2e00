"""Under which permissions something was recorded is a fact, and an audit holds everything against them."""

import io
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from arrangements import Ticking, attempt, refused, rulebook_of, staged_edition
from staff import Staffed, employ

from spbe_core import Spbe, StoreError
from spbe_core.errors import NotPermittedError
from spbe_core.events import (
    ActorAppointed,
    ActorDismissed,
    Event,
    EvidenceSubmitted,
    IndicatorScored,
    ItemJudged,
    ObjectionAnswered,
    ObjectionRaised,
    PermissionsAdopted,
    PersonErased,
    StageClosed,
    UnitClosed,
    UnitRegistered,
)
from spbe_core.model.canonical import canonical_json
from spbe_core.model.finding import Finding
from spbe_core.model.verdict import ItemVerdict
from spbe_core.people import adoption, permitted
from spbe_core.people.adoption import adopted_permissions
from spbe_core.people.permissions import Permissions, permissions, read_permissions
from spbe_core.people.roster import STREAM
from spbe_core.ports import Append
from spbe_core.service.import_evaluation import DeterminationImport, EvaluationImport, EvidenceImport, StageImport

RULEBOOK = rulebook_of(staged_edition())
A = "kota-a/2031"
FILE = (Path(__file__).parents[2] / "src/spbe_core/people/permissions.toml").read_text(encoding="utf-8")
WIDER = read_permissions(FILE.replace("[close-stage.self]\n", '[close-stage.self]\ndata-entry = "own"\n'))
"""A table under which whoever enters data may close the self assessment."""


@pytest.fixture
def spbe(tmp_path: Path) -> Iterator[Spbe]:
    with Spbe.open(tmp_path / "spbe.db", create=True, rulebook=RULEBOOK, clock=Ticking()) as opened:
        yield opened


@pytest.fixture
def worked(spbe: Spbe) -> Spbe:
    """A store in which everybody has done their part, up to an objection that waits for its answer."""
    employ(spbe, "kota-a", ("dinas",))
    staffed = Staffed(spbe)
    staffed.open_evaluation(A, agency_name="Kota A")
    staffed.submit_evidence(A, io.BytesIO(b"isi"), indicators=["1"])
    staffed.close_stage(A, "self")
    staffed.assess(A, {"2": 3}, stage="document", reason="r")
    staffed.close_stage(A, "document")
    staffed.raise_objection(A, "2", stage="document", reason="r")
    assert spbe.audit().findings == ()
    return spbe


def use(table: Permissions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work under another table, as a program of another version does."""
    for module in (adoption, permitted):
        monkeypatch.setattr(module, "permissions", lambda: table)


LATER = datetime(2032, 1, 1, tzinfo=UTC)


def appointment(by: str, actor: str, role: str) -> ActorAppointed:
    """Return an appointment that binds to no agency."""
    return ActorAppointed(at=LATER, by=by, actor=actor, role=role, agency=None, unit=None, ground="")


def adopted(spbe: Spbe) -> list[tuple[str, str]]:
    """Return who adopted which table."""
    return [
        (one.event.by, one.event.digest) for one in spbe.people.history() if isinstance(one.event, PermissionsAdopted)
    ]


def forge(spbe: Spbe, stream: str, *events: Event) -> tuple[Finding, ...]:
    """Add events past the library and return what an audit finds."""
    version = len(list(spbe._ports.log.history(stream)))
    spbe._ports.log.append(Append(stream, version, events))
    return spbe.audit().differences


class TestAdopting:
    def test_it_is_a_fact_before_the_first_thing_it_allows(self, spbe: Spbe) -> None:
        """By whoever did that, in the same transaction, with the whole table; once."""
        spbe.people.register_unit("kota-a", "dinas", name="Dinas")
        spbe.people.appoint("determiner", actor="root")
        assert adopted(spbe) == []
        spbe.open_evaluation(A, agency_name="Kota A", by="root")
        log = [(one.stream, one.event.TOPIC) for one in spbe._ports.log.all()]
        spbe.people.appoint("auditor", actor="audit", by="root")
        (event,) = (one.event for one in spbe.people.history() if isinstance(one.event, PermissionsAdopted))

        assert [topic for _, topic in log[2:]] == [
            "spbe:permissions-adopted",
            "spbe:edition-registered",
            "spbe:evaluation-opened",
        ]
        assert adopted(spbe) == [("root", permissions().digest)]
        assert adopted_permissions(event).allowed == permissions().allowed

    def test_a_command_on_people_adopts_as_well(self, spbe: Spbe) -> None:
        """What it leads to comes after it."""
        spbe.people.appoint("determiner", actor="root")
        spbe.people.appoint("auditor", actor="audit", by="root")

        assert [one.event.TOPIC for one in spbe.people.history()] == [
            "spbe:actor-appointed",
            "spbe:permissions-adopted",
            "spbe:actor-appointed",
        ]

    def test_nothing_is_adopted_without_a_fact_that_rests_on_it(self, spbe: Spbe) -> None:
        """Neither by what is refused nor by what changes nothing, nor where nobody is appointed."""
        spbe.open_evaluation(A, agency_name="Kota A")
        spbe.people.appoint("determiner", actor="root")
        spbe.people.appoint("determiner", actor="root", by="root")
        for by in ("root", "nobody"):
            assert attempt(lambda by=by: spbe.close_stage(A, "self", by=by))[1] is not None

        assert adopted(spbe) == []

    def test_every_other_table_is_adopted_anew(self, spbe: Spbe, monkeypatch: pytest.MonkeyPatch) -> None:
        """An upgrade is on record where its permissions first mattered, and so is going back."""
        employ(spbe, "kota-a")
        use(WIDER, monkeypatch)
        spbe.open_evaluation(A, agency_name="Kota A", by="koor")
        spbe.submit_evidence(A, io.BytesIO(b"isi"), indicators=["1"], by="entri")
        monkeypatch.undo()
        spbe.close_stage(A, "self", by="koor")

        expected = [("penetap", permissions().digest), ("koor", WIDER.digest), ("koor", permissions().digest)]
        assert adopted(spbe) == expected

    def test_of_two_who_want_to_adopt_one_does(self, spbe: Spbe, tmp_path: Path) -> None:
        """The others find it adopted when they try again, and record what they came for."""
        spbe.people.appoint("determiner", actor="root")

        def open_one(number: int) -> None:
            with Spbe.open(tmp_path / "spbe.db", rulebook=RULEBOOK) as other:
                other.open_evaluation(f"kota-{number}/2031", agency_name="Kota", by="root")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(open_one, range(4)))

        assert adopted(spbe) == [("root", permissions().digest)]
        assert len(spbe.evaluation_ids()) == 4
        assert spbe.audit().findings == ()

    def test_erasing_content_in_several_evaluations_adopts_once(self, spbe: Spbe) -> None:
        """One transaction with many permissions rests on one table."""
        for evaluation in (A, "kota-b/2031"):
            spbe.open_evaluation(evaluation, agency_name="Kota")
            spbe.submit_evidence(evaluation, io.BytesIO(b"isi"), indicators=["1"])
        spbe.people.appoint("determiner", actor="root")
        digest = spbe.evaluation(A).evidence["E1"].digest
        spbe.erase_content(A, digest, ground="g", everywhere=True, by="root")

        assert adopted(spbe) == [("root", permissions().digest)]
        assert spbe.audit().differences == ()

    def test_what_proves_the_record_covers_it(self, worked: Spbe) -> None:
        """A checkpoint verifies with it, also after whoever adopted is erased."""
        checkpoint = worked.ledger.checkpoint("x")
        worked.people.appoint("determiner", actor="penetap-2", by="penetap")
        worked.people.erase("penetap", ground="g", by="penetap-2")

        assert worked.ledger.verify(checkpoint).findings == ()
        assert worked.audit().findings == ()


class TestReadingWhatWasAdopted:
    def test_a_table_of_another_version_is_read(self) -> None:
        """Commands, stages and roles that this version does not know; what it does not name is denied."""
        document = canonical_json(
            {"assess": {"further": {"raja": "any"}, "ulang": {}}, "menari": {"raja": "own"}, "reopen": {}}
        )
        table = adopted_permissions(event_of(document.decode()))

        assert table.allow("raja", "assess", "document", own=False)
        assert not table.allow("raja", "assess", "ulang", own=True)
        assert table.allow("raja", "menari", None, own=True)
        assert not table.allow("raja", "menari", None, own=False)
        assert not table.allow("determiner", "determine", None, own=True)

    @pytest.mark.parametrize(
        "document",
        [
            *(
                "",
                "[]",
                "{",
                '{"a":[]}',
                '{"a":{"b":"c"}}',
                '{"a": {}}',
                '{"a":{"b":{"c":1}}}',
                '{"a":{"b":{},"c":"own"}}',
            ),
            '{"a":' + "[" * 100_000,
            '{"a":' * 900 + "1" + "}" * 900,
        ],
        ids=lambda document: document[:25],
    )
    def test_what_is_no_table_is_refused(self, document: str) -> None:
        """Nor is one that is not written as it is adopted: its digest would not be that of the table."""
        with refused("permissions-record-wrong", StoreError):
            adopted_permissions(event_of(document))

    def test_a_digest_of_something_else_is_refused(self) -> None:
        """The digest is that of the table."""
        wrong = attrs.evolve(event_of(permissions().document), digest=WIDER.digest)
        with refused("permissions-record-wrong", StoreError):
            adopted_permissions(wrong)


def event_of(document: str) -> PermissionsAdopted:
    digest = Permissions(document, frozenset(), frozenset()).digest
    return PermissionsAdopted(at=datetime(2031, 1, 1, tzinfo=UTC), by="root", digest=digest, document=document)


def like(spbe: Spbe, kind: type[Event], **changes: object) -> Event:
    """Return the last event of a kind in the evaluation with changes, recorded now."""
    found = [one.event for one in spbe.history(A) if isinstance(one.event, kind)]
    return attrs.evolve(found[-1], at=spbe.evaluation(A).changed_at, **changes)


class TestAuditing:
    FORGED: Mapping[str, Callable[[Spbe], Event]] = {
        "evidence by an assessor": lambda spbe: like(spbe, EvidenceSubmitted, evidence="E2", by="ekstern"),
        "a level by the agency": lambda spbe: like(spbe, IndicatorScored, stage="interview", previous=None, by="koor"),
        "a stage closed by the agency": lambda spbe: like(spbe, StageClosed, stage="interview", by="koor"),
        "an outside score by the agency": lambda spbe: like(
            spbe, IndicatorScored, stage="interview", previous=None, basis="external", by="koor"
        ),
        "an objection by an assessor": lambda spbe: like(
            spbe, ObjectionRaised, objection="O2", item="I1-L1-01", by="ekstern"
        ),
        "an objection answered by whoever raised it": lambda spbe: ObjectionAnswered(
            at=spbe.evaluation(A).changed_at, by="koor", objection="O1", outcome="granted", reason="r"
        ),
        "an objection answered by whoever judged": lambda spbe: ObjectionAnswered(
            at=spbe.evaluation(A).changed_at, by="ekstern", objection="O1", outcome="denied", reason="r"
        ),
    }

    @pytest.mark.parametrize("forged", FORGED)
    def test_what_was_not_permitted_is_a_difference(self, worked: Spbe, forged: str) -> None:
        """Whoever held a role then, but none that may, did not record it: not with this library."""
        event = self.FORGED[forged](worked)
        found = forge(worked, A, event)

        assert "audit-not-permitted" in [one.code for one in found]
        (one,) = (one for one in found if one.code == "audit-not-permitted")
        assert (one.parameters["by"], one.parameters["topic"]) == (event.by, event.TOPIC)
        assert event.by in one.what("id")
        assert event.by in one.what("en")

    @pytest.mark.parametrize(
        "event",
        [
            appointment("koor", "b", "determiner"),
            appointment("penetap", "penetap", "auditor"),
            appointment("penetap", "b", "raja"),
            UnitRegistered(at=LATER, by="koor", agency="kota-b", unit="x", name="x"),
            UnitClosed(at=LATER, by="entri", agency="kota-a", unit="dinas", reason="r"),
            ActorDismissed(at=LATER, by="koor", actor="ekstern", role=None, unit=None, reason="r"),
            PersonErased(at=LATER, by="koor", actor="ekstern", ground="g"),
        ],
        ids=lambda event: event.TOPIC,
    )
    def test_so_is_what_happened_to_people(self, worked: Spbe, event: Event) -> None:
        """Nobody gives themselves, or anybody, a role past those who may give it."""
        assert [one.code for one in forge(worked, STREAM, event)] == ["audit-not-permitted"]

    def test_a_verdict_on_ones_own_evidence_is_a_difference(self, spbe: Spbe) -> None:
        """Carried over by a colleague or not, by what had been submitted when it was judged."""
        employ(spbe, "kota-a")
        spbe.people.appoint("data-entry", actor="intern", agency="kota-a", by="koor")
        for evaluation in ("kota-a/2030", A):
            spbe.open_evaluation(evaluation, agency_name="Kota A", by="koor")
        spbe.submit_evidence("kota-a/2030", io.BytesIO(b"isi"), indicators=["1"], by="entri")
        spbe.carry_over_evidence(A, "kota-a/2030#E1", by="koor")
        judged = ItemJudged(
            at=spbe.evaluation(A).changed_at,
            by="intern",
            stage="self",
            item="I1-L1-01",
            indicator="1",
            verdict="accepted",
            code="",
            reason="",
            evidence=("E1",),
        )
        assert forge(spbe, A, judged) == ()
        spbe.submit_evidence("kota-a/2030", io.BytesIO(b"isi"), indicators=["2"], by="intern")
        assert spbe.audit().differences == ()
        (found,) = forge(spbe, A, judged)

        assert (found.code, found.parameters["version"]) == ("audit-not-permitted", 4)
        assert "E1" in found.what("en")

    def test_what_a_table_of_its_time_allowed_is_no_difference(
        self, spbe: Spbe, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is asked is the table that was adopted then, whatever is installed now, and never a later one."""
        employ(spbe, "kota-a")
        for year in ("2030", "2031"):
            spbe.open_evaluation(f"kota-a/{year}", agency_name="Kota A", by="koor")
        use(WIDER, monkeypatch)
        spbe.close_stage("kota-a/2030", "self", by="entri")
        monkeypatch.undo()
        with refused("not-permitted", NotPermittedError):
            spbe.close_stage(A, "self", by="entri")
        spbe.submit_evidence(A, io.BytesIO(b"isi"), indicators=["1"], by="entri")
        assert spbe.audit().findings == ()
        closed = spbe.history("kota-a/2030")[-1].event
        found = forge(spbe, A, attrs.evolve(closed, at=spbe.evaluation(A).changed_at))

        assert [one.code for one in found if one.code != "audit-card-differs"] == ["audit-not-permitted"]

    def test_an_import_is_permitted_as_one(self, spbe: Spbe, tmp_path: Path) -> None:
        """Everything in it rests on the import, and nothing that is added to it later does."""
        (tmp_path / "bukti.txt").write_bytes(b"isi")
        employ(spbe, "kota-a")
        stages = [
            StageImport(stage=stage, values=dict.fromkeys("12345", "3"), verdicts={"I1-L1-01": "accepted"})
            for stage in ("self", "document", "interview", "visitation", "uji-publik")
        ]
        whole = EvaluationImport(
            id=A,
            agency_name="Kota A",
            stages=tuple(stages),
            evidence=(EvidenceImport(file="bukti.txt", indicators=("1",)),),
            determination=DeterminationImport(decree="SK 1"),
        )
        fed = EvaluationImport(
            id="kota-a/2030", agency_name="Kota A", stages=(StageImport(stage="self", external_scores={"5": "50"}),)
        )
        spbe.import_evaluation(fed, by="penetap")
        spbe.import_evaluation(whole, folder=tmp_path, by="penetap")
        assert spbe.audit().findings == ()
        spbe.reopen(A, "self", reason="r", by="penetap")
        spbe.people.appoint("auditor", actor="audit", by="penetap")
        scored = like(spbe, IndicatorScored, stage="self", indicator="1", value="4", previous="3", external_score=None)
        submitted = like(spbe, EvidenceSubmitted, evidence="E2")
        found = forge(spbe, A, scored, submitted)

        assert [(one.code, one.parameters.get("respect")) for one in found] == [
            ("audit-impossible", "import"),
            ("audit-not-permitted", None),
            ("audit-not-permitted", None),
        ]

    def test_what_was_recorded_before_anything_was_adopted_is_not_asked(self, spbe: Spbe) -> None:
        """Of a store that an older version wrote it is not known which permissions it had."""
        spbe.open_evaluation(A, agency_name="Kota A")
        appointed = attrs.evolve(appointment("x", "ekstern", "external-assessor"), agency="univ")
        spbe._ports.log.append(Append(STREAM, 0, (appointed,)))
        spbe._ports.log.append(Append(A, 1, (attrs.evolve(event_closed(spbe), by="ekstern"),)))

        assert spbe.audit().findings == ()

    @pytest.mark.parametrize("document", ["{}", "x"])
    def test_an_adoption_that_cannot_be_read_is_a_difference(self, worked: Spbe, document: str) -> None:
        """And of what follows it nothing is known."""
        planted = attrs.evolve(event_of(permissions().document), by="penetap", document=document)
        found = forge(worked, STREAM, planted)

        assert [(one.code, one.parameters["id"]) for one in found] == [("audit-unreadable", STREAM)]
        assert forge(worked, A, like(worked, EvidenceSubmitted, evidence="E2", by="ekstern")) == found

    @pytest.mark.parametrize("change", ["UPDATE spbe_event SET state = x'00'", "DELETE FROM spbe_event"])
    def test_after_an_unreadable_event_of_the_people_nobody_is_accused(
        self, worked: Spbe, tmp_path: Path, change: str
    ) -> None:
        """Who held which role is not known any more: one difference says so, and nothing is held against it."""
        worked.people.appoint("data-entry", actor="baru", agency="kota-a", by="koor")
        worked.people.register_unit("kota-a", "bagian", name="Bagian", by="koor")  # by which a gap is noticed
        worked.submit_evidence(A, io.BytesIO(b"lain"), indicators=["2"], by="baru")
        worked.people.dismiss("baru", reason="r", by="koor")
        worked.people.appoint("auditor", actor="audit", by="penetap")
        place = next(
            one.version
            for one in worked.people.history()
            if isinstance(one.event, ActorAppointed) and one.event.actor == "baru"
        )
        spoil(tmp_path, STREAM, place, change)
        found = worked.audit().differences

        assert [(one.code, one.parameters["id"]) for one in found] == [("audit-unreadable", STREAM)]

    def test_whether_it_was_permitted_may_not_be_known(self, spbe: Spbe, tmp_path: Path) -> None:
        """An audit of one year says so where an earlier one, whose evidence it goes on with, cannot be read."""
        employ(spbe, "kota-a")
        for evaluation in ("kota-a/2030", A):
            spbe.open_evaluation(evaluation, agency_name="Kota A", by="koor")
        spbe.submit_evidence("kota-a/2030", io.BytesIO(b"isi"), indicators=["1"], by="entri")
        spbe.carry_over_evidence(A, "kota-a/2030#E1", by="koor")
        spbe.judge_items(A, [ItemVerdict(item="I1-L1-01", verdict="accepted")], stage="self", by="intern")
        assert spbe.audit(A).differences == ()
        spoil(tmp_path, "kota-a/2030", 2)
        (found,) = spbe.audit(A).differences

        assert (found.code, found.parameters["version"]) == ("audit-permission-unknown", 3)
        assert "kota-a/2030" in found.what("id")
        with refused("earlier-unreadable", StoreError) as caught:
            spbe.judge_items(A, [ItemVerdict(item="I1-L1-01", verdict="accepted")], stage="self", by="intern")
        assert str(caught.value.parameters["id"]) == "kota-a/2030"


def spoil(folder: Path, stream: str, version: int, change: str = "UPDATE spbe_event SET state = x'00'") -> None:
    """Make an event unreadable behind the store's back, or take it away."""
    with closing(sqlite3.connect(folder / "spbe.db")) as database, database:
        where = "WHERE originator_id = ? AND originator_version = ?"
        changed = database.execute(f"{change} {where}", (stream, version))
        assert changed.rowcount == 1


def event_closed(spbe: Spbe) -> Event:
    """Return the closing of the self assessment, as the library would record it now."""
    with Spbe.open("memory:", rulebook=RULEBOOK) as other:
        other.open_evaluation(A, agency_name="Kota A")
        other.close_stage(A, "self")
        return attrs.evolve(other.history(A)[-1].event, at=spbe.evaluation(A).changed_at)
