"""The page of the Python API."""

import ast
import inspect
from collections.abc import Iterator
from typing import Any, Final, get_args

import spbe_core
import spbe_core.testing.conformance
from pages.code_text import definition, docstring, listing, members, signature
from spbe_core import errors
from spbe_core.evaluation.state import Answer, Assignment, Objection, Result, StageScore, StageVerdict
from spbe_core.evaluation.worklist import TASK_STATES, TaskLine, UnitLine
from spbe_core.events.objection import Outcome
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.model.actor import Person
from spbe_core.model.citation import Citation
from spbe_core.model.edition import (
    Criterion,
    GradeBand,
    GradePractice,
    Indicator,
    Item,
    LevelName,
    Node,
    Process,
    Stage,
)
from spbe_core.model.evidence import Evidence
from spbe_core.model.scale import Scale
from spbe_core.model.scorecard import Bounds, IndicatorLine, NodeLine
from spbe_core.model.verdict import VERDICT_KINDS
from spbe_core.people.roster import Actor, Appointment, Ended, Unit
from spbe_core.plugins import PluginRulebook, PluginStatus
from spbe_core.ports import Recorded
from spbe_core.projections.evaluations import EvaluationRow, UnreadableRow
from spbe_core.replay.audit import AuditReport
from spbe_core.replay.ledger import ConsistencyProof, InclusionProof, Ledger
from spbe_core.replay.rebuild import Rebuilt
from spbe_core.replay.verify import VerifyReport
from spbe_core.service.import_evaluation import DeterminationImport, EvidenceImport, StageImport
from spbe_core.service.people import People
from spbe_core.service.status import EvaluationStatus

PARTS: Final = (
    Node,
    Indicator,
    Criterion,
    Item,
    Scale,
    GradeBand,
    GradePractice,
    Stage,
    Process,
    LevelName,
    Citation,
    NodeLine,
    IndicatorLine,
    Bounds,
    Evidence,
    StageScore,
    StageVerdict,
    Objection,
    Answer,
    Assignment,
    Result,
    EvaluationStatus,
    TaskLine,
    UnitLine,
    People,
    Actor,
    Appointment,
    Ended,
    Unit,
    Person,
    EvaluationRow,
    UnreadableRow,
    Recorded,
    AuditReport,
    Rebuilt,
    Ledger,
    Checkpoint,
    VerifyReport,
    InclusionProof,
    ConsistencyProof,
    StageImport,
    EvidenceImport,
    DeterminationImport,
    PluginRulebook,
    PluginStatus,
)


WORDS: Final = {
    "Outcome": get_args(Outcome),
    "VerdictKind": VERDICT_KINDS,
    "TaskState": TASK_STATES,
}
"""Types that are a few texts."""


def api() -> Iterator[str]:
    """Describe every public name of the front door, and what its answers are made of."""
    yield "# The Python API\n\n"
    yield "Everything a program needs is imported from `spbe_core`; what is only answered is described at the end.\n"
    yield "Rule authors import from `spbe_core.rules`; see [hooks](hooks.md).\n"
    yield "Formats (JSON, CSV) are in `spbe_core.exchange`; every other module may change without notice.\n"
    for name in sorted(spbe_core.__all__, key=str.lower):
        yield f"\n## `{name}`\n\n"
        yield from _described(name, getattr(spbe_core, name))
    yield "\n## What these are made of\n\n"
    yield "Values that the names above take or give; their attributes may be relied on.\n"
    for name, words in WORDS.items():
        yield f"\n### `{name}`\n\nOne of the texts {', '.join(f'`{word}`' for word in words)}.\n"
    for kind in PARTS:
        yield f"\n### `{kind.__name__}`\n\n{docstring(kind)[0]}\n\n"
        yield from members(kind)


def _described(name: str, thing: Any) -> Iterator[str]:
    prose, sections = docstring(thing)
    if inspect.isclass(thing):
        yield f"{prose}\n\n"
        if issubclass(thing, Exception) and thing is not errors.SpbeError:
            parent = thing.__mro__[1].__name__
            yield f"A [`{parent}`](#{parent.lower()}); its codes are listed in [errors](errors.md).\n"
        else:
            if thing is errors.SpbeError:
                yield from (f"- `{member}`: {said}\n" for member, said in sections["Attributes"].items())
            yield from members(thing)
        return
    node = definition(thing)
    assert isinstance(node, ast.FunctionDef)  # noqa: S101
    yield f"```py\n{signature(node, name)}\n```\n\n{prose}\n"
    yield from listing("Arguments", sections.get("Args", {}))
    yield from listing("Raises", sections.get("Raises", {}))
