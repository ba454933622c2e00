"""Everything the documentation shows is run as it is written, and everything it points at is there.

In a page, ``sh`` blocks run in bash and ``python`` blocks in one shared namespace, in order, in one empty folder. A
``text`` block right after one of them is its expected output. A block of any language whose first line is
``# file: PATH`` is written there. ``py`` blocks and others are only shown.

A page that installs something gets an environment of its own, which sees all that is installed here and is thrown away.
On the others ``spbe`` runs in forks of an interpreter that has imported it already, which is what takes the time.
"""

import io
import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from command_server import preloaded_spbe

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINKED = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md"]
BARE_MACHINE = "python3 -m venv --without-pip .venv && python3 -m pip --python .venv/bin/python install -q tox && "
FILE = re.compile(r"# file: (\S+)\n")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A block that runs or is written to a file, and what it must print if the page says so."""

    language: str
    line: int
    code: str
    output: str | None


def blocks(page: Path) -> list[Block]:
    """Find the blocks of a page that run."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    end_of_last: int | None = None
    for fence in FENCE.finditer(text):
        language, code = fence.groups()
        runs = (language in {"sh", "python"} and not code.startswith(BARE_MACHINE)) or bool(FILE.match(code))
        if language == "text" and end_of_last is not None and not text[end_of_last : fence.start()].strip():
            found[-1] = found[-1]._replace(output=code)
        if runs:
            found.append(Block(language, text.count("\n", 0, fence.start(2)), code, None))
        end_of_last = fence.end() if runs else None
    return found


def assert_printed(block: Block, expected: str, printed: str) -> None:
    """Hold what was printed against the page.

    Blanks at the end of a line do not count; ``...`` stands for anything within a line, alone for any lines or none.
    """
    wanted, got = (re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).strip("\n") for text in (expected, printed))
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else ".*".join(re.escape(part) for part in line.split("...")) + r"\n"
        for line in wanted.split("\n")
    )

    assert re.fullmatch(pattern, f"{got}\n"), f"line {block.line} prints:\n{got}\n\nbut the page says:\n{wanted}"


def installation(folder: Path) -> Path:
    """Make an environment beside a folder in which everything installed here is found; return where its commands are.

    What is installed in it needs no network: what it depends on is there.
    """
    place = folder.with_name(f"{folder.name}-environment")
    venv.create(place, with_pip=False)
    commands = place / "bin"
    (site,) = place.glob("lib/python*/site-packages")
    here = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (site / "here.pth").write_text(here, encoding="utf-8")
    for name, module in {"spbe": "spbe_cli.main", "pytest": "pytest", "pip": "pip._internal.cli.main"}.items():
        offline = 'sys.argv[2:2] = ["--no-deps", "--no-build-isolation", "--no-index"]\n' if name == "pip" else ""
        code = f"#!{commands / 'python'}\nimport sys\n{offline}from {module} import main\nsys.exit(main())\n"
        (commands / name).write_text(code, encoding="utf-8")
        (commands / name).chmod(0o755)
    return commands


def environment() -> dict[str, str]:
    """Return the environment of shell blocks, in which every machine prints the same."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPBE_", "COV_", "PYTEST_"))}
    return kept | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "TZ": "UTC",
    }


@pytest.fixture(scope="session")
def preloaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the ``spbe`` command is that need not start Python anew."""
    with preloaded_spbe(tmp_path_factory.mktemp("preloaded"), environment()) as commands:
        yield commands


def run_shell(block: Block, exports: str, folder: Path, commands: Path) -> str:
    """Run a shell block with the ``spbe`` command of a folder."""
    settings = environment()
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", exports + block.code],
        cwd=folder,
        env=settings | {"PATH": f"{commands}{os.pathsep}{settings['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, f"line {block.line} fails with {done.returncode}:\n{done.stdout}"
    return done.stdout


def run_python(block: Block, names: dict[str, Any], page: Path) -> str:
    """Run a Python block; tracebacks show the page's own line numbers."""
    printed = io.StringIO()
    code = compile("\n" * block.line + block.code, str(page), "exec")
    with redirect_stdout(printed):
        exec(code, names)  # noqa: S102 - the documentation of this very repository
    return printed.getvalue()


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, preloaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block runs, in order, and prints what the page says it prints."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    exports = ""
    installs = any("pip install" in block.code for block in blocks(page))
    commands = installation(tmp_path) if installs else preloaded
    for block in blocks(page):
        if file := FILE.match(block.code):
            (tmp_path / file[1]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file[1]).write_text(block.code, encoding="utf-8")
            continue
        if block.language == "python":
            printed = run_python(block, names, page)
        else:
            printed = run_shell(block, exports, tmp_path, commands)
            exports += "".join(f"{line}\n" for line in block.code.splitlines() if line.startswith("export "))
        if block.output is not None:
            assert_printed(block, block.output, printed)


def test_the_readme_gives_the_two_commands_for_a_bare_machine() -> None:
    """The demonstration and the tests are one line each, at the start of a line, ready to be copied."""
    lines = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if "venv" in line]

    assert lines == [f"{BARE_MACHINE}.venv/bin/tox -q -e demo", f"{BARE_MACHINE}.venv/bin/tox"]


def without_code(text: str) -> str:
    """Blank out code, where a bracket is no link and a hash no heading."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(page: Path) -> set[str]:
    """Return the anchors that headings make, the way GitHub makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that is there, and every anchor a heading of it."""
    text = without_code(page.read_text(encoding="utf-8"))
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        is_ours = file.exists() and file.is_relative_to(ROOT)
        if not is_ours or (anchor and anchor not in anchors(file)):
            broken.append(target)

    assert broken == []


def test_no_page_is_out_of_reach() -> None:
    """Every page can be reached from the README by following links."""
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        targets = re.findall(r"\]\(([^)\s#]+)[^)\s]*\)", without_code(page.read_text(encoding="utf-8")))
        waiting += [(page.parent / target).resolve() for target in targets if not re.match(r"[a-z]+:", target)]

    assert [page for page in LINKED if page not in seen] == []
