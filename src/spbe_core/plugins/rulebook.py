"""The rulebook of the installed plugins: found once, when first asked for, and never changed."""

import logging
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import redirect_stdout
from contextvars import ContextVar
from functools import cached_property
from threading import Lock
from typing import Any, Final, TypeVar, cast

import attrs

from spbe_core.errors import InputError, RulesError, SpbeError
from spbe_core.messages import shown
from spbe_core.model.edition import Edition
from spbe_core.plugins.discovery import (
    Candidate,
    Loaded,
    PluginStatus,
    as_error,
    disabled_by_environment,
    given,
    installed,
    load,
)
from spbe_core.plugins.shelf import Shelf, filled
from spbe_core.rules.crosswalk import Crosswalk, check_crosswalk
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.evidence_check import EvidenceCheck
from spbe_core.rules.export_format import ExportFormat
from spbe_core.rules.hookspecs import (
    CommandsContext,
    Committed,
    CrosswalksContext,
    EvidenceChecksContext,
    ExportFormatsContext,
    PublishedResultsContext,
)
from spbe_core.rules.published import PublishedResult

_T = TypeVar("_T")
_LOGGER: Final = logging.getLogger("spbe")
_FILLING: Final = Lock()
"""Held while plugins are loaded: standard output is the process's, and two threads must not redirect it at once."""

_TELLING: Final[ContextVar[frozenset[str]]] = ContextVar("telling", default=frozenset())
"""Observers that are being told of a commit right now."""

_LATE: Final[Mapping[str, tuple[object, type]]] = {
    "spbe_published_results": (PublishedResultsContext(), PublishedResult),
    "spbe_crosswalks": (CrosswalksContext(), Crosswalk),
    "spbe_evidence_checks": (EvidenceChecksContext(), EvidenceCheck),
    "spbe_export_formats": (ExportFormatsContext(), ExportFormat),
    "spbe_commands": (CommandsContext(), object),
}
"""Hooks that are asked only when their answers are needed."""


