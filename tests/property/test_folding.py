"""A history folds to one state, however it is cut, and the list of evaluations follows it."""

import attrs
from hypothesis import given
from hypothesis import strategies as st
from strategies import histories

from spbe_core.evaluation.fold import evolve, fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import EvaluationReopened, Event, ResultDetermined, StageClosed, decode, encode, topic_of
from spbe_core.ports import StoredEvent
from spbe_core.projections.evaluations import project, read_row


@given(histories(), st.data())
def test_any_cut_folds_to_the_same(history: list[Event], data: st.DataObject) -> None:
    """Folding the first part, and the rest on top of it, gives what folding the whole gives."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(history)), max_size=4)))
    state: Evaluation | None = None
    for start, end in zip([0, *cuts], [*cuts, len(history)], strict=True):
        state = fold(history[start:end], state)

    assert state == fold(history)


@given(histories())
def test_event_by_event_is_the_same_as_all_at_once(history: list[Event]) -> None:
    """Evolving one event at a time reaches the folded state, and each state before it is left as it was."""
    state: Evaluation | None = None
    states: list[tuple[Evaluation, str]] = []
    for event in history:
        state = evolve(state, event)
        states.append((state, repr(state)))

    assert state == fold(history)
    assert all(repr(before) == seen for before, seen in states)


@given(histories())
def test_storing_changes_nothing(history: list[Event]) -> None:
    """A history read back from its bytes folds to the same state."""
    assert fold(decode(topic_of(event), encode(event)) for event in history) == fold(history)


@given(histories())
def test_the_version_counts_the_events(history: list[Event]) -> None:
    """Every event moves the version by one and the time of change to its own."""
    state = fold(history)

    assert state is not None
    assert (state.version, state.opened_at, state.changed_at) == (len(history), history[0].at, history[-1].at)


def stored(history: list[Event], stream: str = "instansi/2030", before: int = 0) -> list[StoredEvent]:
    """Lay a history where a log has it, behind so many other events."""
    return [
        StoredEvent(before + place, stream, place, topic_of(event), encode(event))
        for place, event in enumerate(history, start=1)
    ]


@given(histories(), st.data())
def test_the_list_follows_in_any_number_of_steps(history: list[Event], data: st.DataObject) -> None:
    """Projecting the log piece by piece gives, byte for byte, the row that projecting all of it gives."""
    log = stored(history)
    cut = data.draw(st.integers(0, len(log)))
    first = project(log[:cut], {})
    rest = project(log[cut:], first.rows)
    whole = project(log, {})

    assert {**first.rows, **rest.rows} == whole.rows
    assert whole.position == len(log)
    assert rest.position == (whole.position if cut < len(log) else None)
    assert (whole.beyond, whole.unreadable) == ({}, {})


@given(histories(), histories(), st.data())
def test_what_cannot_be_read_hides_nothing_else(one: list[Event], other: list[Event], data: st.DataObject) -> None:
    """A history is told up to its first unreadable event, the other whole, and no position passes the damage."""
    other[0] = attrs.evolve(other[0], agency="lain")
    log = [*stored(one), *stored(other, "lain/2030", len(one))]
    hurt = data.draw(st.integers(0, len(one) - 1))
    log[hurt] = attrs.evolve(log[hurt], state=b"{")
    found = project(log, {})

    assert {**found.rows, **found.beyond} == project([*log[:hurt], *log[len(one) :]], {}).rows
    assert list(found.unreadable) == ["instansi/2030"]
    assert found.position == (hurt or None)
    assert "lain/2030" not in found.rows


@given(histories())
def test_the_row_says_what_the_state_says(history: list[Event]) -> None:
    """The list's row agrees with the folded evaluation on everything both know."""
    rows = project(stored(history), {}).rows
    row, state = read_row("instansi/2030", rows["instansi/2030"]), fold(history)

    assert state is not None
    assert (row.id, row.edition, row.process, row.stages) == (str(state.id), state.edition, state.process, state.stages)
    assert (row.events, row.opened_at, row.changed_at) == (state.version, state.opened_at, state.changed_at)
    assert set(row.closed) == set(state.closed)
    assert row.decree == (None if state.result is None else state.result.decree)
    assert row.open_stage == state.open_stage
    telling = [event for event in history if isinstance(event, StageClosed | ResultDetermined | EvaluationReopened)]
    card = getattr(telling[-1], "card", None) if telling else None
    assert (row.exact_index, row.grade) == ((None, None) if card is None else (card.index, card.grade))
