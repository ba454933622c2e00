"""An edition's tables against what its regulation prints, and which weights nothing pins down."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from spbe_core.errors import SpbeError
from spbe_core.model.edition import Edition, Indicator
from spbe_core.model.exact import exact, exact_text
from spbe_core.testing.pack import Pack
from spbe_core.testing.printed import Printed, numbers
from spbe_core.testing.problem import Problem


def check_printed(pack: Pack) -> Iterator[Problem]:
    """Every number of an edition is stated a second time, apart from the data, and both agree."""
    known = {edition.id for edition in pack.editions}
    for stated in pack.printed:
        if stated.edition not in known:
            yield Problem("printed-of-no-edition", {"edition": stated.edition})
    for edition in pack.editions:
        printed = pack.printed_of(edition)
        if printed is None:
            yield Problem("printed-missing", {"edition": edition.id})
            continue
        yield from _weights(edition, printed)
        yield from _grades(edition, printed)
        yield from _facts(edition, printed)
        yield from _conversions(edition, printed)
        yield from _texts(edition)


def _weights(edition: Edition, printed: Printed) -> Iterator[Problem]:
    facts: dict[str, object] = {"edition": edition.id, "source": printed.source}
    tree = {node.id: node for node in edition.nodes}
    for name in sorted(printed.nodes.keys() ^ tree.keys()):
        yield Problem("printed-node-unmatched", {**facts, "node": name})
    for name in sorted(printed.nodes.keys() & tree.keys()):
        if _other(printed.nodes[name], tree[name].weight):
            told = {"node": name, "weight": _text(tree[name].weight), "printed": printed.nodes[name]}
            yield Problem("node-weight-not-as-printed", {**facts, **told})
    rows = [(number, row) for row in printed.rows for number in numbers(row.indicators)]
    leaves = {leaf.id: leaf for leaf in edition.indicators}
    counted = Counter(number for number, _ in rows)
    for number in sorted(counted.keys() ^ leaves.keys()):
        yield Problem("printed-indicator-unmatched", {**facts, "indicator": number})
    yield from (
        Problem("printed-indicator-twice", {**facts, "indicator": number}) for number in counted if counted[number] > 1
    )
    wrong: list[tuple[Indicator, str]] = []
    for number, row in rows:
        if number not in leaves:
            continue
        leaf = leaves[number]
        if leaf.parent != row.under:
            told = {"indicator": number, "under": leaf.parent, "printed": row.under}
            yield Problem("indicator-misfiled", {**facts, **told})
        if _other(row.weight, leaf.weight):
            wrong.append((leaf, row.weight))
    yield from _wrong_weights(edition, printed, wrong)
    if [number for number, _ in rows] != list(leaves) and counted.keys() == leaves.keys():
        yield Problem("indicators-out-of-order", facts)


def _wrong_weights(edition: Edition, printed: Printed, wrong: list[tuple[Indicator, str]]) -> Iterator[Problem]:
    """Name the wrong weights: those of an aspect made equal as such, others that are wrong alike in one sentence."""
    facts: dict[str, object] = {"edition": edition.id, "source": printed.source}
    for parent in dict.fromkeys(leaf.parent for leaf, _ in wrong):
        given = {leaf.weight for leaf in edition.indicators if leaf.parent == parent}
        stated = {row.weight for row in printed.rows if row.under == parent}
        if len(given) == 1 and len(stated) > 1:
            told = {"node": parent, "weight": _text(given.pop()), "printed": ", ".join(sorted(stated))}
            yield Problem("weights-made-equal", {**facts, **told})
            continue
        alike: dict[tuple[Fraction, str], list[str]] = {}
        for leaf, weight in wrong:
            if leaf.parent == parent:
                alike.setdefault((leaf.weight, weight), []).append(leaf.id)
        for (number, right), indicators in alike.items():
            told = {"indicators": ", ".join(indicators), "weight": _text(number), "printed": right}
            yield Problem("weight-not-as-printed", {**facts, **told})


def _grades(edition: Edition, printed: Printed) -> Iterator[Problem]:
    facts: dict[str, object] = {"edition": edition.id, "source": printed.source}
    names = [band.name for band in edition.grades]
    if names != list(printed.grades):
        yield Problem("grades-not-as-printed", {**facts, "given": _list(names), "printed": _list(printed.grades)})
    for band in edition.grades:
        begins = edition.scale.minimum if band.floor is None else band.floor
        right = printed.grades.get(band.name)
        if right is not None and _other(right, begins):
            yield Problem("grade-cut-wrong", {**facts, "grade": band.name, "floor": _text(begins), "printed": right})


def _facts(edition: Edition, printed: Printed) -> Iterator[Problem]:
    """Compare the single facts and the counts that hold single digits in place."""
    scale = edition.scale
    capabilities = Counter(one.capability for one in edition.level_names)
    months = Counter(str(item.valid_months) for item in edition.items if item.valid_months is not None)
    ranks = range(int(scale.minimum), int(scale.maximum) + 1)
    meant = {(one.indicator, one.level) for one in edition.criteria}
    described = dict.fromkeys(one.indicator for one in edition.criteria)
    silent = [f"{name}={rank}" for name in described for rank in ranks if (name, rank) not in meant]
    pairs: dict[str, tuple[object, object]] = {
        "places": (edition.places, printed.places),
        "scale": (f"{_text(scale.minimum)}-{_text(scale.maximum)}", printed.scale),
        "years": (_list(edition.years), _list(printed.years)),
        "in_force": (str(edition.in_force or ""), printed.in_force),
        "repealed": (str(edition.repealed or ""), printed.repealed),
        "levels": (_pairs(capabilities.items()), _pairs(printed.levels.items())),
        "criteria": (len(edition.criteria), printed.criteria),
        "without_criterion": (_list(silent), _list(printed.without_criterion)),
        "items": (len(edition.items), printed.items),
        "valid_months": (_pairs(months.items()), _pairs(printed.valid_months.items())),
        "default_grade_basis": (edition.default_grade_basis, printed.grade_basis),
        "practices": (
            _pairs((str(one.year), one.basis) for one in edition.grade_practices),
            _pairs(printed.practices.items()),
        ),
        "bands": (
            _pairs((str(one.level), f"{_text(one.floor)}-{_text(one.ceiling)}") for one in edition.value_bands),
            _pairs(printed.bands.items()),
        ),
    }
    for member, (given, right) in pairs.items():
        if given != right:
            told = {"member": member, "given": given or "-", "printed": right or "-"}
            yield Problem("fact-not-as-printed", {"edition": edition.id, "source": printed.source, **told})


def _conversions(edition: Edition, printed: Printed) -> Iterator[Problem]:
    facts: dict[str, object] = {"edition": edition.id, "source": printed.source}
    for external in edition.externals:
        told: dict[str, object] = {**facts, "indicator": external.indicator}
        scores = [*(band.score_from for band in external.bands), external.bands[-1].score_to]
        values = [*(band.value_from for band in external.bands), external.bands[-1].value_to]
        for lower, upper in pairwise(external.bands):
            if (lower.score_to, lower.value_to) != (upper.score_from, upper.value_from):
                yield Problem("conversion-gap", {**told, "level": upper.level})
        if [band.level for band in external.bands] != sorted({band.level for band in external.bands}):
            yield Problem("conversion-gap", {**told, "level": "-"})
        for given, stated in ((scores, printed.conversions), (values, printed.converted)):
            right = stated.get(external.indicator, ())
            shown = [_text(number) for number in given]
            if shown != list(right):
                yield Problem("conversion-not-as-printed", {**told, "given": _list(shown), "printed": _list(right)})


def _texts(edition: Edition) -> Iterator[Problem]:
    """Hold criteria and items against the levels and against each other, since nothing adds them up."""
    numbered: dict[tuple[str, int], list[str]] = {}
    for item in edition.items:
        numbered.setdefault((item.indicator, item.level), []).append(item.id)
    for (indicator, level), ids in numbered.items():
        if ids != [f"I{indicator}-L{level}-{place:02d}" for place in range(1, len(ids) + 1)]:
            told = {"edition": edition.id, "indicator": indicator, "level": level, "items": _list(ids)}
            yield Problem("items-misnumbered", told)
    for capability in sorted({leaf.capability for leaf in edition.indicators}):
        ranks = sorted(one.level for one in edition.level_names if one.capability == capability)
        if not ranks or ranks != list(range(ranks[0], ranks[0] + len(ranks))):
            yield Problem("levels-misnumbered", {"edition": edition.id, "capability": capability})
    lowest, highest = edition.scale.minimum, edition.scale.maximum
    levels = [one.level for one in edition.criteria]
    levels += [one.level for one in edition.items]
    levels += [one.level for one in edition.level_names]
    for level in sorted(set(levels)):
        if not lowest <= level <= highest:
            yield Problem("level-outside-scale", {"edition": edition.id, "level": level})


def pinned(printed: Printed | None) -> frozenset[str]:
    """Return the indicators whose weight is stated a second time."""
    rows = () if printed is None else printed.rows
    return frozenset(number for row in rows for number in numbers(row.indicators))


def _other(text: str, number: Fraction) -> bool:
    try:
        return exact(text) != number
    except SpbeError:
        return True


def _text(number: object) -> str:
    return exact_text(number) if isinstance(number, Fraction) else str(number)


def _list(parts: Iterable[object]) -> str:
    return ", ".join(map(str, parts))


def _pairs(parts: Iterable[tuple[str, object]]) -> str:
    return _list(f"{name}: {value}" for name, value in sorted(parts))
