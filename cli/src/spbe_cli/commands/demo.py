"""The main job on real data: published results, recorded, scored, compared, explained, replayed and audited."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import click

from spbe_cli.command import command
from spbe_cli.commands.explain import write_reasons
from spbe_cli.commands.history import write_years
from spbe_cli.failures import FINDING
from spbe_cli.language import spoken, text
from spbe_cli.options import FORMAT, LANG, NEW_STORE, named_vault
from spbe_cli.published import Comparison, take_through
from spbe_cli.render import in_tree_order, write_json, write_line, write_table
from spbe_cli.store import evidence_policy
from spbe_cli.values import shown_moment
from spbe_core.errors import InputError, RulesError, StoreError
from spbe_core.evaluation.state import Evaluation
from spbe_core.exchange.card_json import finding_members
from spbe_core.library import Spbe, installed_rules
from spbe_core.model.score import Reason
from spbe_core.projections.evaluations import EvaluationRow
from spbe_core.replay.audit import AuditReport
from spbe_core.rules.published import PublishedResult
from spbe_core.storage.location import is_taken, shown_location


@attrs.frozen
class _Answers:
    """What the store that was built answers.

    Attributes:
        years: the results of the agency that has the most of them.
        indicator: an indicator of the last evaluation, and why it has its value.
        then: the last evaluation as the record had it before it went on.
        now: the same as it stands.
    """

    compared: Sequence[Comparison]
    years: Sequence[EvaluationRow]
    indicator: str
    reasons: Sequence[Reason]
    then: Evaluation
    now: Evaluation
    audit: AuditReport

    @property
    def last(self) -> Comparison:
        """The last evaluation of that agency."""
        return next(one for one in self.compared if one.id == self.years[-1].id)

    @property
    def differs(self) -> bool:
        """Whether any published number does not come out, or the audit found a difference."""
        return bool(self.audit.differences) or any(one.differing for one in self.compared)


@command("demo")
@NEW_STORE
@FORMAT
@LANG
@click.pass_context
def demo(ctx: click.Context, store: str | None, output: str) -> None:
    """Build the store and show what it answers."""
    results = [one for one in installed_rules().published_results() if one.final]
    if not results:
        raise RulesError("published-results-missing")
    shown = None if store is None else shown_location(store)
    with _place(store) as place, tempfile.TemporaryDirectory() as documents:
        with _made(place) as spbe:
            answers = _answers(spbe, results, Path(documents))
        if output == "json":
            write_json(_members(answers) | {"store": shown})
        else:
            _write(answers)
    if output != "json":
        write_line(text("demo.kept", store=shown) if shown else text("demo.removed"))
    if answers.differs:
        ctx.exit(FINDING)


@contextmanager
def _place(store: str | None) -> Iterator[str]:
    """Give the store's place: the one that is named and must be free, or one that is removed afterwards."""
    if store is None:
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder) / "demo.db")
        return
    if is_taken(store):
        raise StoreError("store-exists", store=shown_location(store))
    yield store


def _made(place: str) -> Spbe:
    """Make the store; where it lacks a vault, the one that the environment names is not meant."""
    try:
        return Spbe.open(place, create=True, vault=named_vault(), evidence_policy=evidence_policy())
    except InputError as problem:
        if problem.code != "vault-not-named":
            raise
        raise click.UsageError(text("demo.vault-not-named"), click.get_current_context()) from problem


