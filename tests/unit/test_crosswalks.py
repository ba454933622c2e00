"""Crosswalks: what a data file may say, that it fits both editions, and what the rulebook makes of several."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import attrs
import pytest
from arrangements import Plugin, refused, small_edition

from spbe_core import RulesError
from spbe_core.library import installed_rules
from spbe_core.model.citation import Citation
from spbe_core.plugins import PluginRulebook
from spbe_core.rules import Crosswalk, hookimpl, load_crosswalk
from spbe_core.rules.crosswalk import Link, check_crosswalk

OLD = small_edition()
NEW = attrs.evolve(OLD, id="contoh-2", years=(2033,))
FITTING = Crosswalk(
    OLD.id,
    NEW.id,
    (
        Link(("1",), ("1",), "one-to-one", "s", "high"),
        Link(("2", "3"), ("2",), "merged", "s", "medium"),
        Link(("4",), ("3", "4"), "split", "s", "low"),
        Link(("5",), (), "dropped", "s", "low"),
        Link((), ("5",), "new", "s", "low"),
    ),
    (Citation("s", "Sumber"),),
)


def bringing(*crosswalks: object) -> SimpleNamespace:
    """A plugin that brings crosswalks and nothing else."""

    def answer(context: object) -> Sequence[object]:
        return crosswalks

    return SimpleNamespace(spbe_crosswalks=hookimpl(answer))


def without(place: int, *instead: Link) -> Crosswalk:
    """The fitting crosswalk with other links in the place of one."""
    links = FITTING.links
    return attrs.evolve(FITTING, links=(*links[:place], *instead, *links[place + 1 :]))


WRONG = {
    "an indicator is left out": (without(0, Link((), ("1",), "new", "s", "low")), "indicator 1 of contoh-1 does not"),
    "an indicator is named twice": (without(4, Link((), ("4",), "new", "s", "low")), "indicator 4 of contoh-2 appears"),
    "an indicator is not there": (without(3, Link(("9",), (), "dropped", "s", "low")), "contoh-1 has no indicator 9"),
    "a split has one end": (without(2, Link(("4",), ("3",), "split", "s", "low")), "1 on the one side and 1"),
    "a merger has one end": (without(1, Link(("2",), ("2",), "merged", "s", "low")), "1 on the one side and 1"),
    "something new is old": (without(4, Link(("5",), ("5",), "new", "s", "low")), "1 on the one side and 1"),
    "something dropped stays": (without(3, Link(("5",), ("5",), "dropped", "s", "low")), "1 on the one side and 1"),
    "one to one has two ends": (without(0, Link(("1",), ("1", "9"), "one-to-one", "s", "low")), "and 2 on the other"),
    "a source is not listed": (attrs.evolve(FITTING, citations=()), "the source 's' is not listed"),
    "it names another edition": (attrs.evolve(FITTING, to_edition="lain-1"), "it names lain-1, not contoh-2"),
    "it leads to itself": (attrs.evolve(FITTING, to_edition=OLD.id), "from an edition to itself"),
}


def test_a_fitting_crosswalk_passes_in_both_directions() -> None:
    """What fits from the older edition fits from the newer, and turning twice changes nothing."""
    check_crosswalk(FITTING, OLD, NEW)
    check_crosswalk(FITTING.reversed(), NEW, OLD)

    assert FITTING.reversed().reversed() == FITTING
    assert [link.kind for link in FITTING.reversed().links] == ["one-to-one", "split", "merged", "new", "dropped"]


@pytest.mark.parametrize(("crosswalk", "reason"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_named(crosswalk: Crosswalk, reason: str) -> None:
    """Every indicator of either edition appears exactly once, under a kind that fits, with a source."""
    with refused("crosswalk-inconsistent", RulesError) as caught:
        check_crosswalk(crosswalk, OLD, NEW)

    assert reason in str(caught.value.parameters["reason"])


def test_everything_that_is_wrong_is_named_at_once() -> None:
    """An author mends a crosswalk in one go."""
    with refused("crosswalk-inconsistent", RulesError) as caught:
        check_crosswalk(attrs.evolve(FITTING, links=FITTING.links[:1]), OLD, NEW)

    assert str(caught.value.parameters["reason"]).count("does not appear") == 8


FILE = """
from_edition = "contoh-1"
to_edition = "contoh-2"
[[link]]
from = ["1"]
to = ["2", "3"]
kind = "split"
source = "s"
confidence = "low"
[[citations]]
id = "s"
document = "D"
"""
MISTAKES = {
    "a misspelled member of a link": ("confidence", "confidance", "data-file-invalid"),
    "a member under its name in the code": ("from = ", "sources = ", "data-file-invalid"),
    "a missing member": ('kind = "split"\n', "", "data-file-invalid"),
    "a kind that is none": ('"split"', '"moved"', "data-file-invalid"),
    "a confidence that is none": ('"low"', '"sure"', "data-file-invalid"),
    "an indicator as a number": ('["1"]', "[1]", "data-file-invalid"),
    "an indicator that is no list": ('["1"]', '"1"', "data-file-invalid"),
    "a misspelled member of a source": ("document", "dokument", "data-file-invalid"),
    "an unknown member": ("to_edition", "valid = true\nto_edition", "data-file-invalid"),
    "one table for many": ("[[link]]", "[link]", "data-file-invalid"),
    "broken TOML": ('id = "s"', "id = ", "data-file-invalid"),
    "a number of ends that does not fit": ('["2", "3"]', '["2"]', "crosswalk-inconsistent"),
    "a source that is not listed": ('source = "s"', 'source = "t"', "crosswalk-inconsistent"),
    "an end named twice": ('["2", "3"]', '["2", "2"]', "crosswalk-inconsistent"),
}


@pytest.mark.parametrize(("old", "new", "code"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_in_the_file_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, code: str
) -> None:
    """Whatever an author mistypes is an error of the rules with a reason, never another exception."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "padanan"
    (package / "data").mkdir(parents=True)
    file = package / "data" / "crosswalk.toml"
    file.write_text(FILE, encoding="utf-8")
    assert load_crosswalk("padanan").links == (Link(("1",), ("2", "3"), "split", "s", "low"),)
    file.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with refused(code, RulesError) as caught:
        load_crosswalk("padanan")

    assert caught.value.parameters["reason"]
    assert all(caught.value.what(language) and caught.value.remedy(language) for language in ("id", "en"))


