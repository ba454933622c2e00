"""The front door: calculating from values alone, opening a store, and what a store answers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import attrs
import pytest
from arrangements import Plugin, Ticking, refused, rulebook_of, small_edition

from spbe_core import InputError, RecordError, RulesError, Spbe, StoreError, score
from spbe_core.model.document import DocumentFacts
from spbe_core.model.dossier import Dossier
from spbe_core.model.score import IndicatorScore
from spbe_core.plugins import PluginRulebook
from spbe_core.rules import AssessorLevel

EDITION = small_edition()
DRAFT = small_edition(id="contoh-2", lifecycle="draft", in_force=None, years=(2033,))
RULEBOOK = rulebook_of(EDITION, DRAFT)
LEVELS: dict[str, Any] = {"1": 3, "2": 4, "3": 2, "4": 5, "5": 1}
KOTA = "kota-a/2030"
FROM_JANUARY = DocumentFacts(effective=date(2030, 1, 2))


@pytest.fixture
def clock() -> Ticking:
    return Ticking(datetime(2030, 6, 1, tzinfo=UTC))


@pytest.fixture
def spbe(clock: Ticking) -> Iterator[Spbe]:
    with Spbe.open("memory:", rulebook=RULEBOOK, clock=clock) as opened:
        opened.open_evaluation(KOTA, agency_name="Kota A")
        yield opened


class TestScore:
    def test_every_way_to_write_a_level_is_the_same(self) -> None:
        """An int, a Decimal, a Fraction and the text of a level make equal cards."""
        cards = [
            score({**LEVELS, "1": level}, year=2030, rulebook=RULEBOOK)
            for level in (3, Decimal(3), Decimal("3.000"), Fraction(3), "3")
        ]

        assert cards == [cards[0]] * 5

    def test_the_edition_is_that_of_the_year_or_the_named_one(self) -> None:
        """A year finds its edition; a name needs no year; both must agree."""
        by_year = score(LEVELS, year=2031, rulebook=RULEBOOK)
        by_name = score(LEVELS, edition=EDITION.id, rulebook=RULEBOOK)

        assert (by_year.edition, by_year.year, by_year.grade_basis) == (EDITION.id, 2031, "rounded")
        assert (by_name.edition, by_name.year, by_name.grade_basis) == (EDITION.id, None, "exact")
        assert by_year.edition_digest == EDITION.digest

    @pytest.mark.parametrize(
        ("choice", "code"),
        [
            ({}, "edition-or-year-needed"),
            ({"year": 1999}, "no-edition-for-year"),
            ({"year": 2033}, "no-edition-for-year"),
            ({"edition": "lain"}, "unknown-edition"),
            ({"edition": EDITION.id, "year": 1999}, "year-outside-edition"),
        ],
        ids=str,
    )
    def test_without_an_edition_there_is_no_score(self, choice: dict[str, Any], code: str) -> None:
        """No edition, an unknown one, a draft's year or a year that is not the edition's are each refused."""
        with refused(code, InputError) as caught:
            score(LEVELS, rulebook=RULEBOOK, **choice)

        assert caught.value.what("en")

    def test_a_draft_may_be_explored(self) -> None:
        """A draft that is named scores like any other edition."""
        assert score(LEVELS, edition=DRAFT.id, rulebook=RULEBOOK).edition == DRAFT.id

    def test_a_year_of_two_editions_is_ambiguous(self) -> None:
        """Two editions for one year are an error that names both; naming one helps."""
        rulebook = rulebook_of(EDITION, attrs.evolve(EDITION, id="contoh-3"))
        with refused("year-claimed-twice", RulesError) as caught:
            score(LEVELS, year=2030, rulebook=rulebook)

        assert caught.value.parameters["editions"] == "contoh-1, contoh-3"
        assert score(LEVELS, edition="contoh-3", year=2030, rulebook=rulebook).complete

    def test_nothing_installed_is_said_so(self) -> None:
        """Without any rule pack the error still has its words."""
        with refused("no-edition-for-year") as caught:
            score(LEVELS, year=2030, rulebook=PluginRulebook({}))

        assert "-" in caught.value.remedy("en")

    def test_an_unknown_indicator_refuses_the_card(self) -> None:
        """A value for what the edition does not have is a mistake, with or without a value in it."""
        for value in (3, None):
            with refused("unknown-indicator", InputError):
                score({**LEVELS, "6": value}, year=2030, rulebook=RULEBOOK)


class TestOpening:
    @pytest.mark.parametrize("form", ["sqlite:///{}", "{}"])
    def test_an_address_or_a_path(self, tmp_path: Path, form: str) -> None:
        """The address of a file and its plain path open the same store."""
        path = tmp_path / "spbe.db"
        with Spbe.open(path, create=True, rulebook=RULEBOOK) as made:
            made.open_evaluation(KOTA, agency_name="Kota A")
        with Spbe.open(form.format(path), rulebook=RULEBOOK) as opened:
            assert [row.id for row in opened.evaluations()] == [KOTA]

    @pytest.mark.parametrize(
        "name", ["a b.db", "100%.db", "a?b.db", "a#b.db", "ä.db", "a%20b.db", "a&mode=memory.db", "'.db"]
    )
    def test_any_file_name(self, tmp_path: Path, name: str) -> None:
        """Characters that mean something in an address mean nothing in a path; the file has that very name."""
        path = tmp_path / "ein ordner?" / name
        with Spbe.open(path, create=True, rulebook=RULEBOOK) as made:
            made.open_evaluation(KOTA, agency_name="Kota A")
            made.submit_evidence(KOTA, BytesIO(b"isi"), indicators=["1"])
        with Spbe.open(path, rulebook=RULEBOOK) as opened:
            assert opened.audit().findings == ()
        assert path.is_file()
        assert path.with_suffix(".vault").is_dir()
        assert {entry.name for entry in tmp_path.iterdir()} == {"ein ordner?"}

    def test_an_escaped_address(self, tmp_path: Path) -> None:
        """In an address, %20 is a space."""
        Spbe.open(f"sqlite:///{tmp_path}/a%20b.db", create=True).close()

        assert (tmp_path / "a b.db").is_file()

    @pytest.mark.parametrize(
        "address", ["", "postgres://host/db", "sqlite://", "sqlite:///", "sqlite://relative.db", "http:///a", "a\0b"]
    )
    def test_other_addresses_are_refused(self, address: str) -> None:
        """What names no file is not understood, rather than made into one."""
        with refused("store-url-unknown", InputError):
            Spbe.open(address, create=True)

    def test_memory_is_forgotten(self) -> None:
        """A store in memory starts empty and ends with its object."""
        with Spbe.open("memory:", rulebook=RULEBOOK) as first:
            first.open_evaluation(KOTA, agency_name="Kota A")
        with Spbe.open("memory:", rulebook=RULEBOOK) as second:
            assert second.evaluations() == []

    def test_a_closed_store_says_so(self, tmp_path: Path) -> None:
        """Using a store after closing it is an error of the store; closing twice is none."""
        with Spbe.open(tmp_path / "spbe.db", create=True) as spbe:
            pass
        spbe.close()
        for use in (spbe.evaluations, spbe.audit, spbe.rebuild, lambda: spbe.evaluation(KOTA)):
            with refused("store-closed", StoreError):
                use()

    def test_by_default_the_clock_is_the_time(self) -> None:
        """Without a clock of its own a store records the present time in UTC."""
        before = datetime.now(UTC)
        with Spbe.open("memory:", rulebook=RULEBOOK) as spbe:
            opened = spbe.open_evaluation(KOTA, agency_name="Kota A").opened_at

        assert before <= opened <= datetime.now(UTC)
        assert opened.utcoffset() == timedelta(0)


class TestEvaluation:
    @pytest.mark.parametrize(
        "name",
        ["", "kota-a", "Kota-A/2030", "kota a/2030", "-a/2030", "a-/2030", "a/30", "a/2030/x", "a/٢٠٣٠", "../2030"],
    )
    def test_a_malformed_name_is_refused(self, spbe: Spbe, name: str) -> None:
        """An evaluation is named AGENCY/YEAR in lower-case ASCII."""
        with refused("evaluation-id-malformed", InputError):
            spbe.open_evaluation(name, agency_name="A")

    def test_a_name_that_is_not_there(self, spbe: Spbe) -> None:
        """Asking for an evaluation nobody opened is refused, whatever is asked."""
        for ask in (spbe.evaluation, spbe.card, spbe.explain, spbe.history, spbe.edition_of):
            with refused("evaluation-unknown", RecordError):
                ask("kota-b/2030")

    def test_the_default_process_has_the_most_stages(self, spbe: Spbe) -> None:
        """Without a process the edition's last one applies; a shorter one can be named."""
        short = spbe.open_evaluation("kota-b/2030", agency_name="Kota B", process="pendek")

        assert spbe.evaluation(KOTA).process == "penuh"
        assert short.stages == ("self",)

    @pytest.mark.parametrize(
        ("choice", "code"),
        [
            ({"edition": DRAFT.id}, "edition-is-draft"),
            ({"edition": "lain"}, "unknown-edition"),
            ({"process": "cepat"}, "unknown-process"),
            ({"agency_name": " "}, "text-missing"),
            ({"agency_name": "Kota \udcff"}, "text-not-unicode"),
        ],
        ids=repr,
    )
    def test_what_cannot_be_opened(self, spbe: Spbe, choice: dict[str, str], code: str) -> None:
        """A draft, an unknown edition or process and a name that cannot be written open nothing."""
        with refused(code, InputError):
            spbe.open_evaluation("kota-b/2030", **{"agency_name": "Kota B", **choice})

        assert [row.id for row in spbe.evaluations()] == [KOTA]

    def test_a_year_that_is_not_the_edition_s(self, spbe: Spbe) -> None:
        """An edition cannot be pinned in a year it does not apply to."""
        with refused("year-outside-edition", InputError):
            spbe.open_evaluation("kota-b/2029", agency_name="Kota B", edition=EDITION.id)

    @pytest.mark.parametrize(
        "value", [3.0, True, "3.0", "", 6, None, Decimal("3.5"), Fraction(7, 2), Decimal("1e9999999")], ids=repr
    )
    def test_one_wrong_value_records_none(self, spbe: Spbe, value: Any) -> None:
        """Values are taken all or not at all."""
        with pytest.raises(InputError) as caught:
            spbe.assess(KOTA, {"1": 3, "2": value}, stage="self", reason="SK")

        assert caught.value.parameters["at_indicator"] == "2"
        assert spbe.evaluation(KOTA).scores == {}

    def test_the_card_of_a_stage(self, spbe: Spbe) -> None:
        """A card may be asked for up to a stage, with what was carried over to it, or of all stages."""
        spbe.assess(KOTA, LEVELS, stage="self", reason="SK")
        spbe.close_stage(KOTA, "self")
        spbe.assess(KOTA, {"1": 5}, stage="document", reason="SK")
        levels = {stage: spbe.card(KOTA, stage=stage).indicator("1").value for stage in ("self", "document")}

        assert levels == {"self": 3, "document": 5}
        assert spbe.card(KOTA).indicator("1").value == 5
        with refused("unknown-stage", InputError):
            spbe.card(KOTA, stage="interview")

    def test_closing_again_counts_nothing_from_later_stages(self, spbe: Spbe) -> None:
        """After reopening, the card an early stage is closed with is made of values up to that stage only."""
        spbe.assess(KOTA, LEVELS, stage="self", reason="SK")
        before = spbe.close_stage(KOTA, "self").closed["self"]
        spbe.assess(KOTA, dict.fromkeys(LEVELS, 5), stage="document", reason="SK")
        spbe.reopen(KOTA, "self", reason="sanggah")
        after = spbe.close_stage(KOTA, "self").closed["self"]

        assert after == before
        assert spbe.card(KOTA).index == 5
        assert spbe.audit().findings == ()

    def test_the_list_is_by_agency_and_year(self, spbe: Spbe) -> None:
        """One agency's years stand together, whatever order they were opened in; a reopened result is not shown."""
        for name in ("kota-b/2031", "kota-a/2032", "kota-b/2030"):
            spbe.open_evaluation(name, agency_name="Kota", process="pendek")
            spbe.assess(name, LEVELS, stage="self", reason="SK")
            spbe.close_stage(name, "self")
        spbe.determine("kota-b/2030", decree="SK 1")
        spbe.determine("kota-b/2031", decree="SK 1")
        spbe.reopen("kota-b/2031", "self", reason="sanggah")
        rows = spbe.evaluations()

        assert [row.id for row in rows] == [KOTA, "kota-a/2032", "kota-b/2030", "kota-b/2031"]
        assert [(row.decree, row.index is None) for row in rows] == [
            (None, True),
            (None, False),
            ("SK 1", False),
            (None, True),
        ]

    def test_explanations_of_index_node_and_indicator(self, spbe: Spbe) -> None:
        """Each subject has its explanation, ending for an indicator in the grade; an unknown subject is refused."""
        spbe.assess(KOTA, LEVELS, stage="self", reason="SK")
        last = {subject: spbe.explain(KOTA, subject)[-1].code for subject in (None, "D1", "A3", "4")}

        assert last == {
            None: "reason-grade-basis-exact",
            "D1": "reason-rounding",
            "A3": "reason-rounding",
            "4": "reason-grade-basis-exact",
        }
        with refused("unknown-indicator", InputError):
            spbe.explain(KOTA, "9")


