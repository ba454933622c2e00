"""Loading an edition from a rule pack's TOML data files, and holding its numbers against each other.

``data/edition.toml`` has the identity, scale, grades, stages, sources and the totals. Under ``files`` it lists, in
official order, the files with tables ``[[domain]]``, ``[[aspect]]``, ``[[indicator]]``, ``[[external]]``,
``[[criterion]]`` and ``[[item]]``. All exact numbers are strings: a TOML float is refused. The totals are stated apart
from the weights, so one wrong digit in either does not load.
"""

import tomllib
from collections.abc import Iterator
from fractions import Fraction
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain, pairwise
from typing import Any, Final, cast

import msgspec

from spbe_core.errors import RulesError, SpbeError
from spbe_core.model.edition import Edition, Indicator, Node
from spbe_core.model.edition_document import edition_from_members
from spbe_core.model.exact import exact, exact_text

_LARGEST: Final = 2**63 - 1
"""What TOML promises to carry; Python would go on and cannot write such a number in a message."""

_TABLES: Final = ("domain", "aspect", "indicator", "external", "criterion", "item")
_SOURCED: Final = (
    "criteria",
    "items",
    "externals",
    "value_bands",
    "value_policies",
    "grades",
    "level_names",
    "stages",
    "processes",
    "grade_practices",
)


def load_edition(package: str, folder: str = "data") -> Edition:
    """Load the edition whose data files lie in a folder of a package.

    Args:
        package: the rule pack's module name.
        folder: where its data files are; a pack of several editions has a folder for each.

    Raises:
        RulesError: ``data-file-invalid`` or ``edition-inconsistent``, naming the file or the edition and what is
            wrong with it.
    """
    try:
        return _load(files(package) / folder)
    except (AttributeError, KeyError, TypeError) as problem:  # a table where a list should be, or a member missing
        raise RulesError("data-file-invalid", file=f"{folder}/", reason=repr(problem)) from problem


def _load(folder: Traversable) -> Edition:
    # TOML has no null: an edition in force leaves its end out, a draft its beginning too.
    members: dict[str, Any] = {"in_force": None, "repealed": None, "grade_practices": []}
    members |= read_toml(folder / "edition.toml")
    totals: dict[str, Any] = members.pop("totals", {})
    grades: list[dict[str, Any]] = members.pop("grades", [])
    tree: dict[str, list[dict[str, Any]]] = {table: [] for table in _TABLES}
    for name in members.pop("files", []):
        for table, rows in read_toml(folder / name).items():
            if table not in tree:
                raise RulesError("data-file-invalid", file=name, reason=f"unknown table [[{table}]]")
            tree[table] += rows
    for kind in ("domain", "aspect"):
        for row in tree[kind]:
            row["kind"] = kind
            row.setdefault("parent", None)
    members["nodes"] = [*tree["domain"], *tree["aspect"]]
    members |= {"indicators": tree["indicator"], "externals": tree["external"]}
    members |= {"criteria": tree["criterion"], "items": tree["item"]}
    members["grades"] = [{"name": row["name"], "floor": row.get("floor"), "source": row["source"]} for row in grades]
    try:
        edition = edition_from_members(members)
    except msgspec.ValidationError as problem:
        raise RulesError("data-file-invalid", file=f"{folder.name}/", reason=problem) from problem
    problems = (
        _tree_problems(edition),
        _total_problems(edition, totals),
        _grade_problems(grades),
        _text_problems(edition),
        _band_problems(edition),
        _external_problems(edition),
    )
    for contradiction in chain.from_iterable(problems):
        raise RulesError("edition-inconsistent", edition=edition.id, reason=contradiction)
    return edition


def read_toml(file: Traversable) -> dict[str, Any]:
    """Read a data file, in which exact numbers are strings.

    Raises:
        RulesError: ``data-file-invalid``.
    """

    def refuse(number: str) -> None:
        raise RulesError("data-file-invalid", file=file.name, reason=f"{number} must be written as a string")

    try:
        members = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=refuse)
    except RecursionError as problem:
        raise RulesError("data-file-invalid", file=file.name, reason="too deep") from problem
    except (OSError, ValueError) as problem:  # not UTF-8, not TOML, or a number of thousands of digits
        raise RulesError("data-file-invalid", file=file.name, reason=problem) from problem
    if not all(-_LARGEST <= number <= _LARGEST for number in _integers(members)):
        raise RulesError("data-file-invalid", file=file.name, reason="a number of more than 63 bits")
    return members


def _integers(members: object) -> Iterator[int]:
    """Yield every integer at any depth, without recursion."""
    waiting = [members]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += cast("dict[str, object]", one).values()
        elif isinstance(one, list):
            waiting += cast("list[object]", one)
        elif isinstance(one, int):
            yield one


def _tree_problems(edition: Edition) -> Iterator[str]:
    ids = [*(node.id for node in edition.nodes), *(f"indicator {leaf.id}" for leaf in edition.indicators)]
    yield from (f"{repeated} appears twice" for repeated in sorted({one for one in ids if ids.count(one) > 1}))
    children: dict[str, list[Node | Indicator]] = {node.id: [] for node in edition.nodes}
    parts: list[Node | Indicator] = [*edition.nodes, *edition.indicators]
    for child in parts:
        if child.weight <= 0:
            yield f"the weight of {child.id} is not positive"
        if child.parent is not None and child.parent not in children:
            yield f"{child.id} lies under {child.parent}, which does not exist"
        elif child.parent is not None:
            children[child.parent].append(child)
    for node in edition.nodes:
        yield from _sum_problem(
            f"the weights under {node.id}", (child.weight for child in children[node.id]), node.weight
        )
    sources = {citation.id for citation in edition.citations}
    used = {edition.scale.source, edition.rounding_source, edition.grade_basis_source}
    for table in (*_SOURCED, "nodes", "indicators"):
        used |= {part.source for part in getattr(edition, table)}
    used |= {external.pending for external in edition.externals if external.pending}
    yield from (f"the source {source!r} is not listed" for source in sorted(used - sources))
    stages = {stage.id for stage in edition.stages}
    for process in edition.processes:
        yield from (f"process {process.id} names stage {stage!r}" for stage in process.stages if stage not in stages)


