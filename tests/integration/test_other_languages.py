"""Calculators and verifiers in PHP and Java agree with every vector and certificate, and say where they do not."""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from arrangements import ROOT, Ticking
from certificates import EVALUATION, KEY, changes, determined, proved_anew, resigned, statement_of, store, with_card
from terminal import Terminal

from spbe_core import Spbe, installed_rules
from spbe_core.exchange.edition_json import edition_json
from spbe_core.exchange.vectors_json import vectors_members
from spbe_core.ledger.signed_note import SignerKey
from spbe_core.vectors.generate import vectors_of

EDITIONS = [edition.id for edition in installed_rules().editions()]
CALCULATORS = {
    "php": ("php", ROOT / "examples" / "php" / "calculator.php"),
    "javac": ("java", ROOT / "examples" / "java" / "Calculator.java"),
}
"""Command that must be there (a compiler comes with a whole JDK) -> command that runs the calculator, and its file."""

PAGE = ROOT / "docs" / "how-to" / "use-from-php-and-java.md"
Calculate = Callable[[Path, Path], subprocess.CompletedProcess[str]]
Verify = Callable[..., subprocess.CompletedProcess[str]]
TRIED = int(os.environ.get("SPBE_TEST_DAMAGES", "5"))
"""Damages of each kind that are tried on a verifier."""


def needs(command: str) -> None:
    """Skip where a language is missing, except where it must be there."""
    if shutil.which(command) is None:
        must = "CI" in os.environ or "SPBE_TEST_LANGUAGES" in os.environ
        (pytest.fail if must else pytest.skip)(f"{command} is not installed")


