"""The demo: published results, reproduced."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import Terminal


def test_demo_reproduces_every_published_number(terminal: Terminal) -> None:
    """Every index, domain, aspect and grade as published, a clean audit, and the store kept where it is named."""
    code, out, _ = terminal("demo", "--format", "json")
    answer = json.loads(out)
    named = {result["id"]: (result["index"], result["grade"]) for result in answer["results"]}

    assert code == 0
    assert {
        "kab-madiun/2020": ("3.30", "Baik"),
        "kemenko-perekonomian/2021": ("2.95", "Baik"),
        "kota-bandar-lampung/2021": ("1.20", "Kurang"),
        "kota-bandar-lampung/2022": ("1.50", "Kurang"),
        "kota-bandar-lampung/2023": ("2.15", "Cukup"),
        "kota-bandar-lampung/2024": ("2.98", "Baik"),
    }.items() <= named.items()
    for result in answer["results"]:
        published = result["published"]
        assert (result["differing"], result["index"], result["grade"]) == ([], published["index"], published["grade"])
        assert published["nodes"].items() <= result["nodes"].items()
        assert result["compared"] == len(published["nodes"]) + 2
    assert answer["audit"]["differences"] == 0
    assert len(answer["history"]) == 4
    assert answer["as_of"]["then"]["decree"] is None
    assert answer["as_of"]["now"]["decree"]
    assert answer["as_of"]["then"]["events"] < answer["as_of"]["now"]["events"]
    assert answer["explanation"]["reasons"]
    assert answer["store"] == str(terminal.store)


def test_the_store_of_the_demo_is_a_store(terminal: Terminal) -> None:
    """It holds whole evaluations: documents of several kinds, every stage scored and closed, a decree."""
    terminal("demo")
    listed = terminal.json("list")
    documents = terminal.json("evidence", "list", "kota-bandar-lampung/2024")
    events = terminal.json("history", "kota-bandar-lampung/2024")

    assert isinstance(listed, list)
    assert isinstance(documents, list)
    assert isinstance(events, list)
    assert all(row["decree"] and row["open_stage"] is None for row in listed)
    assert {Path(one["file_name"]).suffix for one in documents} == {".txt", ".csv"}
    assert all(one["title"] and one["size"] and one["indicators"] for one in documents)
    assert {one["event"]["stage"] for one in events if one["topic"].startswith("spbe:indicator-scored")} == {
        "self", "document", "interview",
    }  # fmt: skip
    assert terminal("replay", "--audit")[0] == terminal("replay", "--rebuild")[0] == 0


def test_the_demo_overwrites_nothing(terminal: Terminal) -> None:
    """A file that holds anything is refused and left as it was; an empty one may be used."""
    terminal.store.write_text("catatan penting", encoding="utf-8")
    code, out, err = terminal("demo")
    assert (code, out, err.count("\n"), "[store-exists]" in err) == (3, "", 1, True)
    assert terminal.store.read_text(encoding="utf-8") == "catatan penting"

    terminal.store.write_bytes(b"")
    assert terminal("demo")[0] == 0
    assert terminal("demo")[0] == 3
    assert terminal("demo", "--store", str(terminal.folder), store=False)[0] == 3


def test_the_demo_leaves_the_store_in_use_alone(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPBE_STORE names the store of one's work, and the demo writes only where it is told to on the command line."""
    terminal("init")
    monkeypatch.setenv("SPBE_STORE", str(terminal.store))

    assert terminal("demo", store=False)[0] == 0
    assert terminal.json("list") == []


def test_the_demo_without_a_store_leaves_nothing_behind(tmp_path: Path) -> None:
    """The temporary folder is removed, and the demo says so."""
    done = subprocess.run(
        [sys.executable, "-m", "spbe_cli", "demo", "--lang", "en"],
        env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip

    assert "The temporary store has been removed" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("id", ("0 berbeda", "dari tahun ke tahun", "Mengapa indikator 12", "Putar ulang", "0 perbedaan")),
        ("en", ("0 differ", "over the years", "Why indicator 12", "Replay of", "differences 0.")),
    ],
)
def test_demo_reads_in_both_languages(terminal: Terminal, language: str, said: tuple[str, ...]) -> None:
    """For people it shows the comparison, the years, an explanation, an as-of replay and the audit."""
    code, out, err = terminal("demo", "--lang", language, store=False)

    assert (code, err) == (0, "")
    assert all(words in out for words in (*said, "2.9795", "KepmenPANRB 663/2024", "LHE SPBE Kabupaten Madiun 2020"))
    assert "≠" not in out
