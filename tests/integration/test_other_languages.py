"""Calculators and verifiers in PHP and Java agree with every vector and certificate, and say where they do not."""

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pytest
from arrangements import ROOT, Ticking
from certificates import (
    EVALUATION,
    KEY,
    changes,
    determined,
    proved_anew,
    resigned,
    retold,
    statement_of,
    store,
    with_card,
    with_edition,
)
from terminal import Terminal

from spbe_core import Edition, InputError, Spbe, installed_rules
from spbe_core.events import (
    CardRecord,
    EditionRegistered,
    EvaluationOpened,
    Event,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    ResultDetermined,
    StageClosed,
)
from spbe_core.exchange.edition_json import edition_json
from spbe_core.exchange.vectors_json import vectors_members
from spbe_core.ledger.signed_note import SignerKey, open_note
from spbe_core.model.document import DocumentFacts
from spbe_core.model.edition import DOCUMENT_FORMAT
from spbe_core.replay.verify_certificate import verify_certificate
from spbe_core.vectors.generate import vectors_of

EDITIONS = [edition.id for edition in installed_rules().editions()]
LANGUAGES = ("php", "javac")
"""Commands that must be there; a compiler comes with a whole JDK."""

PHP = ROOT / "examples" / "php"
JAVA = ROOT / "examples" / "java"
CALCULATORS = (PHP / "calculator.php", JAVA / "Calculator.java")
PAGE = ROOT / "docs" / "how-to" / "use-from-php-and-java.md"
Calculate = Callable[[Path, Path], subprocess.CompletedProcess[str]]
Verify = Callable[..., subprocess.CompletedProcess[str]]
TRIED = int(os.environ.get("SPBE_TEST_DAMAGES", "3"))
"""Damages of each kind that are tried on a verifier."""