@pytest.fixture(params=CALCULATORS)
def calculate(request: pytest.FixtureRequest) -> Calculate:
    """A calculator in another language."""
    needed: str = request.param
    command, file = CALCULATORS[needed]
    needs(needed)

    def run(edition: Path, vectors: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([command, file, edition, vectors], capture_output=True, encoding="utf-8", check=False)

    return run


def written(folder: Path, edition_id: str) -> tuple[Path, Path]:
    """Write an edition's two files, as the command line does."""
    edition, vectors = folder / "edition.json", folder / "vectors.json"
    stated = installed_rules().edition(edition_id)
    edition.write_bytes(edition_json(stated))
    vectors.write_text(json.dumps(vectors_members(stated, vectors_of(installed_rules(), edition_id))), encoding="utf-8")
    return edition, vectors


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_other_languages_agree(calculate: Calculate, edition_id: str, tmp_path: Path) -> None:
    """Every vector comes out to the last digit."""
    edition, vectors = written(tmp_path, edition_id)
    done = calculate(edition, vectors)

    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout == f"{len(json.loads(vectors.read_text())['vectors'])} vectors, 0 differ\n"


def test_a_corrupted_vector_is_named(calculate: Calculate, tmp_path: Path) -> None:
    """Each kind of result that is not as computed is reported under its vector's name, with exit code 1."""
    edition, vectors = written(tmp_path, "permenpanrb-8-2026")
    content = json.loads(vectors.read_text())
    corruptions: list[Callable[[dict[str, Any]], object]] = [
        lambda vector: vector.update(index="9.99"),
        lambda vector: vector.update(exact_index=vector["exact_index"] + "0"),
        lambda vector: vector.update(grade=None),
        lambda vector: vector["nodes"]["A3"].update(exact_index="10/3"),
        lambda vector: vector["nodes"].pop("A7"),
        lambda vector: vector["values"].update({"1": "4.9999999999"}),
        lambda vector: vector.update(pending=["5"]),
        lambda vector: vector.update(missing=["5"]),
    ]
    corrupted = content["vectors"][1 : 1 + len(corruptions)]
    for corrupt, vector in zip(corruptions, corrupted, strict=True):
        corrupt(vector)
    vectors.write_text(json.dumps(content), encoding="utf-8")
    done = calculate(edition, vectors)
    *lines, last = done.stdout.splitlines()

    assert (done.stderr, done.returncode) == ("", 1)
    assert [line.partition(": expected")[0] for line in lines] == [vector["name"] for vector in corrupted]
    assert last == f"{len(content['vectors'])} vectors, {len(corruptions)} differ"


@pytest.mark.parametrize("damage", ["missing", "cut short", "of another edition", "value as number", "no vector"])
def test_a_file_that_cannot_be_used_is_refused(calculate: Calculate, damage: str, tmp_path: Path) -> None:
    """Bad input is one line on standard error and exit code 2, never a difference and never an agreement."""
    edition, vectors = written(tmp_path, "permenpanrb-8-2026")
    text = vectors.read_text()
    if damage == "missing":
        vectors.unlink()
    elif damage == "cut short":
        vectors.write_text(text[: len(text) // 2])
    elif damage == "of another edition":
        vectors.write_text(text.replace('"edition_digest": "sha256:', '"edition_digest": "sha256:0'))
    elif damage == "value as number":
        vectors.write_text(text.replace('"values": {"1": "1"', '"values": {"1": 1'))
    else:
        vectors.write_text(text[: text.index('"vectors": [')] + '"vectors": []}')
    done = calculate(edition, vectors)

    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr.startswith("calculator: ")
    assert done.stderr.count("\n") == 1


def test_the_calculators_use_no_float_and_stay_short() -> None:
    """They fit on a page or two and name no type or literal of floating point."""
    for _, file in CALCULATORS.values():
        text = file.read_text(encoding="utf-8")

        assert len(text.splitlines()) < 200
        assert [word for word in ("double", "(float)", "floatval", "round(", "Float") if word in text] == []


def test_the_page_shows_what_the_calculators_say() -> None:
    """The number of vectors on the page is the one in the file."""
    count = len(list(vectors_of(installed_rules(), "permenpanrb-59-2020")))

    assert PAGE.read_text(encoding="utf-8").count(f"\n{count} vectors, 0 differ\n") == len(CALCULATORS)


def test_the_command_writes_both_files(terminal: Terminal) -> None:
    """``export`` and ``vectors`` write one JSON document each; a year shows in the edition as applied."""
    code, exported, _ = terminal("editions", "export", "permenpanrb-59-2020", store=False)
    applied = json.loads(terminal("editions", "export", "permenpanrb-59-2020", "--year", "2023", store=False)[1])
    vectors = json.loads(terminal("editions", "vectors", "permenpanrb-59-2020", store=False)[1])
    stated = json.loads(exported)

    assert code == 0
    assert stated["digest"] == vectors["edition_digest"] == installed_rules().edition("permenpanrb-59-2020").digest
    assert applied["grade_practices"] != stated["grade_practices"]
    assert {one["applied_digest"] for one in vectors["vectors"] if one["year"] == 2023} == {applied["digest"]}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("export", "permenpanrb-1-1900"), "unknown-edition"),
        (("vectors", "permenpanrb-1-1900"), "unknown-edition"),
        (("export", "permenpanrb-59-2020", "--year", "2019"), "year-outside-edition"),
        (("export", "permenpanrb-59-2020", "--year", "dua"), "year-malformed"),
    ],
)
def test_what_is_not_installed_is_refused(terminal: Terminal, arguments: tuple[str, ...], code: str) -> None:
    """An unknown edition or year is bad input, in one line."""
    exit_code, out, err = terminal("editions", *arguments, store=False)

    assert (exit_code, out, err.count("\n")) == (2, "", 1)
    assert f"[{code}]" in err


