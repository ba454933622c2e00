"""Rogue calculators: programs of their own, written the way the wrong ones are, floats and all."""

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from rogues import sentences

from spbe_core import installed_rules
from spbe_core.model.edition import Edition
from spbe_core.testing import check_calculator
from spbe_core.testing.known_defects import GRADES, NUMBERS, binary

Values = Mapping[str, Fraction]
SPBE = installed_rules().edition("permenpanrb-59-2020")
PEMDI = installed_rules().edition("permenpanrb-8-2026")
OLD = installed_rules().edition("permenpanrb-5-2018")
EDITIONS = (OLD, SPBE, PEMDI)


def weighted(edition: Edition, values: Values, leaves: list[str]) -> Fraction | None:
    weights = {leaf.id: leaf.weight for leaf in edition.indicators if leaf.id in leaves}
    if any(leaf not in values for leaf in weights):
        return None
    return sum((values[leaf] * weight for leaf, weight in weights.items()), Fraction(0)) / sum(weights.values())


def below(edition: Edition, node: str) -> list[str]:
    return [leaf.id for leaf in edition.indicators if node in [one.id for one in edition.ancestors(leaf)]]


def everything(edition: Edition) -> list[str]:
    return [leaf.id for leaf in edition.indicators]


def right(edition: Edition, values: Values) -> dict[str, Any]:
    pending = {one.indicator: edition.scale.minimum for one in edition.externals if one.pending}
    whole = {**pending, **values}
    index = weighted(edition, whole, everything(edition))
    nodes = {node.id: weighted(edition, whole, below(edition, node.id)) for node in edition.nodes}
    return {"nodes": nodes, "index": index, "grade": grade(edition, index)}


def grade(edition: Edition, index: Fraction | None) -> str | None:
    return None if index is None else edition.grade(index, "exact").name


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_a_right_calculator_passes(edition: Edition) -> None:
    """Exact numbers, rounded by nobody, are found right."""
    assert check_calculator(edition, lambda values: right(edition, values)) == ()


def with_index(change: Callable[[Values, dict[str, Any]], object], edition: Edition = SPBE) -> Callable[..., Any]:
    """Return a calculator that is right but for its index, and grades what it should have been."""

    def calculate(values: Values) -> dict[str, Any]:
        answer = right(edition, values)
        return {**answer, "nodes": {}, "index": None if answer["index"] is None else change(values, answer)}

    return calculate


def half_even(values: Values, answer: dict[str, Any]) -> str:
    index = answer["index"]
    exact = Decimal(index.numerator) / Decimal(index.denominator)
    return str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN))


def in_floats(values: Values, answer: dict[str, Any]) -> str:
    return f"{sum(float(values[leaf.id]) * float(leaf.weight) / 100 for leaf in SPBE.indicators):.2f}"


def in_floats_by_percent(values: Values, answer: dict[str, Any]) -> str:
    return f"{sum(float(leaf.weight) / 100 * float(values[leaf.id]) for leaf in SPBE.indicators):.2f}"


def in_floats_like_scripts(values: Values, answer: dict[str, Any]) -> str:
    total = 0.0
    for leaf in SPBE.indicators:
        total += float(leaf.weight) * float(values[leaf.id])
    return str(math.floor(total / 100 * 100 + 0.5) / 100)


def domains_first(values: Values, answer: dict[str, Any]) -> Fraction:
    tops = {node.id: math.floor(answer["nodes"][node.id] * 100 + Fraction(1, 2)) for node in SPBE.top_nodes()}
    return sum((SPBE.node(one).weight * shown for one, shown in tops.items()), Fraction(0)) / 10_000


