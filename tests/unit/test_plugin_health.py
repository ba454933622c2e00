"""Plugins that are left out, built for another library, or fail in passing: the rest goes on working and says why."""

import sys
from collections.abc import Callable
from datetime import date
from importlib.metadata import EntryPoint
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from arrangements import Plugin, python, refused, small_edition

from spbe_core import InputError, RulesError, Spbe, score
from spbe_core.model.document import DocumentFacts
from spbe_core.model.edition import Edition
from spbe_core.model.scorecard import Scorecard
from spbe_core.plugins import PluginRulebook, discovery
from spbe_core.rules import Committed, EvidenceCheck, EvidenceFacts, ExportFormat, Refusal, hookimpl

GOOD = small_edition()
LEVELS = {leaf.id: 3 for leaf in GOOD.indicators}


def hooks(**answers: Callable[[Any], Any]) -> SimpleNamespace:
    """A plugin object with these hooks."""

    def hook(answer: Callable[[Any], Any]) -> Any:
        return hookimpl(lambda context: answer(context))  # noqa: PLW0108 - the argument's name is the hook's

    return SimpleNamespace(**{name: hook(answer) for name, answer in answers.items()})


def health(rulebook: PluginRulebook) -> dict[str, str]:
    return {status.name: status.health for status in rulebook.plugins()}