def _answers(spbe: Spbe, results: Sequence[PublishedResult], documents: Path) -> _Answers:
    compared = [take_through(spbe, published, documents) for published in results]
    ((agency, _),) = Counter(one.published.agency for one in compared).most_common(1)
    years = [row for row in spbe.evaluations() if isinstance(row, EvaluationRow) and row.agency == agency]
    last = next(one for one in compared if one.id == years[-1].id)
    indicator = last.edition.indicators[len(last.edition.indicators) // 4].id
    return _Answers(
        compared=compared,
        years=years,
        indicator=indicator,
        reasons=spbe.explain(last.id, indicator),
        then=spbe.evaluation(last.id, as_of=last.before),
        now=spbe.evaluation(last.id),
        audit=spbe.audit(),
    )


def _members(answers: _Answers) -> dict[str, Any]:
    results: list[dict[str, Any]] = [
        {
            "id": one.id,
            "edition": one.card.edition,
            "index": one.card.index_text,
            "exact_index": one.card.exact_index_text,
            "grade": one.card.grade,
            "nodes": {node.id: one.card.display(node.index) for node in one.card.nodes},
            "published": {"index": one.published.index, "grade": one.published.grade, "nodes": one.published.nodes},
            "source": one.published.source,
            "compared": one.compared,
            "differing": list(one.differing),
        }
        for one in answers.compared
    ]
    audit = answers.audit
    return {
        "results": results,
        "history": [{"id": row.id, "index": row.index, "grade": row.grade} for row in answers.years],
        "explanation": {
            "id": answers.last.id,
            "indicator": answers.indicator,
            "reasons": [reason.what(spoken()) for reason in answers.reasons],
        },
        "as_of": {
            "id": answers.last.id,
            "moment": answers.last.before,
            "then": _standing(answers.then),
            "now": _standing(answers.now),
        },
        "audit": {
            "evaluations": audit.evaluations,
            "cards": audit.cards,
            "contents": audit.contents,
            "differences": len(audit.differences),
            "findings": [finding_members(finding, spoken()) for finding in audit.findings],
        },
    }


def _standing(state: Evaluation) -> dict[str, Any]:
    decree = None if state.result is None else state.result.decree
    return {"events": state.version, "closed": list(state.closed), "open_stage": state.open_stage, "decree": decree}


def _write(answers: _Answers) -> None:
    write_line(text("demo.intro", count=len(answers.compared)))
    for one in answers.compared:
        write_line()
        _write_beside(one)
    count = sum(one.compared for one in answers.compared)
    differing = sum(len(one.differing) for one in answers.compared)
    write_line()
    write_line(text("demo.compared", count=count, differing=differing), bold=True)
    write_line()
    write_years(answers.years)
    write_line()
    write_reasons(answers.last.edition, answers.reasons, answers.last.id, answers.indicator)
    write_line()
    _write_as_of(answers)
    write_line()
    audit = answers.audit
    facts = {"evaluations": audit.evaluations, "cards": audit.cards, "contents": audit.contents}
    write_line(text("replay.audit", **facts, differences=len(audit.differences)), bold=True)
    for finding in audit.findings:
        write_line(finding.what(spoken()), hanging=2)


def _write_beside(one: Comparison) -> None:
    nodes = one.published.nodes
    rows: list[tuple[object, ...]] = [
        (name, node.name, nodes.get(node.id), one.card.display(node.index), _mark(one, node.id))
        for node, name in in_tree_order(one.card.nodes)
    ]
    rows.append(("", one.edition.index_name, one.published.index, one.card.index_text, _mark(one, "index")))
    rows.append(("", text("columns.grade"), one.published.grade, one.card.grade, _mark(one, "grade")))
    title = f"{one.published.agency_name} {one.published.year}"
    write_table(title, ["node", "name", "published", "computed", "same"], rows)
    write_line(text("demo.exact", exact=one.card.exact_index_text))
    write_line(text("demo.source", source=one.published.source), hanging=2)


def _mark(one: Comparison, name: str) -> str:
    if name in one.differing:
        return "≠"
    return "=" if name in one.published.nodes or name in {"index", "grade"} else ""


def _write_as_of(answers: _Answers) -> None:
    then, now = answers.then, answers.now
    none = text("demo.nothing")
    rows = [
        (text("columns.events"), then.version, now.version),
        (text("demo.closed"), ", ".join(then.closed) or none, ", ".join(now.closed) or none),
        (text("columns.decree"), *(none if one.result is None else one.result.decree for one in (then, now))),
    ]
    title = text("demo.as-of", id=answers.last.id, moment=shown_moment(answers.last.before))
    write_table(title, ["fact", "then", "now"], rows)
