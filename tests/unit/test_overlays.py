"""Guidance overlays: they change one year's practice or one domain of an edition, and never two at once."""

from collections.abc import Sequence
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from arrangements import Plugin, level_rules, refused, small_edition

from spbe_core import InputError, RulesError, Spbe, score
from spbe_core.model.citation import Citation
from spbe_core.model.edition import Criterion, GradeBand, GradePractice, Item
from spbe_core.model.exact import rounded
from spbe_core.model.score import IndicatorScore
from spbe_core.plugins import PluginRulebook
from spbe_core.rules import Overlay, hookimpl
from spbe_core.rules.overlay import Validity

BASE = small_edition(
    grade_practices=(),
    criteria=(Criterion("3", 4, "Lama.", "s"),),
    items=(Item("I1-L1-01", "1", 1, "Bukti.", "s"), Item("I3-L4-01", "3", 4, "Reviu.", "s")),
)
LEVELS = {leaf.id: 3 for leaf in BASE.indicators}


class Capped:
    """Rules that never give more than 2."""

    edition, node = BASE.id, "D2"

    def score(self, dossier: Any) -> IndicatorScore:
        return IndicatorScore(dossier.indicator.id, min(dossier.value, Fraction(2)), "scored", ())


def overlay(name: str, **parts: Any) -> Overlay:
    """An overlay of the year 2030, with what it changes."""
    given: dict[str, Any] = {"title": name, "base": BASE.id, "years": (2030,), "source": "s", **parts}
    return Overlay(id=name, **given)


PRACTICE = overlay("dibulatkan", grade_practices=(GradePractice(2030, "rounded", "s"),))
TEXTS = overlay(
    "teks",
    criteria=(Criterion("3", 4, "Baru.", "b"),),
    validity=(Validity(("I3-L4-01",), 24, "b"),),
    citations=(Citation("b", "Pedoman Baru"),),
)
RULES = overlay("aturan", rules=(Capped(),))


def rulebook(**overlays: Sequence[Overlay]) -> PluginRulebook:
    """A rulebook of the base and one plugin per keyword."""
    plugins = {
        name: SimpleNamespace(spbe_overlays=hookimpl(lambda context, given=given: given))  # type: ignore[misc]
        for name, given in overlays.items()
    }
    return PluginRulebook({"dasar": Plugin(BASE, rules=level_rules(BASE)), **plugins})


def test_the_year_chooses_the_guidance() -> None:
    """In its year the edition keeps its id and has another digest; in other years and without one it is the base."""
    rules = rulebook(pedoman=[PRACTICE])
    applied = rules.edition(BASE.id, 2030)

    assert (applied.id, applied.years) == (BASE.id, (2030,))
    assert [one.id for one in applied.overlays] == ["dibulatkan"]
    assert applied.grade_basis(2030) == "rounded"
    assert rules.edition_for(2030) == applied != BASE
    assert rules.edition(BASE.id) == rules.edition(BASE.id, 2031) == rules.edition_for(2032) == BASE
    assert score(LEVELS, year=2030, rulebook=rules).grade_basis == "rounded"
    assert score(LEVELS, edition=BASE.id, rulebook=rules).grade_basis == "exact"


def test_texts_and_ages_of_evidence_are_replaced_and_nothing_else() -> None:
    """A criterion takes the old one's place, an item gets its limit, and everything else stays as it was."""
    applied = rulebook(pedoman=[TEXTS]).edition(BASE.id, 2030)

    assert applied.criteria == (Criterion("3", 4, "Baru.", "b"),)
    assert [item.valid_months for item in applied.items] == [None, 24]
    assert applied.citation("b").document == "Pedoman Baru"
    changed = {"years", "criteria", "items", "citations", "overlays"}
    for field in attrs.fields(type(BASE)):
        if field.name not in changed:
            assert getattr(applied, field.name) == getattr(BASE, field.name), field.name


def test_one_domains_rules_are_replaced_in_that_year_alone() -> None:
    """The other domain, and the same domain in another year, are judged as before."""
    rules = rulebook(pedoman=[RULES])
    capped, free = (score(LEVELS, edition=BASE.id, year=year, rulebook=rules) for year in (2030, 2031))

    assert [line.value for line in capped.indicators] == [3, 3, 2, 2, 2]
    assert [line.value for line in free.indicators] == [3, 3, 3, 3, 3]


def test_guidance_for_different_parts_is_applied_together() -> None:
    """A practice and a domain do not touch each other; the order of the plugins' names changes nothing."""
    one, other = rulebook(a=[PRACTICE], b=[TEXTS]), rulebook(b=[PRACTICE], a=[TEXTS])

    assert one.edition(BASE.id, 2030) == other.edition(BASE.id, 2030)
    assert [applied.id for applied in one.edition(BASE.id, 2030).overlays] == ["dibulatkan", "teks"]