def test_a_missing_file_is_named() -> None:
    """A pack that promises a crosswalk has one."""
    with refused("data-file-invalid", RulesError):
        load_crosswalk("spbe_core", "data/crosswalk.toml")


def test_the_rulebook_finds_a_crosswalk_in_either_direction() -> None:
    """One file serves both ways; two editions without one have none."""
    rulebook = PluginRulebook({"a": Plugin(OLD, NEW), "b": bringing(FITTING)})

    assert rulebook.crosswalks() == [FITTING]
    assert rulebook.crosswalk(OLD.id, NEW.id) == FITTING
    assert rulebook.crosswalk(NEW.id, OLD.id) == FITTING.reversed()
    assert rulebook.crosswalk(OLD.id, "lain-1") is None


def test_between_installed_editions_a_crosswalk_must_fit() -> None:
    """It is held against both; where one is not installed it is listed unchecked."""
    unfit = without(0)

    assert PluginRulebook({"a": Plugin(OLD), "b": bringing(unfit)}).crosswalks() == [unfit]
    with refused("crosswalk-inconsistent", RulesError):
        PluginRulebook({"a": Plugin(OLD, NEW), "b": bringing(unfit)}).crosswalks()


@pytest.mark.parametrize("second", [FITTING, FITTING.reversed()], ids=["same way", "other way"])
def test_the_same_two_editions_twice_are_refused(second: Crosswalk) -> None:
    """Both plugins are named, whichever way each of them leads."""
    with refused("crosswalk-brought-twice", RulesError) as caught:
        PluginRulebook({"satu": bringing(FITTING), "dua": bringing(second)}).crosswalks()

    assert caught.value.parameters["plugins"] == "dua, satu"


def test_what_is_no_crosswalk_is_named_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """The hook is logged, and the doctor calls the plugin broken."""
    rulebook = PluginRulebook({"a": bringing("a crosswalk")})

    assert rulebook.crosswalks() == []
    assert "spbe_crosswalks" in caplog.text
    assert [status.health for status in rulebook.examined()] == ["broken"]


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("permenpanrb-5-2018", "permenpanrb-59-2020", {"one-to-one": 20, "split": 1, "new": 25, "dropped": 16}),
        ("permenpanrb-59-2020", "permenpanrb-8-2026", {"one-to-one": 3, "merged": 8, "new": 9, "dropped": 20}),
    ],
)
def test_the_packs_crosswalks_cover_both_editions(before: str, after: str, kinds: dict[str, int]) -> None:
    """Every indicator of the regulations has its place, and no link claims more than its source can carry."""
    crosswalk = installed_rules().crosswalk(before, after)
    assert crosswalk is not None
    sure = ("low", "medium", "high")
    cited = {citation.id: citation.confidence for citation in crosswalk.citations}

    assert Counter(link.kind for link in crosswalk.links) == kinds
    assert all(sure.index(link.confidence) <= sure.index(cited[link.source]) for link in crosswalk.links)
    assert {link.source for link in crosswalk.links} == set(cited)


def test_the_links_from_5_2018_are_those_of_the_sources() -> None:
    """The slide names ten indicators of 2020 and where they come from; the split is one of them."""
    crosswalk = installed_rules().crosswalk("permenpanrb-5-2018", "permenpanrb-59-2020")
    assert crosswalk is not None
    shown = {
        target: link.sources[0]
        for link in crosswalk.links
        for target in link.targets
        if link.source == "paparan-962-2021"
    }

    assert shown == {
        "1": "3", "2": "3", "4": "6", "5": "5", "32": "27", "33": "28", "34": "29", "35": "31", "36": "26", "37": "25",
    }  # fmt: skip
