"""Asking the checks of plugins about evidence."""

from collections.abc import Sequence

from spbe_core.errors import InputError, RulesError
from spbe_core.evaluation.commands import SubmitEvidence
from spbe_core.model.edition import Edition
from spbe_core.ports import Ports
from spbe_core.rules.evidence_check import EvidenceCheck, EvidenceFacts, Refusal


def refuse_unless_fit(ports: Ports, edition: Edition, year: int, document: SubmitEvidence) -> None:
    """Refuse what a plugin's check speaks against.

    Raises:
        InputError: ``evidence-refused``.
        RulesError: ``evidence-check-failed`` or ``plugin-answer-wrong``.
    """
    facts = EvidenceFacts(
        edition=edition,
        year=year,
        indicators=document.indicators,
        title=document.title,
        file_name=document.file_name,
        size=document.size or 0,
        digest=document.digest or "",
        effective=document.document.effective,
        submitted=ports.clock().date(),
        items=document.items,
        media_type=document.media_type or "",
        link=document.link or "",
        document=document.document,
    )
    for check in ports.rulebook.evidence_checks():
        for refusal in _refusals(check, facts):
            shown = document.file_name or document.title
            raise InputError("evidence-refused", check=check.id, file=shown, reason=refusal.what)


def _refusals(check: EvidenceCheck, facts: EvidenceFacts) -> Sequence[Refusal]:
    try:
        found = list(check.check(facts))
    except (Exception, SystemExit) as problem:  # whatever a plugin does, the error says which check it was
        reason = f"{type(problem).__name__}: {problem}"
        raise RulesError("evidence-check-failed", check=check.id, file=facts.file_name, reason=reason) from problem
    for one in found:
        if not isinstance(one, Refusal):  # pyright: ignore[reportUnnecessaryIsInstance] - plugins without a checker
            raise RulesError("plugin-answer-wrong", hook="spbe_evidence_checks", answer=repr(one))
    return found
