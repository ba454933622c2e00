"""A store outlives its rule packs: without them everything recorded can be read; only scoring anew cannot be done."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from arrangements import Ticking, python

from spbe_core import Spbe, installed_rules

BLOCKED = """
import importlib.metadata, json, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "spbe_rules":
            raise ImportError(f"{name} is not installed")

sys.meta_path.insert(0, Blocker())
entry_points = importlib.metadata.entry_points
if sys.argv[2] == "not installed":
    importlib.metadata.entry_points = lambda **group: entry_points(group="no such group")

from spbe_core import Spbe, SpbeError, installed_rules, score
from spbe_core.evaluation.fold import fold

def code(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except SpbeError as error:
        return error.code

with Spbe.open(sys.argv[1]) as spbe:
    state = spbe.evaluation("kota-a/2024")
    history = spbe.history("kota-a/2024")
    rebuilt = spbe.rebuild()
    print(json.dumps({
        "plugins": [status.health for status in installed_rules().plugins()],
        "editions": len(installed_rules().editions()),
        "index": state.result.card.index,
        "grade": state.result.card.grade,
        "folded": fold(one.event for one in history) == state,
        "events": len(history),
        "rows": [[row.id, row.index, row.grade] for row in spbe.evaluations()],
        "rebuild": [rebuilt.events, rebuilt.rows, len(rebuilt.findings)],
        "edition": spbe.edition_of("kota-a/2024").id,
        "first": spbe.evaluation("kota-a/2024", as_of=state.opened_at).version,
        "evidence": spbe.evidence_content(state.evidence["E1"].digest).read().decode(),
        "submitted": code(spbe.reopen, "kota-a/2024", "document", reason="sanggah"),
        "assessed": code(spbe.assess, "kota-a/2024", {"1": 5}, stage="document", reason="sanggah"),
        "closed": code(spbe.close_stage, "kota-a/2024", "document"),
        "card": code(spbe.card, "kota-a/2024"),
        "score": code(score, {}, year=2024),
        "audit": sorted({finding.code for finding in spbe.audit().findings}),
        "rules": [name for name in sys.modules if name.startswith("spbe_rules")],
    }))
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "spbe.db"
    with Spbe.open(path, create=True, clock=Ticking()) as spbe:
        opened = spbe.open_evaluation("kota-a/2024", agency_name="Kota A")
        levels = {leaf.id: 1 + place % 5 for place, leaf in enumerate(spbe.edition_of("kota-a/2024").indicators)}
        spbe.submit_evidence("kota-a/2024", BytesIO(b"isi"), indicators=["1"])
        spbe.assess("kota-a/2024", levels, stage="self", reason="SK")
        for stage in opened.stages:
            spbe.close_stage("kota-a/2024", stage)
        spbe.determine("kota-a/2024", decree="SK 1")
        assert spbe.audit().findings == ()
    return path


@pytest.mark.parametrize("state", ["not installed", "broken"])
def test_what_was_recorded_outlives_its_plugins(store: Path, state: str) -> None:
    """State, history, list, rebuild, pinned edition and evidence need no rule pack; what scores anew says it does."""
    with Spbe.open(store) as spbe:
        evaluation, (row,) = spbe.evaluation("kota-a/2024"), spbe.evaluations()
    assert evaluation.result is not None

    assert json.loads(python(BLOCKED, str(store), state)) == {
        "plugins": ["broken"] * len(installed_rules().plugins()) if state == "broken" else [],
        "editions": 0,
        "index": evaluation.result.card.index,
        "grade": evaluation.result.card.grade,
        "folded": True,
        "events": evaluation.version,
        "rows": [["kota-a/2024", row.index, row.grade]],
        "rebuild": [evaluation.version + 1, 1, 0],
        "edition": "permenpanrb-59-2020",
        "first": 1,
        "evidence": "isi",
        "submitted": None,
        "assessed": None,
        "closed": "rules-missing",
        "card": "rules-missing",
        "score": "no-edition-for-year",
        "audit": ["audit-calculated-by", "audit-not-computable", "edition-not-installed"],
        "rules": [],
    }
