"""The page of events: what is on disk."""

import ast
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

import attrs

from pages.code_text import definition, docstring, summary
from spbe_core import events
from spbe_core.events import CardRecord, EvaluationOpened, Event
from spbe_core.model.document import DocumentFacts

MEANINGS: Final[Mapping[str, str]] = {
    "agency": "agency code, e.g. `kota-bandar-lampung`.",
    "agency_name": "official name.",
    "decree": "number of the decree that lays the result down.",
    "decree_date": "its date, where stated.",
    "digest": "`sha256:<hex>` of the content: of the canonical document, or of the submitted file.",
    "document": "the edition's canonical document, as text.",
    "edition": "edition id.",
    "edition_digest": "digest of the edition's canonical document.",
    "effective": "day from which the document itself holds, where stated.",
    "evidence": "`E1`, `E2`, ... within the evaluation, in order of submission.",
    "file_name": "the name the file came with; never used as a path.",
    "indicator": "official number of the indicator.",
    "indicators": "official numbers of the indicators it supports.",
    "item": "item id.",
    "items": "ids of the items it covers.",
    "objection": "`O1`, `O2`, ... within the evaluation.",
    "optional_stages": "stages of the process that may be skipped.",
    "outcome": "`granted`, `partly-granted` or `denied`.",
    "process": "kind of evaluation.",
    "reason": "why, in the actor's words.",
    "size": "bytes of content.",
    "stage": "stage id.",
    "stages": "stages of the process, in order.",
    "successor": "id of the evidence that took its place.",
    "title": "what it is, in the submitter's words.",
    "card": "the scorecard as it was, see [the recorded card](#the-recorded-card).",
    "verdict": "`accepted`, `revise` or `rejected`.",
    "year": "evaluation year.",
}


def event_topics() -> Iterator[str]:
    """List every event with its members."""
    yield "# Events\n\n"
    yield "What the log holds.\n"
    yield "An event is stored under a topic with a version, in a stream, at a version of that stream;\n"
    yield "its members are canonical JSON: sorted keys, no white space, exact numbers as text, times in UTC.\n"
    yield "A stored event is never edited.\n"
    yield "When the form of an event changes, its topic gets the next version; the old one stays readable.\n"
    yield "Members this version does not know are kept and written back unchanged.\n\n"
    yield "The stream of an evaluation is `AGENCY/YEAR`; that of an edition is `edition/<digest>`;\n"
    yield "that of the people is `people`.\n\n"
    yield "An example, as it lies in the log under `spbe:evaluation-opened@1`:\n\n"
    example = EvaluationOpened(
        at=datetime(2024, 3, 1, 2, 0, tzinfo=UTC),
        by="local",
        agency="kota-contoh",
        agency_name="Pemerintah Kota Contoh",
        year=2024,
        edition="permenpanrb-59-2020",
        edition_digest="sha256:…",
        process="pemantauan",
        stages=("self", "document"),
        optional_stages=(),
    )
    yield f"```json\n{events.encode(example).decode()}\n```\n\n"
    yield "## Members of every event\n\n"
    yield from (f"- `{field.name}`: {docstring(Event)[1]['Attributes'][field.name]}\n" for field in attrs.fields(Event))
    yield "\n`extra` is not a member of its own: what it holds lies beside the others.\n"
    for kind in events.EVENT_CLASSES:
        yield f"\n## `{kind.TOPIC}@{kind.VERSION}`\n\n{summary(kind)}\n\n"
        yield from _event_members(kind)
    for part, title in ((CardRecord, "The recorded card"), (DocumentFacts, "The facts of a document")):
        yield f"\n## {title}\n\n{summary(part)}\n\n"
        yield from _event_members(part)


def _event_members(kind: type) -> Iterator[str]:
    node = definition(kind)
    meanings = docstring(kind)[1].get("Attributes", {})
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            name, form = part.target.id, ast.unparse(part.annotation)
            if not form.startswith("ClassVar"):
                yield f"- `{name}: {form}`: {meanings.get(name) or MEANINGS[name]}\n"
