"""The command as a process: languages, help, errors, pipes and terminals."""

import contextlib
import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import textwrap
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from spbe_cli.main import spbe
from terminal import Terminal, rows


def test_errors_are_json_when_json_is_asked_for(terminal: Terminal) -> None:
    """A program reading JSON gets its errors as JSON, in the language it asked for."""
    code, _, err = terminal("list", "--format", "json", "--lang", "en")

    assert code == 3
    assert json.loads(err)["error"]["code"] == "store-missing"
    assert "does not exist" in json.loads(err)["error"]["what"]


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [("LANG", "en_US.UTF-8", "Commands"), ("LANG", "C.UTF-8", "Perintah"), ("SPBE_LANG", "en", "Commands")],
)
def test_the_language_follows_the_locale(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    """Indonesian by default, English where the locale or SPBE_LANG says so."""
    monkeypatch.setenv(variable, value)

    assert f"{expected}:" in terminal("--help", store=False)[1]


def test_help_loads_no_rules_no_store_and_no_tables() -> None:
    """Help answers from the catalogue alone."""
    probe = (
        "import sys; from spbe_cli.main import run; run(['--help']);"
        "heavy = ('spbe_rules', 'eventsourcing', 'rich', 'spbe_core.library', 'pluggy');"
        "loaded = [name for name in heavy if name in sys.modules];"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "indonesian", "english"),
    [
        (
            ("lst",),
            "tidak ada perintah lst. Mungkin maksudnya: list.",
            "there is no command lst. Perhaps you mean: list.",
        ),
        (("evidence", "zzz"), "tidak ada perintah zzz.", "there is no command zzz."),
        ((), "perintahnya belum disebut.", "no command is given."),
        (("score",), "BERKAS belum diisi.", "FILE is missing."),
        (("open", "a/2024"), "--name belum diisi.", "--name is missing."),
        (
            ("score", "x", "--bulc"),
            "tidak ada pilihan --bulc. Mungkin maksudnya: --bulk.",
            "there is no option --bulc.",
        ),
        (("score", "x", "--year"), "pilihan --year memerlukan nilai.", "the option --year needs a value."),
        (("replay", "--audit=1"), "pilihan --audit tidak memakai nilai.", "the option --audit takes no value."),
        (("list", "a", "b"), "ada kata yang berlebih: a b.", "there are words too many: a b."),
        (("list", "--format", "xml"), "--format tidak dapat dipakai: pilih salah satu: table, json.", "choose one of"),
        (("determine", "a/2024", "--decree", "1", "--date", "x"), "x bukan tanggal", "x is not a date"),
        (("list",), "penyimpanan belum disebut", "no store is named"),
        (("explain", "--next"), "sebutkan indikatornya", "name the indicator"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_a_wrong_command_line_is_explained_in_the_readers_language(
    terminal: Terminal, arguments: tuple[str, ...], indonesian: str, english: str
) -> None:
    """One line with what is wrong and where to look, exit code 2."""
    for language, expected in (("id", indonesian), ("en", english)):
        code, out, err = terminal("--lang", language, *arguments, store=False)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("spbe: [usage] ")
        assert expected in err
        assert err.rstrip().endswith("--help")


def test_help_is_in_one_language(terminal: Terminal) -> None:
    """Nothing that Click would say in English is left in Indonesian help, and every line fits 80 columns."""
    for command in [
        (),
        *((name,) for name in spbe.modules),
        ("evidence", "add"),
        ("stage", "close"),
        ("editions", "show"),
    ]:
        indonesian = terminal(*command, "--help", store=False)[1]
        english = terminal(*command, "--help", "--lang", "en", store=False)[1]
        assert indonesian.startswith("Penggunaan: spbe")
        assert english.startswith("Usage: spbe")
        for word in ("Usage", "Options", "Commands", "default:", "required", "OPTIONS", "YEAR", "FILE", "TEXT"):
            assert word not in indonesian
        assert max(map(len, (indonesian + english).splitlines())) <= 80


def test_nothing_asked_shows_the_help(terminal: Terminal) -> None:
    """``spbe`` alone, and a group alone, show their help on standard error and exit with 2."""
    for command in ((), ("evidence",), ("stage",), ("editions",)):
        code, out, err = terminal(*command, store=False)
        assert (code, out) == (2, "")
        assert err.startswith("Penggunaan: spbe")


def test_store_and_format_may_come_before_the_command(terminal: Terminal) -> None:
    """What is typed before the command holds for it; what is typed after it counts more."""
    store = ("--store", str(terminal.store))
    assert terminal(*store, "init", store=False)[0] == 0
    assert terminal(*store, "--format", "json", "list", store=False)[:2] == (0, "[]\n")
    assert terminal(*store, "--format", "json", "list", "--format", "table", store=False)[1].startswith("Belum ada")
    assert terminal("--store", "gone.db", "list", *store, store=False)[0] == 0
    assert json.loads(terminal("--format", "json", "list", store=False)[2])["error"]["code"] == "usage"


def test_a_word_that_is_json_is_no_format(terminal: Terminal) -> None:
    """Only the option decides how errors are written."""
    assert terminal("score", "json", "--year", "2024", store=False)[2].startswith("spbe: [file-missing] ")
    assert terminal("score", "x", "--year", "2024", "--format=json", store=False)[2].startswith('{"error": ')


def test_version(terminal: Terminal) -> None:
    """``--version`` names the program and its version."""
    code, out, _ = terminal("--version", store=False)

    assert (code, out) == (0, f"spbe {version('spbe-cli')}\n")


def spbe_process(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, in English."""
    environment = {**os.environ, "SPBE_LANG": "en", **settings.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "spbe_cli", *arguments],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings},
        encoding="utf-8",
        check=False,
        env=environment,
    )


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """The command ends quietly, with the code a shell gives programs whose reader is gone."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        for output in ("table", "json"):
            arguments = ("editions", "show", "permenpanrb-59-2020", "--format", output)
            done = spbe_process(*arguments, stdout=nobody)
            assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_one_line() -> None:
    """A full disk is told as what it is, with a remedy."""
    with Path("/dev/full").open("wb") as full:
        done = spbe_process("editions", "list", stdout=full)

    assert (done.returncode, done.stderr.count("\n")) == (70, 1)
    assert done.stderr.startswith("spbe: [system-error] the system refused: No space left on device. ")


def test_json_is_utf_8_whatever_the_terminal_speaks() -> None:
    """Where letters are lacking, JSON comes unharmed and people see what stands for the letter."""
    poor = {"PYTHONIOENCODING": "iso-8859-5", "PYTHONUTF8": "0"}
    told = spbe_process("demo", "--format", "json", env=poor)
    shown = spbe_process("demo", env=poor)

    assert any("×" in reason for reason in json.loads(told.stdout)["explanation"]["reasons"])
    assert (shown.returncode, shown.stderr) == (0, "")
    assert r"2.5 \xd7 1" in shown.stdout


TELLS_WHEN_IT_READS = """
import io, sys
from spbe_cli.main import main

class Telling(io.FileIO):
    def readinto(self, buffer):
        print("reading", flush=True)
        return super().readinto(buffer)

    def readall(self):
        print("reading", flush=True)
        return super().readall()

sys.stdin = io.TextIOWrapper(io.BufferedReader(Telling(0, closefd=False)))
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupting_is_quiet() -> None:
    """Control-C while the command waits for its input ends it without a word."""
    with subprocess.Popen(
        [sys.executable, "-c", TELLS_WHEN_IT_READS, "score", "-", "--year", "2024"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"reading\n"
        process.send_signal(signal.SIGINT)
        assert (process.wait(10), process.stderr.read()) == (130, b"")


PLUGINS = {
    "rusak": "raise ImportError('tidak lengkap')",
    "nakal": """
        import click
        from spbe_core.rules import hookimpl

        @click.command()
        @click.option("--format")
        def nakal(format):
            1 / 0

        @hookimpl
        def spbe_commands(context):
            return [nakal]
    """,
    "keliru": """
        import attrs
        from spbe_core.rules import hookimpl
        from spbe_rules.permenpanrb_59_2020 import spbe_published_results

        @hookimpl
        def spbe_published_results(context, theirs=spbe_published_results):
            one = theirs(context)[0]
            return [attrs.evolve(one, agency="kota-keliru", index="4.99", nodes={**one.nodes, "D1": "4.99"})]
    """,
}


def installed(folder: Path, name: str) -> dict[str, str]:
    """Install a plugin in a folder and return the environment in which it is found."""
    (folder / f"plugin_{name}.py").write_text(textwrap.dedent(PLUGINS[name]), encoding="utf-8")
    distribution = folder / f"{name}-1.0.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (distribution / "entry_points.txt").write_text(f"[spbe]\n{name} = plugin_{name}\n", encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])}


def test_a_broken_plugin_is_named_and_the_others_work(tmp_path: Path) -> None:
    """The list says which and why and exits with 1; scoring under another edition goes on."""
    found = installed(tmp_path, "rusak")
    listed = spbe_process("editions", "list", env=found)
    plugins = json.loads(spbe_process("editions", "list", "--format", "json", env=found).stdout)["plugins"]
    scored = spbe_process("score", "-", "--year", "2024", env=found, input=rows({}))

    assert (listed.returncode, listed.stderr) == (1, "")
    assert "permenpanrb-59-2020" in listed.stdout
    assert "Plugin rusak 1.0 is broken: the plugin could not be loaded: ImportError: tidak lengkap" in listed.stdout
    assert [(one["name"], one["health"]) for one in plugins if one["health"] != "ok"] == [("rusak", "broken")]
    assert (scored.returncode, "Index 3.00" in scored.stdout) == (0, True)


def test_a_fault_of_the_program_is_one_line(tmp_path: Path) -> None:
    """What nobody foresaw reaches nobody as a traceback."""
    found = installed(tmp_path, "nakal")
    told = spbe_process("nakal", env=found)
    as_json = spbe_process("nakal", "--format", "json", env=found)

    assert (told.returncode, told.stderr.count("\n")) == (70, 1)
    assert told.stderr.startswith("spbe: [internal-error] ZeroDivisionError: division by zero ")
    assert (as_json.returncode, as_json.stdout) == (70, "")
    assert json.loads(as_json.stderr)["error"]["code"] == "internal-error"


def test_a_published_number_that_does_not_come_out_is_a_finding(tmp_path: Path) -> None:
    """The demo marks it, counts it and exits with 1."""
    found = installed(tmp_path, "keliru")
    shown = spbe_process("demo", env=found)
    answer = json.loads(spbe_process("demo", "--format", "json", env=found).stdout)

    assert (shown.returncode, shown.stderr, shown.stdout.count("≠")) == (1, "", 2)
    assert "published numbers compared, 2 differ." in shown.stdout
    assert {one["id"]: one["differing"] for one in answer["results"] if one["differing"]} == {
        "kota-keliru/2021": ["D1", "index"]
    }


def in_terminal(folder: Path, *arguments: str) -> str:
    """Run the command in a terminal of 80 columns and return what it showed, without colours."""
    pty = pytest.importorskip("pty")
    main_end, terminal_end = pty.openpty()
    fcntl.ioctl(terminal_end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}}
    with subprocess.Popen(
        [sys.executable, "-m", "spbe_cli", *arguments],
        cwd=folder, env={**environment, "SPBE_LANG": "id", "TERM": "xterm"},
        stdin=terminal_end, stdout=terminal_end, stderr=terminal_end,
    ) as process:  # fmt: skip
        os.close(terminal_end)
        shown = b""
        with contextlib.suppress(OSError):  # how the end of a terminal's output is told on Linux
            while piece := os.read(main_end, 65536):
                shown += piece
        assert process.wait(30) == 0
    os.close(main_end)
    return re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n")


@pytest.mark.skipif(os.name != "posix", reason="terminals")
def test_everything_fits_a_terminal_of_80_columns(tmp_path: Path) -> None:
    """No line is wider than the terminal; explanations are wrapped under their own text."""
    last = "kota-bandar-lampung/2024"
    demo = in_terminal(tmp_path, "demo", "--store", "s.db")
    store = ("--store", "s.db")
    for arguments in (
        ("list", *store), ("card", last, *store), ("history", last, *store), ("evidence", "list", last, *store),
        ("editions", "show", "permenpanrb-59-2020"), ("explain", "12", "--year", "2024"),
    ):  # fmt: skip
        shown = in_terminal(tmp_path, *arguments)
        assert shown
        assert max(map(len, shown.splitlines())) <= 80
    assert max(map(len, demo.splitlines())) <= 80
    assert "45.5 ×\n     633/182 (D4)) / 100 = 2.9795." in demo
