"""Write the pages under ``docs/``, and the schema of an edition, that repeat what the code says.

python docs/generate.py            write them
python docs/generate.py --check    name those that are out of date, and fail if there are any
"""

import ast
import importlib
import inspect
import json
import re
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import attrs
import click
from spbe_cli import failures
from spbe_cli.command import LocalArgument, LocalCommand, LocalOption
from spbe_cli.group import LocalGroup
from spbe_cli.language import speak, text
from spbe_cli.main import spbe

import spbe_core
import spbe_core.testing.conformance
from spbe_core import errors, events
from spbe_core.evaluation.state import Result, StageScore
from spbe_core.events import CardRecord, EvaluationOpened, Event
from spbe_core.exchange.edition_json import SCHEMA_FILE
from spbe_core.model.citation import Citation
from spbe_core.model.dossier import Dossier
from spbe_core.model.edition import (
    DOCUMENT_FORMAT,
    Criterion,
    Edition,
    GradeBand,
    GradePractice,
    Indicator,
    Item,
    LevelName,
    Node,
    Process,
    Stage,
)
from spbe_core.model.evidence import Evidence
from spbe_core.model.exact import exact_text
from spbe_core.model.scale import Scale
from spbe_core.model.score import IndicatorScore, Reason
from spbe_core.model.scorecard import Bounds, IndicatorLine, NodeLine
from spbe_core.plugins import PluginRulebook, PluginStatus
from spbe_core.ports import Recorded
from spbe_core.projections.evaluations import EvaluationRow
from spbe_core.replay.audit import AuditReport
from spbe_core.replay.rebuild import Rebuilt
from spbe_core.rules import (
    crosswalk,
    domain_rules,
    evidence_check,
    export_format,
    external,
    hookspecs,
    judgement,
    ladder,
    overlay,
    own_words,
    published,
)
from spbe_core.service.import_evaluation import DeterminationImport, EvidenceImport, StageImport
from spbe_core.testing import printed

DOCS: Final = Path(__file__).parent
ROOT: Final = DOCS.parent
SOURCE: Final = ROOT / "src" / "spbe_core"
NOTICE: Final = "<!-- Written by docs/generate.py from the code; edit the code and run it again. -->\n\n"

_CONSTANTS: Final[Mapping[str, str]] = {"DEFAULT_LANGUAGE": "'id'", "_DEFAULT_ACTOR": "'local'"}
"""What a reader of a signature wants to see instead of a name."""

# -- docstrings and signatures -------------------------------------------------------------------------------------


def markdown(text: str) -> str:
    """Turn the reST marks of a docstring into Markdown."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)
    return text.replace("``", "`")


def docstring(thing: object) -> tuple[str, dict[str, dict[str, str]]]:
    """Split a docstring into its prose and its sections (``Args``, ``Attributes``, ``Raises``) by name."""
    prose: list[str] = []
    sections: dict[str, dict[str, str]] = {}
    section: dict[str, str] | None = None
    name = ""
    for line in (inspect.getdoc(thing) or "").splitlines():
        heading = re.fullmatch(r"(Args|Attributes|Raises|Returns):", line)
        entry = re.fullmatch(r"    (\w+): (.+)", line)
        if heading:
            section = sections.setdefault(heading[1], {})
        elif section is None or (line and not line.startswith(" ")):
            section = None
            prose.append(line)
        elif entry:
            name = entry[1]
            section[name] = markdown(entry[2])
        elif line.strip() and name in section:
            section[name] += f" {markdown(line.strip())}"
    return _fenced("\n".join(prose).strip()), sections


def _fenced(prose: str) -> str:
    """Fence the indented examples of a docstring, and only those."""
    parts = re.split(r"\n\n((?:    .*(?:\n|$))+)", prose)
    for place in range(1, len(parts), 2):
        parts[place] = f"\n\n```py\n{textwrap.dedent(parts[place]).rstrip()}\n```\n"
    return "".join(part.rstrip() if place % 2 else markdown(part) for place, part in enumerate(parts)).strip()


def summary(thing: object) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join(docstring(thing)[0].split("\n\n")[0].split())


def definition(thing: Any) -> ast.ClassDef | ast.FunctionDef:
    """Return the syntax tree of a class or function."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    assert isinstance(node, ast.ClassDef | ast.FunctionDef)  # noqa: S101 - nothing else is asked for
    return node


