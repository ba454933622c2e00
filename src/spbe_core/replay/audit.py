"""Does the number still come out? Every recorded card is computed again from the history that led to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import cast

import attrs

from spbe_core.edition_diff import differing_number
from spbe_core.errors import RecordError, SpbeError
from spbe_core.evaluation.fold import evolve, fold
from spbe_core.evaluation.possible import impossibilities
from spbe_core.evaluation.standing import accepted_undocumented, item_standings, standing_documents
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import CardRecord, EvidenceSubmitted, ResultDetermined, StageClosed
from spbe_core.messages import words
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.finding import Finding
from spbe_core.ports import Ports
from spbe_core.projections.evaluations import read_row
from spbe_core.replay.contents import Erasures, content_findings, left_out
from spbe_core.replay.permitted_then import PermittedThen
from spbe_core.service.card import calculators, recorded_card
from spbe_core.service.recording import pinned_edition


@attrs.frozen
class AuditReport:
    """What an audit looked at and what it found.

    Attributes:
        evaluations: evaluations audited.
        cards: recorded cards computed again.
        contents: evidence contents hashed again.
        findings: differences and remarks; no difference means that every number still comes out.
    """

    evaluations: int
    cards: int
    contents: int
    findings: tuple[Finding, ...]

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that mean something is not as recorded."""
        return tuple(finding for finding in self.findings if finding.severity == "difference")


def audit(ports: Ports, names: Iterable[str], rows: Mapping[str, bytes], *, documents: bool = True) -> AuditReport:
    """Recompute every recorded card under its pinned edition and hash every evidence content.

    Differences are findings, never exceptions, and so is a history that cannot be read.

    Args:
        ports: log, vault and rulebook.
        names: streams of evaluations.
        rows: of the list of evaluations, which followed the log and so remembers what was there.
        documents: read the contents of evidence; without, who has the database alone audits the cards.

    Raises:
        StoreError: the vault as a whole cannot be read.
    """
    audited = tuple(names)
    permitted = PermittedThen.read(ports.log, audited)
    each = [_audited(ports, name, rows, permitted, documents=documents) for name in audited]
    contents = sum(one.contents for one in each)
    findings = [*chain.from_iterable(one.findings for one in each), *permitted.findings]
    return AuditReport(
        evaluations=len(each),
        cards=sum(one.cards for one in each),
        contents=contents if documents else 0,
        findings=tuple(findings if documents else (*findings, *left_out(contents))),
    )


@attrs.frozen
class _Audited:
    """What was looked at in one evaluation, and what was found."""

    cards: int
    contents: int
    findings: Sequence[Finding]


def _audited(
    ports: Ports, name: str, rows: Mapping[str, bytes], permitted: PermittedThen, *, documents: bool
) -> _Audited:
    try:
        evaluation_id = EvaluationId.parse(name)
        history = tuple(one.event for one in ports.log.stream(name))
        evaluation = fold(history)
        if evaluation is None:
            raise RecordError("evaluation-unknown", id=name)
        edition = pinned_edition(ports.log, evaluation.edition_digest)
    except SpbeError as problem:
        return _Audited(0, 0, [_difference("audit-unreadable", name, reason=problem.words())])
    findings = [*_installed(ports, evaluation_id, edition), *_shorter_than_listed(rows, evaluation)]
    erasures = Erasures()
    for event in history:
        erasures.take(name, event)
    state: Evaluation | None = None
    for version, event in enumerate(history, start=1):
        for respect in impossibilities(state, event, name, edition):
            facts = {"version": version, "topic": event.TOPIC, "respect": respect}
            findings.append(_difference("audit-impossible", name, **facts))
        findings += permitted.differences(name, version, event, state)
        if state is not None and isinstance(event, StageClosed | ResultDetermined):
            findings += _card_differences(ports, state, edition, event)
        if documents and isinstance(event, EvidenceSubmitted):
            findings += content_findings(ports.vault, name, event, erasures)
        state = evolve(state, event)
    findings += _undocumented(evaluation, edition)
    cards = sum(isinstance(one, StageClosed | ResultDetermined) for one in history)
    contents = sum(isinstance(one, EvidenceSubmitted) and one.digest is not None for one in history)
    return _Audited(cards, contents, findings)


def _difference(code: str, evaluation_id: EvaluationId | str, **facts: object) -> Finding:
    return Finding(code, {"id": evaluation_id, **facts}, "difference")


