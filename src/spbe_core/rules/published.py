"""Officially published results with every level: what the rules must reproduce to the last digit."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Literal

import attrs
import msgspec

from spbe_core.errors import RulesError
from spbe_core.rules.edition_files import read_toml

Verdict = Literal["accepted", "revise", "rejected", "draft", "none"]
"""What an assessor said of an item; ``draft`` and ``none`` are not judged yet."""


@attrs.frozen(kw_only=True)
class PublishedResult:
    """One agency's published result in one year.

    Attributes:
        agency: agency code, e.g. ``kota-bandar-lampung``.
        agency_name: official name.
        year: evaluation year.
        edition: edition id.
        process: kind of evaluation, where the source says it.
        values: indicator -> value, as exact text.
        nodes: node id -> published index, as displayed.
        index: published overall index, as displayed.
        grade: published grade.
        source: the document it was published in.
        decree: decree that laid it down, where the source says it.
        note: what a reader must know, e.g. a misprint in the source.
        final: whether it was determined; False for an assessment that was still going on.
        items: item id -> verdict, where the source gives them.
        exact_index: the index without loss, worked out apart from the published one, so that a wrong digit of a value
            does not hide behind the rounding; empty where that was not done.
    """

    agency: str
    agency_name: str
    year: int
    edition: str
    process: str
    values: Mapping[str, str]
    nodes: Mapping[str, str]
    index: str
    grade: str
    source: str
    decree: str = ""
    note: str = ""
    final: bool = True
    items: Mapping[str, Verdict] = attrs.field(factory=dict[str, "Verdict"])
    exact_index: str = ""


def load_published_results(package: str) -> tuple[PublishedResult, ...]:
    """Load every ``cases/*.toml`` of a rule pack, in order of file name.

    Raises:
        RulesError: ``data-file-invalid``, naming the file and what is wrong with it.
    """
    results: list[PublishedResult] = []
    for file in sorted((files(package) / "cases").iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            results.append(msgspec.convert(read_toml(file), PublishedResult))
        except msgspec.ValidationError as problem:
            raise RulesError("data-file-invalid", file=file.name, reason=problem) from problem
    return tuple(results)