class TestTime:
    def test_as_of_a_moment_between_two_records(self, spbe: Spbe, clock: Ticking) -> None:
        """At a moment the record has what was recorded by then, that very instant included."""
        spbe.assess(KOTA, {"1": 3}, stage="self", reason="SK")
        moment = clock.now
        spbe.assess(KOTA, {"1": 5}, stage="self", reason="ditinjau")
        jakarta = moment.astimezone(timezone(timedelta(hours=7)))

        assert [spbe.evaluation(KOTA, as_of=at).scores["self"]["1"].value for at in (moment, jakarta)] == ["3", "3"]
        assert spbe.card(KOTA, as_of=moment).indicator("1").value == 3
        assert spbe.evaluation(KOTA, as_of=moment - timedelta(microseconds=1)).scores == {}

    def test_before_it_was_opened_there_was_nothing(self, spbe: Spbe, clock: Ticking) -> None:
        """A moment before the first record is refused, and the error says when that was."""
        with refused("nothing-recorded-yet", RecordError) as caught:
            spbe.evaluation(KOTA, as_of=clock.now - timedelta(days=1))

        assert caught.value.parameters["first"] == spbe.evaluation(KOTA).opened_at
        with refused("evaluation-unknown", RecordError):
            spbe.evaluation("kota-b/2030", as_of=clock.now)

    def test_a_moment_needs_its_time_zone(self, spbe: Spbe) -> None:
        """A time without a zone could mean any of 24 and is refused."""
        with refused("moment-malformed", InputError):
            spbe.evaluation(KOTA, as_of=datetime(2030, 6, 1))  # noqa: DTZ001

    def test_recorded_time_never_runs_backwards(self, spbe: Spbe, clock: Ticking) -> None:
        """Where the clock is set back, an event is recorded at the time of the one before it."""
        spbe.assess(KOTA, {"1": 3}, stage="self", reason="SK")
        latest = spbe.evaluation(KOTA).changed_at
        clock.now -= timedelta(days=400)
        spbe.assess(KOTA, {"2": 3}, stage="self", reason="SK")
        times = [recorded.event.at for recorded in spbe.history(KOTA)]

        assert times == sorted(times)
        assert times[-1] == latest