class PluginRulebook:
    """The editions, rules and extensions that plugins bring.

    Args:
        modules: plugin objects by name, instead of those installed; for tests and for embedding.
        disabled: names of plugins to leave out beside those of the environment; ``*`` leaves out all.
    """

    def __init__(self, modules: Mapping[str, object] | None = None, *, disabled: Collection[str] = ()) -> None:
        self._modules = modules
        self._disabled = frozenset(disabled)

    def names(self) -> Sequence[str]:
        """Return the names of the plugins that were found, without importing any."""
        return [one.name for one in self._candidates]

    def plugins(self) -> Sequence[PluginStatus]:
        """Return how every plugin fared, by name."""
        return self._shelf.statuses

    def known_broken(self) -> Sequence[str]:
        """Return the names of broken plugins as far as plugins were loaded already; nothing is loaded to tell."""
        shelf = cast("Shelf | None", self.__dict__.get("_shelf"))
        return [] if shelf is None else [status.name for status in shelf.statuses if status.health == "broken"]

    def examined(self) -> Sequence[PluginStatus]:
        """Return how every plugin fares when it is asked for all it has, also what is otherwise asked late."""
        failed: dict[str, SpbeError] = {}
        for hook, (context, kind) in _LATE.items():
            failed |= self._asked_all(hook, context, kind)[1]
        return [
            attrs.evolve(status, health="broken", problem=failed[status.name])
            if status.health == "ok" and status.name in failed
            else status
            for status in self.plugins()
        ]

    # -- rules -------------------------------------------------------------------------------------------------

    def editions(self) -> Sequence[Edition]:
        """Return every edition as its regulation states it, by first year and id."""
        return self._shelf.editions

    def edition(self, edition_id: str, year: int | None = None) -> Edition:
        """Return an edition by id; with a year, as that year's guidance applies it.

        Raises:
            InputError: ``unknown-edition``.
            RulesError: ``overlays-clash`` where two guidances claim the same part in that year.
        """
        for edition in self._shelf.editions:
            if edition.id == edition_id:
                return edition if year is None else self._applied(edition, year)
        raise InputError("unknown-edition", edition=edition_id, editions=self._known())

    def edition_for(self, year: int) -> Edition:
        """Return the edition in force for an evaluation year, as that year's guidance applies it.

        Raises:
            InputError: ``no-edition-for-year``.
            RulesError: ``year-claimed-twice`` or ``overlays-clash``.
        """
        fitting = [
            edition for edition in self._shelf.editions if year in edition.years and edition.lifecycle != "draft"
        ]
        if len(fitting) > 1:
            raise RulesError("year-claimed-twice", year=year, editions=", ".join(edition.id for edition in fitting))
        if not fitting:
            raise InputError("no-edition-for-year", year=year, editions=self._known())
        return self._applied(fitting[0], year)

    def rules(self, edition_id: str, year: int | None = None) -> Mapping[str, DomainRules]:
        """Return node id -> rules of an edition; with a year, with what its guidance replaces."""
        rules = self._shelf.rules.get(edition_id, {})
        replaced = None if year is None else self._shelf.derived_rules.get((edition_id, year))
        return {**rules, **replaced} if replaced else rules

    def distributions(self, edition_id: str, year: int) -> Mapping[str, str]:
        """Return name -> version of the distributions whose rules or guidance apply to an edition in a year.

        A plugin that was given as an object has none.
        """
        shelf = self._shelf
        names = [shelf.brought_by.get(edition_id), *shelf.guided_by.get((edition_id, year), ())]
        plugins = [shelf.plugins[name] for name in names if name is not None]
        return {one.distribution: one.version for one in plugins if one.distribution is not None}

    def published_results(self) -> Sequence[PublishedResult]:
        """Return every published result the plugins bring; what fails is logged and left out."""
        found = self._healthy("spbe_published_results", PublishedResultsContext(), PublishedResult)
        return sorted(_flat(found), key=lambda result: (result.agency, result.year))

    def crosswalks(self) -> Sequence[Crosswalk]:
        """Return every crosswalk the plugins bring; those between installed editions are held against them.

        Raises:
            RulesError: ``crosswalk-brought-twice`` or ``crosswalk-inconsistent``.
        """
        found = [one for _, one in self._brought_crosswalks()]
        pairs = dict.fromkeys((one.from_edition, one.to_edition) for one in found)
        checked = [self.crosswalk(before, after) for before, after in sorted(pairs)]
        return [one for one in checked if one is not None]

    def _brought_crosswalks(self) -> list[tuple[str, Crosswalk]]:
        found = self._healthy("spbe_crosswalks", CrosswalksContext(), Crosswalk)
        return [(plugin, one) for plugin, answers in found.items() for one in answers]

    def crosswalk(self, before: str, after: str) -> Crosswalk | None:
        """Return the crosswalk from one edition to another, turned round where it is brought the other way.

        Args:
            before: edition id.
            after: edition id.

        Raises:
            RulesError: ``crosswalk-brought-twice``, or ``crosswalk-inconsistent`` where it does not fit the installed
                editions.
        """
        fitting = [
            (plugin, one)
            for plugin, one in self._brought_crosswalks()
            if {one.from_edition, one.to_edition} == {before, after}
        ]
        if not fitting:
            return None
        if len(fitting) > 1:
            plugins = ", ".join(plugin for plugin, _ in fitting)
            raise RulesError("crosswalk-brought-twice", before=before, after=after, plugins=plugins)
        ((_, brought),) = fitting
        editions = {edition.id: edition for edition in self._shelf.editions}
        if before in editions and after in editions:
            check_crosswalk(brought, editions[brought.from_edition], editions[brought.to_edition])
        return brought if brought.from_edition == before else brought.reversed()

    # -- extensions --------------------------------------------------------------------------------------------

    def evidence_checks(self) -> Sequence[EvidenceCheck]:
        """Return what must find nothing wrong with a document before it is recorded.

        Raises:
            RulesError: ``plugin-hook-failed`` or ``plugin-answer-wrong``; a check that cannot be asked is not passed
                over.
        """
        found, failed = self._asked_all("spbe_evidence_checks", EvidenceChecksContext(), EvidenceCheck)
        for problem in failed.values():
            raise problem
        return _flat(found)

    def export_formats(self) -> Mapping[str, ExportFormat]:
        """Return id -> format in which a scorecard can be written; what fails is logged and left out.

        Raises:
            RulesError: ``extension-brought-twice``.
        """
        found = self._healthy("spbe_export_formats", ExportFormatsContext(), ExportFormat)
        return _by_name(_flat(found), lambda one: one.id)

    def commands(self) -> Mapping[str, Any]:
        """Return name -> command for a command line; what fails is logged and left out.

        Raises:
            RulesError: ``extension-brought-twice``.
        """
        found = self._healthy("spbe_commands", CommandsContext(), object)
        return _by_name(_flat(found), lambda one: str(getattr(one, "name", "")))

    def committed(self, context: Committed) -> Sequence[Exception]:
        """Tell every observer what was committed, and return what went wrong in any; nothing can be undone by them.

        An observer may record something itself. The others learn of that; it does not, or it would never end.
        """
        problems: list[Exception] = []
        telling = _TELLING.get()
        for plugin in self._shelf.plugins.values():
            if "spbe_committed" not in plugin.hooks or plugin.name in telling:
                continue
            token = _TELLING.set(telling | {plugin.name})
            try:
                plugin.ask("spbe_committed", context)
            except KeyboardInterrupt:
                raise
            except BaseException as problem:  # noqa: BLE001 - an observer never harms the record
                problems.append(RulesError("observer-failed", plugin=plugin.name, reason=as_error(problem).words()))
            finally:
                _TELLING.reset(token)
        return problems

    # ----------------------------------------------------------------------------------------------------------

    def _applied(self, edition: Edition, year: int) -> Edition:
        if (edition.id, year) in self._shelf.clashes:
            raise self._shelf.clashes[edition.id, year]
        return self._shelf.derived.get((edition.id, year), edition)

    def _asked_all(
        self, hook: str, context: object, kind: type[_T]
    ) -> tuple[dict[str, list[_T]], dict[str, SpbeError]]:
        """Ask every plugin; return its answers by plugin name, and what went wrong in the others."""
        found: dict[str, list[_T]] = {}
        failed: dict[str, SpbeError] = {}
        for plugin in self._shelf.plugins.values():
            try:
                found[plugin.name] = _answers(plugin, hook, context, kind)
            except SpbeError as problem:
                failed[plugin.name] = problem
        return found, failed

    def _healthy(self, hook: str, context: object, kind: type[_T]) -> dict[str, list[_T]]:
        """Ask every plugin; what fails is logged and left out."""
        found, failed = self._asked_all(hook, context, kind)
        for problem in failed.values():
            _LOGGER.warning("%s", problem)
        return found

    def _known(self) -> str:
        return ", ".join(f"{one.id} ({_span(one.years)})" for one in self._shelf.editions) or "-"

    @cached_property
    def _candidates(self) -> Sequence[Candidate]:
        return installed() if self._modules is None else given(self._modules)

    @cached_property
    def _shelf(self) -> Shelf:
        with _FILLING:
            if (filled_meanwhile := self.__dict__.get("_shelf")) is not None:
                return cast("Shelf", filled_meanwhile)
            disabled = self._disabled | disabled_by_environment()
            with redirect_stdout(sys.stderr):  # what a plugin prints is no part of any answer
                return filled([load(candidate, disabled) for candidate in self._candidates])


def _answers(plugin: Loaded, hook: str, context: object, kind: type[_T]) -> list[_T]:
    answers = _asked(plugin, hook, context)
    for one in answers:
        if not isinstance(one, kind):
            raise RulesError("plugin-answer-wrong", hook=hook, answer=shown(one))
    return answers


def _asked(plugin: Loaded, hook: str, context: object) -> list[Any]:
    try:
        return plugin.ask(hook, context)
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # the error says which plugin it was
        raise RulesError(
            "plugin-hook-failed", plugin=plugin.name, hook=hook, reason=as_error(problem).words()
        ) from problem


def _flat(found: Mapping[str, Sequence[_T]]) -> list[_T]:
    return [one for answers in found.values() for one in answers]


def _by_name(found: Sequence[_T], name: Callable[[_T], str]) -> dict[str, _T]:
    by_name: dict[str, _T] = {}
    for one in found:
        if name(one) in by_name:
            raise RulesError("extension-brought-twice", name=name(one))
        by_name[name(one)] = one
    return by_name


def _span(years: Sequence[int]) -> str:
    return f"{years[0]}-{years[-1]}" if years else "-"
