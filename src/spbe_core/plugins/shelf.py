"""What the healthy plugins bring, held against each other and then frozen."""

from collections.abc import Iterable, Mapping, Sequence

import attrs

from spbe_core.errors import RulesError, SpbeError
from spbe_core.messages import shown
from spbe_core.model.edition import Edition
from spbe_core.plugins.discovery import Health, Loaded, PluginStatus, as_error
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.hookspecs import DomainRulesContext, EditionsContext, OverlaysContext
from spbe_core.rules.overlay import Overlay
from spbe_core.rules.soundness import check_sound

YearOfEdition = tuple[str, int]


@attrs.frozen
class Shelf:
    """Everything that is selected by id.

    Attributes:
        editions: by first year and id, as the regulations state them.
        rules: edition id -> node id -> rules.
        derived: edition as a year's guidance applies it.
        derived_rules: what that guidance replaces: node id -> rules.
        brought_by: edition id -> name of the plugin that brought it, and its rules.
        guided_by: names of the plugins whose guidance applies to an edition in a year.
        clashes: why an edition cannot be used in a year.
        plugins: the healthy ones by name.
        statuses: how every plugin fared, by name.
    """

    editions: Sequence[Edition]
    rules: Mapping[str, Mapping[str, DomainRules]]
    derived: Mapping[YearOfEdition, Edition]
    derived_rules: Mapping[YearOfEdition, Mapping[str, DomainRules]]
    brought_by: Mapping[str, str]
    guided_by: Mapping[YearOfEdition, Sequence[str]]
    clashes: Mapping[YearOfEdition, SpbeError]
    plugins: Mapping[str, Loaded]
    statuses: Sequence[PluginStatus]


@attrs.frozen
class _Claim:
    """One overlay in one year."""

    plugin: str
    overlay: Overlay
    replaced: frozenset[str]


def filled(found: Iterable[Loaded | PluginStatus]) -> Shelf:
    """Ask every plugin for what it brings and keep what fits together; a plugin that does not fit is left out.

    Where two plugins bring an edition of the same id, the first by name stays. Of two overlays that claim the same
    year and domain neither is applied. Where a guidance cannot be applied, the edition cannot be used in its years:
    the bare regulation would give another result without a word.
    """
    statuses = {one.name: one for one in found if isinstance(one, PluginStatus)}
    found_well = [one for one in found if isinstance(one, Loaded)]
    editions: dict[str, tuple[Edition, str]] = {}
    rules: dict[str, dict[str, DomainRules]] = {}
    plugins: dict[str, Loaded] = {}
    offered: dict[str, Sequence[Overlay]] = {}
    for plugin in found_well:
        try:
            own_editions, own_rules = _brought(plugin, editions, rules)
            offered[plugin.name] = _overlays(plugin)
        except KeyboardInterrupt:
            raise
        except BaseException as problem:  # noqa: BLE001 - whatever a plugin does, the others go on working
            statuses[plugin.name] = _status(plugin, "broken", as_error(problem))
            continue
        editions |= {edition.id: (edition, plugin.name) for edition in own_editions}
        for one in own_rules:
            rules.setdefault(one.edition, {})[one.node] = one
        plugins[plugin.name] = plugin
        statuses[plugin.name] = PluginStatus(plugin.name, plugin.version, "ok", hooks=plugin.hooks)
    bases = {edition_id: edition for edition_id, (edition, _) in editions.items()}
    claims, failed = _claims(offered, bases)
    clashes = {where: problem for name, problem in failed.items() for where in _named_years(offered[name], bases)}
    clashes |= _clashes(claims)
    failed |= {claim.plugin: clashes[where] for where in clashes for claim in claims.get(where, ())}
    for name, failure in failed.items():
        health: Health = "skipped" if failure.code == "overlay-without-base" else "broken"
        statuses[name] = attrs.evolve(statuses[name], health=health, problem=failure)
    applied = {where: whole for where, whole in claims.items() if where not in clashes}
    return Shelf(
        editions=tuple(sorted(bases.values(), key=lambda one: (one.years, one.id))),
        rules=rules,
        derived={where: _derived(bases[where[0]], where[1], whole) for where, whole in applied.items()},
        derived_rules={
            where: {one.node: one for claim in whole for one in claim.overlay.rules} for where, whole in applied.items()
        },
        brought_by={edition_id: plugin for edition_id, (_, plugin) in editions.items()},
        guided_by={where: [claim.plugin for claim in whole] for where, whole in applied.items()},
        clashes=clashes,
        plugins=plugins,
        statuses=tuple(statuses[name] for name in sorted(statuses)),
    )


def _status(plugin: Loaded, health: Health, problem: SpbeError) -> PluginStatus:
    return PluginStatus(plugin.name, plugin.version, health, problem, plugin.hooks)