def signature(node: ast.FunctionDef, name: str) -> str:
    """Write a function's signature as in the source, without ``self``, on one line or one line per argument."""
    answer = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    parts = list(_arguments(node.args))
    line = f"{name}({', '.join(parts)}){answer}"
    return line if len(line) <= 100 else f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){answer}"


def _arguments(arguments: ast.arguments) -> Iterator[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    for argument, default in zip(positional, defaults, strict=True):
        if argument.arg not in {"self", "cls"}:
            yield _argument(argument, default)
    if arguments.vararg is not None:
        yield f"*{_argument(arguments.vararg, None)}"
    elif arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _argument(argument, default)
    if arguments.kwarg is not None:
        yield f"**{_argument(arguments.kwarg, None)}"


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    text = argument.arg if argument.annotation is None else f"{argument.arg}: {ast.unparse(argument.annotation)}"
    if default is None:
        return text
    value = ast.unparse(default)
    return f"{text} = {_CONSTANTS.get(value, value)}"


def members(kind: type) -> Iterator[str]:
    """Describe the attributes and public methods of a class."""
    node = definition(kind)
    assert isinstance(node, ast.ClassDef)  # noqa: S101
    meanings = docstring(kind)[1].get("Attributes", {})
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            meaning = meanings.get(part.target.id, "")
            yield f"- `{part.target.id}: {ast.unparse(part.annotation)}`{': ' if meaning else ''}{meaning}\n"
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
            decorators = {ast.unparse(decorator) for decorator in part.decorator_list}
            is_property = not decorators.isdisjoint({"property", "cached_property"})
            said = summary(getattr(inspect.getattr_static(kind, part.name), "__func__", getattr(kind, part.name)))
            if is_property:
                said = " ".join(markdown(ast.get_docstring(part) or "").split("\n\n")[0].split())
                yield f"- `{part.name}: {ast.unparse(part.returns) if part.returns else ''}`: {said}\n"
            else:
                yield f"\n```py\n{signature(part, part.name)}\n```\n\n{said}\n"


def listing(title: str, entries: Mapping[str, str]) -> Iterator[str]:
    """Write a docstring's section as a list."""
    if entries:
        yield f"\n{title}:\n\n"
        yield from (f"- `{name}`: {meaning}\n" for name, meaning in entries.items())


PARTS: Final = (
    Node,
    Indicator,
    Criterion,
    Item,
    Scale,
    GradeBand,
    GradePractice,
    Stage,
    Process,
    LevelName,
    Citation,
    NodeLine,
    IndicatorLine,
    Bounds,
    Evidence,
    StageScore,
    Result,
    EvaluationRow,
    Recorded,
    AuditReport,
    Rebuilt,
    StageImport,
    EvidenceImport,
    DeterminationImport,
    PluginRulebook,
    PluginStatus,
)

# -- api.md --------------------------------------------------------------------------------------------------------


def api() -> Iterator[str]:
    """Describe every public name of the front door, and what its answers are made of."""
    yield "# The Python API\n\n"
    yield "Everything a program needs is imported from `spbe_core`.\n"
    yield "Rule authors import from `spbe_core.rules`; see [hooks](hooks.md).\n"
    yield "Formats (JSON, CSV) are in `spbe_core.exchange`; every other module may change without notice.\n"
    for name in sorted(spbe_core.__all__, key=str.lower):
        yield f"\n## `{name}`\n\n"
        yield from _described(name, getattr(spbe_core, name))
    yield "\n## What these are made of\n\n"
    yield "Values that the names above take or give; their attributes may be relied on.\n"
    for kind in PARTS:
        yield f"\n### `{kind.__name__}`\n\n{docstring(kind)[0]}\n\n"
        yield from members(kind)


def _described(name: str, thing: Any) -> Iterator[str]:
    prose, sections = docstring(thing)
    if inspect.isclass(thing):
        yield f"{prose}\n\n"
        if issubclass(thing, Exception) and thing is not errors.SpbeError:
            parent = thing.__mro__[1].__name__
            yield f"A [`{parent}`](#{parent.lower()}); its codes are listed in [errors](errors.md).\n"
        else:
            if thing is errors.SpbeError:
                yield from (f"- `{member}`: {said}\n" for member, said in sections["Attributes"].items())
            yield from members(thing)
        return
    node = definition(thing)
    assert isinstance(node, ast.FunctionDef)  # noqa: S101
    yield f"```py\n{signature(node, name)}\n```\n\n{prose}\n"
    yield from listing("Arguments", sections.get("Args", {}))
    yield from listing("Raises", sections.get("Raises", {}))


# -- errors.md -----------------------------------------------------------------------------------------------------

FAMILIES: Final[Mapping[str, type[errors.SpbeError]]] = {
    "input": errors.InputError,
    "record": errors.RecordError,
    "rules": errors.RulesError,
    "store": errors.StoreError,
}
"""Message file -> the family its codes belong to, unless the code raises them as something more specific."""


def error_codes() -> Iterator[str]:
    """List every error with its texts in both languages, and every finding."""
    raised = _raised_codes()
    known = {code for name in FAMILIES for code in _messages(name)}
    if unexplained := raised.keys() - known:
        raise SystemExit(f"errors without a message: {', '.join(sorted(unexplained))}")
    yield "# Errors and findings\n\n"
    yield "An error says whose move it is by its class, what happened by its code, and the facts by its parameters.\n"
    yield "Codes never change their meaning; texts may be improved.\n"
    yield "`error.what(language)` and `error.remedy(language)` give the texts below, in `id` or `en`.\n"
    yield "Where the place in a file is known, `what` begins with it.\n"
    for name, family in FAMILIES.items():
        yield f"\n## `{family.__name__}`\n\n{summary(family)}\n"
        for code, texts in _messages(name).items():
            yield f"\n### `{code}`\n\n"
            if (actual := raised.get(code, family.__name__)) != family.__name__:
                yield f"Raised as `{actual}`: {summary(getattr(errors, actual))}\n\n"
            for language in ("en", "id"):
                yield f"- {language}: {texts[language]['what']} *{texts[language]['remedy']}*\n"
    yield "\n## Findings\n\n"
    yield "A finding is a value on a card or in a report: the work goes on.\n"
    yield from _without_remedy("findings")
    yield "\n## Problems of a rule pack or a calculator\n\n"
    yield "What [checking a rule pack](../how-to/check-a-rule-pack.md) finds; the code names the defect.\n"
    yield from _without_remedy("conformance")


def _without_remedy(name: str) -> Iterator[str]:
    for code, texts in _messages(name).items():
        if not code.startswith(("covered-", "coverage-")):
            yield f"\n### `{code}`\n\n"
            yield from (f"- {language}: {texts[language]['what']}\n" for language in ("en", "id"))


def _messages(name: str) -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((SOURCE / "messages" / f"{name}.toml").read_text(encoding="utf-8"))


def _raised_codes() -> dict[str, str]:
    """Return code -> error class, for every code written where the error is made."""
    classes = {name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)}
    found: dict[str, str] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes and node.args:
                constants = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                found |= {code: node.func.id for code in constants if isinstance(code, str)}
    return found