INDICES = {
    "half to even": (half_even, "rounds-half-even"),
    "floats, weighed then divided": (in_floats, "computes-in-floats"),
    "floats, by percent": (in_floats_by_percent, "computes-in-floats"),
    "floats, Math.round": (in_floats_like_scripts, "computes-in-floats"),
    "domains rounded before the index": (domains_first, "rounds-tiers-first"),
    "the index counted twice": (lambda values, answer: 2 * answer["index"], "counts-index-twice"),
    "values weighed twice": (
        lambda values, answer: sum(values[leaf.id] * leaf.weight**2 for leaf in SPBE.indicators) / 100,
        "weighs-values-twice",
    ),
    "one plain mean": (lambda values, answer: sum(values.values()) / len(values), "weighs-equally"),
    "cut off": (lambda values, answer: Fraction(math.floor(answer["index"] * 100), 100), "cuts-decimals-off"),
}


@pytest.mark.parametrize(("change", "code"), INDICES.values(), ids=INDICES)
def test_a_wrong_index_is_named(change: Any, code: str) -> None:
    """The code says which known defect gives the same numbers, and the sentence shows one of them."""
    found = sentences(check_calculator(SPBE, with_index(change)))

    assert code in found
    assert "index becomes" in found[code]


def test_unanswered_indicators_leave_the_denominator() -> None:
    """What is not answered is neither in the sum nor in the weights."""

    def calculate(values: Values) -> dict[str, Any]:
        index = weighted(SPBE, values, list(values)) if values else None
        nodes = {}
        for node in SPBE.nodes:
            answered = [leaf for leaf in below(SPBE, node.id) if leaf in values]
            nodes[node.id] = weighted(SPBE, values, answered) if answered else None
        return {"nodes": nodes, "index": index, "grade": grade(SPBE, index)}

    assert "leaves-unanswered-out" in sentences(check_calculator(SPBE, calculate))


@pytest.mark.parametrize("counted", [0, 1])
def test_unanswered_indicators_are_counted(counted: int) -> None:
    """What is not answered counts as nothing or as the lowest level, and nobody is told."""

    def calculate(values: Values) -> dict[str, Any]:
        return right(SPBE, {leaf: values.get(leaf, Fraction(counted)) for leaf in everything(SPBE)})

    assert "counts-unanswered" in sentences(check_calculator(SPBE, calculate))


def reweighed(edition: Edition, weights: Mapping[str, Fraction]) -> Callable[[Values], dict[str, Any]]:
    """Return a calculator that follows other weights and divides by a hundred."""
    leaves = tuple(attrs.evolve(leaf, weight=weights.get(leaf.id, leaf.weight)) for leaf in edition.indicators)

    def calculate(values: Values) -> dict[str, Any]:
        answer = right(edition, values)
        if answer["index"] is not None:
            whole = {**{one.indicator: edition.scale.minimum for one in edition.externals if one.pending}, **values}
            answer["index"] = sum((whole[leaf.id] * leaf.weight for leaf in leaves), Fraction(0)) / 100
        return answer | {"grade": grade(edition, right(edition, values)["index"])}

    return calculate


def test_one_aspect_weighs_one_and_a_half() -> None:
    """1.5 instead of 1.3 makes 102, and shows in the index of each of the ten indicators."""
    weights = {str(number): Fraction("1.5") for number in range(1, 11)}
    found = sentences(check_calculator(SPBE, reweighed(SPBE, weights)))

    assert "weighs-indicator-wrong" in found or "calculates-otherwise" in found


def normalised(edition: Edition, weights: Mapping[str, str]) -> Callable[[Values], dict[str, Any]]:
    """Return a calculator that follows other weights and divides by their sum."""
    leaves = tuple(
        attrs.evolve(leaf, weight=Fraction(weights.get(leaf.id, leaf.weight))) for leaf in edition.indicators
    )

    def calculate(values: Values) -> dict[str, Any]:
        if len(values) < len(leaves):
            return {"index": None, "grade": None}
        index = sum((values[one.id] * one.weight for one in leaves), Fraction(0)) / sum(one.weight for one in leaves)
        return {"index": index, "grade": grade(edition, index)}

    return calculate


