"""Plugins: a broken one is kept apart, and whatever it does the others go on working."""

import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from arrangements import level_rules, rulebook_of, small_edition

from spbe_core import RulesError, Spbe, SpbeError, score
from spbe_core.model.score import IndicatorScore, Reason
from spbe_core.plugins import PluginRulebook
from spbe_core.rules import hookimpl

GOOD = small_edition()
LEVELS = {indicator.id: 3 for indicator in GOOD.indicators}


def plugin(editions: object = (), rules: object = (), **more: Any) -> SimpleNamespace:
    """A plugin object with the two main hooks."""
    made = SimpleNamespace(
        spbe_editions=hookimpl(lambda context: editions), spbe_domain_rules=hookimpl(lambda context: rules)
    )
    for name, hook in more.items():
        setattr(made, name, hookimpl(hook))
    return made


def _raises(context: object) -> object:
    raise OSError("no such thing")


BROKEN = {
    "raises when asked": SimpleNamespace(spbe_editions=hookimpl(_raises)),
    "answers garbage": plugin(editions=["not an edition"]),
    "answers no sequence": plugin(editions=7),
    "brings rules that are none": plugin(rules=[object()]),
    "misspells a hook": plugin(spbe_editoins=lambda context: ()),
    "takes a wrong argument": SimpleNamespace(spbe_editions=hookimpl(lambda contxt: ())),
    "brings an edition that exists": plugin(editions=[GOOD]),
    "brings rules that exist": plugin(rules=level_rules(GOOD)),
    "brings rules for a node that is not there": plugin(rules=[attrs.evolve(level_rules(GOOD)[0], node="D9")]),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_plugin_is_listed_and_left_out(broken: object) -> None:
    """Its status says why, and the good plugin's edition scores as ever."""
    rulebook = PluginRulebook({"a-good": plugin([GOOD], level_rules(GOOD)), "z-broken": broken})
    health = {status.name: status for status in rulebook.plugins()}

    assert health["a-good"].health == "ok"
    assert health["z-broken"].health == "broken"
    assert health["z-broken"].reason
    assert score(LEVELS, edition=GOOD.id, rulebook=rulebook).index_text == "3.00"


def test_a_plugin_that_raises_while_it_is_imported_is_left_out() -> None:
    """Importing is the first thing that can fail, and it fails alone."""

    class Exploding(Mapping[str, object]):
        def __getitem__(self, name: str) -> object:
            if name == "z-broken":
                raise ImportError("missing dependency")
            return plugin([GOOD], level_rules(GOOD))

        def __iter__(self) -> Any:
            return iter(("a-good", "z-broken"))

        def __len__(self) -> int:
            return 2

    statuses = PluginRulebook(Exploding()).plugins()

    assert [status.health for status in statuses] == ["ok", "broken"]
    assert "missing dependency" in statuses[1].reason


@pytest.mark.parametrize("answer", [None, "3", 3, Decimal(3)], ids=repr)
def test_rules_that_answer_something_else_are_refused(answer: object) -> None:
    """What is no score of that indicator never reaches a card."""
    rules = [SimpleNamespace(edition=GOOD.id, node=one.node, score=lambda _: answer) for one in level_rules(GOOD)]
    with pytest.raises(RulesError) as caught:
        score(LEVELS, edition=GOOD.id, rulebook=PluginRulebook({"odd": plugin([GOOD], rules)}))

    assert caught.value.code == "rules-answer-wrong"


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 3.0},
        {"value": 3},
        {"value": Decimal(3)},
        {"value": Fraction(11, 2)},
        {"value": Fraction(0)},
        {"value": None},
        {"standing": "missing"},
        {"standing": "pending"},
        {"indicator": "2"},
    ],
    ids=str,
)
def test_a_score_must_fit_its_indicator(changes: dict[str, Any]) -> None:
    """A float, a value outside the scale, one that is there and missing at once or another indicator's is refused."""

    def rules(node: str) -> SimpleNamespace:
        def answer(dossier: Any) -> IndicatorScore:
            given = IndicatorScore(dossier.indicator.id, Fraction(3), "scored", ())
            return attrs.evolve(given, **changes) if dossier.indicator.id == "1" else given

        return SimpleNamespace(edition=GOOD.id, node=node, score=answer)

    rulebook = PluginRulebook({"odd": plugin([GOOD], [rules(node.id) for node in GOOD.top_nodes()])})
    with pytest.raises(RulesError) as caught:
        score(LEVELS, edition=GOOD.id, rulebook=rulebook)

    assert caught.value.code == "rules-answer-wrong"
    assert (caught.value.parameters["indicator"], caught.value.parameters["node"]) == ("1", "D1")


def test_rules_may_find_another_value_than_the_assessor() -> None:
    """A rule's own fraction within the scale counts, and a pending indicator counts as the lowest level."""

    def answer(dossier: Any) -> IndicatorScore:
        if dossier.indicator.id == "5":
            return IndicatorScore("5", None, "pending", ())
        return IndicatorScore(dossier.indicator.id, Fraction(7, 3), "scored", ())

    rules = [SimpleNamespace(edition=GOOD.id, node=node.id, score=answer) for node in GOOD.top_nodes()]
    card = score(LEVELS, edition=GOOD.id, rulebook=PluginRulebook({"own": plugin([GOOD], rules)}))

    assert (card.complete, card.pending, card.missing) == (True, ("5",), ())
    assert card.index == (Fraction(7, 3) * (100 - GOOD.indicator("5").weight) + GOOD.indicator("5").weight) / 100
    assert card.bounds.lowest == card.bounds.highest == card.index


