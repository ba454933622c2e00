"""Every hook a plugin may implement, in the order of a run's life.

Each hook takes one context object, so that arguments can grow without breaking old plugins. Plugins answer with
values; the library selects by id in its registry and never by the order in which plugins were loaded.
"""

from collections.abc import Sequence
from typing import Final

import attrs
import pluggy

from spbe_core.model.edition import Edition
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.published import PublishedResult

PROJECT: Final = "spbe"
"""Name of the hook markers and of the entry point group."""

API_VERSION: Final = 1
"""Grows when a hook changes in a way old plugins cannot follow."""

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
