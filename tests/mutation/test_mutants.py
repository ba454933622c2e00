"""Every declaration in the rule packs' Python changed, one at a time: the kit notices, or the survivor is explained.

The packs hold declarations and no arithmetic, for which mutation tools have next to no operators; so these change what
declarations are made of: texts, numbers, decorators, members of tuples, and rules that wrap others.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator

import pytest
from arrangements import ROOT
from rogues import RoguePack, rogue

from spbe_core.testing.conformance import CHECKS, run_check

__all__ = ["rogue"]

SURVIVORS = ROOT / "docs" / "explanation" / "mutation-survivors.md"
PACKS = sorted(file.parent.name for file in (ROOT / "plugins").glob("*/src/spbe_rules/*/__init__.py"))
SLOW = {"scoring", "laws", "grades"}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield what was changed and the changed source, for each thing that can be."""
    tree = ast.parse(source)
    annotations = {
        part for node in ast.walk(tree) for part in ast.walk(getattr(node, "annotation", None) or ast.Pass())
    }
    for place, node in enumerate(ast.walk(tree)):
        if node in annotations:
            continue
        for name, change in changes(node):
            other = copy.deepcopy(tree)
            change(list(ast.walk(other))[place])
            yield f"line {getattr(node, 'lineno', 0)}, {name}", ast.unparse(other)


def changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """Yield the changes that can be made to one node."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
        yield f'"{node.value}" becomes "{node.value}x"', lambda one: setattr(one, "value", f"{node.value}x")
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield f"{node.value} becomes {node.value + 1}", lambda one: setattr(one, "value", node.value + 1)  # type: ignore[operator]
    if isinstance(node, ast.FunctionDef) and node.decorator_list:
        yield f"{node.name} loses its decorator", lambda one: setattr(one, "decorator_list", [])
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        for place, member in enumerate(node.elts):
            shown = ast.unparse(member)
            yield f"without {shown}", lambda one, place=place: one.elts.pop(place)  # type: ignore[attr-defined]
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
        inner = node.value.args
        if len(inner) == 1 and isinstance(inner[0], ast.Call):
            shown = ast.unparse(node.value.func)
            yield f"not wrapped in {shown}", lambda one: setattr(one, "value", one.value.args[0])  # type: ignore[attr-defined]


def survives(pack: RoguePack) -> bool:
    """Whether no check finds anything; the quick ones are asked first."""
    read = pack.read()
    return not any(run_check(CHECKS[name], name, read) for name in sorted(CHECKS, key=lambda one: one in SLOW))


def explained(base: str) -> set[str]:
    """Return the survivors of a pack that the page explains."""
    return set(re.findall(rf"^- `{base}/(.+?)`:", SURVIVORS.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("base", PACKS)
def test_every_mutant_is_noticed_or_explained(rogue: Callable[..., RoguePack], base: str) -> None:
    """What survives is exactly what the page explains."""
    (source,) = (ROOT / "plugins").glob(f"*/src/spbe_rules/{base}")
    tried, survivors = 0, set()
    for file in sorted(source.glob("*.py")):
        for name, text in mutants(file.read_text(encoding="utf-8")):
            pack = rogue(base)
            pack.put(file.name, text.replace(f"spbe_rules.{base}", pack.name))
            tried += 1
            if survives(pack):
                survivors.add(f"{file.name}: {re.sub(r'line [0-9]+, ', '', name)}")

    assert tried
    if survivors != explained(base):
        difference = sorted(survivors ^ explained(base))
        pytest.fail("survived without an explanation, or explained without surviving:\n" + "\n".join(difference))
