"""Plugins on the command line: the doctor, leaving them out, and what they add."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from terminal import EVALUATION, rows

PLUGINS = {
    "rusak": "raise ImportError('tidak lengkap')",
    "keluar": "import sys\nsys.exit(0)",
    "lain": "SPBE_API = 2\nimport no_such_module",
    "tambahan": """
        import click
        from spbe_core.rules import ExportFormat, hookimpl

        @click.command()
        def salam():
            click.echo("halo dari plugin")

        @hookimpl
        def spbe_commands(context):
            return [salam]

        @hookimpl
        def spbe_export_formats(context):
            def render(edition, card, language):
                return f"{edition.index_name};{card.index_text};{language}\\n".encode()
            return [ExportFormat("baris", "text/csv", render), ExportFormat("gagal", "x/y", lambda *_: 1 / 0)]
    """,
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which all of the above are installed."""
    for name, source in PLUGINS.items():
        (tmp_path / f"plugin_{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        distribution = tmp_path / f"{name}-1.0.dist-info"
        distribution.mkdir()
        (distribution / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
        (distribution / "entry_points.txt").write_text(f"[spbe]\n{name} = plugin_{name}\n", "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPBE_")}
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**kept, "PYTHONPATH": path, "SPBE_LANG": "en"}


def spbe(
    environment: dict[str, str], *arguments: str, typed: str | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "spbe_cli", *arguments],
        env=environment | more, capture_output=True, text=True, check=False, input=typed,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    return done


def healths(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {one["name"]: one["health"] for one in json.loads(done.stdout)["plugins"]}


def test_the_doctor_names_what_is_wrong(environment: dict[str, str]) -> None:
    """Broken ones make it exit with 1; skipped ones do not count as broken; each has a reason and what to do."""
    done = spbe(environment, "doctor", "--format", "json")
    plugins = {one["name"]: one for one in json.loads(done.stdout)["plugins"]}

    assert done.returncode == 1
    assert {name: plugins[name]["health"] for name in PLUGINS} == {
        "rusak": "broken",
        "keluar": "broken",
        "lain": "skipped",
        "tambahan": "ok",
    }
    assert all(set(one) >= {"name", "version", "health", "reason", "hooks"} for one in plugins.values())
    assert "tidak lengkap" in plugins["rusak"]["reason"]
    assert "API 2" in plugins["lain"]["reason"]
    assert plugins["tambahan"]["hooks"] == ["spbe_commands", "spbe_export_formats"]
    assert plugins["permenpanrb-59-2020"]["health"] == "ok"
    shown = spbe(environment, "doctor")
    assert (shown.returncode, "rusak" in shown.stdout) == (1, True)


def test_plugins_are_left_out_on_request(environment: dict[str, str]) -> None:
    """By name, all at once, before or after the command, or by the environment; also the broken ones."""
    asked = ["doctor", "--format", "json"]
    without = ["--disable-plugin", "rusak", "--disable-plugin", "keluar"]
    for arguments in ([*without, *asked], [*asked, *without]):
        done = spbe(environment, *arguments)
        assert done.returncode == 0, done.stderr
        assert (healths(done)["rusak"], healths(done)["permenpanrb-59-2020"]) == ("disabled", "ok")
    for arguments in (["--no-plugins", *asked], [*asked, "--no-plugins"], [*without, *asked, "--no-plugins"]):
        done = spbe(environment, *arguments)
        assert (done.returncode, set(healths(done).values())) == (0, {"disabled"})
    done = spbe(environment, *asked, SPBE_DISABLE_PLUGINS="rusak,keluar")
    assert (done.returncode, healths(done)["keluar"]) == (0, "disabled")
    done = spbe(environment, *asked, SPBE_DISABLE_PLUGINS="*")
    assert set(healths(done).values()) == {"disabled"}
    unknown = spbe(environment, "--disable-plugin", "entah", "doctor")
    assert (unknown.returncode, "[unknown-plugin]" in unknown.stderr) == (2, True)


def test_everything_else_works_beside_broken_plugins(environment: dict[str, str]) -> None:
    """Scoring goes on; without any plugin it says that there is no edition."""
    done = spbe(environment, "score", "-", "--year", "2024", "--format", "json", typed=rows({}))
    none = spbe(environment, "--no-plugins", "score", "-", "--year", "2024", typed=rows({}))

    assert (done.returncode, json.loads(done.stdout)["index"]) == (0, "3.00")
    assert (none.returncode, "[no-edition-for-year]" in none.stderr) == (2, True)


def test_a_plugin_brings_commands(environment: dict[str, str]) -> None:
    """A name the command line does not have is looked for in the plugins; help imports none of them."""
    assert spbe(environment, "salam").stdout == "halo dari plugin\n"
    assert spbe(environment, "--no-plugins", "salam").returncode == 2
    assert spbe(environment, "salami").returncode == 2
    code = (
        "import sys\nfrom spbe_cli.main import run\nrun(['--help'])\n"
        "print([name for name in sys.modules if name.startswith(('spbe_rules', 'plugin_'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_card_is_written_in_a_plugins_form(environment: dict[str, str], tmp_path: Path) -> None:
    """To standard output or to a file; an unknown form, one that fails and a folder that is not there are refused."""
    store = {"SPBE_STORE": str(tmp_path / "s.db")}
    assert spbe(environment, "init", **store).returncode == 0
    assert spbe(environment, "open", EVALUATION, "--name", "Kota", **store).returncode == 0
    values = tmp_path / "v.csv"
    values.write_text(rows({}), "utf-8")
    assess = ["assess", EVALUATION, "--file", str(values), "--stage", "self", "--reason", "uji"]
    assert spbe(environment, *assess, **store).returncode == 0
    card = ["card", EVALUATION, "--export"]

    assert spbe(environment, *card, "baris", **store).stdout == "Indeks SPBE;3.00;en\n"
    out = tmp_path / "kartu.csv"
    assert spbe(environment, *card, "baris", "--out", str(out), **store).returncode == 0
    assert out.read_text("utf-8") == "Indeks SPBE;3.00;en\n"
    for form, place, code in (
        ("entah", out, "unknown-export-format"),
        ("gagal", out, "export-failed"),
        ("baris", out, "file-exists"),
        ("baris", tmp_path / "tiada" / "x", "file-unwritable"),
    ):
        done = spbe(environment, *card, form, "--out", str(place), **store)
        assert (done.returncode, f"[{code}]" in done.stderr) == (2, True)
    assert out.read_text("utf-8") == "Indeks SPBE;3.00;en\n"


def test_a_broken_plugin_is_told_beside_every_answer_it_could_change(environment: dict[str, str]) -> None:
    """A line on standard error, whatever was asked; help and the doctor, which says it itself, are left alone."""
    scored = spbe(environment, "score", "-", "--year", "2024", "--format", "json", typed=rows({}))
    assert [line.split(" is broken")[0] for line in scored.stderr.splitlines()] == [
        "warning: the plugin keluar",
        "warning: the plugin rusak",
    ]
    for quiet in (["doctor"], ["editions", "list"], ["--help"]):
        assert spbe(environment, *quiet).stderr == ""
