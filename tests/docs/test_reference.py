"""The reference says what the code says, and the words of the project are all explained."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import spbe_core
from spbe_core.events import EVENT_CLASSES, topic_of

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
DECISIONS = DOCS / "explanation" / "adr"

WORDS = {
    "edition": ("instrumen", "peraturan"),
    "domain": ("domain",),
    "aspect": ("aspek",),
    "indicator": ("indikator",),
    "level": ("tingkat kematangan",),
    "item": ("butir",),
    "evidence": ("bukti dukung", "data dukung"),
    "verdict": ("hasil verifikasi",),
    "stage": ("tahap penilaian",),
    "score": ("nilai",),
    "scorecard": ("kartu nilai",),
    "index": ("indeks",),
    "grade": ("predikat",),
    "agency": ("IPPD", "instansi"),
    "evaluation": ("evaluasi", "pemantauan"),
    "objection": ("sanggah",),
    "checkpoint": (),
    "certificate": ("sertifikat hasil",),
}
"""Words of the code -> the official Indonesian ones, as the project fixed them."""


def headings(page: Path) -> list[str]:
    """Return a page's headings without their marks."""
    return [line.lstrip("# ").strip("`") for line in page.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]


def test_generated_pages_are_current() -> None:
    """The pages written from the code are those the code would write now."""
    done = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"], capture_output=True, encoding="utf-8", check=False
    )

    assert (done.stdout + done.stderr, done.returncode) == ("", 0), "run: python docs/generate.py"


@pytest.mark.parametrize("name", spbe_core.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    """Each name of the front door has a heading of its own."""
    assert name in headings(REFERENCE / "api.md")


@pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: kind.__name__)
def test_every_event_is_documented(kind: type) -> None:
    """Each topic with its version has a heading of its own."""
    assert topic_of(kind) in headings(REFERENCE / "events.md")  # type: ignore[arg-type]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_in_the_glossary(word: str) -> None:
    """Each word of the code stands beside the official ones."""
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \|", (REFERENCE / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    found = {english.strip("* `"): official for english, official in rows}

    assert word in found
    assert [official for official in WORDS[word] if official not in found[word]] == []


def test_every_decision_is_listed_and_complete() -> None:
    """Each record has the same parts and a row in the index; numbers run without a gap."""
    records = sorted(DECISIONS.glob("[0-9]*.md"))
    index = (DECISIONS / "index.md").read_text(encoding="utf-8")
    parts = re.findall(r"^## (.+)$", (DECISIONS / "template.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert [int(record.stem[:4]) for record in records] == list(range(1, len(records) + 1))
    assert [record.name for record in records if f"({record.name})" not in index] == []
    assert parts != []
    for record in records:
        assert [part for part in parts if part not in headings(record)] == [], record.name


def test_messages_point_only_at_pages_that_exist() -> None:
    """A remedy that names a page of the documentation names one that is there."""
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*") if file.suffix in {".py", ".toml"}]
    named = {page for text in texts for page in re.findall(r"docs/[\w/-]+\.md", text)}

    assert named != set()
    assert [page for page in sorted(named) if not (ROOT / page).is_file()] == []


def test_the_architecture_page_names_every_room() -> None:
    """The map shows each module and package of the core that the import contract layers."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = configuration["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = {room.strip() for layer in layers for room in layer.split("|")}
    text = (DOCS / "explanation" / "architecture.md").read_text(encoding="utf-8")

    assert [room for room in sorted(rooms) if not re.search(rf"\b{room}\b", text)] == []