class TestLeavingOut:
    @pytest.mark.parametrize("disabled", [["baik"], ["*"]])
    def test_a_disabled_plugin_is_never_loaded(self, disabled: list[str]) -> None:
        """It is listed with how to get it back, and brings nothing."""
        rulebook = PluginRulebook({"baik": Plugin(GOOD)}, disabled=disabled)

        assert health(rulebook) == {"baik": "disabled"}
        assert "SPBE_DISABLE_PLUGINS" in rulebook.plugins()[0].told("en")
        assert rulebook.editions() == ()

    def test_the_environment_leaves_out_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Names are separated by commas; the other plugins stay."""
        monkeypatch.setenv("SPBE_DISABLE_PLUGINS", " rusak ,entah")
        rulebook = PluginRulebook({"baik": Plugin(GOOD), "rusak": 3})

        assert health(rulebook) == {"baik": "ok", "rusak": "disabled"}

    def test_leaving_out_works_where_import_ends_the_program(self) -> None:
        """A plugin that would end the process is not touched when it is disabled, and isolated when it is not."""

        class Ending(dict[str, object]):
            def __getitem__(self, name: str) -> object:
                return sys.exit(3) if name == "nakal" else super().__getitem__(name)

        modules = Ending({"baik": Plugin(GOOD), "nakal": None})

        assert health(PluginRulebook(modules)) == {"baik": "ok", "nakal": "broken"}
        assert health(PluginRulebook(modules, disabled=["nakal"])) == {"baik": "ok", "nakal": "disabled"}
        assert score(LEVELS, edition=GOOD.id, rulebook=PluginRulebook(modules)).index_text == "3.00"


class TestApi:
    def test_a_plugin_for_another_api_is_skipped_with_what_to_do(self) -> None:
        """It is neither used nor called broken."""
        plugin = Plugin(GOOD)
        plugin.SPBE_API = 2  # type: ignore[attr-defined]
        rulebook = PluginRulebook({"lama": plugin, "baik": Plugin(small_edition(id="lain-1"))})
        status = rulebook.plugins()[1]

        assert (status.name, status.health) == ("lama", "skipped")
        assert "API 2" in status.told("en")
        assert "API 1" in status.told("en")
        assert [edition.id for edition in rulebook.editions()] == ["lain-1"]

    def test_it_is_not_even_imported(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The number is read from the source: what was built for another API may not import at all."""
        (tmp_path / "plugin_masa_depan.py").write_text(
            "from spbe_core.rules import something_new\nSPBE_API: int = 7\n", encoding="utf-8"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        entry = EntryPoint("masa-depan", "plugin_masa_depan", "spbe")
        monkeypatch.setattr(discovery, "entry_points", lambda group: [entry])

        assert health(PluginRulebook()) == {"masa-depan": "skipped"}
        assert "plugin_masa_depan" not in sys.modules

    def test_what_a_plugin_prints_is_no_part_of_an_answer(self) -> None:
        """Standard output is the program's."""
        out = python(
            "from spbe_core.plugins import PluginRulebook\n"
            "from spbe_core.rules import hookimpl\n"
            "class Loud:\n"
            "    @hookimpl\n"
            "    def spbe_editions(self, context):\n"
            "        print('halo')\n"
            "        return ()\n"
            "print([one.health for one in PluginRulebook({'keras': Loud()}).plugins()])\n"
        )

        assert out == "['ok']\n"


class TestObservers:
    def test_each_commit_is_told_once_with_its_facts(self) -> None:
        """Stream, version, topics, actors and members arrive, in order; an edition's entry is told as well."""
        told: list[Committed] = []
        plugins = {"baik": Plugin(GOOD), "pengamat": hooks(spbe_committed=told.append)}
        with Spbe.open("memory:", rulebook=PluginRulebook(plugins)) as spbe:
            spbe.open_evaluation("kota-a/2030", agency_name="Kota A", by="koordinator")
            spbe.assess("kota-a/2030", {"1": 3, "2": 4}, stage="self", reason="uji", by="asesor")

        assert [(one.stream.partition("/")[0], one.version) for one in told] == [
            ("edition", 1),
            ("kota-a", 1),
            ("kota-a", 3),
        ]
        facts = told[-1].facts
        assert [fact.topic for fact in facts] == ["spbe:indicator-scored@2"] * 2
        assert [(fact.by, fact.members["indicator"], fact.members["value"]) for fact in facts] == [
            ("asesor", "1", "3"),
            ("asesor", "2", "4"),
        ]

    def test_an_observer_that_fails_harms_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        """The record is written, the other observers hear of it, and the failure is logged with the plugin's name."""
        told: list[Committed] = []

        def fail(context: Committed) -> None:
            raise OSError("jaringan putus")

        plugins = {
            "baik": Plugin(GOOD),
            "gagal": hooks(spbe_committed=fail),
            "pengamat": hooks(spbe_committed=told.append),
        }
        with Spbe.open("memory:", rulebook=PluginRulebook(plugins)) as spbe:
            spbe.open_evaluation("kota-a/2030", agency_name="Kota A")

            assert spbe.evaluation("kota-a/2030").version == 1
        assert len(told) == 2
        assert "gagal" in caplog.text
        assert "jaringan putus" in caplog.text

    def test_an_observer_may_record_without_end(self) -> None:
        """What observers record themselves is told to the others, and never back: it comes to an end."""
        told: list[str] = []
        opened: list[Spbe] = []

        def recording(name: str) -> Callable[[Committed], None]:
            def record(context: Committed) -> None:
                told.append(f"{name} {context.version}")
                if not context.stream.startswith("edition/"):
                    opened[0].assess("kota-a/2030", {"1": 3}, stage="self", reason=name, by=name)

            return record

        plugins = {
            "baik": Plugin(GOOD),
            "satu": hooks(spbe_committed=recording("satu")),
            "dua": hooks(spbe_committed=recording("dua")),
        }
        with Spbe.open("memory:", rulebook=PluginRulebook(plugins)) as spbe:
            opened.append(spbe)
            spbe.open_evaluation("kota-a/2030", agency_name="Kota A")
            reasons = [getattr(one.event, "reason", "") for one in spbe.history("kota-a/2030")]

            assert sorted(reasons) == ["", "dua", "dua", "satu", "satu"]
            told.clear()
            spbe.assess("kota-a/2030", {"2": 3}, stage="self", reason="uji")
        assert len(told) == 4

    def test_nothing_is_told_of_what_was_refused(self) -> None:
        """An observer hears of commits, not of attempts."""
        told: list[Committed] = []
        plugins = {"baik": Plugin(GOOD), "pengamat": hooks(spbe_committed=told.append)}
        with Spbe.open("memory:", rulebook=PluginRulebook(plugins)) as spbe:
            spbe.open_evaluation("kota-a/2030", agency_name="Kota A")
            before = len(told)
            with refused("value-out-of-range", InputError):
                spbe.assess("kota-a/2030", {"1": 9}, stage="self", reason="uji")

            assert len(told) == before


class TestEvidenceChecks:
    @staticmethod
    def spbe(check: Callable[[EvidenceFacts], list[Refusal]]) -> Spbe:
        plugins = {
            "baik": Plugin(GOOD),
            "periksa": hooks(spbe_evidence_checks=lambda _: [EvidenceCheck("ukuran", check)]),
        }
        spbe = Spbe.open("memory:", rulebook=PluginRulebook(plugins))
        spbe.open_evaluation("kota-a/2030", agency_name="Kota A")
        return spbe

    def test_a_check_sees_the_facts_and_may_refuse(self) -> None:
        """The reason is told in the reader's language, and nothing is recorded or left in the vault."""
        seen: list[EvidenceFacts] = []

        def too_small(facts: EvidenceFacts) -> list[Refusal]:
            seen.append(facts)
            return [Refusal({"id": "terlalu kecil.", "en": "too small."})] if facts.size < 10 else []

        with self.spbe(too_small) as spbe:
            with refused("evidence-refused", InputError) as caught:
                spbe.submit_evidence("kota-a/2030", BytesIO(b"isi"), indicators=["1", "2"], file_name="sk.pdf")
            assert "terlalu kecil." in caught.value.what("id")
            assert "too small." in caught.value.what("en")
            assert spbe.evaluation("kota-a/2030").evidence == {}
            assert spbe._ports.vault.verify(seen[0].digest) is None

            spbe.submit_evidence(
                "kota-a/2030",
                BytesIO(b"isi yang cukup"),
                indicators=["1"],
                document=DocumentFacts(effective=date(2030, 1, 2)),
            )
            assert list(spbe.evaluation("kota-a/2030").evidence) == ["E1"]
        assert (seen[0].indicators, seen[0].file_name, seen[0].size) == (("1", "2"), "sk.pdf", 3)
        assert (seen[1].effective, seen[1].year, seen[1].edition) == (date(2030, 1, 2), 2030, GOOD)

    def test_a_check_that_fails_is_named_and_nothing_recorded(self) -> None:
        """A fault of the check is no fault of the document, and is not passed over."""

        def fail(facts: EvidenceFacts) -> list[Refusal]:
            raise KeyError("kunci")

        with self.spbe(fail) as spbe, refused("evidence-check-failed", RulesError) as caught:
            spbe.submit_evidence("kota-a/2030", BytesIO(b"isi"), indicators=["1"])
        assert caught.value.parameters["check"] == "ukuran"


def plain(edition: Edition, card: Scorecard, language: str) -> bytes:
    """Write a card in one line."""
    return f"{edition.index_name} {card.index_text} {language}".encode()


class TestExtensions:
    def test_export_formats_are_found_by_id_and_refused_twice(self) -> None:
        """Two plugins may not bring the same id, whatever their names."""
        one = hooks(spbe_export_formats=lambda _: [ExportFormat("baris", "text/plain", plain)])
        rulebook = PluginRulebook({"a": one, "baik": Plugin(GOOD)})
        card = score(LEVELS, edition=GOOD.id, rulebook=rulebook)

        assert rulebook.export_formats()["baris"].render(GOOD, card, "en") == b"Indeks Contoh 3.00 en"
        with refused("extension-brought-twice", RulesError):
            PluginRulebook({"a": one, "b": one}).export_formats()

    def test_garbage_and_failures_are_named(self, caplog: pytest.LogCaptureFixture) -> None:
        """What is no format is logged, left out and found by the doctor; a check that cannot be asked is an error."""
        good = hooks(spbe_export_formats=lambda _: [ExportFormat("baris", "text/plain", plain)])
        rulebook = PluginRulebook({"a": hooks(spbe_export_formats=lambda _: ["baris"]), "b": good})
        assert list(rulebook.export_formats()) == ["baris"]
        assert "spbe_export_formats" in caplog.text
        assert [(status.name, status.health) for status in rulebook.examined()] == [("a", "broken"), ("b", "ok")]
        with refused("plugin-hook-failed", RulesError) as caught:
            PluginRulebook({"a": hooks(spbe_evidence_checks=lambda _: [1 / 0])}).evidence_checks()
        assert caught.value.parameters["plugin"] == "a"

    def test_statuses_name_the_hooks(self) -> None:
        """The doctor can say what each plugin brings."""
        (status,) = PluginRulebook({"baik": Plugin(GOOD)}).plugins()

        assert status.hooks == ("spbe_domain_rules", "spbe_editions", "spbe_published_results")
        assert (status.health, status.reason) == ("ok", "")