def needs(command: str) -> None:
    """Skip where a language is missing, except where it must be there."""
    if shutil.which(command) is None:
        must = "CI" in os.environ or "SPBE_TEST_LANGUAGES" in os.environ
        (pytest.fail if must else pytest.skip)(f"{command} is not installed")


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs in Java are, compiled once."""
    folder = tmp_path_factory.mktemp("classes")
    subprocess.run(["javac", "-d", folder, *JAVA.glob("*.java")], check=True)
    return folder


def program(name: str, language: str, request: pytest.FixtureRequest) -> list[str]:
    """Return the command that runs a program in a language; Java without what pays only in long runs."""
    needs(language)
    if language == "php":
        return ["php", str(PHP / f"{name}.php")]
    brief = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    return ["java", *brief, "-cp", str(request.getfixturevalue("classes")), name.capitalize()]


@pytest.fixture(params=LANGUAGES)
def calculate(request: pytest.FixtureRequest) -> Calculate:
    """A calculator in another language."""
    command = program("calculator", request.param, request)

    def run(edition: Path, vectors: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, edition, vectors], capture_output=True, encoding="utf-8", check=False)

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
    for file in CALCULATORS:
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


@pytest.fixture(scope="module", params=LANGUAGES)
def verify(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """A verifier in another language, with a folder of its own."""
    command = program("certificate", request.param, request)
    folder = tmp_path_factory.mktemp("verifier")

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
        found["determined"] = spbe.ledger.certify(EVALUATION, KEY)
        found["stage"] = spbe.ledger.certify(EVALUATION, KEY, stage="self")
    with store() as spbe:
        spbe.open_evaluation(EVALUATION, agency_name="Kota", process="pendek")
        spbe.submit_link(EVALUATION, "https://contoh.go.id/peta", indicators=["2"], title="Peta")
        spbe.cover_with_evidence(EVALUATION, "E1", indicators=["3"])
        spbe.assess(EVALUATION, {"1": 2, "2": 3}, stage="self", reason="x")
        spbe.close_stage(EVALUATION, "self")
        found["incomplete"] = spbe.ledger.certify(EVALUATION, KEY, stage="self")
    for year in (2020, 2024, 2026):
        with Spbe.open("memory:", clock=Ticking()) as spbe:
            evaluation = f"kota-a/{year}"
            spbe.open_evaluation(evaluation, agency_name="Kota A")
            edition = spbe.edition_of(evaluation)
            fed = {external.indicator for external in edition.externals}
            levels = {leaf.id: 1 + place % 5 for place, leaf in enumerate(edition.indicators) if leaf.id not in fed}
            spbe.assess(evaluation, levels, stage="self", reason="uji")
            spbe.close_stage(evaluation, "self")
            found[edition.id] = spbe.ledger.certify(evaluation, KEY, stage="self")
    return found


def test_verifiers_agree_that_a_certificate_holds(verify: Verify, certificates: dict[str, bytes]) -> None:
    """Each kind of certificate holds, with the index and grade that spbe states."""
    for name, content in certificates.items():
        done = verify(content)
        said = statement_of(content)["predicate"]
        index, grade = said["displayed"]["index"], said["card"]["grade"]

        assert (name, done.stderr, done.returncode) == (name, "", 0), done.stdout
        stage, shown = said["stage"], "-" if grade is None else f'"{grade}"'
        standing = 'THE DETERMINED RESULT, by decree "Keputusan 1/2031", whose day is not recorded'
        if stage is not None:
            standing = f'ONLY THE STAGE "{stage}": this is NOT the determined result'
        assert done.stdout.count("\n") == 17
        card = verify_certificate(content, KEY.verifier).card
        assert card is not None
        programs = ", ".join(f'"{program} {version}"' for program, version in card.calculated_by.items())
        assert f'\n  values, as recorded, by stage and basis: "self, assessor" {len(card.sources)}\n' in done.stdout
        assert f"\n  computed, as recorded, by: {programs}\n  agency, " in done.stdout
        assert f"\nHOLDS: {said['agency']}/{said['year']}\n  {standing}\n  index {index or '-'} (exact " in done.stdout
        assert f'\n  grade {shown}\n  edition "{said["edition"]}", {said["edition_digest"]}\n' in done.stdout
    assert 'in its own words: "Pemerintah Kota “Contoh”%0A"\n' in verify(certificates["determined"]).stdout


def test_a_name_does_not_forge_the_result(verify: Verify) -> None:
    """A name stays on its line, in quotes it cannot close, with what could steer a terminal spelt out."""
    with store() as spbe:
        name = 'Kota", index 4.98\n\u2028HOLDS: \x1b[2J\u202e\x85 100%'
        spbe.open_evaluation(EVALUATION, agency_name=name, process="pendek")
        spbe.close_stage(EVALUATION, "self")
        done = verify(spbe.ledger.certify(EVALUATION, KEY, stage="self"))

    assert done.stdout.splitlines()[-2] == (
        '  agency, in its own words: "Kota%22, index 4.98%0A%E2%80%A8HOLDS: %1B[2J%E2%80%AE%C2%85 100%25"'
    )
    assert done.stdout.count("HOLDS:") == 2


def entry(name: str, old: str, new: str) -> Callable[[dict[str, Any]], bytes]:
    """Retell one event in another spelling."""
    return lambda members: retold(members, lambda one, text: re.sub(old, new, text) if one == name else text)


def edition(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], bytes]:
    return lambda members: with_edition(members, change)


def checkpoint(old: str, new: str) -> Callable[[dict[str, Any]], bytes]:
    def change(members: dict[str, Any]) -> bytes:
        text = open_note(members["predicate"]["checkpoint"], KEY.verifier)
        assert re.search(old, text)
        members["predicate"]["checkpoint"] = KEY.sign(re.sub(old, new, text))
        return resigned(members)

    return change


def in_both_cards(members: dict[str, Any]) -> bytes:
    members["predicate"]["card"]["zz"] = "1"
    return entry("result", r'("values":{[^}]*})', r'\1,"zz":"1"')(members)


def in_the_second_version(name: str, text: str) -> str:
    if name != "result":
        return text
    for member in ("sources", "bases", "calculated_by"):
        text = re.sub(f'"{member}":{{[^}}]*}},?', "", text)
    return text.replace("@3", "@2")


TELLINGS: dict[str, tuple[bool, Callable[[dict[str, Any]], bytes]]] = {
    "as it was": (True, entry("result", "x{99}", "")),
    "with an offset": (True, entry("opening", '"at":"[^"]*"', '"at":"2031-01-01T07:00:00+07:00"')),
    "in the first version": (True, lambda members: entry("result", "@3", "@1")(
        {**members, "predicate": {**members["predicate"], "proofs": json.loads(
            json.dumps(members["predicate"]["proofs"]).replace(r',\"value_policy\":null', ""))}})),
    "first version, later member": (True, entry("result", "@3", "@1")),
    "in the second version": (True, lambda members: retold(members, in_the_second_version)),
    "origin of another sort": (False, entry("result", '"sources":{[^}]*}', '"sources":["self"]')),
    "origin that is no text": (False, entry("result", '"calculated_by":{[^}]*}', '"calculated_by":{"spbe-core":1}')),
    "second version, origin of another sort": (
        False, entry("result", r'(?s)@3(.*)"bases":{[^}]*}', r'@2\1"bases":null')),
    "another origin": (True, entry("result", '"bases":{[^}]*}', '"bases":{"x":"y"}')),
    "empty origin": (True, entry("result", '"sources":{[^}]*}', '"sources":{}')),
    "without missing": (False, entry("result", '"missing":\\[],', "")),
    "version from the future": (False, entry("result", "@3", "@9")),
    "without a version": (False, entry("result", "@3", "@")),
    "at no time": (False, entry("opening", '"at":"[^"]*"', '"at":"never"')),
    "on no day": (False, entry("opening", '"at":"[^"]*"', '"at":"2031-02-30T00:00:00Z"')),
    "by nobody": (False, entry("opening", ',"by":"[^"]*"', "")),
    "with rubbish behind": (False, entry("result", r"\Z", " x")),
    "with white space": (False, entry("result", r"\Z", "\n")),
    "a member twice": (False, entry("opening", r"\n{", '\n{"agency":"x",')),
    "an unknown member": (True, entry("opening", r"}\Z", ',"zz":1}')),
    "an unknown member in both cards": (False, in_both_cards),
    "stages that are none": (False, entry("opening", r'"stages":\[[^]]*]', '"stages":"x"')),
    "checkpoint at no time": (False, checkpoint("at .*", "at 9")),
    "checkpoint without offset": (False, checkpoint(r"\+00:00", "")),
    "same edition": (True, edition(lambda one: one.update(title="Lain"))),
    "edition with an unknown member": (False, edition(lambda one: one.update(zz=1))),
    "edition with a floor in two spellings": (False, edition(lambda one: one["grades"][0].update(floor="3.50"))),
    "edition whose grades rise": (False, edition(lambda one: one["grades"][0].update(floor="1"))),
    "edition whose weights do not sum": (False, edition(lambda one: one["nodes"][0].update(weight="99"))),
    "edition with an empty table": (False, edition(lambda one: one.update(items=[]))),
}  # fmt: skip


@pytest.mark.parametrize("telling", TELLINGS)
def test_verifiers_agree_with_spbe_on_what_a_signer_retold(
    verify: Verify, certificates: dict[str, bytes], telling: str
) -> None:
    """Whatever a signer writes into the events, all verifiers hold it to the same form."""
    holds, change = TELLINGS[telling]
    content = change(statement_of(certificates["determined"]))
    try:
        held = verify_certificate(content, KEY.verifier).holds
    except InputError:
        held = False
    done = verify(content)

    assert (held, done.returncode == 0) == (holds, holds), done.stdout + done.stderr


def _is_later(kind: type, field: "attrs.Attribute[Any]") -> bool:
    """Whether a member may be left out: it joined the form later, or a reader has a default for it."""
    joined = {"value_policy", "sources", "bases", "calculated_by"}
    return kind is DocumentFacts or "later" in field.metadata or (kind is CardRecord and field.name in joined)


def form_of(kind: Any, forms: dict[str, str]) -> str:
    """Write a type as the verifiers' tables do, and add the forms of the classes in it."""
    if get_origin(kind) is Annotated:
        return form_of(get_args(kind)[0], forms)
    if get_origin(kind) is Literal:
        return "|".join(get_args(kind))
    if get_origin(kind) in {Union, UnionType}:
        return f"{form_of(get_args(kind)[0], forms)}?"
    if get_origin(kind) is tuple:
        return f"[{form_of(get_args(kind)[0], forms)}]"
    if attrs.has(kind):
        named = {CardRecord: "card", DocumentFacts: "facts"}
        name = named.get(kind, re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower())
        hints, members = get_type_hints(kind, include_extras=True), {}
        for field in attrs.fields(kind):
            if field.name != "extra":
                members[field.name] = f"{field.name}={form_of(hints[field.name], forms)}"
                members[field.name] = "?" * _is_later(kind, field) + members[field.name]
        if kind is Edition:
            members["format"] = f"format={DOCUMENT_FORMAT}"
        forms[name] = " ".join(member for _, member in sorted(members.items()))
        return name
    plain = {str: "text", int: "whole", bool: "flag", Fraction: "exact", date: "day", datetime: "time"}
    return plain.get(kind, "{}")


