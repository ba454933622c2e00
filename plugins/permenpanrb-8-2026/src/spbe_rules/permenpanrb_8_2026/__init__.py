"""PermenPANRB 8/2026: the Pemdi instrument from the evaluation year 2026, and the draft of 2025 that went before."""

from collections.abc import Sequence

from spbe_rules.permenpanrb_8_2026 import (
    a1_tata_kelola,
    a2_penyelenggara,
    a3_data,
    a4_keamanan,
    a5_teknologi,
    a6_keterpaduan,
    a7_kepuasan,
    rancangan_2025,
)

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
    """Bring the edition in force and the draft before it."""
    return (load_edition(__name__), load_edition(__name__, "data_2025"))


@hookimpl
def spbe_domain_rules(context: DomainRulesContext) -> Sequence[DomainRules]:
    """Bring the rules of the seven aspects, and those of the draft."""
    return (
        a1_tata_kelola.RULES,
        a2_penyelenggara.RULES,
        a3_data.RULES,
        a4_keamanan.RULES,
        a5_teknologi.RULES,
        a6_keterpaduan.RULES,
        a7_kepuasan.RULES,
        *rancangan_2025.RULES,
    )


@hookimpl
def spbe_published_results(context: PublishedResultsContext) -> Sequence[PublishedResult]:
    """Bring the one assessment that is known with every level and item."""
    return load_published_results(__name__)


@hookimpl
def spbe_crosswalks(context: CrosswalksContext) -> Sequence[Crosswalk]:
    """Say where the indicators of 59/2020 went."""
    return (load_crosswalk(__name__),)