@pytest.mark.parametrize(
    ("first", "second"), [(PRACTICE, attrs.evolve(PRACTICE, id="lain")), (TEXTS, RULES)], ids=["practice", "domain"]
)
def test_two_guidances_for_the_same_part_and_year_are_refused_naming_both(first: Overlay, second: Overlay) -> None:
    """Neither is applied, both plugins are listed as broken, and the year cannot be used until one is gone."""
    rules = rulebook(a=[first], b=[second])
    statuses = {status.name: status for status in rules.plugins()}

    assert [statuses[name].health for name in ("a", "b", "dasar")] == ["broken", "broken", "ok"]
    for name in ("a", "b"):
        assert f"{first.id} (a)" in statuses[name].told("en")
        assert f"{second.id} (b)" in statuses[name].told("en")
    with refused("overlays-clash", RulesError):
        rules.edition(BASE.id, 2030)
    with refused("overlays-clash", RulesError):
        score(LEVELS, year=2030, rulebook=rules)
    assert score(LEVELS, year=2031, rulebook=rules).complete
    assert PluginRulebook({"dasar": Plugin(BASE)}, disabled=["b"]).edition(BASE.id, 2030) == BASE


def test_the_same_part_in_another_year_is_no_clash() -> None:
    """Each year has its own guidance."""
    next_year = attrs.evolve(PRACTICE, id="lain", years=(2031,), grade_practices=(GradePractice(2031, "exact", "s"),))
    rules = rulebook(a=[PRACTICE], b=[next_year])

    assert [rules.edition(BASE.id, year).grade_basis(year) for year in (2030, 2031)] == ["rounded", "exact"]


def test_guidance_for_an_edition_that_is_not_there_is_skipped() -> None:
    """It waits for its base and is no fault."""
    (status,) = PluginRulebook(
        {"pedoman": SimpleNamespace(spbe_overlays=hookimpl(lambda context: [PRACTICE]))}
    ).plugins()

    assert (status.health, status.hooks) == ("skipped", ("spbe_overlays",))
    assert BASE.id in status.reason


@pytest.mark.parametrize(
    "wrong",
    [
        overlay("x", criteria=(Criterion("99", 1, "?", "s"),)),
        overlay("x", validity=(Validity(("I9-L9-09",), 24, "s"),)),
        overlay("x", years=(2030, 2099)),
        overlay("x", grade_practices=(GradePractice(2031, "exact", "s"),)),
    ],
    ids=["indicator", "item", "year", "practice"],
)
def test_guidance_that_names_what_the_edition_has_not_is_refused(wrong: Overlay) -> None:
    """A slip of the pen is a broken plugin; its year cannot be used, since the bare base would give another result."""
    rules = rulebook(pedoman=[wrong])
    statuses = {status.name: status.health for status in rules.plugins()}

    assert statuses == {"dasar": "ok", "pedoman": "broken"}
    with refused("overlay-invalid", RulesError):
        score(LEVELS, year=2030, rulebook=rules)
    assert rules.edition(BASE.id) == rules.edition(BASE.id, 2031) == BASE


def test_an_evaluation_pins_the_edition_as_applied() -> None:
    """What is recorded is the derived edition; an audit finds nothing, and without the guidance says what differs."""
    with Spbe.open("memory:", rulebook=rulebook(pedoman=[PRACTICE])) as spbe:
        opened = spbe.open_evaluation("kota-a/2030", agency_name="Kota A", edition=BASE.id, process="pendek")
        spbe.assess("kota-a/2030", LEVELS, stage="self", reason="uji")
        spbe.close_stage("kota-a/2030", "self")

        assert spbe.edition_of("kota-a/2030").overlays[0].id == "dibulatkan"
        assert opened.closed == {}
        assert spbe.card("kota-a/2030").grade_basis == "rounded"
        assert spbe.audit().findings == ()


def test_an_unknown_year_is_still_outside_the_edition() -> None:
    """Guidance does not widen the years of its base."""
    with refused("year-outside-edition", InputError):
        score(LEVELS, edition=BASE.id, year=2040, rulebook=rulebook(pedoman=[PRACTICE]))


def test_a_basis_the_regulation_states_itself_leaves_no_doubt() -> None:
    """Where a primary source says from which number grades are read, no year is called uncertain."""
    sure = attrs.evolve(BASE, citations=(Citation("s", "Peraturan Contoh", "Pasal 9", "high"),))
    values = {"1": 4, "2": 3, "3": 4, "4": 4, "5": 4}
    found = [
        score(values, edition=BASE.id, rulebook=PluginRulebook({"dasar": Plugin(edition)})).findings
        for edition in (attrs.evolve(one, grades=_cut_at_the_edge(values)) for one in (BASE, sure))
    ]

    assert [[finding.code for finding in findings] for findings in found] == [
        ["grade-basis-uncertain"],
        ["grade-hangs-on-basis"],
    ]


def _cut_at_the_edge(values: dict[str, int]) -> Any:
    """Grades with a floor that the index of these values reaches only when it is rounded."""
    weighed = sum(BASE.indicator(one).weight * value for one, value in values.items()) / 100
    return (GradeBand("Atas", rounded(weighed, 2), "s"), GradeBand("Bawah", None, "s"))
