"""Objections (sanggah): raising, answering, listing."""

from typing import Final, get_args

from spbe_cli.command import argument, choice, command, option
from spbe_cli.event_words import outcome_words
from spbe_cli.group import group
from spbe_cli.language import text
from spbe_cli.options import REASON, reading, recording
from spbe_cli.render import write_json, write_line, write_table
from spbe_cli.store import done, opened
from spbe_core.events.objection import Outcome
from spbe_core.model.canonical import members_of

objection: Final = group(
    "objection",
    {
        "raise": ("objection", "objection-raise"),
        "answer": ("objection", "objection-answer"),
        "list": ("objection", "objection-list"),
    },
)


@command("objection-raise")
@argument("evaluation")
@argument("subject", key="contested")
@option("--stage", required=True)
@REASON
@option("--evidence", "documents", multiple=True)
@recording
def objection_raise(
    evaluation: str,
    subject: str,
    stage: str,
    reason: str,
    documents: tuple[str, ...],
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Contest a value or verdict."""
    with opened(store) as spbe:
        after = spbe.raise_objection(evaluation, subject, stage=stage, reason=reason, evidence=documents, by=by)
        raised = list(after.objections.values())[-1]
        done(output, "objection-raise", {"objection": raised.id, "subject": subject, "stage": stage})


@command("objection-answer")
@argument("evaluation")
@argument("name", key="objection")
@option("--outcome", type=choice(*get_args(Outcome)), required=True)
@REASON
@recording
def objection_answer(
    evaluation: str, name: str, outcome: Outcome, reason: str, by: str, store: str | None, output: str
) -> None:
    """Answer an objection."""
    with opened(store) as spbe:
        after = spbe.answer_objection(evaluation, name, outcome, reason=reason, by=by)
    shown = outcome if output == "json" else outcome_words(outcome)
    waiting = next((one for one in after.unfollowed() if one.id == name), None)
    reopening = None
    if waiting is not None:
        reopening = f'spbe reopen {evaluation} {waiting.stage} --reason "..." --objection {name}'
    done(output, "objection-answer", {"objection": name, "outcome": shown, "next": reopening})
    if reopening is not None and output != "json":
        write_line(text("objection.next", command=reopening))


@command("objection-list")
@argument("evaluation")
@reading
def objection_list(evaluation: str, store: str | None, output: str) -> None:
    """List the objections."""
    with opened(store) as spbe:
        found = list(spbe.evaluation(evaluation).objections.values())
        edition = spbe.edition_of(evaluation)
    if output == "json":
        write_json([members_of(one) for one in found])
    elif not found:
        write_line(text("objection.empty"))
    else:
        cells = [
            (
                one.id,
                one.item or one.indicator,
                edition.stage(one.stage).name,
                one.reason,
                text("objection.waiting") if one.answer is None else outcome_words(one.answer.outcome),
                None if one.answer is None else one.answer.reason,
            )
            for one in found
        ]
        write_table(
            text("objection.heading", id=evaluation),
            ["objection", "subject", "stage", "reason", "outcome", "answer"],
            cells,
        )