# -- events.md -----------------------------------------------------------------------------------------------------

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
    "optional_stages": "stages of the process that may be skipped.",
    "process": "kind of evaluation.",
    "reason": "why, in the actor's words.",
    "size": "bytes of content.",
    "stage": "stage id.",
    "stages": "stages of the process, in order.",
    "successor": "id of the evidence that took its place.",
    "title": "what it is, in the submitter's words.",
    "card": "the scorecard as it was, see [the recorded card](#the-recorded-card).",
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
    yield "The stream of an evaluation is `AGENCY/YEAR`; that of an edition is `edition/<digest>`.\n\n"
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
    yield f"\n## The recorded card\n\n{summary(CardRecord)}\n\n"
    yield from _event_members(CardRecord)


def _event_members(kind: type) -> Iterator[str]:
    node = definition(kind)
    meanings = docstring(kind)[1].get("Attributes", {})
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            name, form = part.target.id, ast.unparse(part.annotation)
            if not form.startswith("ClassVar"):
                yield f"- `{name}: {form}`: {meanings.get(name) or MEANINGS[name]}\n"


# -- editions.md ---------------------------------------------------------------------------------------------------


def editions() -> Iterator[str]:
    """List the editions of the rule packs in this repository."""
    rulebook = PluginRulebook(_rule_packs())
    broken = [status for status in rulebook.plugins() if status.health != "ok"]
    if broken:
        raise SystemExit(f"broken rule pack: {broken[0].name}: {broken[0].reason}")
    yield "# Editions\n\n"
    yield "The instruments that this repository's rule packs bring, with the source of every number.\n"
    yield "`spbe editions list` shows what is installed where you are, `spbe editions show ID` one of them in full.\n"
    yield "Official names are in Indonesian; the [glossary](glossary.md) explains the terms.\n"
    for edition in rulebook.editions():
        yield from _edition(edition, [one for one in rulebook.published_results() if one.edition == edition.id])