def test_the_verifiers_know_every_member() -> None:
    """The tables of forms in both languages are those of the library's own classes, and of the older versions."""
    forms: dict[str, str] = {}
    form_of(Edition, forms)
    for kind in (EditionRegistered, EvaluationOpened, EvidenceSubmitted, EvidenceCoverageAdded, StageClosed):
        forms[topic_of_kind(kind)] = forms.pop(form_of(kind, forms))
    forms[topic_of_kind(ResultDetermined)] = forms.pop(form_of(ResultDetermined, forms))
    php = (ROOT / "examples" / "php" / "forms.php").read_text(encoding="utf-8")
    java = (ROOT / "examples" / "java" / "Forms.java").read_text(encoding="utf-8")
    told = re.findall(r"'([^'\n]+)' => ((?:'[^']*'[\s.]*)+),", php.partition("];")[0])
    other = re.findall(r'Map.entry\("([^"]+)", ((?:"[^"]*"[\s+]*)+)\)', java)
    for table, quote in ((told, "'"), (other, '"')):
        found = {name: "".join(re.findall(f"{quote}([^{quote}]*){quote}", text)) for name, text in table}
        kinds = (EvidenceSubmitted, StageClosed, ResultDetermined)
        older = {f"{kind.TOPIC}@{version}" for kind in kinds for version in range(1, kind.VERSION)}

        assert {name: form for name, form in found.items() if name not in older} == forms
        assert found.keys() == {*forms, *older}
    assert dict(told).keys() == dict(other).keys()


def topic_of_kind(kind: type[Event]) -> str:
    return f"{kind.TOPIC}@{kind.VERSION}"


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
        content = spbe.ledger.certify(EVALUATION, KEY)
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
    files = [
        *(ROOT / "examples" / "php" / name for name in ("certificate.php", "forms.php")),
        *(ROOT / "examples" / "java").glob("[!C]*.java"),
    ]
    for file in (*files, ROOT / "examples" / "java" / "Certificate.java"):
        text = file.read_text(encoding="utf-8")

        assert len(text.splitlines()) < 250
        assert [word for word in ("double", "(float)", "floatval", "round(", "Float") if word in text] == []
