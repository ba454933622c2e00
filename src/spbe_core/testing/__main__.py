"""The process that checks a plugin project: ``python -m spbe_core.testing SOURCE RESULT PLUGIN...``."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import attrs
import msgspec

from spbe_core.testing.conformance import check_pack
from spbe_core.testing.problem import Problem


def main(source: str, result: str, plugins: Sequence[str]) -> None:
    """Check plugins from a folder of sources and write what is found, one JSON line after another."""
    sys.path.insert(0, source)
    tops = {plugin.partition(".")[0].partition(":")[0] for plugin in plugins}
    for name in [name for name in sys.modules if name.partition(".")[0] in tops]:
        del sys.modules[name]  # an installed copy that was imported at start-up
    with Path(result).open("wb", buffering=0) as lines:
        for plugin in plugins:
            _check(plugin, source, lines)
        _write(lines, {"done": True})


def _check(plugin: str, source: str, lines: BinaryIO) -> None:
    found = check_pack(plugin, lambda name: _write(lines, {"begins": name}), lambda one: _tell(lines, "problem", one))
    module = sys.modules.get(plugin.partition(":")[0])
    file = getattr(module, "__file__", None)
    if file is not None and not Path(file).resolve().is_relative_to(source):
        _tell(lines, "problem", Problem("pack-elsewhere", {"plugin": plugin, "found": file}))
    for covered in found.coverage:
        _write(lines, {"covered": attrs.asdict(covered)})
    for note in found.notes:
        _tell(lines, "note", note)


def _tell(lines: BinaryIO, kind: str, problem: Problem) -> None:
    facts = {name: fact if isinstance(fact, int) else str(fact) for name, fact in problem.parameters.items()}
    _write(lines, {kind: {"code": problem.code, "parameters": facts}})


def _write(lines: BinaryIO, members: Mapping[str, object]) -> None:
    lines.write(msgspec.json.encode(members) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
    os._exit(0)  # threads that a pack left behind must not keep the process