def _rule_packs() -> dict[str, object]:
    packs: dict[str, object] = {}
    for file in sorted(ROOT.glob("plugins/*/pyproject.toml")):
        entry_points = tomllib.loads(file.read_text(encoding="utf-8"))["project"].get("entry-points", {})
        for name, module in entry_points.get(hookspecs.PROJECT, {}).items():
            packs[name] = importlib.import_module(module)
    return packs


def _edition(edition: Edition, results: list[published.PublishedResult]) -> Iterator[str]:
    source = {citation.id: citation for citation in edition.citations}
    yield f"\n## `{edition.id}`\n\n*{edition.title}* ({edition.regulation}), index: {edition.index_name}.\n\n"
    yield f"- years: {', '.join(map(str, edition.years))}\n"
    yield f"- lifecycle: {edition.lifecycle.replace('_', ' ')}"
    yield f"; in force from {edition.in_force}" if edition.in_force else ""
    yield f" until {edition.repealed}\n" if edition.repealed else "\n"
    scale = edition.scale
    yield f"- values: {scale.step}, {exact_text(scale.minimum)} to {exact_text(scale.maximum)}; an empty cell is "
    yield f"{scale.empty} ({source[scale.source]})\n"
    yield f"- displayed with {edition.places} decimals, rounded once, half up "
    yield f"({source[edition.rounding_source]}; confidence {source[edition.rounding_source].confidence})\n"
    yield f"- the grade is read from the {edition.default_grade_basis} index "
    yield f"({source[edition.grade_basis_source]}; confidence {source[edition.grade_basis_source].confidence})"
    yield "".join(
        f"; in {one.year} from the {one.basis} one ({source[one.source]}; confidence {source[one.source].confidence})"
        for one in edition.grade_practices
    )
    yield f"\n- digest of the canonical document: `{edition.digest}`\n\n"
    yield "| grade | from |\n|---|---|\n"
    yield from (
        f"| {band.name} | {'' if band.floor is None else exact_text(band.floor)} |\n" for band in edition.grades
    )
    yield "\n| kind of evaluation | stages |\n|---|---|\n"
    stages = {
        stage.id: f"{stage.name} (`{stage.id}`{', optional' if stage.optional else ''})" for stage in edition.stages
    }
    yield from (
        f"| {one.name} (`{one.id}`) | {', '.join(stages[stage] for stage in one.stages)} |\n"
        for one in edition.processes
    )
    yield "\n| node | name | weight |\n|---|---|---|\n"
    for node in edition.nodes:
        yield f"| {node.id}{f' in {node.parent}' if node.parent else ''} | {node.name} | {exact_text(node.weight)} |\n"
    yield "\n| indicator | name | aspect | weight |\n|---|---|---|---|\n"
    for leaf in edition.indicators:
        yield f"| {leaf.id} | {leaf.name} | {leaf.parent} | {exact_text(leaf.weight)} |\n"
    if edition.criteria or edition.items:
        yield f"\n{len(edition.criteria)} level criteria and {len(edition.items)} evidence items:"
        yield " see the rule pack's `data/kriteria_*.toml`.\n"
    yield "\nSources:\n\n"
    for citation in edition.citations:
        note = f" {citation.note}" if citation.note else ""
        yield f"- `{citation.id}`: {citation} (confidence {citation.confidence}).{note}\n"
    if results:
        yield "\nPublished results with every level, reproduced by the tests:\n\n"
        yield from (f"- {one.agency_name} {one.year}: {one.index}, {one.grade} ({one.source})\n" for one in results)


# -- edition.schema.json and edition-json.md -----------------------------------------------------------------------


