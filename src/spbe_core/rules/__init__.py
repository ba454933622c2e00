"""What a rule author imports: the hooks, the rules protocol, ready-made rules and the loaders for data files.

A rule pack is a distribution that names a module in the entry point group ``spbe``; the module implements hooks
of :mod:`spbe_core.rules.hookspecs` under the marker :data:`hookimpl`.
"""

from spbe_core.rules.crosswalk import Crosswalk, load_crosswalk
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.edition_files import load_edition
from spbe_core.rules.evidence_check import EvidenceCheck, EvidenceFacts, Refusal
from spbe_core.rules.export_format import ExportFormat
from spbe_core.rules.external import ExternallyFed
from spbe_core.rules.hookspecs import (
    CommandsContext,
    Committed,
    CommittedFact,
    CrosswalksContext,
    DomainRulesContext,
    EditionsContext,
    EvidenceChecksContext,
    ExportFormatsContext,
    OverlaysContext,
    PublishedResultsContext,
    hookimpl,
)
from spbe_core.rules.judgement import AssessorLevel
from spbe_core.rules.ladder import Climb, Ladder, climb
from spbe_core.rules.overlay import Overlay, load_overlay
from spbe_core.rules.own_words import own_reason
from spbe_core.rules.published import PublishedResult, load_published_results

__all__ = [
    "AssessorLevel",
    "Climb",
    "CommandsContext",
    "Committed",
    "CommittedFact",
    "Crosswalk",
    "CrosswalksContext",
    "DomainRules",
    "DomainRulesContext",
    "EditionsContext",
    "EvidenceCheck",
    "EvidenceChecksContext",
    "EvidenceFacts",
    "ExportFormat",
    "ExportFormatsContext",
    "ExternallyFed",
    "Ladder",
    "Overlay",
    "OverlaysContext",
    "PublishedResult",
    "PublishedResultsContext",
    "Refusal",
    "climb",
    "hookimpl",
    "load_crosswalk",
    "load_edition",
    "load_overlay",
    "load_published_results",
    "own_reason",
]
