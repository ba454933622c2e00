"""Finding plugins and loading each by itself: what one does at import stays its own affair."""

import ast
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

import attrs
import pluggy

from spbe_core.errors import RulesError, SpbeError
from spbe_core.messages import DEFAULT_LANGUAGE, shown
from spbe_core.rules.hookspecs import API_NAME, API_VERSION, PROJECT, Hooks

DISABLING: Final = "SPBE_DISABLE_PLUGINS"
"""Environment variable with the names of plugins to leave out, separated by commas; ``*`` means all."""

EVERY: Final = "*"

Health = Literal["ok", "broken", "skipped", "disabled"]


@attrs.frozen
class PluginStatus:
    """How one plugin fared.

    Attributes:
        name: of the entry point.
        version: of its distribution.
        health: ``ok``; ``broken``; ``skipped`` (not meant for this library as it stands); ``disabled`` (left out by
            request).
        problem: why it is not used, None for a healthy one.
        hooks: the hooks it implements; none where it was not loaded.
    """

    name: str
    version: str
    health: Health
    problem: SpbeError | None = None
    hooks: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it is not used and what to do, empty for a healthy one."""
        return self.told()

    def told(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say in the reader's language why it is not used and what to do about it."""
        return "" if self.problem is None else f"{self.problem.what(language)} {self.problem.remedy(language)}"


@attrs.frozen
class Loaded:
    """A plugin that could be loaded, alone in a manager of its own."""

    name: str
    version: str
    manager: pluggy.PluginManager
    distribution: str | None = None

    def ask(self, hook: str, context: object) -> list[Any]:
        """Return all that the plugin answers to a hook."""
        answers: list[Sequence[Any]] = getattr(self.manager.hook, hook)(context=context)
        return [one for answer in answers for one in answer]

    @property
    def hooks(self) -> tuple[str, ...]:
        """Names of the hooks it implements."""
        ((_, plugin),) = self.manager.list_name_plugin()
        return tuple(sorted(caller.name for caller in self.manager.get_hookcallers(plugin) or ()))


@attrs.frozen
class Candidate:
    """A plugin that was found and is not loaded yet.

    Attributes:
        load: imports it.
        api: tells which API it was built for, without importing it.
        distribution: what brought it, None for an object that was given.
    """

    name: str
    version: str
    load: Callable[[], object]
    api: Callable[[], int]
    distribution: str | None = None


def installed() -> list[Candidate]:
    """Return the installed plugins by name; none is imported."""
    found = sorted(entry_points(group=PROJECT), key=lambda entry: (entry.name, entry.value))
    names = [entry.name for entry in found]
    return [
        Candidate(entry.name, _version(entry), entry.load, partial(_written_api, entry), _distribution(entry))
        if names.count(entry.name) == 1
        else _doubtful(entry)
        for entry in found
    ]


def _doubtful(entry: EntryPoint) -> Candidate:
    """Return a plugin whose name another has as well: nobody can tell which is meant, so neither is loaded."""

    def refuse() -> object:
        raise RulesError("plugin-name-twice", plugin=entry.name)

    return Candidate(f"{entry.name} ({entry.value})", _version(entry), refuse, lambda: API_VERSION)


def given(modules: Mapping[str, object]) -> list[Candidate]:
    """Return plugin objects as candidates, by name."""
    return [Candidate(name, "-", partial(modules.__getitem__, name), lambda: API_VERSION) for name in sorted(modules)]


def disabled_by_environment() -> frozenset[str]:
    """Return the names that the environment asks to leave out."""
    return frozenset(name.strip() for name in os.environ.get(DISABLING, "").split(",") if name.strip())


def load(candidate: Candidate, disabled: Collection[str]) -> Loaded | PluginStatus:
    """Load a candidate, or say why not."""

    def left_out(health: Health, problem: SpbeError) -> PluginStatus:
        return PluginStatus(candidate.name, candidate.version, health, problem)

    if EVERY in disabled or candidate.name in disabled:
        return left_out("disabled", RulesError("plugin-disabled", plugin=candidate.name))
    try:
        if (wanted := candidate.api()) != API_VERSION:
            return left_out("skipped", _other_api(wanted))
        plugin = candidate.load()
        if (wanted := getattr(plugin, API_NAME, API_VERSION)) != API_VERSION:
            return left_out("skipped", _other_api(wanted))
        return Loaded(candidate.name, candidate.version, _managed(candidate.name, plugin), candidate.distribution)
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # noqa: BLE001 - whatever a plugin does, the others go on working
        return left_out("broken", as_error(problem))


def as_error(problem: BaseException) -> SpbeError:
    """Return what a plugin raised as an error with words."""
    if isinstance(problem, SpbeError):
        return problem
    return RulesError("plugin-failed", reason=f"{type(problem).__name__}: {shown(problem, str)}")


def _other_api(wanted: object) -> SpbeError:
    return RulesError("plugin-other-api", wanted=wanted, offered=API_VERSION)


def _managed(name: str, plugin: object) -> pluggy.PluginManager:
    """Register a plugin alone, so that its failure is its own; misspelled hooks are refused."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    manager.register(plugin, name)
    manager.check_pending()
    return manager


def _distribution(entry: EntryPoint) -> str | None:
    return None if entry.dist is None else entry.dist.name


def _version(entry: EntryPoint) -> str:
    return entry.dist.version if entry.dist is not None else "-"


def _written_api(entry: EntryPoint) -> int:
    """Read ``SPBE_API = N`` from a plugin's source: one built for another API may not even import."""
    try:
        spec = find_spec(entry.module)
        source = b"" if spec is None or spec.origin is None else Path(spec.origin).read_bytes()
        body = ast.parse(source).body
    except (ImportError, OSError, SyntaxError, ValueError):
        return API_VERSION  # loading it will say what is wrong
    for node in body:
        names = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(name, ast.Name) and name.id == API_NAME for name in names):
            value = getattr(node, "value", None)
            if isinstance(value, ast.Constant) and isinstance(value.value, int):
                return value.value
    return API_VERSION