def test_three_and_a_half_for_42_to_47_is_told() -> None:
    """Which indicators weigh too much, and about how much."""
    sentence = sentences(check_calculator(SPBE, normalised(SPBE, dict.fromkeys(map(str, range(42, 48)), "3.5"))))

    assert "42, 43, 44, 45, 46, 47 count" in sentence["weighs-indicator-wrong"]


def test_thirty_three_and_twenty_two_are_told() -> None:
    """The misprint of 2020 shows in both aspects."""
    weights = dict.fromkeys(map(str, range(25, 32)), "33/7") | dict.fromkeys(("32", "33", "34"), "11/3")
    weights |= dict.fromkeys(("35a", "35b", "35c"), "11/3")
    sentence = sentences(check_calculator(OLD, normalised(OLD, weights)))

    assert "25, 26" in sentence["weighs-indicator-wrong"] or "32, 33" in sentence["weighs-indicator-wrong"]


def test_equal_weights_inside_aspects_are_named() -> None:
    """Each aspect is the plain mean of its indicators."""

    def calculate(values: Values) -> dict[str, Any]:
        pending = {one.indicator: Fraction(1) for one in PEMDI.externals}
        whole = {**pending, **values}
        nodes: dict[str, Fraction | None] = {}
        for node in PEMDI.nodes:
            leaves = below(PEMDI, node.id)
            answered = [whole[leaf] for leaf in leaves if leaf in whole]
            nodes[node.id] = sum(answered, Fraction(0)) / len(leaves) if len(answered) == len(leaves) else None
        index = None
        if None not in nodes.values():
            index = sum(((nodes[node.id] or 0) * node.weight for node in PEMDI.nodes), Fraction(0)) / 100
        return {"nodes": nodes, "index": index, "grade": grade(PEMDI, index)}

    assert "weighs-equally" in sentences(check_calculator(PEMDI, calculate))


def test_fractions_of_values_dropped_are_named() -> None:
    """3,25 is read as 3."""
    found = check_calculator(PEMDI, lambda values: right(PEMDI, {one: Fraction(int(v)) for one, v in values.items()}))

    assert "drops-fractions-of-values" in sentences(found)


def test_an_indicator_under_the_wrong_aspect_is_named() -> None:
    """Indicator 19 moves aspect 3, though the index comes out."""

    def calculate(values: Values) -> dict[str, Any]:
        answer = right(SPBE, values)
        moved = {"A3": [*below(SPBE, "A3"), "19"], "A4": ["20"]}
        return answer | {
            "nodes": answer["nodes"] | {node: weighted(SPBE, values, leaves) for node, leaves in moved.items()}
        }

    assert "Indicator 19 moves A3" in sentences(check_calculator(SPBE, calculate))["files-indicator-elsewhere"]


def graded(choose: Callable[[Edition, Fraction], str | None], edition: Edition) -> Callable[[Values], dict[str, Any]]:
    """Return a calculator that is right but for its grade."""

    def calculate(values: Values) -> dict[str, Any]:
        answer = right(edition, values)
        return answer | {"grade": None if answer["index"] is None else choose(edition, answer["index"])}

    return calculate


def bands(edition: Edition) -> list[tuple[str, Fraction, Fraction]]:
    floors = [edition.scale.minimum if band.floor is None else band.floor for band in edition.grades]
    return list(zip((band.name for band in edition.grades), floors, [edition.scale.maximum, *floors[:-1]], strict=True))


def half_open(edition: Edition, index: Fraction) -> str | None:
    return next((name for name, floor, ceiling in bands(edition) if floor <= index < ceiling), None)


def open_below(edition: Edition, index: Fraction) -> str | None:
    return next((name for name, floor, _ in bands(edition) if index > floor), edition.grades[-1].name)


def by_comma_text(edition: Edition, index: Fraction) -> str | None:
    shown = f"{math.floor(index * 100 + Fraction(1, 2)) / 100:.2f}".replace(".", ",")
    for name, floor, _ in bands(edition)[:-1]:
        if shown >= f"{float(floor):.2f}":
            return name
    return edition.grades[-1].name


