"""A rule pack as the checks see it: everything its plugin brings, gathered once."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import attrs

from spbe_core.errors import SpbeError
from spbe_core.model.edition import Edition
from spbe_core.plugins import PluginRulebook
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.published import PublishedResult
from spbe_core.testing.printed import Printed, load_printed
from spbe_core.testing.problem import Problem


@attrs.frozen
class Pack:
    """What one plugin brings.

    Attributes:
        plugin: module name.
        editions: its editions, those derived by its overlays included.
        rules: edition id -> node id -> rules.
        published: officially published results.
        printed: what the regulations print about themselves.
        sources: its own Python files.
        problems: why some of it could not be read.
    """

    plugin: str
    editions: Sequence[Edition] = ()
    rules: Mapping[str, Mapping[str, DomainRules]] = attrs.field(factory=dict[str, Mapping[str, DomainRules]])
    published: Sequence[PublishedResult] = ()
    printed: Sequence[Printed] = ()
    sources: Sequence[Path] = ()
    problems: Sequence[Problem] = ()

    def printed_of(self, edition: Edition) -> Printed | None:
        """Return what is printed about an edition, None where the pack does not state it."""
        return next((one for one in self.printed if one.edition == edition.id), None)

    def published_under(self, edition: Edition) -> Sequence[PublishedResult]:
        """Return the published results of an edition."""
        return [one for one in self.published if one.edition == edition.id]


def read_pack(plugin: str | object) -> Pack:
    """Import a plugin and gather what it brings; whatever goes wrong becomes a problem of the pack.

    Args:
        plugin: module name as in the entry point, or the plugin object itself.
    """
    name = plugin if isinstance(plugin, str) else getattr(plugin, "__name__", type(plugin).__name__)
    try:
        return _gathered(str(name), _imported(plugin) if isinstance(plugin, str) else plugin)
    except SystemExit as ended:
        return Pack(str(name), problems=[Problem("pack-exits", {"plugin": name, "code": ended.code})])
    except SpbeError as problem:
        return Pack(str(name), problems=[Problem("pack-refused", {"plugin": name, "reason": problem.what("en")})])
    except Exception as problem:  # noqa: BLE001 - whatever a pack does, the check says it and goes on
        reason = f"{type(problem).__name__}: {problem}"
        return Pack(str(name), problems=[Problem("pack-refused", {"plugin": name, "reason": reason})])


def _imported(plugin: str) -> object:
    """Import a plugin as an entry point names it: ``module`` or ``module:object``."""
    module, _, attribute = plugin.partition(":")
    found: object = import_module(module)
    return attrgetter(attribute)(found) if attribute else found


def _gathered(name: str, plugin: object) -> Pack:
    rulebook = PluginRulebook({name: plugin})
    refused = [
        Problem("pack-refused", {"plugin": name, "reason": status.reason})
        for status in rulebook.plugins()
        if status.health != "ok"
    ]
    if refused:
        return Pack(name, problems=refused)
    # An overlay brings no edition of its own: what the rulebook derives with it is checked like any other.
    editions = rulebook.editions()
    if not editions:
        return Pack(name, problems=[Problem("pack-empty", {"plugin": name})])
    return Pack(
        name,
        editions,
        {edition.id: rulebook.rules(edition.id) for edition in editions},
        rulebook.published_results(),
        load_printed(name) if isinstance(plugin, ModuleType) else (),
        _sources(plugin),
    )


def _sources(plugin: object) -> Sequence[Path]:
    """Return the Python files of a plugin's package."""
    file = getattr(plugin, "__file__", None)
    if not isinstance(plugin, ModuleType) or file is None or plugin.__name__ not in sys.modules:
        return ()
    start = Path(file)
    return sorted(start.parent.rglob("*.py")) if start.name == "__init__.py" else [start]
