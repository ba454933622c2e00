"""What every read model must do. An adapter's test class inherits it and provides the fixture ``store``."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest

from spbe_core.ports import ReadModel


class Store(Protocol):
    """What holds read models by name."""

    def read_model(self, name: str) -> ReadModel: ...


class ReadModelContract:
    @pytest.fixture
    def store(self) -> Store:
        """Return an empty store; the adapter's test class says of which kind."""
        raise NotImplementedError

    def test_a_new_model_has_followed_nothing(self, store: Store) -> None:
        """It is at position 0 and has no rows."""
        model = store.read_model("a")

        assert (model.position(), dict(model.rows())) == (0, {})

    def test_rows_and_position_move_together(self, store: Store) -> None:
        """Advancing writes both, keeps other rows and replaces those of the same key."""
        model = store.read_model("a")

        assert model.advance(0, 5, {"x": b"1", "y": b"2"})
        assert model.advance(5, 9, {"y": b"3", "z": b"4"})
        assert (model.position(), dict(model.rows())) == (9, {"x": b"1", "y": b"3", "z": b"4"})

    def test_position_may_move_without_rows(self, store: Store) -> None:
        """Events that change no row still count as followed."""
        model = store.read_model("a")

        assert model.advance(0, 7, {})
        assert (model.position(), dict(model.rows())) == (7, {})

    @pytest.mark.parametrize("after", [0, 4, 6])
    def test_from_another_position_nothing_is_written(self, store: Store, after: int) -> None:
        """Where another writer moved the model, advancing says so and changes nothing."""
        model = store.read_model("a")
        model.advance(0, 5, {"x": b"1"})

        assert not model.advance(after, 8, {"x": b"2", "y": b"3"})
        assert (model.position(), dict(model.rows())) == (5, {"x": b"1"})

    def test_rows_are_in_order_of_their_keys(self, store: Store) -> None:
        """Rows come sorted, whatever order they were written in."""
        model = store.read_model("a")
        model.advance(0, 1, {"b": b"", "c": b"", "a": b""})

        assert list(model.rows()) == ["a", "b", "c"]

    def test_rows_are_kept_byte_for_byte(self, store: Store) -> None:
        """Any bytes come back as they are."""
        model = store.read_model("a")
        row = bytes(range(256))
        model.advance(0, 1, {"kota-á/2024": row})

        assert dict(model.rows()) == {"kota-á/2024": row}

    def test_clearing_forgets_everything(self, store: Store) -> None:
        """A cleared model is like a new one and can be filled from the start."""
        model = store.read_model("a")
        model.advance(0, 5, {"x": b"1"})
        model.clear()

        assert (model.position(), dict(model.rows())) == (0, {})
        assert model.advance(0, 5, {"x": b"2"})

    def test_models_of_other_names_are_left_alone(self, store: Store) -> None:
        """A model sees and clears its own rows only; one name is one model."""
        one, other = store.read_model("a"), store.read_model("b")
        one.advance(0, 5, {"x": b"1"})
        other.advance(0, 3, {"x": b"2"})
        one.clear()

        assert (other.position(), dict(other.rows())) == (3, {"x": b"2"})
        assert store.read_model("b").position() == 3

    def test_of_racing_writers_one_advances(self, store: Store) -> None:
        """Of threads that advance from one position exactly one is told that it did; only its rows are there."""

        def advance(worker: int) -> bool:
            rows: Mapping[str, bytes] = {f"row-{worker}": b"", "winner": str(worker).encode()}
            return store.read_model("a").advance(0, 1 + worker, rows)

        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(advance, range(8)))
        winner = won.index(True)

        assert won.count(True) == 1
        assert store.read_model("a").position() == 1 + winner
        assert dict(store.read_model("a").rows()) == {f"row-{winner}": b"", "winner": str(winner).encode()}