def never_a_number(edition: Edition, index: Fraction) -> str | None:
    shown = float("nan")  # what Number("3,50") is
    return next((name for name, floor, _ in bands(edition)[:-1] if shown >= float(floor)), edition.grades[-1].name)


def printed_intervals(edition: Edition, index: Fraction) -> str | None:
    for name, floor, ceiling in bands(edition):
        if floor <= index <= (ceiling if ceiling == edition.scale.maximum else ceiling - Fraction(1, 100)):
            return name
    return None


CHOICES = {
    "5.0 in no band": (half_open, "excludes-top-of-scale"),
    "floors outside their band": (open_below, "excludes-floors"),
    "texts with commas": (by_comma_text, "compares-comma-texts"),
    "a text that is no number": (never_a_number, "compares-comma-texts"),
    "bands printed to two decimals": (printed_intervals, "leaves-gap-below-floors"),
    "the rounded index": (
        lambda edition, index: edition.grade(index, "rounded").name,
        "reads-grade-from-other-number",
    ),
}


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
@pytest.mark.parametrize(("choose", "code"), CHOICES.values(), ids=CHOICES)
def test_a_wrong_grade_is_named(edition: Edition, choose: Any, code: str) -> None:
    """The code says how the grade was read, and the sentence shows an index that tells."""
    assert code in sentences(check_calculator(edition, graded(choose, edition)))


def test_a_wrong_cut_is_told_with_its_reach() -> None:
    """4.5 instead of 4.00."""

    def cut(edition: Edition, index: Fraction) -> str:
        return "Sangat Baik" if 4 <= index < Fraction("4.5") else edition.grade(index, "exact").name

    sentence = sentences(check_calculator(PEMDI, graded(cut, PEMDI)))["cuts-grade-elsewhere"]
    assert sentence.startswith("From the index 4 to ")
    assert "gives Sangat Baik, but permenpanrb-8-2026 gives Memuaskan" in sentence


def test_the_grade_table_of_another_year_is_told() -> None:
    """Two grade tables: 8/2026 graded with the bands of 59/2020."""
    found = check_calculator(PEMDI, graded(lambda _, index: SPBE.grade(index, "exact").name, PEMDI))

    assert {problem.code for problem in found} == {"cuts-grade-elsewhere"}
    assert len(found) == 3


def test_a_grade_for_an_incomplete_card() -> None:
    """Nothing is wrong but that the lowest grade is given before all is known."""
    found = check_calculator(SPBE, lambda values: (a := right(SPBE, values)) | {"grade": a["grade"] or "Kurang"})

    assert "grades-incomplete-card" in sentences(found)


@pytest.mark.parametrize("answer", [{"index": "3,50"}, {"index": object}, None, {"nodes": 3}], ids=str)
def test_an_answer_that_cannot_be_read(answer: Any) -> None:
    """Whatever a foreign program answers is a problem with words, not an exception."""
    assert "calculator-failed" in sentences(check_calculator(SPBE, lambda values: answer))


def test_what_no_known_defect_explains() -> None:
    """Then the sentence shows where it differs."""
    found = check_calculator(SPBE, with_index(lambda values, answer: answer["index"] + Fraction(1, 7)))

    assert {problem.code for problem in found} == {"calculates-otherwise"}


def test_every_known_defect_has_its_rogue() -> None:
    """No defect is in the catalogue that no rogue shows."""
    shown = {code for _, code in (*INDICES.values(), *CHOICES.values())}
    shown |= {"leaves-unanswered-out", "counts-unanswered", "drops-fractions-of-values"}

    assert {one.code for one in (*NUMBERS, *GRADES)} == shown


@pytest.mark.parametrize("number", [Fraction(13, 10), Fraction(-11, 3), Fraction(0), Fraction(1, 10**9), 2**60 + 1])
def test_floats_are_imitated_bit_by_bit(number: Fraction) -> None:
    """What is held against suspects is what a real float would hold."""
    assert binary(Fraction(number)) == Fraction(float(number))
