"""A plugin built against the first API works as it did, to the last digit; it is never edited, the core must fit it."""

import json
from pathlib import Path
from typing import Any

import pytest
from arrangements import refused

from spbe_core import InputError, Spbe, score
from spbe_core.exchange.card_json import card_members
from spbe_core.plugins import PluginRulebook
from spbe_core.rules.hookspecs import API_VERSION

FROZEN = Path(__file__).with_name("api_1")
EXPECTED: dict[str, Any] = json.loads((FROZEN / "expected.json").read_text(encoding="utf-8"))
NAME = "frozen-api-1"
HOOKS = [
    "spbe_commands",
    "spbe_committed",
    "spbe_crosswalks",
    "spbe_domain_rules",
    "spbe_editions",
    "spbe_evidence_checks",
    "spbe_export_formats",
    "spbe_overlays",
    "spbe_published_results",
]


@pytest.fixture
def rulebook(monkeypatch: pytest.MonkeyPatch) -> PluginRulebook:
    """The installed plugins, the frozen one among them, found by its entry point like any other."""
    monkeypatch.syspath_prepend(str(FROZEN))
    monkeypatch.delenv("SPBE_DISABLE_PLUGINS", raising=False)
    return PluginRulebook()


def card_of(rulebook: PluginRulebook, given: dict[str, Any]) -> dict[str, Any]:
    """Score what a case of ``expected.json`` gives."""
    accepted = given.get("accepted")
    card = score(
        given.get("values", {}),
        edition=NAME,
        year=given["year"],
        accepted_items=None if accepted is None else frozenset(accepted),
        external_scores=given.get("external"),
        value_policy=given.get("policy"),
        rulebook=rulebook,
    )
    return card_members(card)


def test_it_is_found_and_healthy(rulebook: PluginRulebook) -> None:
    """It loads with every hook of its API, and as long as API 1 is offered it is neither skipped nor broken."""
    (status,) = (one for one in rulebook.plugins() if one.name == NAME)

    assert (status.health, status.version, list(status.hooks)) == ("ok", "1.0", HOOKS)
    assert API_VERSION == 1


@pytest.mark.parametrize("year", [None, 2091], ids=["base", "guidance"])
def test_its_digests_are_unchanged(rulebook: PluginRulebook, year: int | None) -> None:
    """The data files make the same canonical document, alone and under its own overlay."""
    assert rulebook.edition(NAME, year).digest == EXPECTED["digests"][str(year)]


@pytest.mark.parametrize("case", EXPECTED["cards"], ids=lambda case: case["about"])
def test_its_cards_are_unchanged(rulebook: PluginRulebook, case: dict[str, Any]) -> None:
    """Every member that a card had then has the same value now; new members may have come."""
    members = card_of(rulebook, case["given"])

    assert {name: members[name] for name in case["card"]} == case["card"]


def test_its_published_result_and_crosswalk_are_read(rulebook: PluginRulebook) -> None:
    """The case comes out as published, and the crosswalk to an edition that is not installed is kept."""
    (published,) = (one for one in rulebook.published_results() if one.edition == NAME)
    card = score(published.values, edition=NAME, year=published.year, rulebook=rulebook)
    crosswalk = rulebook.crosswalk("frozen-api-0", NAME)

    assert (card.index_text, card.grade) == (published.index, published.grade)
    assert {node.id: card.display(node.index) for node in card.nodes} == published.nodes
    assert crosswalk is not None
    assert [link.kind for link in crosswalk.links] == ["one-to-one", "split", "merged", "new", "dropped"]


def test_its_check_format_and_command_work(rulebook: PluginRulebook) -> None:
    """A card is written in its form, byte for byte, and its command is found by name."""
    card = score({str(number): "3" for number in range(1, 6)}, edition=NAME, year=2090, rulebook=rulebook)
    written = rulebook.export_formats()["frozen-text"].render(rulebook.edition(NAME), card, "en")

    assert written.decode().splitlines() == EXPECTED["export"]
    assert rulebook.commands()["frozen-hello"].name == "frozen-hello"
    assert "frozen-no-programs" in [check.id for check in rulebook.evidence_checks()]


def test_it_checks_evidence_and_hears_what_is_committed(rulebook: PluginRulebook, tmp_path: Path) -> None:
    """Its check refuses a document before anything is recorded, and it is told of every commit."""
    with Spbe.open(tmp_path / "s.db", create=True, rulebook=rulebook) as spbe:
        spbe.open_evaluation("kota-beku/2090", agency_name="Kota Beku")
        (tmp_path / "a.exe").write_bytes(b"MZ")
        with refused("evidence-refused", InputError):
            spbe.submit_evidence("kota-beku/2090", tmp_path / "a.exe", indicators=["1"])
        spbe.assess("kota-beku/2090", {str(number): 3 for number in range(1, 6)}, stage="self", reason="x")
        spbe.close_stage("kota-beku/2090", "self")
        spbe.determine("kota-beku/2090", decree="K 1/2090")

        assert spbe.audit().differences == ()
    import frozen_api_1

    heard = [(stream, topics) for stream, _, topics in frozen_api_1.COMMITTED if stream == "kota-beku/2090"]
    assert heard[0] == ("kota-beku/2090", ("spbe:evaluation-opened@1",))
    assert heard[-1] == ("kota-beku/2090", ("spbe:result-determined@3",))
