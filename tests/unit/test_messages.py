"""Every code has its words in both languages, and every error raised brings what its words need."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from spbe_core.events.objection import Outcome
from spbe_core.messages import LANGUAGES, catalogue, placeholders, printable, render
from spbe_core.model.verdict import LOWER_LEVEL_FAILED, REASON_CODES, VERDICT_KINDS
from spbe_core.rules import own_reason

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "cli" / "src").rglob("*.py"))
RAISING = {"InputError", "RecordError", "NotPermittedError", "RulesError", "StoreError", "ConcurrencyError"}
FACTUAL = {"Finding", "Problem", "Reason"}
CODED = RAISING | FACTUAL | {"_difference"}


def strings(node: ast.AST) -> Iterator[str]:
    """The string constants of an expression."""
    yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_both_languages_say_the_same_things() -> None:
    """Each code has a sentence in each language, with the same placeholders in the same parts."""
    for code, translations in catalogue().items():
        assert set(translations) == set(LANGUAGES), code
        indonesian, english = (translations[language] for language in LANGUAGES)
        assert indonesian.keys() == english.keys(), code
        for part in indonesian:
            assert placeholders(indonesian[part]) == placeholders(english[part]), code


def test_every_code_used_in_the_source_has_words() -> None:
    """No error, finding or reason is raised under a code that the catalogue does not know."""
    used: set[str] = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODED and node.args:
                used |= {one for one in strings(node.args[0]) if "-" in one}
    unknown = {code for code in used if code not in catalogue() and not code.endswith("-")}

    assert unknown == set()
    assert len(used) > 50


FAMILIES = ("at-", "reason-grade-basis-", "verdict-", "outcome-", "role-", "action-", "field-", "member-")
"""Beginnings of codes that are put together where they are used."""


def test_no_words_are_left_without_a_use() -> None:
    """A code that nothing raises any more is deleted from the catalogue."""
    source = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES)
    unused = {
        code
        for code in catalogue()
        if f'"{code}"' not in source
        and not code.startswith(
            ("at-", "reason-grade-basis-", "verdict-", "outcome-", "role-", "action-", "field-", "member-")
        )
    }

    assert unused == set()


def test_every_verdict_and_answer_has_words_and_no_other() -> None:
    """What can be chosen is what the catalogue can say."""
    outcomes = {code.removeprefix("outcome-") for code in catalogue() if code.startswith("outcome-")}
    spoken = {code.removeprefix("verdict-") for code in catalogue() if code.startswith("verdict-")}
    raised = {"verdict-code-missing", "verdict-code-needless", "verdict-code-unknown"}

    assert spoken - {code.removeprefix("verdict-") for code in raised} == {
        *VERDICT_KINDS,
        *REASON_CODES,
        LOWER_LEVEL_FAILED,
    }
    assert outcomes == set(get_args(Outcome))


def test_errors_bring_what_their_words_need() -> None:
    """Where code and facts stand side by side, no placeholder is left without its fact."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISING):
                continue
            given = {keyword.arg for keyword in node.keywords}
            if None in given or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            code = str(node.args[0].value)
            needed = {name for part in catalogue()[code]["id"].values() for name in placeholders(part)}
            assert needed <= given, f"{file.name}:{node.lineno} {code}"


def test_findings_and_reasons_bring_what_their_words_need() -> None:
    """The same holds where the facts of a finding or a reason are written beside its code."""
    checked = 0
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FACTUAL):
                continue
            code, facts = node.args[0], node.args[1] if len(node.args) > 1 else None
            if not (isinstance(code, ast.Constant) and isinstance(facts, ast.Dict) and None not in facts.keys):
                continue
            needed = {name for part in catalogue()[str(code.value)]["id"].values() for name in placeholders(part)}
            assert needed <= set(strings(facts)), f"{file.name}:{node.lineno} {code.value}"
            checked += 1

    assert checked > 5


def test_what_people_typed_cannot_steer_a_terminal() -> None:
    """Control characters are shown, not obeyed, and endless texts are cut."""
    assert printable("\x1b[31mred\n") == "\\x1b[31mred\\n"
    assert len(printable("x" * 10_000)) == 200


def test_only_a_list_of_ids_is_cut_between_two_of_them() -> None:
    """An id is never shown in part; prose is cut where the room ends, wherever its last comma is."""
    assert printable(", ".join(f"I{number}-L1-01" for number in range(100))).endswith("-L1-01, ...")
    assert printable(", ".join(["kota-" + "x" * 90 + f"/{year}" for year in (2023, 2024, 2025)])).endswith("/2023, ...")
    assert (
        printable("tidak sesuai, " + "sebab ditulis lain " * 20)
        == ("tidak sesuai, " + "sebab ditulis lain " * 20)[:197] + "..."
    )


@pytest.mark.parametrize("language", [*LANGUAGES, "fr"])
def test_an_unknown_language_falls_back_to_indonesian(language: str) -> None:
    """Nobody is left without words."""
    assert render("value-empty", "what", {}, language)


def test_a_rule_pack_may_give_reasons_in_its_own_words() -> None:
    """Each reader gets the sentence of their language."""
    reason = own_reason("pasal-6", id="Separuh tercapai.", en="Half is reached.")

    assert (reason.what("id"), reason.what("en"), reason.source) == ("Separuh tercapai.", "Half is reached.", "pasal-6")
