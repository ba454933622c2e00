"""PermenPANRB 59/2020: the SPBE instrument of the evaluation years 2021 to 2025."""

from collections.abc import Sequence

from spbe_rules.permenpanrb_59_2020 import kebijakan, layanan, manajemen, tata_kelola

from spbe_core.model.edition import Edition
from spbe_core.rules import (
    Crosswalk,
    CrosswalksContext,
    DomainRules,
    DomainRulesContext,
    EditionsContext,
    PublishedResult,
    PublishedResultsContext,
    hookimpl,
    load_crosswalk,
    load_edition,
    load_published_results,
)


@hookimpl
def spbe_editions(context: EditionsContext) -> Sequence[Edition]:
    """Bring the edition of the data files."""
    return (load_edition(__name__),)


@hookimpl
def spbe_domain_rules(context: DomainRulesContext) -> Sequence[DomainRules]:
    """Bring the rules of the four domains."""
    return (kebijakan.RULES, tata_kelola.RULES, manajemen.RULES, layanan.RULES)


@hookimpl
def spbe_published_results(context: PublishedResultsContext) -> Sequence[PublishedResult]:
    """Bring the published results with every level."""
    return load_published_results(__name__)


@hookimpl
def spbe_crosswalks(context: CrosswalksContext) -> Sequence[Crosswalk]:
    """Say where the indicators of 5/2018 went."""
    return (load_crosswalk(__name__),)
