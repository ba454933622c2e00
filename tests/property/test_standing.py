"""What stands at a stage: rejections that reach upwards, and verdicts and values that carry over."""

from datetime import UTC, datetime
from typing import Final

import attrs
import pytest
from arrangements import judged_edition, small_edition
from hypothesis import given
from hypothesis import strategies as st

from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.standing import ItemStanding, ValueSource, item_standings, value_sources
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import EvaluationOpened, Event, IndicatorScored, ItemJudged
from spbe_core.model.edition import Edition
from spbe_core.model.verdict import LOWER_LEVEL_FAILED, VERDICT_KINDS, VerdictKind

EDITION: Final = judged_edition()
ITEMS: Final = tuple(item.id for item in EDITION.items)
STAGES: Final = EDITION.processes[-1].stages
AT: Final = datetime(2030, 1, 1, tzinfo=UTC)

Given = dict[str, dict[str, VerdictKind]]
"""Stage -> item -> verdict."""

verdicts: st.SearchStrategy[Given] = st.fixed_dictionaries(
    {stage: st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(VERDICT_KINDS)) for stage in STAGES}
)


def opened() -> Event:
    return EvaluationOpened(
        at=AT,
        by="a",
        agency="kota-a",
        agency_name="Kota A",
        year=2030,
        edition=EDITION.id,
        edition_digest=EDITION.digest,
        process="penuh",
        stages=STAGES,
        optional_stages=("visitation",),
    )


def judged(stage: str, item: str, verdict: VerdictKind) -> Event:
    indicator = EDITION.item(item).indicator
    code = "" if verdict == "accepted" else "other"
    return ItemJudged(
        at=AT, by="a", stage=stage, item=item, indicator=indicator, verdict=verdict, code=code, reason="r", evidence=()
    )


def scored(stage: str, indicator: str, value: str, basis: str = "assessor") -> Event:
    return IndicatorScored(
        at=AT,
        by="a",
        stage=stage,
        indicator=indicator,
        value=value,
        previous=None,
        basis=basis,
        reason="r",
        edition_digest=EDITION.digest,
        external_score=None,
    )


def state_of(*events: Event) -> Evaluation:
    state = fold([opened(), *events])
    assert state is not None
    return state


def state_with(given: Given) -> Evaluation:
    return state_of(*(judged(stage, item, one) for stage, kinds in given.items() for item, one in kinds.items()))


def latest(given: Given, upto: str) -> dict[str, tuple[str, VerdictKind]]:
    """Item -> stage and verdict, the latest stage's: counted anew."""
    found: dict[str, tuple[str, VerdictKind]] = {}
    for stage in STAGES[: STAGES.index(upto) + 1]:
        found |= {item: (stage, one) for item, one in given[stage].items()}
    return found


def by_item(standings: tuple[ItemStanding, ...]) -> dict[str, ItemStanding]:
    return {one.item.id: one for one in standings}


@given(verdicts, st.sampled_from(STAGES))
def test_an_item_is_rejected_without_an_assessor_iff_a_lower_one_of_its_indicator_is(given: Given, upto: str) -> None:
    """Whatever an assessor said of it; items of other indicators and of the same level do not reach it."""
    known = latest(given, upto)
    for item, standing in by_item(item_standings(state_with(given), EDITION, upto)).items():
        below = {
            lower.id
            for lower in EDITION.items_of(standing.item.indicator)
            if lower.level < standing.item.level and known.get(lower.id, ("", ""))[1] == "rejected"
        }

        assert (standing.failed_below is not None) == bool(below)
        if standing.failed_below is None:
            assert standing.verdict == (known[item][1] if item in known else None)
        else:
            assert standing.failed_below.id in below
            assert (standing.verdict, standing.code) == ("rejected", LOWER_LEVEL_FAILED)


@given(verdicts, st.sampled_from(STAGES))
def test_a_verdict_not_taken_up_carries_over(given: Given, upto: str) -> None:
    """Each item keeps the verdict of the latest stage up to the one looked at, and says which stage that was."""
    known = latest(given, upto)
    found = by_item(item_standings(state_with(given), EDITION, upto))

    assert list(found) == list(ITEMS)
    assert {item: (one.stage, one.given.verdict) for item, one in found.items() if one.given and one.stage} == known


@given(verdicts, st.permutations(ITEMS))
def test_the_order_of_judging_does_not_matter(given: Given, order: list[str]) -> None:
    """Nothing of an automatic rejection is recorded, so nothing hangs on when the lower item was judged."""
    shuffled = {stage: {item: kinds[item] for item in order if item in kinds} for stage, kinds in given.items()}

    assert by_verdict(shuffled) == by_verdict(given)


def by_verdict(given: Given) -> list[object]:
    """What stands, without when it was recorded."""
    return [(one.item, one.verdict, one.code, one.stage) for one in item_standings(state_with(given), EDITION)]


@given(verdicts, st.fixed_dictionaries({stage: st.sets(st.sampled_from("12345")) for stage in STAGES}))
def test_a_value_comes_from_the_latest_stage_that_knows(given: Given, valued: dict[str, set[str]]) -> None:
    """A given value stands before verdicts of its own stage, and gives way to verdicts of a later one."""
    values = [scored(stage, one, "3") for stage, indicators in valued.items() for one in sorted(indicators)]
    state = fold(values, state_with(given))
    assert state is not None
    sources = value_sources(state, EDITION)
    for indicator in "12345":
        spoken = [
            (stage, indicator in valued[stage])
            for stage in STAGES
            if indicator in valued[stage] or any(EDITION.item(item).indicator == indicator for item in given[stage])
        ]

        assert (indicator in sources) == bool(spoken)
        if spoken:
            stage, is_given = spoken[-1]
            assert (sources[indicator].stage, sources[indicator].given is not None) == (stage, is_given)


def without_a_way() -> Edition:
    return attrs.evolve(EDITION, value_policies=(), value_bands=())


@pytest.mark.parametrize("stage", ["self", "document"])
def test_verdicts_that_make_no_value_take_none_away(stage: str) -> None:
    """Where the edition has no way from verdicts to values, the assessor's value carries over past them."""
    state = state_of(scored("self", "1", "3"), judged(stage, "I1-L1-01", "accepted"))

    assert value_sources(state, without_a_way())["1"] == ValueSource("self", state.scores["self"]["1"])


def test_what_a_closed_stage_found_by_rules_is_not_a_value_given() -> None:
    """It only repeats what the verdicts say, so verdicts given later at that stage count at once."""
    state = state_of(judged("self", "I1-L1-01", "accepted"), scored("self", "1", "1", basis="rules"))

    assert value_sources(state, EDITION)["1"] == ValueSource("self", None)


def test_the_small_edition_without_items_has_no_standings() -> None:
    """An edition that lists no items says nothing of items."""
    assert item_standings(state_of(), small_edition()) == ()
