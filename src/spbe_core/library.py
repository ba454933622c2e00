"""The façade: opens a store by its URL, wires the adapters once and offers the use-cases."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from spbe_core.errors import InputError, RecordError
from spbe_core.evaluation.decisions.requirements import refuse_text
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.events.objection import Outcome
from spbe_core.explanation import explain_index, explain_indicator, explain_node
from spbe_core.model.actor import DEFAULT_ACTOR
from spbe_core.model.document import NO_FACTS, DocumentFacts
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.evidence_policy import EvidencePolicy
from spbe_core.model.exact import ExactNumber
from spbe_core.model.external import read_score
from spbe_core.model.score import Reason
from spbe_core.model.scorecard import Scorecard
from spbe_core.model.verdict import ItemVerdict
from spbe_core.plugins import PluginRulebook
from spbe_core.plugins.discovery import EVERY
from spbe_core.ports import Clock, Ports, Recorded, Rulebook
from spbe_core.projections.evaluations import EvaluationRow, UnreadableRow
from spbe_core.replay.as_of import as_of as fold_as_of
from spbe_core.replay.audit import AuditReport, audit
from spbe_core.replay.ledger import Ledger
from spbe_core.replay.rebuild import Rebuilt, rebuild
from spbe_core.scoring import dossiers_of, judge
from spbe_core.scoring import score as weigh
from spbe_core.service.assess import assess
from spbe_core.service.assign_work import WorkAssignment, assign_work
from spbe_core.service.card import card_of
from spbe_core.service.carry_over import carry_over_evidence
from spbe_core.service.choose_edition import choose_edition
from spbe_core.service.close_stage import close_stage
from spbe_core.service.determine import determine, reopen
from spbe_core.service.erase_content import ContentErasure, erase_content
from spbe_core.service.evidence import submit_evidence, withdraw_evidence
from spbe_core.service.evidence_coverage import cover_with_evidence
from spbe_core.service.external_scores import enter_external_scores
from spbe_core.service.import_evaluation import EvaluationImport, import_evaluation
from spbe_core.service.judge_items import judge_items
from spbe_core.service.list_evaluations import list_evaluations
from spbe_core.service.objections import answer_objection, raise_objection
from spbe_core.service.observed_log import ObservedLog
from spbe_core.service.open_evaluation import open_evaluation
from spbe_core.service.people import People
from spbe_core.service.recorded_reasons import recorded_reasons
from spbe_core.service.recording import evaluation_streams, load, pinned_edition
from spbe_core.service.status import EvaluationStatus, status_of
from spbe_core.service.submission import Submission
from spbe_core.storage.location import Store, open_store

_installed = PluginRulebook()
"""The installed plugins, found when first needed and shared by everything in the process."""


def installed_rules() -> PluginRulebook:
    """Return the editions and rules of the installed plugins."""
    return _installed


def disable_plugins(names: Collection[str]) -> None:
    """Leave out some of the installed plugins from now on, even broken ones, without importing any.

    Args:
        names: plugin names; ``*`` leaves out all.

    Raises:
        InputError: ``unknown-plugin``.
    """
    global _installed  # noqa: PLW0603 - the one thing a whole process shares
    found = PluginRulebook().names()
    for name in names:
        if name not in {EVERY, *found}:
            raise InputError("unknown-plugin", plugin=name, plugins=", ".join(found) or "-")
    _installed = PluginRulebook(disabled=names)


def score(
    values: Mapping[str, ExactNumber | str | None],
    *,
    edition: str | None = None,
    year: int | None = None,
    accepted_items: Collection[str] | None = None,
    external_scores: Mapping[str, ExactNumber | str] | None = None,
    value_policy: str | None = None,
    rulebook: Rulebook | None = None,
) -> Scorecard:
    """Calculate a scorecard from values alone, or from judged items; nothing is stored.

    Args:
        values: indicator -> value (``int``, ``Decimal``, ``Fraction`` or its text); None or absence both mean that
            there is none, and the card is then incomplete.
        edition: edition id; by default the one in force in ``year``.
        year: evaluation year.
        accepted_items: ids of the items an assessor accepted, from which indicators without a value get one; None
            where items were not judged.
        external_scores: indicator -> score published by the ministry that feeds it, converted by the edition's bands.
        value_policy: id of the edition's way from accepted items to a value; by default its first.
        rulebook: where editions and rules come from; by default the installed rule packs.

    Raises:
        InputError: an unknown edition, year, indicator, item or value policy, or a value outside the scale.
        RulesError: the edition's rules are not installed.
    """
    rules = _installed if rulebook is None else rulebook
    chosen = choose_edition(rules, edition, year)
    for indicator in values:
        if not isinstance(indicator, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a checker
            raise InputError("indicator-not-text", indicator=repr(indicator))
    exact_values = {
        indicator: None if given is None else chosen.scale.read_for(indicator, given)
        for indicator, given in values.items()
    }
    policy = chosen.value_policy(value_policy, judged=accepted_items is not None)
    dossiers = dossiers_of(
        chosen,
        exact_values,
        year,
        accepted=accepted_items,
        external_scores={
            indicator: read_score(indicator, given) for indicator, given in (external_scores or {}).items()
        },
        policy=policy,
    )
    return weigh(chosen, judge(chosen, dossiers, rules.rules(chosen.id, year)), year, policy)


def _listed(given: Iterable[str], name: str) -> tuple[str, ...]:
    refuse_text(given, name)
    return tuple(given)


class Spbe:
    """A store of evaluations, opened.

    Use it as a context manager; one object may be shared by threads.

        with Spbe.open("sqlite:///spbe.db", create=True) as spbe:
            spbe.open_evaluation("kota-contoh/2024", agency_name="Pemerintah Kota Contoh")
            spbe.assess("kota-contoh/2024", {"1": 3}, stage="self", reason="SK Wali Kota 12/2023")
            print(spbe.card("kota-contoh/2024").bounds)
    """

    def __init__(self, ports: Ports, store: Store) -> None:
        self._ports = ports
        self._store = store
        self._list = store.read_model("evaluations")
        self.people = People(ports)
        self.ledger = Ledger(ports, self._list, store.check)

    @classmethod
    def open(
        cls,
        store: str | Path,
        *,
        create: bool = False,
        vault: str | Path | None = None,
        rulebook: Rulebook | None = None,
        clock: Clock | None = None,
        evidence_policy: EvidencePolicy | None = None,
    ) -> Self:
        """Open a store.

        Args:
            store: ``sqlite:///relative/path.db``, ``sqlite:////absolute/path.db``, a plain path to such a file,
                ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=NAME&vault=FOLDER``, or ``memory:``.
            create: make the store if it is not there.
            vault: where evidence lies: a folder, or ``s3://BUCKET/PREFIX?endpoint=URL&region=REGION``; by
                default ``<name>.vault`` beside a store's file. PostgreSQL has none beside it: one must be named, here
                or in the URL, where a store is made and where documents are needed.
            rulebook: where editions and rules come from; by default the installed rule packs.
            clock: gives the recorded time; by default the system's, in UTC.
            evidence_policy: which documents are taken; by default any up to 2 GiB that is safe to open.

        Raises:
            InputError: ``store-url-unknown``, ``vault-location-unknown``, ``vault-url-malformed``, ``vault-not-named``
                or ``extra-missing``.
            StoreError: it is missing, not a store, corrupt, locked or not accessible.
        """
        rules = _installed if rulebook is None else rulebook
        time = (lambda: datetime.now(UTC)) if clock is None else clock
        policy = EvidencePolicy() if evidence_policy is None else evidence_policy
        opened, beside = open_store(store, create=create, vault=vault)
        return cls(Ports(ObservedLog(opened.log, rules), beside, rules, time, opened.directory, policy), opened)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    # -- recording ---------------------------------------------------------------------------------------------

    def open_evaluation(
        self,
        evaluation: str,
        *,
        agency_name: str,
        edition: str | None = None,
        process: str | None = None,
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Open ``AGENCY/YEAR`` under the edition of its year, or a named one, and pin that edition."""
        evaluation_id = EvaluationId.parse(evaluation)
        return open_evaluation(self._ports, evaluation_id, agency_name, edition, process, by)

    def submit_evidence(
        self,
        evaluation: str,
        content: str | Path | BinaryIO,
        *,
        indicators: Iterable[str] = (),
        items: Iterable[str] = (),
        title: str = "",
        file_name: str | None = None,
        document: DocumentFacts = NO_FACTS,
        supersedes: str | None = None,
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Store a document in the vault and record it for one or several indicators, or items of them."""
        source = Path(content) if isinstance(content, str) else content
        submission = Submission(
            content=source,
            file_name=file_name or (source.name if isinstance(source, Path) else "unnamed"),
            title=title,
            indicators=_listed(indicators, "indicators"),
            items=_listed(items, "items"),
            document=document,
        )
        return submit_evidence(self._ports, EvaluationId.parse(evaluation), submission, supersedes, by)

    def submit_link(
        self,
        evaluation: str,
        link: str,
        *,
        indicators: Iterable[str] = (),
        items: Iterable[str] = (),
        title: str = "",
        document: DocumentFacts = NO_FACTS,
        supersedes: str | None = None,
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Record a web address as evidence; what lies there is not read, and nothing proves what it was."""
        submission = Submission(
            link=link,
            title=title,
            indicators=_listed(indicators, "indicators"),
            items=_listed(items, "items"),
            document=document,
        )
        return submit_evidence(self._ports, EvaluationId.parse(evaluation), submission, supersedes, by)

    def cover_with_evidence(
        self,
        evaluation: str,
        evidence: str,
        *,
        indicators: Iterable[str] = (),
        items: Iterable[str] = (),
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Let a document that was submitted before serve more indicators or items."""
        return cover_with_evidence(self._ports, EvaluationId.parse(evaluation), evidence, indicators, items, by)

    def carry_over_evidence(
        self,
        evaluation: str,
        source: str,
        *,
        indicators: Iterable[str] = (),
        items: Iterable[str] = (),
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Enter evidence of an earlier evaluation, ``AGENCY/YEAR#E1``, by reference; its verdicts stay behind."""
        return carry_over_evidence(
            self._ports, EvaluationId.parse(evaluation), source, indicators=indicators, items=items, by=by
        )

    def withdraw_evidence(self, evaluation: str, evidence: str, *, reason: str, by: str = DEFAULT_ACTOR) -> Evaluation:
        """Take a document back, with a reason."""
        return withdraw_evidence(self._ports, EvaluationId.parse(evaluation), evidence, reason, by)

    def erase_content(
        self, evaluation: str, digest: str, *, ground: str, everywhere: bool = False, by: str = DEFAULT_ACTOR
    ) -> ContentErasure:
        """Take the content of a document out of the vault for good, and record that and on what ground.

        Args:
            evaluation: whose document it is.
            digest: of the content.
            ground: the article or request it is done for.
            everywhere: also where other evaluations submitted the same content; otherwise that is refused.
            by: pseudonymous actor id.
        """
        return erase_content(self._ports, EvaluationId.parse(evaluation), digest, ground, everywhere=everywhere, by=by)

    def assess(
        self,
        evaluation: str,
        values: Mapping[str, ExactNumber | str],
        *,
        stage: str,
        reason: str,
        objection: str | None = None,
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Give indicators their values at a stage, all of them or none; perhaps because of an objection."""
        return assess(
            self._ports,
            EvaluationId.parse(evaluation),
            values,
            stage=stage,
            reason=reason,
            objection=objection,
            by=by,
        )

    def judge_items(
        self,
        evaluation: str,
        verdicts: Iterable[ItemVerdict],
        *,
        stage: str,
        objection: str | None = None,
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Give items their verdicts at a stage, all of them or none; perhaps because of an objection."""
        return judge_items(self._ports, EvaluationId.parse(evaluation), stage, verdicts, objection, by)

    def enter_external_scores(
        self,
        evaluation: str,
        scores: Mapping[str, ExactNumber | str],
        *,
        stage: str,
        published: str,
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Take in scores that other ministries publish, with where they did, and convert them."""
        return enter_external_scores(
            self._ports, EvaluationId.parse(evaluation), scores, stage=stage, published=published, by=by
        )

    def raise_objection(
        self,
        evaluation: str,
        subject: str,
        *,
        stage: str,
        reason: str,
        evidence: Iterable[str] = (),
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Contest an indicator's value or an item's verdict of a closed stage."""
        evaluation_id, documents = EvaluationId.parse(evaluation), _listed(evidence, "evidence")
        return raise_objection(
            self._ports, evaluation_id, subject, stage=stage, reason=reason, evidence=documents, by=by
        )

    def answer_objection(
        self, evaluation: str, objection: str, outcome: Outcome, *, reason: str, by: str = DEFAULT_ACTOR
    ) -> Evaluation:
        """Grant an objection, partly or not; what follows is judged, or reopened, like anything else."""
        return answer_objection(self._ports, EvaluationId.parse(evaluation), objection, outcome, reason, by)

    def assign_work(
        self, evaluation: str, assignments: Iterable[WorkAssignment], *, by: str = DEFAULT_ACTOR
    ) -> Evaluation:
        """Make indicators and items the tasks of units, all of them or none."""
        return assign_work(self._ports, EvaluationId.parse(evaluation), assignments, by)

    def close_stage(self, evaluation: str, stage: str, *, by: str = DEFAULT_ACTOR) -> Evaluation:
        """Close a stage and record its scorecard."""
        return close_stage(self._ports, EvaluationId.parse(evaluation), stage, by)

    def determine(
        self, evaluation: str, *, decree: str, decree_date: date | None = None, by: str = DEFAULT_ACTOR
    ) -> Evaluation:
        """Lay the result down by decree."""
        return determine(self._ports, EvaluationId.parse(evaluation), decree, decree_date, by)

    def reopen(
        self, evaluation: str, stage: str, *, reason: str, objection: str | None = None, by: str = DEFAULT_ACTOR
    ) -> Evaluation:
        """Open a closed stage again, and with it all that came after; perhaps because of an objection."""
        return reopen(self._ports, EvaluationId.parse(evaluation), stage, reason, objection, by)

    def import_evaluation(
        self,
        source: EvaluationImport,
        *,
        folder: Path | None = None,
        outside: bool = False,
        by: str = DEFAULT_ACTOR,
    ) -> Evaluation:
        """Record a whole evaluation, all or nothing; evidence paths start at ``folder`` and may not leave it."""
        place = Path() if folder is None else folder
        return import_evaluation(self._ports, source, place, by, outside=outside)

    # -- reading -----------------------------------------------------------------------------------------------

    def evaluations(self) -> Sequence[EvaluationRow | UnreadableRow]:
        """List every evaluation by agency and year, also those whose history cannot be read."""
        return list_evaluations(self._ports.log, self._list)

    def evaluation_ids(self) -> Sequence[str]:
        """Name every evaluation in the record by agency and year, also those whose history cannot be read."""
        return sorted(evaluation_streams(self._ports.log))

    def evaluation(self, evaluation: str, *, as_of: datetime | None = None) -> Evaluation:
        """Return an evaluation as it stands, or as the record had it at a moment."""
        evaluation_id = EvaluationId.parse(evaluation)
        if as_of is None:
            return load(self._ports.log, evaluation_id)
        if as_of.tzinfo is None:
            raise InputError("moment-malformed", moment=as_of)
        return fold_as_of(self._ports.log, evaluation_id, as_of)

    def status(self, evaluation: str, *, today: date | None = None) -> EvaluationStatus:
        """Say how far an evaluation is, what it lacks, and who owes what; today's date in UTC by default."""
        state = self.evaluation(evaluation)
        edition = pinned_edition(self._ports.log, state.edition_digest)
        return status_of(state, edition, self._ports.rulebook, today or self._ports.clock().date())

    def edition_of(self, evaluation: str) -> Edition:
        """Return the edition an evaluation pinned."""
        digest = load(self._ports.log, EvaluationId.parse(evaluation)).edition_digest
        return pinned_edition(self._ports.log, digest)

    def card(self, evaluation: str, *, stage: str | None = None, as_of: datetime | None = None) -> Scorecard:
        """Return the scorecard of all stages, or up to one, now or as the record had it at a moment."""
        state = self.evaluation(evaluation, as_of=as_of)
        edition = pinned_edition(self._ports.log, state.edition_digest)
        if stage is not None and stage not in state.stages:
            raise InputError("unknown-stage", stage=stage, stages=", ".join(state.stages))
        return card_of(state, edition, self._ports.rulebook, stage)

    def explain(self, evaluation: str, subject: str | None = None) -> Sequence[Reason]:
        """Explain the index and grade, or one node (``D1``, ``A3``) or indicator (``12``).

        An indicator's explanation begins with what the record says of it: who gave which level, when and why.
        """
        events = [one.event for one in self._ports.log.stream(str(EvaluationId.parse(evaluation)))]
        state = fold(events)
        if state is None:
            raise RecordError("evaluation-unknown", id=evaluation)
        edition = pinned_edition(self._ports.log, state.edition_digest)
        card = card_of(state, edition, self._ports.rulebook)
        if subject is None:
            return explain_index(edition, card)
        if any(node.id == subject for node in edition.nodes):
            return explain_node(edition, card, subject)
        steps = explain_indicator(edition, card, subject)
        return (*recorded_reasons(state, edition, events, subject, self.people.naming()), *steps)

    def history(self, evaluation: str) -> Sequence[Recorded]:
        """Return every event of an evaluation, oldest first."""
        evaluation_id = EvaluationId.parse(evaluation)
        load(self._ports.log, evaluation_id)
        return tuple(self._ports.log.stream(str(evaluation_id)))

    def evidence_content(self, digest: str) -> BinaryIO:
        """Open the content of a document by its digest."""
        return self._ports.vault.open(digest)

    # -- replay ------------------------------------------------------------------------------------------------

    def audit(self, *evaluations: str, documents: bool = True) -> AuditReport:
        """Compute every recorded card again, of the named evaluations or of all, and hash every document.

        Args:
            evaluations: ids; none means all.
            documents: read the contents of evidence; without, who has the database alone audits the cards.

        Raises:
            InputError: ``evaluation-id-malformed``.
            RecordError: ``evaluation-unknown``.
            StoreError: the vault as a whole cannot be read.
        """
        present = evaluation_streams(self._ports.log)
        named = [str(EvaluationId.parse(one)) for one in evaluations]
        for one in named:
            if one not in present:
                raise RecordError("evaluation-unknown", id=one)
        rows = self._list.rows()
        return audit(self._ports, named or list(dict.fromkeys([*present, *rows])), rows, documents=documents)

    def rebuild(self) -> Rebuilt:
        """Derive the read models anew from the log and report where they differed."""
        return rebuild(self._ports.log, self._list)
