"""A guidance overlay: what one year's technical guidance changes in an edition, and nothing else."""

from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from typing import Any, Final, TypeVar

import attrs
import msgspec

from spbe_core.errors import RulesError
from spbe_core.model.citation import Citation
from spbe_core.model.edition import AppliedOverlay, Criterion, Edition, GradePractice, Item
from spbe_core.rules.domain_rules import DomainRules
from spbe_core.rules.edition_files import read_toml

GRADE_BASIS: Final = "grade_basis"
"""The claim of an overlay that says from which number a year's grades are read."""

_P = TypeVar("_P")


@attrs.frozen
class Validity:
    """How old evidence of some items may be.

    Attributes:
        items: item ids.
        months: evidence that is this old or older does not count.
        source: citation id.
    """

    items: tuple[str, ...]
    months: int
    source: str


@attrs.frozen(kw_only=True)
class Overlay:
    """What changes in an edition for some evaluation years.

    Attributes:
        id: of the guidance and year, in lower case with hyphens.
        title: official title of the guidance.
        base: id of the edition it changes; the derived edition keeps that id.
        years: evaluation years it applies to.
        source: citation id of the guidance.
        citations: every source it refers to, beside those of the base.
        grade_practices: from which number the grades of its years are read.
        criteria: replace those of the same indicator and level.
        items: replace those of the same id, or are added.
        validity: how old evidence may be.
        rules: replace the rules of the same domain or aspect.
    """

    id: str
    title: str
    base: str
    years: tuple[int, ...]
    source: str
    citations: tuple[Citation, ...] = ()
    grade_practices: tuple[GradePractice, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    items: tuple[Item, ...] = ()
    validity: tuple[Validity, ...] = ()
    rules: tuple[DomainRules, ...] = ()

    def claims(self, base: Edition) -> frozenset[str]:
        """Return what it replaces: ids of top-tier nodes, and ``grade_basis``.

        Raises:
            RulesError: ``overlay-invalid`` where it names what the base has not.
        """
        indicators = {one.indicator for one in self.criteria} | {one.indicator for one in self.items}
        by_id = {item.id: item for item in base.items}
        aged = [item for one in self.validity for item in one.items]
        strangers = [one for one in aged if one not in by_id]
        strangers += [one for one in indicators if all(one != leaf.id for leaf in base.indicators)]
        strangers += [one.node for one in self.rules if all(one.node != node.id for node in base.nodes)]
        strangers += [str(one.year) for one in self.grade_practices if one.year not in self.years]
        strangers += [str(year) for year in self.years if year not in base.years]
        if strangers:
            raise RulesError("overlay-invalid", overlay=self.id, base=base.id, reason=", ".join(sorted(strangers)))
        indicators |= {by_id[one].indicator for one in aged}
        tops = {base.ancestors(base.indicator(one))[-1].id for one in indicators}
        tops |= {base.top_of(one.node).id for one in self.rules}
        return frozenset(tops | ({GRADE_BASIS} if self.grade_practices else set()))

    def derive(self, base: Edition, year: int) -> Edition:
        """Return the edition as this guidance applies it in one year."""
        months = {item: one.months for one in self.validity for item in one.items}
        items = _replaced(base.items, self.items, lambda item: item.id)
        practised = [one for one in self.grade_practices if one.year == year]
        listed = {citation.id for citation in base.citations}
        return attrs.evolve(
            base,
            years=(year,),
            grade_practices=tuple(practised) or base.grade_practices,
            criteria=_replaced(base.criteria, self.criteria, lambda one: (one.indicator, one.level)),
            items=tuple(
                attrs.evolve(item, valid_months=months[item.id]) if item.id in months else item for item in items
            ),
            citations=(*base.citations, *(one for one in self.citations if one.id not in listed)),
            overlays=(*base.overlays, AppliedOverlay(self.id, self.title, self.source)),
        )


def load_overlay(package: str, rules: Iterable[DomainRules] = ()) -> Overlay:
    """Load the overlay whose data lies in ``overlay.toml`` of a package.

    Args:
        package: the plugin's module name.
        rules: what replaces the base's rules, if anything does.

    Raises:
        RulesError: ``data-file-invalid``.
    """
    members: dict[str, Any] = read_toml(files(package) / "overlay.toml")
    try:
        known = {field.name for field in attrs.fields(Overlay)} - {"rules"}
        if unknown := members.keys() - known:
            raise RulesError("data-file-invalid", file="overlay.toml", reason=f"unknown: {', '.join(sorted(unknown))}")
        parts = {name: msgspec.convert(members[name], kind) for name, kind in _KINDS.items() if name in members}
        overlay = Overlay(**{**members, **parts}, rules=tuple(rules))
    except (msgspec.ValidationError, TypeError) as problem:
        raise RulesError("data-file-invalid", file="overlay.toml", reason=problem) from problem
    return overlay


_KINDS: Final[dict[str, Any]] = {
    field.name: field.type for field in attrs.fields(attrs.resolve_types(Overlay)) if field.name != "rules"
}


def _replaced(old: Sequence[_P], new: Sequence[_P], key: Callable[[_P], object]) -> tuple[_P, ...]:
    """Put new parts in the places of old ones with the same key, and the rest behind them."""
    fresh = {key(one): one for one in new}
    kept = [fresh.pop(key(one), one) for one in old]
    return (*kept, *fresh.values())
