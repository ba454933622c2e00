"""A whole evaluation in one file, JSON or CSV; the forms are documented in ``docs/reference/import.md``."""

import json
from typing import Any, Final

import attrs
import msgspec

from spbe_core.errors import InputError
from spbe_core.exchange.csv_table import table
from spbe_core.exchange.text_file import decoded
from spbe_core.messages import words
from spbe_core.model.document import DocumentFacts
from spbe_core.service.import_evaluation import DeterminationImport, EvaluationImport, StageImport

_HEADER: Final = ["stage", "indicator", "value"]
_MEMBERS: Final = {
    "": frozenset({"id", "agency_name", "edition", "process", "stages", "evidence", "determination"}),
    "stages": frozenset({"stage", "values", "verdicts", "external_scores", "reason", "close"}),
    "evidence": frozenset({"file", "link", "indicators", "items", "title", "effective", "document"}),
    "evidence.document": frozenset(attrs.fields_dict(DocumentFacts)),
    "determination": frozenset({"decree", "decree_date"}),
}


def read_evaluation_json(content: bytes) -> EvaluationImport:
    """Read the JSON form. Values must be written as text, so that no reader turns them into floats.

    Raises:
        InputError: ``json-broken`` or ``json-form-wrong``, with the place.
    """
    try:
        members = json.loads(decoded(content), object_pairs_hook=_without_repetition)
        _refuse_unknown(members)
        return msgspec.convert(members, EvaluationImport)
    except json.JSONDecodeError as problem:
        raise InputError("json-broken", at_line=problem.lineno, reason=problem.msg) from problem
    except RecursionError as problem:
        raise InputError("json-broken", reason="too deep") from problem
    except msgspec.ValidationError as problem:
        raise InputError("json-form-wrong", reason=problem) from problem
    except ValueError as problem:  # a number of thousands of digits
        raise InputError("json-broken", reason=problem) from problem


def read_evaluation_csv(
    content: bytes,
    evaluation_id: str,
    agency_name: str,
    edition: str | None,
    process: str | None,
    decree: str | None,
) -> EvaluationImport:
    """Read the CSV form ``stage,indicator,value``; what a row cannot say is given apart.

    Args:
        content: the file.
        evaluation_id: ``AGENCY/YEAR``.
        agency_name: official name.
        edition: edition id, by default the one in force that year.
        process: kind of evaluation, by default the edition's last.
        decree: decree number; with it the result is determined.

    Raises:
        InputError: what is wrong and in which line.
    """
    stages: dict[str, dict[str, str]] = {}
    for line, (stage, indicator, value) in table(content, _HEADER):
        values = stages.setdefault(stage, {})
        if indicator in values:
            raise InputError(
                "indicator-twice", at_line=line, indicator=indicator, first=words("first-at-stage", stage=stage)
            )
        values[indicator] = value
    return EvaluationImport(
        id=evaluation_id,
        agency_name=agency_name,
        edition=edition,
        process=process,
        stages=tuple(StageImport(stage=stage, values=values) for stage, values in stages.items()),
        determination=None if decree is None else DeterminationImport(decree=decree),
    )


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, member in pairs:
        if name in members:
            raise InputError("json-form-wrong", reason=f"{name!r} appears twice")
        members[name] = member
    return members


def _refuse_unknown(members: object) -> None:
    """Refuse misspelled members: an import that silently left something out would be half an import."""
    for place, allowed in _MEMBERS.items():
        parts = [members]
        for step in filter(None, place.split(".")):
            parts = [one for part in parts for one in _parts(part, step)]
        for one in parts:
            unknown = sorted(msgspec.convert(one, dict[str, Any]).keys() - allowed)
            if unknown:
                raise msgspec.ValidationError(f"unknown member {unknown[0]!r} in {place or 'the file'}")


def _parts(whole: object, name: str) -> list[Any]:
    part = msgspec.convert(whole, dict[str, Any]).get(name)
    if part is None:
        return []
    return msgspec.convert(part, list[Any]) if isinstance(part, list) else [part]