def test_garbage_among_published_results_is_named_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """What is no published result is logged and found by the doctor, and never hides the others' results."""
    rulebook = PluginRulebook({"odd": plugin(spbe_published_results=lambda context: ["a result"])})

    assert rulebook.published_results() == []
    assert "spbe_published_results" in caplog.text
    assert [status.health for status in rulebook.examined()] == ["broken"]


def test_a_plugins_own_words_and_codes_never_break_a_message() -> None:
    """A reason or an error with a code nobody has words for is shown with its facts."""

    def answer(dossier: Any) -> IndicatorScore:
        return IndicatorScore(dossier.indicator.id, Fraction(3), "scored", (Reason("punya-sendiri", {"butir": 7}),))

    rules = [SimpleNamespace(edition=GOOD.id, node=node.id, score=answer) for node in GOOD.top_nodes()]
    card = score(LEVELS, edition=GOOD.id, rulebook=PluginRulebook({"own": plugin([GOOD], rules)}))
    (status,) = PluginRulebook({"own": plugin(editions=SimpleNamespace(__iter__=None))}).plugins()

    assert card.indicators[0].reasons[0].what("en") == "punya-sendiri butir=7"
    assert RulesError("punya-sendiri").what("id") == "punya-sendiri"
    assert (
        RulesError("rules-missing", edition="x").what("en").startswith("there are no rules for indicator {indicator}")
    )
    assert status.health == "broken"


def test_threads_that_share_a_rulebook_leave_standard_output_alone() -> None:
    """Plugins are loaded once, and nothing redirects the process's output afterwards."""
    before = sys.stdout
    told: list[object] = []

    def slow(context: object) -> None:
        time.sleep(0.005)
        told.append(context)

    plugins = {
        "baik": plugin([GOOD], level_rules(GOOD)),
        "lambat": SimpleNamespace(spbe_committed=hookimpl(slow)),
    }
    with Spbe.open("memory:", rulebook=PluginRulebook(plugins)) as spbe, ThreadPoolExecutor(8) as pool:
        opened = [pool.submit(spbe.open_evaluation, f"kota-{n}/2030", agency_name="Kota") for n in range(16)]
        assert all(one.result().version == 1 for one in opened)

    assert sys.stdout is before
    assert len(told) == 17  # sixteen evaluations and the edition they pin


@pytest.mark.parametrize("failing", [lambda _: 1 / 0, lambda _: sys.exit(0)], ids=["error", "exit"])
def test_rules_that_raise_are_named(failing: Any) -> None:
    """An exception inside a rule pack becomes an error that says whose it was, also one that would end the program."""
    rules = [SimpleNamespace(edition=GOOD.id, node=one.node, score=failing) for one in level_rules(GOOD)]
    with pytest.raises(RulesError) as caught:
        score(LEVELS, edition=GOOD.id, rulebook=PluginRulebook({"odd": plugin([GOOD], rules)}))

    assert caught.value.code == "rules-failed"
    assert caught.value.parameters["edition"] == GOOD.id


def _determined(spbe: Spbe) -> None:
    spbe.open_evaluation("kota/2030", agency_name="Kota", edition=GOOD.id)
    spbe.assess("kota/2030", LEVELS, stage=GOOD.processes[-1].stages[0], reason="x")
    for stage in GOOD.processes[-1].stages:
        spbe.close_stage("kota/2030", stage)
    spbe.determine("kota/2030", decree="K 1")


def test_an_upgraded_plugin_never_changes_an_old_result(tmp_path: Any) -> None:
    """The evaluation keeps to the edition it pinned; the audit names the number that is another in the installed one.

    Where only words differ it remarks on that.
    """
    store = tmp_path / "s.db"
    with Spbe.open(store, create=True, rulebook=rulebook_of(GOOD)) as spbe:
        _determined(spbe)
        before = spbe.card("kota/2030")
    first, second = GOOD.grades[0], GOOD.grades[1]
    recut = attrs.evolve(GOOD, grades=(attrs.evolve(first, floor=second.floor), *GOOD.grades[2:]))
    with Spbe.open(store, rulebook=rulebook_of(recut)) as spbe:
        report = spbe.audit()

        assert spbe.card("kota/2030") == before
        assert [finding.code for finding in report.findings] == ["edition-number-differs"]
        assert report.findings[0].parameters["member"] == "floor"
    reworded = attrs.evolve(GOOD, title="Pedoman Contoh, cetakan kedua")
    with Spbe.open(store, rulebook=rulebook_of(reworded)) as spbe:
        report = spbe.audit()

        assert spbe.card("kota/2030") == before
        assert report.differences == ()
        assert [finding.code for finding in report.findings] == ["edition-installed-differs"]


def test_without_its_plugin_a_result_stays_readable(tmp_path: Any) -> None:
    """State, list, history and rebuild need no plugin; only scoring anew does, and says so."""
    store = tmp_path / "s.db"
    with Spbe.open(store, create=True, rulebook=rulebook_of(GOOD)) as spbe:
        _determined(spbe)
    with Spbe.open(store, rulebook=PluginRulebook({})) as spbe:
        result = spbe.evaluation("kota/2030").result

        assert result is not None
        assert result.card.index == "3"
        assert [row.index for row in spbe.evaluations()] == ["3.00"]
        assert spbe.rebuild().findings == ()
        with pytest.raises(SpbeError) as caught:
            spbe.card("kota/2030")
        assert caught.value.code == "rules-missing"