class TestEvidence:
    def test_a_document_and_what_is_known_of_it(self, spbe: Spbe, tmp_path: Path) -> None:
        """A file's content, name, size, indicators and dates are recorded; the title defaults to the name."""
        (tmp_path / "sk.pdf").write_bytes(b"isi")
        spbe.submit_evidence(KOTA, str(tmp_path / "sk.pdf"), indicators=["2", "1", "2"], document=FROM_JANUARY)
        spbe.submit_evidence(KOTA, tmp_path / "sk.pdf", indicators=["1"], title=" SK ", by="opd-3")
        first, second = spbe.evaluation(KOTA).evidence.values()

        assert (first.title, first.file_name, first.size, first.indicators) == ("sk.pdf", "sk.pdf", 3, ("2", "1"))
        assert (first.document.effective, first.submitted_by) == (date(2030, 1, 2), "local")
        assert (second.title, second.submitted_by, second.digest) == ("SK", "opd-3", first.digest)

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("/etc/passwd", "passwd"),
            ("..\\..\\windows\\sk.pdf", "sk.pdf"),
            ("sk\udcff.pdf", "sk\\udcff.pdf"),
            (None, "unnamed"),
        ],
    )
    def test_a_file_name_is_only_a_name(self, spbe: Spbe, given: str | None, kept: str) -> None:
        """Of a path its last part is kept, bytes that are no text are spelled out, and a stream has no name."""
        evaluation = spbe.submit_evidence(KOTA, BytesIO(b"isi"), indicators=["1"], file_name=given)

        assert evaluation.evidence["E1"].file_name == kept

    def test_a_real_file_with_an_undecodable_name(self, spbe: Spbe, tmp_path: Path) -> None:
        """A file whose name is no UTF-8 can be submitted like any other."""
        path = tmp_path / "sk\udcff.pdf"
        path.write_bytes(b"isi")
        evidence = spbe.submit_evidence(KOTA, path, indicators=["1"]).evidence["E1"]

        assert evidence.file_name == evidence.title == "sk\\udcff.pdf"

    def test_what_cannot_be_submitted(self, spbe: Spbe, tmp_path: Path) -> None:
        """A missing file, a folder, an unknown indicator and no indicator at all are refused and leave no trace."""
        for content, indicators, code in (
            (tmp_path / "sk.pdf", ["1"], "file-missing"),
            (tmp_path, ["1"], "file-not-regular"),
            (BytesIO(b"isi"), ["9"], "unknown-indicator"),
            (BytesIO(b"isi"), [], "evidence-without-indicator"),
        ):
            with refused(code, InputError):
                spbe.submit_evidence(KOTA, content, indicators=indicators)

        assert spbe.evaluation(KOTA).evidence == {}

    @pytest.mark.parametrize("failure", [OSError(5, "Input/output error"), ValueError("closed file")], ids=repr)
    def test_a_document_that_vanishes_while_it_is_read(self, tmp_path: Path, failure: Exception) -> None:
        """Where reading breaks off, the sender is told, nothing is recorded and no part of it is kept."""

        class Vanishing(BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                piece = super().read(1_000_000)
                if not piece:
                    raise failure
                return piece

        with Spbe.open(tmp_path / "spbe.db", create=True, rulebook=RULEBOOK) as spbe:
            spbe.open_evaluation(KOTA, agency_name="Kota A")
            with refused("file-unreadable", InputError):
                spbe.submit_evidence(KOTA, Vanishing(bytes(3_000_000)), indicators=["1"])

            assert spbe.evaluation(KOTA).version == 1
            assert [path for path in (tmp_path / "spbe.vault").rglob("*") if path.is_file()] == []

    def test_content_is_gone_or_changed(self, tmp_path: Path) -> None:
        """An audit finds content that is missing and content that is not what it was, and opening it says so."""
        with Spbe.open(tmp_path / "spbe.db", create=True, rulebook=RULEBOOK) as spbe:
            spbe.open_evaluation(KOTA, agency_name="Kota A")
            digests = [
                spbe.submit_evidence(KOTA, BytesIO(content), indicators=["1"]).evidence[name].digest
                for name, content in (("E1", b"satu"), ("E2", b"dua"), ("E3", b"tiga"))
            ]
            paths = [tmp_path / "spbe.vault" / digest[7:9] / digest[9:] for digest in digests]
            paths[0].unlink()
            paths[1].write_bytes(b"DUA")
            report = spbe.audit()

            assert [(finding.code, finding.parameters["evidence"]) for finding in report.findings] == [
                ("audit-content-missing", "E1"),
                ("audit-content-changed", "E2"),
            ]
            assert report.differences == report.findings
            assert report.contents == 3
            with refused("content-missing", StoreError):
                spbe.evidence_content(digests[0])

    def test_rules_see_the_documents_that_stand(self) -> None:
        """Rules see an indicator's year, value and stage, and the documents that stand, not those taken back."""
        seen: list[Dossier] = []

        class Watching(AssessorLevel):
            def score(self, dossier: Dossier) -> IndicatorScore:
                seen.append(dossier)
                return super().score(dossier)

        rules = [Watching(EDITION.id, node.id, "s") for node in EDITION.top_nodes()]
        rulebook = PluginRulebook({"watching": Plugin(EDITION, rules=rules)})
        with Spbe.open("memory:", rulebook=rulebook, clock=Ticking()) as spbe:
            spbe.open_evaluation(KOTA, agency_name="Kota A")
            spbe.submit_evidence(KOTA, BytesIO(b"1"), indicators=["1", "2"])
            spbe.submit_evidence(KOTA, BytesIO(b"2"), indicators=["1"])
            spbe.submit_evidence(KOTA, BytesIO(b"3"), indicators=["1"], supersedes="E1")
            evidence = spbe.withdraw_evidence(KOTA, "E2", reason="salah").evidence
            spbe.assess(KOTA, {"1": 4}, stage="self", reason="SK")
            spbe.card(KOTA)
        first, second, *_ = seen

        assert (first.indicator.id, first.year, first.value, first.stage) == ("1", 2030, 4, "self")
        assert first.evidence == (evidence["E3"].digest,)
        assert (second.value, second.stage, second.evidence) == (None, None, ())
