"""What the code says of itself, as Markdown: docstrings, signatures, members."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

_CONSTANTS: Final[Mapping[str, str]] = {"DEFAULT_LANGUAGE": "'id'", "DEFAULT_ACTOR": "'local'"}
"""What a reader of a signature wants to see instead of a name."""


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
