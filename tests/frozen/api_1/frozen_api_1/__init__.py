"""A plugin of API 1 that implements every hook there was."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import attrs

from spbe_core.errors import RulesError
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import Edition
from spbe_core.model.exact import exact_text
from spbe_core.model.score import IndicatorScore, Reason
from spbe_core.model.scorecard import Scorecard
from spbe_core.rules import (
    AssessorLevel,
    Climb,
    CommandsContext,
    Committed,
    CommittedFact,
    Crosswalk,
    CrosswalksContext,
    DomainRules,
    DomainRulesContext,
    EditionsContext,
    EvidenceCheck,
    EvidenceChecksContext,
    EvidenceFacts,
    ExportFormat,
    ExportFormatsContext,
    ExternallyFed,
    Ladder,
    Overlay,
    OverlaysContext,
    PublishedResult,
    PublishedResultsContext,
    Refusal,
    climb,
    hookimpl,
    load_crosswalk,
    load_edition,
    load_overlay,
    load_published_results,
    own_reason,
)

SPBE_API = 1

COMMITTED: list[tuple[str, int, tuple[str, ...]]] = []
"""What it was told was committed: stream, version, topics."""


@attrs.frozen
class OwnRules:
    """Looks at everything a dossier has; half of the next level's items make half a level."""

    edition: str
    node: str
    step: Fraction

    def score(self, dossier: Dossier) -> IndicatorScore:
        indicator = dossier.indicator
        if indicator.id not in {"1", "2"} or dossier.bands == () or dossier.scale.minimum != 1:
            raise RulesError("rules-missing", edition=self.edition, indicator=indicator.id)
        if dossier.value is not None:
            value = dossier.scale.check(dossier.value)
            return IndicatorScore(indicator.id, value, "scored", (Reason("reason-given-value", {}, "s"),))
        if dossier.policy is None or dossier.policy.id != "own" or not dossier.items:
            return IndicatorScore(indicator.id, None, "missing", (Reason("reason-no-value", {}, "s"),))
        reached: Climb = climb(dossier)
        value = Fraction(reached.complete or 0)
        if reached.asked and 2 * reached.accepted >= reached.asked:
            value += self.step
        value = max(value, dossier.scale.minimum)
        known = (dossier.year, dossier.stage, dossier.evidence, dossier.accepted, dossier.external, dossier.external_score)
        assert len(known) == 6
        reason = own_reason("s", id=f"Setengah: {exact_text(value)}.", en=f"Half: {exact_text(value)}.")
        return IndicatorScore(indicator.id, value, "scored", (reason,))


@hookimpl
def spbe_editions(context: EditionsContext) -> Sequence[Edition]:
    assert context.api_version == 1
    return (load_edition(__name__),)


@hookimpl
def spbe_domain_rules(context: DomainRulesContext) -> Sequence[DomainRules]:
    assert context.api_version == 1
    ladder = Ladder(edition="frozen-api-1", node="A3", source="s", assessor="s")
    level = AssessorLevel(edition="frozen-api-1", node="D2", source="s")
    return (OwnRules("frozen-api-1", "D1", Fraction(1, 2)), ExternallyFed(level), ladder)


@hookimpl
def spbe_published_results(context: PublishedResultsContext) -> Sequence[PublishedResult]:
    assert context.api_version == 1
    return load_published_results(__name__)


@hookimpl
def spbe_crosswalks(context: CrosswalksContext) -> Sequence[Crosswalk]:
    assert context.api_version == 1
    return (load_crosswalk(__name__),)


@hookimpl
def spbe_overlays(context: OverlaysContext) -> Sequence[Overlay]:
    assert context.api_version == 1
    return (load_overlay(__name__, rules=(OwnRules("frozen-api-1", "D1", Fraction(1, 4)),)),)


@hookimpl
def spbe_evidence_checks(context: EvidenceChecksContext) -> Sequence[EvidenceCheck]:
    assert context.api_version == 1

    def check(facts: EvidenceFacts) -> Sequence[Refusal]:
        known = (facts.edition.id, facts.year, facts.indicators, facts.title, facts.effective, facts.submitted)
        assert len(known) == 6
        assert facts.digest.startswith("sha256:")
        if facts.size == 0 or facts.file_name.endswith(".exe"):
            return (Refusal({"id": "Berkas tidak boleh program.", "en": "A program is no evidence."}),)
        return ()

    return (EvidenceCheck("frozen-no-programs", check),)


@hookimpl
def spbe_export_formats(context: ExportFormatsContext) -> Sequence[ExportFormat]:
    assert context.api_version == 1

    def render(edition: Edition, card: Scorecard, language: str) -> bytes:
        lines = [f"{edition.index_name} {card.index_text} {card.grade} ({language})"]
        lines += [f"{node.id} {card.display(node.index)}" for node in card.nodes]
        lines += [f"{line.id} {line.value} {line.standing}" for line in card.indicators]
        return "\n".join(lines).encode()

    return (ExportFormat("frozen-text", "text/plain", render),)


@hookimpl
def spbe_commands(context: CommandsContext) -> Sequence[Any]:
    assert context.api_version == 1
    import click

    @click.command("frozen-hello")
    def hello() -> None:
        click.echo("hello from API 1")

    return (hello,)


@hookimpl
def spbe_committed(context: Committed) -> None:
    assert context.api_version == 1
    facts: tuple[CommittedFact, ...] = context.facts
    assert all(fact.at.utcoffset() is not None and fact.by and fact.members is not None for fact in facts)
    COMMITTED.append((context.stream, context.version, tuple(fact.topic for fact in facts)))