@pytest.fixture(scope="module", params=["php", "javac"])
def verify(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """A verifier in another language, with a folder of its own."""
    needed: str = request.param
    needs(needed)
    folder = tmp_path_factory.mktemp(needed)
    if needed == "php":
        command = ["php", str(ROOT / "examples" / "php" / "certificate.php")]
    else:
        sources = sorted((ROOT / "examples" / "java").glob("*.java"))
        subprocess.run(["javac", "-d", folder / "classes", *sources], check=True)
        command = ["java", "-cp", str(folder / "classes"), "Certificate"]

    def run(content: bytes, key: str = str(KEY.verifier)) -> subprocess.CompletedProcess[str]:
        certificate, public = folder / "certificate.json", folder / "signer.pub"
        certificate.write_bytes(content)
        public.write_text(f"{key}\n", encoding="utf-8")
        return subprocess.run([*command, certificate, public], capture_output=True, encoding="utf-8", check=False)

    return run


@pytest.fixture(scope="module")
def certificates() -> dict[str, bytes]:
    """A determined result, a stage of it, an incomplete stage, and one under each real edition, with pending values."""
    found: dict[str, bytes] = {}
    with store() as spbe:
        determined(spbe)
        found["determined"] = spbe.certify(EVALUATION, KEY)
        found["stage"] = spbe.certify(EVALUATION, KEY, stage="self")
    with store() as spbe:
        spbe.open_evaluation(EVALUATION, agency_name="Kota", process="pendek")
        spbe.submit_link(EVALUATION, "https://contoh.go.id/peta", indicators=["2"], title="Peta")
        spbe.cover_with_evidence(EVALUATION, "E1", indicators=["3"])
        spbe.assess(EVALUATION, {"1": 2, "2": 3}, stage="self", reason="x")
        spbe.close_stage(EVALUATION, "self")
        found["incomplete"] = spbe.certify(EVALUATION, KEY, stage="self")
    for year in (2020, 2024, 2026):
        with Spbe.open("memory:", clock=Ticking()) as spbe:
            evaluation = f"kota-a/{year}"
            spbe.open_evaluation(evaluation, agency_name="Kota A")
            edition = spbe.edition_of(evaluation)
            fed = {external.indicator for external in edition.externals}
            levels = {leaf.id: 1 + place % 5 for place, leaf in enumerate(edition.indicators) if leaf.id not in fed}
            spbe.assess(evaluation, levels, stage="self", reason="uji")
            spbe.close_stage(evaluation, "self")
            found[edition.id] = spbe.certify(evaluation, KEY, stage="self")
    return found


def test_verifiers_agree_that_a_certificate_holds(verify: Verify, certificates: dict[str, bytes]) -> None:
    """Each kind of certificate holds, with the index and grade that spbe states."""
    for name, content in certificates.items():
        done = verify(content)
        said = statement_of(content)["predicate"]
        index, grade = said["displayed"]["index"], said["card"]["grade"]

        assert (name, done.stderr, done.returncode) == (name, "", 0), done.stdout
        assert done.stdout.count("\n") == 9
        assert f"index {index or '-'}, grade {grade or '-'}." in done.stdout


def test_verifiers_agree_that_stored_certificates_hold(verify: Verify) -> None:
    """What was issued once holds for ever, whatever the events and cards of later versions look like."""
    folder = ROOT / "tests" / "golden" / "certificates"
    for stored in sorted(folder.glob("*.json")):
        done = verify(stored.read_bytes(), (folder / "inspektorat.pub").read_text(encoding="utf-8").strip())

        assert (stored.name, done.stderr, done.returncode) == (stored.name, "", 0), done.stdout


def test_verifiers_hold_only_what_is_certified_against_the_record(verify: Verify) -> None:
    """A recorded card may say more than the certificate; none of what is certified may differ from it."""
    with store() as spbe:
        determined(spbe)
        content = spbe.certify(EVALUATION, KEY)
        more = proved_anew(spbe, content, lambda stored: with_card(stored, later=1))
        other = proved_anew(spbe, content, lambda stored: with_card(stored, value_policy="lain"))

    assert [verify(one).returncode for one in (more, other)] == [0, 1]


def test_verifiers_refuse_damaged_certificates(verify: Verify, certificates: dict[str, bytes]) -> None:
    """Changed bytes, changed members signed again, another key and what is no certificate: none of it holds."""
    chance = random.Random(11)  # noqa: S311 - the same changes in every run
    good = certificates["determined"]
    bent = [
        good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        for place in (0, 12, len(good) - 1, len(good) - 5, *chance.sample(range(len(good)), TRIED))
    ]
    bent += [resigned(one) for one in chance.sample(list(changes(statement_of(good))), TRIED)]
    bent += [resigned(one) for one in chance.sample(list(changes(statement_of(certificates["incomplete"]))), TRIED)]
    for content in bent:
        done = verify(content)
        assert done.returncode in {1, 2}, (done.stdout, done.stderr)
        assert "HOLDS:" not in done.stdout
        assert len(done.stderr.splitlines()) == (done.returncode == 2), done.stderr
    other = SignerKey("inspektorat", bytes(32)).verifier
    assert verify(good, str(other)).returncode == 1
    assert [verify(content).returncode for content in (b"", b"{}", good[:-1], good + b"\n")] == [2, 2, 2, 2]
    assert verify(good, "inspektorat+00000000+AAAA").returncode == 2


def test_the_verifiers_use_no_float_and_stay_short() -> None:
    """Each file has less than 250 lines and names no type or literal of floating point."""
    files = [ROOT / "examples" / "php" / "certificate.php", *(ROOT / "examples" / "java").glob("[!C]*.java")]
    for file in (*files, ROOT / "examples" / "java" / "Certificate.java"):
        text = file.read_text(encoding="utf-8")

        assert len(text.splitlines()) < 250
        assert [word for word in ("double", "(float)", "floatval", "round(", "Float") if word in text] == []