def _total_problems(edition: Edition, totals: dict[str, Any]) -> Iterator[str]:
    yield from _sum_problem(
        "the weights of the top tier",
        (node.weight for node in edition.top_nodes()),
        _exact(totals.get("weight")),
    )
    if totals.get("indicators") != len(edition.indicators):
        yield f"{len(edition.indicators)} indicators, but the stated total is {totals.get('indicators')}"
    stated: dict[str, Any] = totals.get("nodes", {})
    for node in edition.nodes:
        leaves = [leaf for leaf in edition.indicators if node in edition.ancestors(leaf)]
        expected = stated.get(node.id, {})
        if expected.get("indicators") != len(leaves):
            yield f"{len(leaves)} indicators under {node.id}, but the stated total is {expected.get('indicators')}"
        yield from _sum_problem(
            f"the indicators' weights under {node.id}",
            (leaf.weight for leaf in leaves),
            _exact(expected.get("weight")),
        )


def _grade_problems(grades: list[dict[str, Any]]) -> Iterator[str]:
    """Hold each band's floor against the stated ceiling of the band below it."""
    for upper, lower in pairwise(grades):
        if _exact(upper.get("floor")) != _exact(lower.get("ceiling")):
            yield f"{lower['name']} ends at {lower.get('ceiling')}, {upper['name']} begins at {upper.get('floor')}"
        if lower.get("floor") is not None and _exact(lower["floor"]) >= _exact(upper["floor"]):
            yield f"{lower['name']} begins above {upper['name']}"
    if not grades or grades[-1].get("floor") is not None:
        yield "the lowest grade must have no floor"


def _text_problems(edition: Edition) -> Iterator[str]:
    """Hold criteria and items against the indicators and against each other."""
    known = {indicator.id for indicator in edition.indicators}
    meanings = [(one.indicator, one.level) for one in edition.criteria]
    for indicator, level in meanings:
        if indicator not in known:
            yield f"a criterion is of indicator {indicator}, which does not exist"
        if meanings.count((indicator, level)) > 1:
            yield f"level {level} of indicator {indicator} has two criteria"
    ids = [item.id for item in edition.items]
    for item in edition.items:
        if ids.count(item.id) > 1:
            yield f"the item {item.id} appears twice"
        if not item.id.startswith(f"I{item.indicator}-L{item.level}-"):
            yield f"the item {item.id} is filed under indicator {item.indicator}, level {item.level}"
        if item.indicator not in known or not edition.scale.minimum <= item.level <= edition.scale.maximum:
            yield f"the item {item.id} is of an indicator or level that does not exist"


def _band_problems(edition: Edition) -> Iterator[str]:
    """Hold the levels' stretches of the scale against each other and against the scale."""
    bands = edition.value_bands
    for lower, upper in pairwise(bands):
        if lower.ceiling != upper.floor:
            ends = f"{exact_text(lower.ceiling)}, that of level {upper.level} begins at {exact_text(upper.floor)}"
            yield f"the band of level {lower.level} ends at {ends}"
        if upper.level != lower.level + 1:
            yield f"the band of level {upper.level} follows that of level {lower.level}"
    for band in bands:
        if band.floor >= band.ceiling:
            yield f"the band of level {band.level} is empty"
    if bands and (bands[0].floor, bands[-1].ceiling) != (edition.scale.minimum, edition.scale.maximum):
        yield "the bands of the levels do not fill the scale"
    if edition.value_policies and not bands:
        yield "there are value policies but no bands of the levels"


def _external_problems(edition: Edition) -> Iterator[str]:
    """Hold each conversion's bands against each other, the indicators and the scale."""
    known = {indicator.id for indicator in edition.indicators}
    fed = [external.indicator for external in edition.externals]
    for external in edition.externals:
        whose = f"the conversion of indicator {external.indicator}"
        if external.indicator not in known:
            yield f"{whose} is of an indicator that does not exist"
        if fed.count(external.indicator) > 1:
            yield f"{whose} is given twice"
        bands = external.bands
        if not bands or (bands[0].value_from, bands[-1].value_to) != (edition.scale.minimum, edition.scale.maximum):
            yield f"{whose} does not fill the scale"
        for lower, upper in pairwise(bands):
            if (lower.score_to, lower.value_to, lower.level + 1) != (upper.score_from, upper.value_from, upper.level):
                yield f"{whose} has a gap between levels {lower.level} and {upper.level}"
        for band in bands:
            if band.score_from >= band.score_to or band.value_from >= band.value_to:
                yield f"{whose} has an empty band at level {band.level}"


def _sum_problem(what: str, parts: Iterator[Fraction] | Any, whole: Fraction) -> Iterator[str]:
    total = sum(parts, Fraction(0))
    if total != whole:
        yield f"{what} sum to {exact_text(total)}, not {exact_text(whole)}"


def _exact(text: object) -> Fraction:
    try:
        return exact(text) if isinstance(text, str) else Fraction(-1)
    except SpbeError:
        return Fraction(-1)