def edition_schema() -> str:
    """Write the JSON Schema of an exported edition from the classes an edition is made of."""
    parts: dict[str, Any] = {}
    edition = _object_schema(Edition, parts)
    digest = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": "SHA-256 of the canonical document."}
    edition["properties"] = {"format": {"const": DOCUMENT_FORMAT}, **edition["properties"], "digest": digest}
    edition["required"] = ["format", *edition["required"], "digest"]
    exact = {
        "type": "string",
        "pattern": r"^-?[0-9]+(\.[0-9]+|/[1-9][0-9]*)?$",
        "description": "An exact number: a decimal where one exists, else a fraction in lowest terms.",
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:spbe:{DOCUMENT_FORMAT}",
        "title": "An edition, as spbe editions export writes it",
        **edition,
        "$defs": {"exact": exact, **parts},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _object_schema(kind: type[attrs.AttrsInstance], parts: dict[str, Any]) -> dict[str, Any]:
    """Describe a class; the classes of its members are added to the parts. Unknown members stay allowed."""
    fields = attrs.fields(attrs.resolve_types(kind))
    attributes = docstring(kind)[1].get("Attributes", {})
    meanings = {name: re.sub(r"\bNone\b", "null", meaning) for name, meaning in attributes.items()}
    properties = {
        field.name: _form(field.type, parts) | ({"description": meanings[field.name]} if field.name in meanings else {})
        for field in fields
    }
    required = [field.name for field in fields if "later" not in field.metadata]
    return {"type": "object", "description": summary(kind), "properties": properties, "required": required}


def _form(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Describe what a member of a type looks like in JSON."""
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _form(get_args(kind)[0], parts)}
    if type(None) in get_args(kind):
        (given,) = (one for one in get_args(kind) if one is not type(None))
        return {"anyOf": [_form(given, parts), {"type": "null"}]}
    if attrs.has(kind):
        if kind.__name__ not in parts:
            parts[kind.__name__] = _object_schema(kind, parts)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return dict(_PLAIN_FORMS[kind])


_PLAIN_FORMS: Final[Mapping[type, Mapping[str, str]]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
    Fraction: {"$ref": "#/$defs/exact"},
}


EDITION_JSON: Final = """# JSON of an edition

`spbe editions export ID` writes this form, and `edition_json(edition)` of `spbe_core.exchange.edition_json` gives it in
Python. With `--year` it is the edition as that year's guidance applies it.
[`edition.schema.json`](../../src/spbe_core/exchange/edition.schema.json) is its JSON Schema (draft 2020-12); it comes
with the package, and `edition_schema()` of the same module returns it.

An exact number is text, because a JSON number becomes a float in most programs: a decimal where one exists (`"2.75"`),
else a fraction in lowest terms (`"10/3"`). Every `source` is the id of one of the `citations`.
Members that are not always there are left out when empty.
Later versions may add members; ignore those you do not know.

The bytes are canonical: sorted keys, no white space.
Without the member `digest` they are the document that the digest is taken of and that evaluations pin.

How to compute with it: [use from PHP and Java](../how-to/use-from-php-and-java.md).
"""


def edition_members() -> Iterator[str]:
    """Describe an exported edition, member by member, from its schema."""
    schema = json.loads(edition_schema())
    yield EDITION_JSON
    yield from _schema_table("edition", schema)
    for name, part in schema["$defs"].items():
        if part["type"] == "object":
            yield from _schema_table(name, part)


def _schema_table(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## `{name}`\n\n{schema['description']}\n\n"
    yield "| member | form | always there | meaning |\n|---|---|---|---|\n"
    for member, form in schema["properties"].items():
        there = "yes" if member in schema["required"] else "no"
        yield f"| `{member}` | {_in_words(form)} | {there} | {form.get('description', '')} |\n"


def _in_words(form: Mapping[str, Any]) -> str:
    """Say a member's form in words."""
    if "anyOf" in form:
        return " or ".join(_in_words(one) for one in form["anyOf"])
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        return "exact" if name == "exact" else f"[{name}](#{name.lower()})"
    if "const" in form or "enum" in form:
        return " or ".join(f"`{one}`" for one in form.get("enum", [form.get("const")]))
    if form["type"] == "array":
        return f"list of {_in_words(form['items'])}"
    plain = {"string": "text", "integer": "number", "boolean": "true or false", "null": "null"}
    return "date" if form.get("format") == "date" else plain[form["type"]]


# -- hooks.md ------------------------------------------------------------------------------------------------------


def hooks() -> Iterator[str]:
    """Describe the hooks a rule pack implements."""
    yield "# Hooks\n\n"
    yield f"{docstring(hookspecs)[0].split(chr(10), 2)[2]}\n\n"
    yield f"A plugin names a module in the entry point group `{hookspecs.PROJECT}`;\n"
    yield "the module implements hooks as functions marked with `spbe_core.rules.hookimpl`.\n"
    yield "A plugin that cannot be imported, misspells a hook or brings what cannot be used is left out;\n"
    yield "`installed_rules().plugins()` and `spbe editions list` say why, and all others go on working.\n"
    for part in definition(hookspecs.Hooks).body:
        if isinstance(part, ast.FunctionDef):
            prose, _ = docstring(getattr(hookspecs.Hooks, part.name))
            yield f"\n## `{part.name}`\n\n```py\n{signature(part, part.name)}\n```\n\n{prose}\n"
    yield "\n## What a rule is asked with, and what it answers\n"
    yield from _kinds(domain_rules.DomainRules, Dossier, IndicatorScore, Reason)
    yield from _function(own_words.own_reason)
    yield "\n## Ready-made rules\n"
    yield from _kinds(judgement.AssessorLevel, ladder.Ladder, external.ExternallyFed)
    yield from _function(ladder.climb)
    yield from _kinds(ladder.Climb)
    yield "\n## What the other answers are made of\n"
    yield from _kinds(published.PublishedResult, crosswalk.Crosswalk, crosswalk.Link)
    yield from _kinds(overlay.Overlay, overlay.Validity)
    yield from _kinds(evidence_check.EvidenceCheck, evidence_check.EvidenceFacts, evidence_check.Refusal)
    yield from _kinds(export_format.ExportFormat, hookspecs.Committed, hookspecs.CommittedFact)


def _kinds(*kinds: type) -> Iterator[str]:
    for kind in kinds:
        yield f"\n### `{kind.__name__}`\n\n{docstring(kind)[0]}\n\n"
        yield from members(kind)


def _function(function: Any) -> Iterator[str]:
    node = definition(function)
    assert isinstance(node, ast.FunctionDef)  # noqa: S101
    prose, sections = docstring(function)
    yield f"\n### `{node.name}`\n\n```py\n{signature(node, node.name)}\n```\n\n{prose}\n"
    yield from listing("Arguments", sections.get("Args", {}))


# -- cli.md --------------------------------------------------------------------------------------------------------

EXIT_CODES: Final[Mapping[int, str]] = {
    0: "fine",
    failures.FINDING: "a finding or difference: an audit, a check or a comparison says what",
    failures.BAD_INPUT: "bad input, or the record does not allow it; nothing was recorded",
    failures.STORE_PROBLEM: "trouble with the store",
    failures.INTERNAL: "a fault of the program, or the system refused the output",
    failures.INTERRUPTED: "interrupted",
    failures.READER_GONE: "nobody read the output any more",
}


def command_line() -> Iterator[str]:
    """List every command with its help in both languages."""
    yield "# The command line\n\n"
    yield "Every command of `spbe`, with what `--help` says in English and in Indonesian.\n"
    yield "The language is that of `--lang`, else of `SPBE_LANG`, else English in an English locale, else Indonesian.\n"
    yield "Errors go to standard error, each on one line: `spbe: [code] what is wrong. What to do.`\n"
    yield "With `--format json` answers and errors are JSON.\n\n"
    yield "| exit code | meaning |\n|---|---|\n"
    yield from (f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    yield "\nEvery command takes `--help` and `--lang`; they are listed under `spbe` alone.\n"
    yield from _command(spbe, click.Context(spbe, info_name="spbe"))


def _command(command: LocalCommand, ctx: click.Context) -> Iterator[str]:
    speak("en")
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    yield f"\n## `{ctx.command_path}`\n\n```console\n$ {usage}\n```\n\n"
    said = {language: _said(language, f"commands.{command.key}") for language in ("en", "id")}
    yield f"{said['en']}\n\n*{said['id']}*\n"
    shown = {language: _parameters(language, command, ctx) for language in ("en", "id")}
    if shown["en"]:
        yield "\n| parameter | | |\n|---|---|---|\n"
        for (name, english), (_, indonesian) in zip(shown["en"], shown["id"], strict=True):
            yield f"| `{_cell(name)}` | {_cell(english)} | *{_cell(indonesian)}* |\n"
    if isinstance(command, LocalGroup):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert isinstance(below, LocalCommand)  # noqa: S101
            yield from _command(below, click.Context(below, info_name=name, parent=ctx))


def _said(language: str, key: str) -> str:
    speak(language)
    return " ".join(text(key).split())


def _parameters(language: str, command: LocalCommand, ctx: click.Context) -> list[tuple[str, str]]:
    """Return each parameter with its help; below the top, those that every command takes are left out."""
    speak(language)
    found: list[tuple[str, str]] = []
    for one in command.params:
        if isinstance(one, LocalArgument):
            found.append((one.make_metavar(ctx), text(f"arguments.{one.key}")))
        elif isinstance(one, LocalOption) and not (ctx.parent and one.name == "lang"):
            record = one.get_help_record(ctx)
            found += [] if record is None else [record]
    if ctx.parent is None:
        found.append(("--help", text("options.help")))
    return found


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


# -- conformance.md ------------------------------------------------------------------------------------------------


def conformance_kit() -> Iterator[str]:
    """Describe what is stated in ``checks/``, every check, and the names of ``spbe_core.testing``."""
    yield "# The conformance kit\n\n"
    yield "What `spbe_core.testing` checks and what a rule pack states for it;\n"
    yield "[how to check a rule pack](../how-to/check-a-rule-pack.md) shows both at work.\n\n"
    yield "## The checks\n\n"
    yield "In the order they run, in `spbe rules check` and as the tests of `RuleConformance`.\n\n"
    yield from (f"- `{name}`: {summary(check)}\n" for name, check in spbe_core.testing.conformance.CHECKS.items())
    yield "\n## `checks/*.toml`\n\n"
    yield "One file per edition; an attribute with a default may be left out. Exact numbers are text.\n"
    for kind in (printed.Printed, printed.Row, printed.Example):
        yield f"\n### `{kind.__name__}`\n\n{docstring(kind)[0]}\n\n"
        yield from members(kind)
    yield "\n## `checks/*.toml` of a guidance overlay\n\n"
    yield "A file with the member `overlay`.\n"
    for kind in (printed.PrintedOverlay, printed.PrintedValidity):
        yield f"\n### `{kind.__name__}`\n\n{docstring(kind)[0]}\n\n"
        yield from members(kind)
    yield "\n## Names of `spbe_core.testing`\n"
    for name in sorted(set(spbe_core.testing.__all__) - {"Calculator"}, key=str.lower):
        yield f"\n### `{name}`\n\n"
        yield from _described(name, getattr(spbe_core.testing, name))


# -- adr/index.md --------------------------------------------------------------------------------------------------


def decisions() -> Iterator[str]:
    """List the decision records by number."""
    yield "# Architecture decision records\n\n"
    yield "One decision a file, short, after [MADR](template.md): why, what else was possible, what follows.\n"
    yield "A decision is changed by a new record that says which one it replaces.\n\n"
    yield "| record | status |\n|---|---|\n"
    for file in sorted((DOCS / "explanation" / "adr").glob("[0-9]*.md")):
        text = file.read_text(encoding="utf-8")
        title, status = re.search(r"^# (.+)$", text, re.M), re.search(r"^Status: (.+)$", text, re.M)
        if title is None or status is None:
            raise SystemExit(f"{file.name} has no title or no status")
        yield f"| [{file.stem[:4]}]({file.name}) {title[1]} | {status[1]} |\n"


PAGES: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "reference/api.md": api,
    "reference/edition-json.md": edition_members,
    "reference/cli.md": command_line,
    "reference/conformance.md": conformance_kit,
    "reference/editions.md": editions,
    "reference/errors.md": error_codes,
    "reference/events.md": event_topics,
    "reference/hooks.md": hooks,
    "explanation/adr/index.md": decisions,
}


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` only say which differ."""
    texts = {DOCS / name: NOTICE + re.sub(r"\n{3,}", "\n\n", "".join(write())) for name, write in PAGES.items()}
    texts[SOURCE / "exchange" / SCHEMA_FILE] = edition_schema()
    stale: list[Path] = []
    for file, current in texts.items():
        if file.exists() and file.read_text(encoding="utf-8") == current:
            continue
        stale.append(file)
        if "--check" not in arguments:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(current, encoding="utf-8")
    verb = "out of date" if "--check" in arguments else "written"
    sys.stdout.writelines(f"{file.relative_to(ROOT)}: {verb}\n" for file in stale)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
