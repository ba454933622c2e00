"""Rules look at nothing but the dossier: by what their source imports and calls, and by what they do when they run."""

import ast
import os
import random
import socket
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from numbers import Number, Rational
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

from spbe_core.model.dossier import Dossier
from spbe_core.scoring import dossiers_of
from spbe_core.testing.answers import rules_of
from spbe_core.testing.pack import Pack
from spbe_core.testing.problem import Problem
from spbe_core.testing.vectors import allowed, same

ALLOWED: Final = frozenset(
    {
        "__future__",
        "abc",
        "attrs",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "itertools",
        "operator",
        "re",
        "spbe_core.errors",
        "spbe_core.model",
        "spbe_core.rules",
        "string",
        "textwrap",
        "types",
        "typing",
    }
)
"""What a rule may import, besides its own pack: nothing that knows the world."""

_EXACT_OF_MATH: Final = frozenset({"ceil", "comb", "floor", "gcd", "lcm", "prod"})
_CLOCKS: Final = frozenset({"now", "today", "utcnow", "fromtimestamp"})
_FORBIDDEN_CALLS: Final = frozenset({"open", "eval", "exec", "input", "__import__", "compile"})
_FLOATING_CALLS: Final = frozenset({"float", "round", "complex"})


def check_sources(pack: Pack) -> Iterator[Problem]:
    """The pack's Python imports nothing that knows the world, asks no clock, and makes no float."""
    for file in pack.sources:
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError) as problem:
            yield Problem("source-unreadable", {"file": file.name, "reason": problem})
            continue
        for node in ast.walk(tree):
            yield from _impure(pack, file, node)


def _impure(pack: Pack, file: Path, node: ast.AST) -> Iterator[Problem]:
    place: dict[str, object] = {"file": file.name, "line": getattr(node, "lineno", 0)}
    for module, names in _imported(node):
        own = module == pack.plugin or module.startswith(f"{pack.plugin}.") or pack.plugin.rpartition(".")[0] == module
        exact_math = module == "math" and names <= _EXACT_OF_MATH
        if not (own or exact_math or any(module == one or module.startswith(f"{one}.") for one in ALLOWED)):
            yield Problem("source-imports-world", {**place, "module": module})
    if isinstance(node, ast.Constant) and isinstance(node.value, Number) and not isinstance(node.value, Rational):
        yield Problem("source-has-float", {**place, "code": ast.unparse(node)})
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called in _FLOATING_CALLS:
            yield Problem("source-has-float", {**place, "code": called})
        elif called in _FORBIDDEN_CALLS:
            yield Problem("source-reaches-out", {**place, "code": called})
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _CLOCKS:
            yield Problem("source-asks-clock", {**place, "code": called})


def _imported(node: ast.AST) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(node, ast.Import):
        yield from ((one.name, frozenset()) for one in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield node.module or "", frozenset(one.name for one in node.names)


def check_purity(pack: Pack) -> Iterator[Problem]:
    """While they score, rules touch no clock, file, environment, chance or network."""
    for subject in pack.subjects:
        edition, rules = subject.edition, subject.rules
        for dossiers in (dossiers_of(edition, same(edition, allowed(edition)[-1])), dossiers_of(edition, {})):
            touched: dict[str, str] = {}
            for dossier in dossiers:
                judging = rules_of(edition, dossier, rules)
                for what in watched(judging.score, dossier) if judging is not None else ():
                    touched.setdefault(what, dossier.indicator.id)
            for what, indicator in touched.items():
                yield Problem("rules-touch-world", {"edition": edition.id, "indicator": indicator, "what": what})


_WATCHING: Final[ContextVar[list[str] | None]] = ContextVar("watching", default=None)
_AUDITED: Final = ("open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "urllib.", "sqlite3.", "ctypes.")
_REPLACED: Final[tuple[tuple[ModuleType | type, tuple[str, ...]], ...]] = (
    (time, ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "localtime", "gmtime", "sleep")),
    (random, ("random", "randint", "choice", "shuffle", "randrange", "uniform", "getrandbits")),
    (os, ("getenv", "urandom")),
    (type(os.environ), ("__getitem__", "get")),
    (socket, ("socket", "create_connection")),
)
_listening: list[bool] = []


def watched(function: Callable[[Dossier], object], dossier: Dossier) -> tuple[str, ...]:
    """Call a function and return what it touched of the world, each thing once; its own failure is no matter here."""
    seen: list[str] = []
    with _watching(seen), suppress(Exception):  # another check says that rules fail
        function(dossier)
    return tuple(dict.fromkeys(seen))


@contextmanager
def _watching(seen: list[str]) -> Generator[None]:
    """Note what is opened, asked and drawn. The interpreter keeps an audit hook for good, so it is hung up once."""
    if not _listening:
        sys.addaudithook(_heard)
        _listening.append(True)
    patches = [patch.object(owner, name, _noted(seen, owner, name)) for owner, names in _REPLACED for name in names]
    for one in patches:
        one.start()
    token = _WATCHING.set(seen)
    try:
        yield
    finally:
        _WATCHING.reset(token)
        for one in patches:
            one.stop()


def _noted(seen: list[str], owner: ModuleType | type, name: str) -> Callable[..., Any]:
    real: Callable[..., Any] = getattr(owner, name)

    def noting(*arguments: Any, **options: Any) -> Any:
        seen.append(f"{getattr(owner, '__name__', owner)}.{name}")
        return real(*arguments, **options)

    return noting


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    seen = _WATCHING.get()
    if seen is not None and event.startswith(_AUDITED):
        seen.append(f"{event}: {arguments[0]!r}" if event == "open" and arguments else event)
