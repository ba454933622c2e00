"""Runs in an environment with nothing but the core: stored events fold, rebuild and list without any plugin."""

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import pytest

from spbe_core import RulesError, Spbe
from spbe_core.events import decode
from spbe_core.ports import Append
from spbe_core.storage.sqlite import SqliteStore

SAMPLES = Path(__file__).with_name("history.txt")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that holds a history once written with rule packs installed."""
    path = tmp_path / "spbe.db"
    sqlite = SqliteStore(path, create=True)
    streams: dict[str, list[object]] = {}
    for line in SAMPLES.read_text(encoding="utf-8").splitlines():
        stream, topic, state = line.split("\t")
        streams.setdefault(stream, []).append(decode(topic, state.encode()))
    sqlite.log.append(*(Append(stream, 0, events) for stream, events in streams.items()))  # type: ignore[arg-type]
    sqlite.close()
    return path


def test_no_plugin_is_installed() -> None:
    """The environment really is bare, so the other tests mean something."""
    assert find_spec("spbe_rules") is None
    assert not entry_points(group="spbe")


def test_history_folds_and_lists_without_plugins(store: Path) -> None:
    """The determined result, its card and the list are readable with the core alone."""
    with Spbe.open(store) as spbe:
        evaluation = spbe.evaluation("kota-bandar-lampung/2024")
        (row,) = spbe.evaluations()

        assert evaluation.result is not None
        assert evaluation.result.card.index == "2.9795"
        assert evaluation.result.card.grade == "Baik"
        assert (row.id, row.index, row.grade) == ("kota-bandar-lampung/2024", "2.98", "Baik")
        assert spbe.rebuild().findings == ()
        assert spbe.edition_of("kota-bandar-lampung/2024").id == "permenpanrb-59-2020"


def test_scoring_anew_says_which_rules_are_missing(store: Path) -> None:
    """Only computing anew needs the rule pack, and its absence is an error that names the edition."""
    with Spbe.open(store) as spbe:
        with pytest.raises(RulesError) as caught:
            spbe.card("kota-bandar-lampung/2024")

        assert caught.value.code == "rules-missing"
        assert caught.value.parameters["edition"] == "permenpanrb-59-2020"
        report = spbe.audit(documents=False)
        assert [finding.code for finding in report.differences] == ["audit-not-computable"] * report.cards
