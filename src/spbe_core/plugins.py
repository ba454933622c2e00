"""Finding plugins, keeping broken ones apart, and freezing what they bring into a rulebook."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

import attrs
import pluggy

from spbe_core.errors import InputError, RulesError, SpbeError
from spbe_core.model.edition import Edition
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.hookspecs import (
    PROJECT,
    DomainRulesContext,
    EditionsContext,
    Hooks,
    PublishedResultsContext,
)
from spbe_core.rules.published import PublishedResult


@attrs.frozen
class PluginStatus:
    """How one plugin fared.

    Attributes:
        name: of the entry point.
        version: of its distribution.
        health: ``ok`` or ``broken``.
        reason: why it is not used, empty for a healthy one.
    """

    name: str
    version: str
    health: Literal["ok", "broken"]
    reason: str = ""


class PluginRulebook:
    """The editions and rules of the installed plugins; found once, when first asked for, and never changed.

    Args:
        modules: plugin objects by name, instead of those installed; for tests and for embedding.
    """

    def __init__(self, modules: Mapping[str, object] | None = None) -> None:
        self._modules = modules

    def editions(self) -> Sequence[Edition]:
        """Return every edition, by first year and id."""
        return self._shelf.editions

    def edition(self, edition_id: str) -> Edition:
        """Return an edition by id."""
        for edition in self._shelf.editions:
            if edition.id == edition_id:
                return edition
        raise InputError("unknown-edition", edition=edition_id, editions=self._known())

    def edition_for(self, year: int) -> Edition:
        """Return the edition in force for an evaluation year."""
        fitting = [
            edition for edition in self._shelf.editions if year in edition.years and edition.lifecycle != "draft"
        ]
        if len(fitting) > 1:
            raise RulesError("year-claimed-twice", year=year, editions=", ".join(edition.id for edition in fitting))
        if not fitting:
            raise InputError("no-edition-for-year", year=year, editions=self._known())
        return fitting[0]

    def rules(self, edition_id: str) -> Mapping[str, DomainRules]:
        """Return node id -> rules of an edition."""
        return self._shelf.rules.get(edition_id, {})

    def published_results(self) -> Sequence[PublishedResult]:
        """Return every published result the plugins bring."""
        found: list[PublishedResult] = []
        for plugin in self._shelf.plugins.values():
            answer = _ask(plugin, "spbe_published_results", PublishedResultsContext())
            for result in answer:
                if not isinstance(result, PublishedResult):
                    raise RulesError("plugin-answer-wrong", hook="spbe_published_results", answer=repr(result))
                found.append(result)
        return sorted(found, key=lambda result: (result.agency, result.year))

    def plugins(self) -> Sequence[PluginStatus]:
        """Return how every plugin fared, by name."""
        return self._shelf.statuses

    def _known(self) -> str:
        return ", ".join(f"{one.id} ({_span(one.years)})" for one in self._shelf.editions) or "-"

    @cached_property
    def _shelf(self) -> "_Shelf":
        return _collect(self._candidates())

    def _candidates(self) -> Iterable["_Candidate"]:
        if self._modules is not None:
            modules = self._modules
            return [_Candidate(name, "-", lambda name=name: modules[name]) for name in sorted(modules)]  # type: ignore[misc]
        found = sorted(entry_points(group=PROJECT), key=lambda entry: entry.name)
        return [_Candidate(entry.name, _version(entry), entry.load) for entry in found]


@attrs.frozen
class _Candidate:
    name: str
    version: str
    load: Callable[[], object]


@attrs.frozen
class _Shelf:
    editions: Sequence[Edition]
    rules: Mapping[str, Mapping[str, DomainRules]]
    plugins: Mapping[str, pluggy.PluginManager]
    statuses: Sequence[PluginStatus]


def _span(years: Sequence[int]) -> str:
    return f"{years[0]}-{years[-1]}" if years else "-"


def _version(entry: EntryPoint) -> str:
    return entry.dist.version if entry.dist is not None else "-"


def _collect(candidates: Iterable[_Candidate]) -> _Shelf:
    editions: dict[str, tuple[Edition, str]] = {}
    rules: dict[str, dict[str, DomainRules]] = {}
    plugins: dict[str, pluggy.PluginManager] = {}
    statuses: list[PluginStatus] = []
    for candidate in candidates:
        try:
            plugin = _managed(candidate.name, candidate.load())
            brought_editions, brought_rules = _brought(plugin, editions, rules)
        except Exception as problem:  # noqa: BLE001 - whatever a plugin does, the others must go on working
            statuses.append(PluginStatus(candidate.name, candidate.version, "broken", _reason(problem)))
            continue
        editions |= {edition.id: (edition, candidate.name) for edition in brought_editions}
        for one in brought_rules:
            rules.setdefault(one.edition, {})[one.node] = one
        plugins[candidate.name] = plugin
        statuses.append(PluginStatus(candidate.name, candidate.version, "ok"))
    ordered = sorted((edition for edition, _ in editions.values()), key=lambda one: (one.years, one.id))
    return _Shelf(tuple(ordered), rules, plugins, tuple(statuses))


def _managed(name: str, plugin: object) -> pluggy.PluginManager:
    """Register a plugin alone, so that its failure is its own; misspelled hooks are refused."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    manager.register(plugin, name)
    manager.check_pending()
    return manager


def _brought(
    plugin: pluggy.PluginManager,
    editions: Mapping[str, tuple[Edition, str]],
    rules: Mapping[str, Mapping[str, DomainRules]],
) -> tuple[list[Edition], list[DomainRules]]:
    """Ask one plugin for all it has, and refuse all of it where any of it is wrong."""
    own_editions = list(_ask(plugin, "spbe_editions", EditionsContext()))
    own_rules = list(_ask(plugin, "spbe_domain_rules", DomainRulesContext()))
    seen = {edition_id: owner for edition_id, (_, owner) in editions.items()}
    for edition in own_editions:
        if not isinstance(edition, Edition):
            raise RulesError("plugin-answer-wrong", hook="spbe_editions", answer=repr(edition))
        if edition.id in seen:
            raise RulesError("edition-brought-twice", edition=edition.id, other=seen[edition.id])
        seen[edition.id] = "the same plugin"
    known = {one.id: one for one, _ in editions.values()} | {one.id: one for one in own_editions}
    taken = {(edition_id, node) for edition_id, nodes in rules.items() for node in nodes}
    for one in own_rules:
        if not all(hasattr(one, member) for member in ("edition", "node", "score")):
            raise RulesError("plugin-answer-wrong", hook="spbe_domain_rules", answer=repr(one))
        if one.edition in known:
            known[one.edition].node(one.node)
        if (one.edition, one.node) in taken:
            raise RulesError("rules-brought-twice", edition=one.edition, node=one.node)
        taken.add((one.edition, one.node))
    return own_editions, own_rules


def _ask(plugin: pluggy.PluginManager, hook: str, context: object) -> Sequence[Any]:
    answers: list[Sequence[Any]] = getattr(plugin.hook, hook)(context=context)
    return [one for answer in answers for one in answer]


def _reason(problem: Exception) -> str:
    return str(problem) if isinstance(problem, SpbeError) else f"{type(problem).__name__}: {problem}"
