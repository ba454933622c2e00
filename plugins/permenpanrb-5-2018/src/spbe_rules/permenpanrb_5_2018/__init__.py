"""PermenPANRB 5/2018: the SPBE instrument of the evaluation years 2018 to 2020."""

from collections.abc import Sequence

from spbe_rules.permenpanrb_5_2018 import kebijakan, layanan, tata_kelola

from spbe_core.model.edition import Edition
from spbe_core.rules import (
    DomainRules,
    DomainRulesContext,
    EditionsContext,
    PublishedResult,
    PublishedResultsContext,
    hookimpl,
    load_edition,
    load_published_results,
)


@hookimpl
def spbe_editions(context: EditionsContext) -> Sequence[Edition]:
    """Bring the edition of the data files."""
    return (load_edition(__name__),)


@hookimpl
def spbe_domain_rules(context: DomainRulesContext) -> Sequence[DomainRules]:
    """Bring the rules of the three domains."""
    return (kebijakan.RULES, tata_kelola.RULES, layanan.RULES)


@hookimpl
def spbe_published_results(context: PublishedResultsContext) -> Sequence[PublishedResult]:
    """Bring the published results with every level."""
    return load_published_results(__name__)
