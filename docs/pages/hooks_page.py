"""The page of the hooks and of all a plugin answers with."""

import ast
from collections.abc import Iterator
from typing import Any

from pages.code_text import definition, docstring, listing, members, signature
from spbe_core.model.dossier import Dossier
from spbe_core.model.score import IndicatorScore, Reason
from spbe_core.rules import (
    crosswalk,
    domain_rules,
    evidence_check,
    export_format,
    external,
    hookspecs,
    judgement,
    ladder,
    overlay,
    own_words,
    published,
)


def hooks() -> Iterator[str]:
    """Describe the hooks a rule pack implements."""
    yield "# Hooks\n\n"
    yield f"{docstring(hookspecs)[0].split(chr(10), 2)[2]}\n\n"
    yield f"A plugin names a module in the entry point group `{hookspecs.PROJECT}`;\n"
    yield "the module implements hooks as functions marked with `spbe_core.rules.hookimpl`.\n"
    yield "A plugin that cannot be imported, misspells a hook or brings what cannot be used is left out;\n"
    yield "`installed_rules().plugins()` and `spbe editions list` say why, and all others go on working.\n"
    for part in definition(hookspecs.Hooks).body:
        if isinstance(part, ast.FunctionDef):
            prose, _ = docstring(getattr(hookspecs.Hooks, part.name))
            yield f"\n## `{part.name}`\n\n```py\n{signature(part, part.name)}\n```\n\n{prose}\n"
    yield "\n## What a rule is asked with, and what it answers\n"
    yield from _kinds(domain_rules.DomainRules, Dossier, IndicatorScore, Reason)
    yield from _function(own_words.own_reason)
    yield "\n## Ready-made rules\n"
    yield from _kinds(judgement.AssessorLevel, ladder.Ladder, external.ExternallyFed)
    yield from _function(ladder.climb)
    yield from _kinds(ladder.Climb)
    yield "\n## What the other answers are made of\n"
    yield from _kinds(published.PublishedResult, crosswalk.Crosswalk, crosswalk.Link)
    yield from _kinds(overlay.Overlay, overlay.Validity)
    yield from _kinds(evidence_check.EvidenceCheck, evidence_check.EvidenceFacts, evidence_check.Refusal)
    yield from _kinds(export_format.ExportFormat, hookspecs.Committed, hookspecs.CommittedFact)


def _kinds(*kinds: type) -> Iterator[str]:
    for kind in kinds:
        yield f"\n### `{kind.__name__}`\n\n{docstring(kind)[0]}\n\n"
        yield from members(kind)


def _function(function: Any) -> Iterator[str]:
    node = definition(function)
    assert isinstance(node, ast.FunctionDef)  # noqa: S101
    prose, sections = docstring(function)
    yield f"\n### `{node.name}`\n\n```py\n{signature(node, node.name)}\n```\n\n{prose}\n"
    yield from listing("Arguments", sections.get("Args", {}))