def _undocumented(evaluation: Evaluation, edition: Edition) -> Iterator[Finding]:
    items = accepted_undocumented(item_standings(evaluation, edition), standing_documents(evaluation, edition))
    if items:
        facts = {"id": evaluation.id, "items": ", ".join(items), "count": len(items)}
        yield Finding("audit-accepted-undocumented", facts)


def _shorter_than_listed(rows: Mapping[str, bytes], evaluation: Evaluation) -> Iterator[Finding]:
    """Hold the length of a history against the list; one that lost events at its end is whole in itself."""
    key = str(evaluation.id)
    try:
        listed = read_row(key, rows[key]).events if key in rows else 0
    except SpbeError as problem:
        yield _difference("audit-unreadable", key, reason=problem.words())
        return
    if listed > evaluation.version:
        yield _difference("audit-list-behind", evaluation.id, listed=listed, found=evaluation.version)


def _installed(ports: Ports, evaluation_id: EvaluationId, pinned: Edition) -> Iterator[Finding]:
    try:
        installed = ports.rulebook.edition(pinned.id, evaluation_id.year)
    except SpbeError:
        yield Finding("edition-not-installed", {"id": evaluation_id, "edition": pinned.id})
        return
    change = differing_number(pinned, installed, evaluation_id.year)
    if change is not None:
        differing: dict[str, object] = {
            "edition": pinned.id,
            "part": change.part,
            "part_id": change.before_id or change.after_id or pinned.id,
            "member": change.member,
            "pinned": change.before or "-",
            "installed": change.after or "-",
        }
        yield _difference("edition-number-differs", evaluation_id, **differing)
    elif installed != pinned:
        facts = {
            "id": evaluation_id,
            "edition": pinned.id,
            "pinned": pinned.digest,
            "installed": installed.digest,
        }
        yield Finding("edition-installed-differs", facts)


def _card_differences(
    ports: Ports, state: Evaluation, edition: Edition, event: StageClosed | ResultDetermined
) -> Iterator[Finding]:
    recorded = event.card
    upto = event.stage if isinstance(event, StageClosed) else None
    place = upto or "determination"
    card = words("determined-card") if upto is None else edition.stage(upto).name
    try:
        computed = recorded_card(state, edition, ports.rulebook, upto)
    except SpbeError as problem:
        yield _difference("audit-not-computable", state.id, place=place, card=card, reason=problem.words())
        yield _programs(ports, state, edition, {"place": place, "card": card}, recorded)
        return
    differing = [
        difference
        for member in _compared(recorded)
        for difference in _differing(member, getattr(recorded, member), getattr(computed, member))
    ]
    for member, was, comes_out in differing:
        facts = {"place": place, "card": card, "member": member, "recorded": was, "computed": comes_out}
        yield _difference("audit-card-differs", state.id, **facts, what=_member_words(member))
    if differing:
        yield _programs(ports, state, edition, {"place": place, "card": card}, recorded)


def _compared(recorded: CardRecord) -> Iterator[str]:
    """Name the members of a card that must come out again."""
    skipped = {"extra", "calculated_by"}  # what a later version added, and what may well have become another since
    if not recorded.calculated_by and not recorded.sources and not recorded.bases:
        skipped |= {"sources", "bases"}  # earlier forms did not record where values came from
    yield from (field.name for field in attrs.fields(CardRecord) if field.name not in skipped)


def _member_words(member: str) -> Mapping[str, str]:
    """Say what a member of a card is, and of which indicator or node."""
    kind, _, name = member.partition(" ")
    return words(f"member-{kind.replace('_', '-')}", name=name)


def _programs(
    ports: Ports, state: Evaluation, edition: Edition, place: Mapping[str, object], recorded: CardRecord
) -> Finding:
    """Say what computed a recorded card and what is installed now: the first place to look for a difference."""
    installed = calculators(edition, ports.rulebook, state.id.year)
    facts = {"recorded": _versions(recorded.calculated_by), "installed": _versions(installed)}
    return Finding("audit-calculated-by", {"id": state.id, **place, **facts})


def _versions(programs: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(programs.items())) or "-"


def _differing(member: str, was: object, comes_out: object) -> Iterator[tuple[str, object, object]]:
    """Yield what of a member differs: of values and indices by name, only those."""
    if isinstance(was, dict) and isinstance(comes_out, dict):
        then, now = cast("dict[str, str]", was), cast("dict[str, str]", comes_out)
        for name in dict.fromkeys((*then, *now)):
            if then.get(name) != now.get(name):
                yield f"{member} {name}", then.get(name) or "-", now.get(name) or "-"
    elif was != comes_out:
        yield member, was, comes_out
