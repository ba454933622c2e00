"""The page of errors and findings."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Final

from pages.code_text import summary
from pages.messages import messages, without_remedy
from pages.places import SOURCE
from spbe_core import errors

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
    known = {code for name in FAMILIES for code in messages(name)}
    if unexplained := raised.keys() - known:
        raise SystemExit(f"errors without a message: {', '.join(sorted(unexplained))}")
    yield "# Errors and findings\n\n"
    yield "An error says whose move it is by its class, what happened by its code, and the facts by its parameters.\n"
    yield "Codes never change their meaning; texts may be improved.\n"
    yield "`error.what(language)` and `error.remedy(language)` give the texts below, in `id` or `en`.\n"
    yield "Where the place in a file is known, `what` begins with it.\n"
    for name, family in FAMILIES.items():
        yield f"\n## `{family.__name__}`\n\n{summary(family)}\n"
        for code, texts in messages(name).items():
            yield f"\n### `{code}`\n\n"
            if (actual := raised.get(code, family.__name__)) != family.__name__:
                yield f"Raised as `{actual}`: {summary(getattr(errors, actual))}\n\n"
            for language in ("en", "id"):
                yield f"- {language}: {texts[language]['what']} *{texts[language]['remedy']}*\n"
    yield "\n## Findings\n\n"
    yield "A finding is a value on a card or in a report: the work goes on.\n"
    yield from without_remedy("findings")
    yield "\n## Problems of a rule pack or a calculator\n\n"
    yield "What [checking a rule pack](../how-to/check-a-rule-pack.md) finds; the code names the defect.\n"
    yield from without_remedy("conformance")


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
