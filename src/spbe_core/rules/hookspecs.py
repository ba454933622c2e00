"""Every hook a plugin may implement, in the order of a run's life.

Each hook takes one context object, so that arguments can grow without breaking old plugins. Plugins answer with
values; the library selects by id in its registry and never by the order in which plugins were loaded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import attrs
import pluggy

from spbe_core.model.edition import Edition
from spbe_core.rules.crosswalk import Crosswalk
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.evidence_check import EvidenceCheck
from spbe_core.rules.export_format import ExportFormat
from spbe_core.rules.overlay import Overlay
from spbe_core.rules.published import PublishedResult

PROJECT: Final = "spbe"
"""Name of the hook markers and of the entry point group."""

API_VERSION: Final = 1
"""Grows when a hook changes in a way old plugins cannot follow."""

API_NAME: Final = "SPBE_API"
"""A plugin module may state ``SPBE_API = 1``; one that states another number is listed and skipped."""

hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)


@attrs.frozen
class EditionsContext:
    """What a plugin is told when it is asked for editions."""

    api_version: int = API_VERSION


@attrs.frozen
class DomainRulesContext:
    """What a plugin is told when it is asked for rules."""

    api_version: int = API_VERSION


@attrs.frozen
class PublishedResultsContext:
    """What a plugin is told when it is asked for published results."""

    api_version: int = API_VERSION


@attrs.frozen
class CrosswalksContext:
    """What a plugin is told when it is asked for crosswalks."""

    api_version: int = API_VERSION


@attrs.frozen
class OverlaysContext:
    """What a plugin is told when it is asked for guidance overlays."""

    api_version: int = API_VERSION


@attrs.frozen
class EvidenceChecksContext:
    """What a plugin is told when it is asked for evidence checks."""

    api_version: int = API_VERSION


@attrs.frozen
class ExportFormatsContext:
    """What a plugin is told when it is asked for export formats."""

    api_version: int = API_VERSION


@attrs.frozen
class CommandsContext:
    """What a plugin is told when it is asked for commands."""

    api_version: int = API_VERSION


@attrs.frozen
class CommittedFact:
    """One event that was committed.

    Attributes:
        topic: name and version of the event, e.g. ``spbe:stage-closed@1``.
        at: when it was recorded, UTC.
        by: pseudonymous id of the actor.
        members: the rest of the event, as plain members.
    """

    topic: str
    at: datetime
    by: str
    members: Mapping[str, Any]


@attrs.frozen
class Committed:
    """What an observer is told after a commit.

    Attributes:
        stream: ``AGENCY/YEAR``, ``edition/DIGEST`` where an edition entered the record, or ``people``.
        version: version of that stream after the commit.
        facts: the events, oldest first.
    """

    stream: str
    version: int
    facts: tuple[CommittedFact, ...]
    api_version: int = API_VERSION


class Hooks:
    """The hooks; a plugin module implements those it needs as functions of the same name."""

    @hookspec
    def spbe_editions(self, context: EditionsContext) -> Sequence[Edition]:
        """Return the editions this plugin brings.

        When: once, when the rulebook is built. An id brought by two plugins is refused, naming both.
        """
        raise NotImplementedError

    @hookspec
    def spbe_domain_rules(self, context: DomainRulesContext) -> Sequence[DomainRules]:
        """Return the rules objects this plugin brings, one per domain (or aspect) of an edition.

        When: once, after the editions are known. Two rules for the same node of an edition are refused.
        """
        raise NotImplementedError

    @hookspec
    def spbe_published_results(self, context: PublishedResultsContext) -> Sequence[PublishedResult]:
        """Return officially published results with every level, to test the rules against and to show.

        When: only when they are asked for (demonstration, conformance check).
        """
        raise NotImplementedError

    @hookspec
    def spbe_crosswalks(self, context: CrosswalksContext) -> Sequence[Crosswalk]:
        """Return crosswalks between two editions, named by id; the plugin of the newer edition brings it.

        When: only when they are asked for. Where both editions are installed, every indicator of either must appear
        exactly once. The same two editions from two plugins are refused, naming both.
        """
        raise NotImplementedError

    @hookspec
    def spbe_overlays(self, context: OverlaysContext) -> Sequence[Overlay]:
        """Return the guidance overlays this plugin brings.

        When: once, after the editions and rules are known. Two overlays that claim the same year and domain of an
        edition are refused, naming both.
        """
        raise NotImplementedError

    @hookspec
    def spbe_evidence_checks(self, context: EvidenceChecksContext) -> Sequence[EvidenceCheck]:
        """Return checks that must find nothing wrong with a document before it is recorded.

        When: whenever evidence is submitted or imported. A check that fails refuses the document, naming the check.
        """
        raise NotImplementedError

    @hookspec
    def spbe_export_formats(self, context: ExportFormatsContext) -> Sequence[ExportFormat]:
        """Return forms in which a scorecard can be written.

        When: only when a card is exported. An id brought twice is refused.
        """
        raise NotImplementedError

    @hookspec
    def spbe_commands(self, context: CommandsContext) -> Sequence[Any]:
        """Return commands for the command line: ``click.Command`` objects, each with a name of its own.

        When: only when a command is called that the command line does not have itself.
        """
        raise NotImplementedError

    @hookspec
    def spbe_committed(self, context: Committed) -> None:
        """Learn what was committed; nothing can be changed or prevented here, and failures are only logged.

        When: after each commit, once per stream; not for what the observer itself records while it is told.
        """
        raise NotImplementedError