def _brought(
    plugin: Loaded,
    editions: Mapping[str, tuple[Edition, str]],
    rules: Mapping[str, Mapping[str, DomainRules]],
) -> tuple[list[Edition], list[DomainRules]]:
    """Ask one plugin for editions and rules, and refuse all of it where any of it is wrong."""
    own_editions = plugin.ask("spbe_editions", EditionsContext())
    own_rules = plugin.ask("spbe_domain_rules", DomainRulesContext())
    seen = {edition_id: owner for edition_id, (_, owner) in editions.items()}
    for edition in own_editions:
        if not isinstance(edition, Edition):
            raise RulesError("plugin-answer-wrong", hook="spbe_editions", answer=shown(edition))
        check_sound(edition)
        if edition.id in seen:
            raise RulesError("edition-brought-twice", edition=edition.id, other=seen[edition.id])
        seen[edition.id] = plugin.name
    known = {one.id: one for one in own_editions}
    taken = {(edition_id, node) for edition_id, nodes in rules.items() for node in nodes}
    for one in own_rules:
        _refuse_other_than_rules("spbe_domain_rules", one)
        if one.edition not in known:  # another's edition is changed by an overlay, which is seen and can clash
            raise RulesError("rules-for-other-edition", edition=one.edition, node=one.node)
        known[one.edition].node(one.node)
        if (one.edition, one.node) in taken:
            raise RulesError("rules-brought-twice", edition=one.edition, node=one.node)
        taken.add((one.edition, one.node))
    return own_editions, own_rules


def _overlays(plugin: Loaded) -> list[Overlay]:
    found = plugin.ask("spbe_overlays", OverlaysContext())
    for overlay in found:
        if type(overlay) is not Overlay:  # a subclass could hide what it changes
            raise RulesError("plugin-answer-wrong", hook="spbe_overlays", answer=shown(overlay))
        for one in overlay.rules:
            _refuse_other_than_rules("spbe_overlays", one)
    return found


def _refuse_other_than_rules(hook: str, answer: object) -> None:
    if not all(hasattr(answer, member) for member in ("edition", "node", "score")):
        raise RulesError("plugin-answer-wrong", hook=hook, answer=shown(answer))


def _claims(
    offered: Mapping[str, Sequence[Overlay]], bases: Mapping[str, Edition]
) -> tuple[dict[YearOfEdition, list[_Claim]], dict[str, SpbeError]]:
    """Say what each overlay replaces where; and which plugins' overlays cannot be used, and why."""
    claims: dict[YearOfEdition, list[_Claim]] = {}
    failed: dict[str, SpbeError] = {}
    for name, overlays in offered.items():
        try:
            replaced = [(overlay, _checked_claims(overlay, bases)) for overlay in overlays]
        except Exception as problem:  # noqa: BLE001 - an overlay built by hand may hold anything
            failed[name] = as_error(problem)
            continue
        for overlay, parts in replaced:
            for year in overlay.years:
                claims.setdefault((overlay.base, year), []).append(_Claim(name, overlay, parts))
    return claims, failed


def _named_years(overlays: Sequence[Overlay], bases: Mapping[str, Edition]) -> set[YearOfEdition]:
    """Return where overlays that cannot be applied would have applied, as far as they can be understood."""
    named: set[YearOfEdition] = set()
    for overlay in overlays:
        years: object = overlay.years
        for base in bases.values():
            # An overlay built by hand may hold anything.
            if overlay.base == base.id and isinstance(years, tuple):  # pyright: ignore[reportUnnecessaryIsInstance]
                named |= {(base.id, year) for year in base.years if year in years}
    return named


def _checked_claims(overlay: Overlay, bases: Mapping[str, Edition]) -> frozenset[str]:
    """Return what an overlay replaces, after deriving each of its years once to see that it can."""
    base = _base(overlay, bases)
    claims = overlay.claims(base)
    for year in overlay.years:
        check_sound(overlay.derive(base, year))
    return claims


def _base(overlay: Overlay, bases: Mapping[str, Edition]) -> Edition:
    if overlay.base not in bases:
        raise RulesError("overlay-without-base", overlay=overlay.id, base=overlay.base)
    return bases[overlay.base]


def _clashes(claims: Mapping[YearOfEdition, Sequence[_Claim]]) -> dict[YearOfEdition, SpbeError]:
    clashes: dict[YearOfEdition, SpbeError] = {}
    for (base, year), whole in claims.items():
        for place, one in enumerate(whole):
            for other in whole[:place]:
                if shared := one.replaced & other.replaced:
                    overlays = ", ".join(sorted(f"{claim.overlay.id} ({claim.plugin})" for claim in (one, other)))
                    facts = {"base": base, "year": year, "parts": ", ".join(sorted(shared)), "overlays": overlays}
                    clashes[base, year] = RulesError("overlays-clash", **facts)
    return clashes


def _derived(base: Edition, year: int, claims: Sequence[_Claim]) -> Edition:
    """Apply every overlay of a year; they touch different parts, so the order only decides how they are listed."""
    edition = base
    for claim in sorted(claims, key=lambda one: one.overlay.id):
        edition = claim.overlay.derive(edition, year)
    return edition
