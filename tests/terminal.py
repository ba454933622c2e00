"""A terminal to drive the command line in, and what is typed there again and again."""

import json
from pathlib import Path

import pytest
from spbe_cli.main import run

EVALUATION = "kota-contoh/2024"


class Terminal:
    """Runs commands in one folder with one store and keeps what they said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.store, self._capsys = folder, folder / "s.db", capsys

    def __call__(self, *arguments: str, store: bool = True) -> tuple[int, str, str]:
        given = [*arguments, "--store", str(self.store)] if store else list(arguments)
        code = run(given)
        said = self._capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    def json(self, *arguments: str, store: bool = True) -> object:
        code, out, err = self(*arguments, "--format", "json", store=store)
        assert code == 0, err
        return json.loads(out)

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)


def rows(changes: dict[str, str], header: str = "indicator,value") -> str:
    """A CSV of all 47 indicators at level 3, apart from the changes."""
    return "\n".join([header, *(f"{one},{changes.get(one, '3')}" for one in map(str, range(1, 48)))]) + "\n"
