"""A rule pack as the checks see it: everything its plugin brings, gathered once."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.resources import files
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import attrs

from spbe_core.errors import SpbeError
from spbe_core.library import installed_rules
from spbe_core.model.edition import Edition
from spbe_core.plugins import PluginRulebook, PluginStatus
from spbe_core.plugins.discovery import given, load
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.hookspecs import EditionsContext, OverlaysContext
from spbe_core.rules.overlay import Overlay
from spbe_core.rules.published import PublishedResult
from spbe_core.testing.printed import Printed, PrintedOverlay, load_printed, load_printed_overlays
from spbe_core.testing.problem import Problem


@attrs.frozen
class Subject:
    """An edition to be checked, with the rules that judge under it.

    Attributes:
        edition: as its regulation states it, or as a year's guidance applies it.
        rules: node id -> rules.
    """

    edition: Edition
    rules: Mapping[str, DomainRules]


@attrs.frozen
class Pack:
    """What one plugin brings.

    Attributes:
        plugin: module name.
        subjects: its editions, and those that its overlays derive from them or from installed ones.
        overlays: its guidance overlays.
        published: officially published results, for an overlay also those of the edition it changes.
        printed: what the regulations print about themselves.
        printed_overlays: what guidances print about themselves.
        case_files: files of published results that lie in its folder.
        sources: its own Python files.
        problems: why some of it could not be read.
    """

    plugin: str
    subjects: Sequence[Subject] = ()
    overlays: Sequence[Overlay] = ()
    published: Sequence[PublishedResult] = ()
    printed: Sequence[Printed] = ()
    printed_overlays: Sequence[PrintedOverlay] = ()
    case_files: Sequence[str] = ()
    sources: Sequence[Path] = ()
    problems: Sequence[Problem] = ()

    @property
    def editions(self) -> Sequence[Edition]:
        """The editions it brings itself; their numbers must be stated a second time."""
        return [one.edition for one in self.subjects if not one.edition.overlays]

    def printed_of(self, edition: Edition) -> Printed | None:
        """Return what is printed about an edition, None where the pack does not state it."""
        return next((one for one in self.printed if one.edition == edition.id), None)

    def published_under(self, edition: Edition) -> Sequence[PublishedResult]:
        """Return the published results of an edition, of its years only where a guidance applies it."""
        found = [one for one in self.published if one.edition == edition.id]
        return [one for one in found if one.year in edition.years] if edition.overlays else found


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
    (candidate,) = given({name: plugin})
    loaded = load(candidate, ())
    rulebook = PluginRulebook({name: plugin})
    (status,) = rulebook.examined()
    if isinstance(loaded, PluginStatus) or status.health == "broken":
        refused = [Problem("pack-refused", {"plugin": name, "reason": status.told("en")})]
        unsound = status.problem is not None and status.problem.code == "edition-unsound"
        if isinstance(loaded, PluginStatus) or not unsound:
            return Pack(name, problems=refused)
        brought = loaded.ask("spbe_editions", EditionsContext())  # so that the checks can say in what
        return Pack(name, [Subject(one, {}) for one in brought if isinstance(one, Edition)], problems=refused)
    overlays: list[Overlay] = loaded.ask("spbe_overlays", OverlaysContext())
    own = [Subject(edition, rulebook.rules(edition.id)) for edition in rulebook.editions()]
    if not (own or overlays):
        return Pack(name, problems=[Problem("pack-empty", {"plugin": name})])
    published = list(rulebook.published_results())
    subjects = list(own)
    for overlay in overlays:
        base = next((one for one in own if one.edition.id == overlay.base), None) or _installed(overlay.base)
        subjects += _derived(base, overlay)
    if not own:
        bases = {overlay.base for overlay in overlays}
        published += [one for one in installed_rules().published_results() if one.edition in bases]
    package = plugin.__name__ if isinstance(plugin, ModuleType) else None
    return Pack(
        name,
        subjects,
        overlays,
        published,
        load_printed(package) if package else (),
        load_printed_overlays(package) if package else (),
        _case_files(package) if package else (),
        _sources(plugin),
    )


def _installed(edition_id: str) -> Subject:
    """Return what is installed of an edition that an overlay changes.

    Raises:
        InputError: ``unknown-edition``.
    """
    rulebook = installed_rules()
    return Subject(rulebook.edition(edition_id), rulebook.rules(edition_id))


def _derived(base: Subject, overlay: Overlay) -> Iterator[Subject]:
    """Apply an overlay in each of its years.

    Raises:
        RulesError: ``overlay-invalid``.
    """
    overlay.claims(base.edition)
    rules = {**base.rules, **{one.node: one for one in overlay.rules}}
    for year in overlay.years:
        yield Subject(overlay.derive(base.edition, year), rules)


def _case_files(package: str) -> Sequence[str]:
    folder = files(package) / "cases"
    return [file.name for file in folder.iterdir() if file.name.endswith(".toml")] if folder.is_dir() else ()


def _sources(plugin: object) -> Sequence[Path]:
    """Return the Python files of a plugin's package."""
    file = getattr(plugin, "__file__", None)
    if not isinstance(plugin, ModuleType) or file is None or plugin.__name__ not in sys.modules:
        return ()
    start = Path(file)
    return sorted(start.parent.rglob("*.py")) if start.name == "__init__.py" else [start]
