"""Certificates on the command line: issued from a store, and verified without one."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from spbe_cli.command import argument, command, option
from spbe_cli.commands.keys import read_public, read_signer
from spbe_cli.failures import FINDING
from spbe_cli.group import group
from spbe_cli.language import spoken, text, texts
from spbe_cli.new_file import write_new
from spbe_cli.options import FORMAT, LANG, reading
from spbe_cli.render import write_json, write_line
from spbe_cli.store import opened
from spbe_core.errors import SpbeError
from spbe_core.events import CardRecord
from spbe_core.exchange.card_json import finding_members
from spbe_core.exchange.text_file import opened_file, read_bytes
from spbe_core.ledger.certificate import Certificate
from spbe_core.ledger.signed_note import SignerKey, VerifierKey
from spbe_core.library import installed_rules
from spbe_core.ports import Rulebook
from spbe_core.replay.verify_certificate import verify_certificate

certificate: Final = group(
    "certificate",
    {"issue": ("certificate", "certificate-issue"), "verify": ("certificate", "certificate-verify")},
)


@command("certificate-issue")
@argument("evaluation")
@option("--key", "signing_key", type=click.Path(path_type=Path), envvar="SPBE_KEY", required=True)
@option("--out", type=click.Path(dir_okay=False, path_type=Path), key="certificate_out", required=True)
@option("--stage", key="certified_stage")
@reading
def certificate_issue(
    evaluation: str, signing_key: Path, out: Path, stage: str | None, store: str | None, output: str
) -> None:
    """Certify a determined result, or a closed stage, in a file that is verified without the store."""
    key = read_signer(signing_key, SignerKey)
    with opened(store) as spbe:
        content = spbe.ledger.certify(evaluation, key, stage=stage)
    write_new(out, content)
    if output == "json":
        write_json({"file": str(out), "id": evaluation, "key": key.name, "size": len(content)})
    else:
        write_line(text("certificate.issued", id=evaluation, file=out, size=len(content)))


@command("certificate-verify")
@argument("certificate_file", type=click.Path(path_type=Path))
@option("--key", "public_key", envvar="SPBE_PUBLIC_KEY", required=True)
@option("--evidence", "documents", type=click.Path(path_type=Path), multiple=True, key="evidence_files")
@FORMAT
@LANG
@click.pass_context
def certificate_verify(
    ctx: click.Context, certificate_file: Path, public_key: str, documents: Sequence[Path], output: str
) -> None:
    """Verify a certificate with nothing but its file and a public key."""
    key = read_public(public_key, VerifierKey)
    files = {str(document): _digest(document) for document in documents}
    rulebook = installed_rules()
    compared = bool(rulebook.editions())
    report = verify_certificate(read_bytes(certificate_file), key, files, rulebook if compared else None)
    said = None if report.certificate is None or report.card is None else _members(report.certificate, report.card)
    foreign = [file for file in report.files if file.severity == "difference"]
    if output == "json":
        found: dict[str, Any] = {"holds": report.holds, "key": key.name, "certificate": said}
        found["steps"] = [finding_members(step, spoken()) for step in report.steps]
        found["evidence"] = [finding_members(file, spoken()) for file in report.files]
        write_json({**found, "limits": _limits(said, compared=compared)})
    else:
        for finding in (*report.steps, *report.files):
            write_line(finding.what(spoken()), hanging=2)
        if said is None or not report.holds:
            write_line(text("certificate.differs"), bold=True)
        else:
            for place, line in enumerate(_lines(said, _stage_names(report.certificate, rulebook))):
                write_line(line, hanging=6, bold=place < 2)
            write_line(_limits(said, compared=compared))
        if foreign:
            write_line(text("certificate.but-files"), bold=True)
    if foreign or not report.holds:
        ctx.exit(FINDING)


def _members(certificate: Certificate, recorded: CardRecord) -> dict[str, Any]:
    return {
        "id": f"{certificate.agency}/{certificate.year}",
        "agency_name": certificate.agency_name,
        "stage": certificate.stage,
        "decree": certificate.decree,
        "decree_date": certificate.decree_date,
        "index": certificate.displayed.index,
        "exact_index": certificate.card.index,
        "grade": certificate.card.grade,
        "edition": certificate.edition,
        "edition_digest": certificate.edition_digest,
        "sources": recorded.sources,
        "bases": recorded.bases,
        "calculated_by": recorded.calculated_by,
    }


def _stage_names(certificate: Certificate | None, rulebook: Rulebook) -> Mapping[str, str]:
    """Return stage id -> official name, where the edition is installed."""
    if certificate is None:
        return {}
    try:
        edition = rulebook.edition(certificate.edition, certificate.year)
    except SpbeError:
        return {}
    return {stage.id: stage.name for stage in edition.stages}


def _lines(said: Mapping[str, Any], stages: Mapping[str, str]) -> list[str]:
    """Say what holds, one fact a line: numbers first, and what agencies and editions word themselves in quotes.

    Whoever chooses a name could otherwise write a whole other result into it.
    """
    quoted = {name: _quoted(said[name]) for name in ("agency_name", "stage", "decree", "grade", "edition")}
    dated = "determined" if said["decree_date"] else "determined-undated"
    standing = "only-stage" if said["stage"] is not None else dated
    quoted["stage_name"] = _quoted(stages.get(str(said["stage"]), said["stage"]))
    counted = Counter(
        f"{stages.get(stage, stage)}, {_basis(said['bases'].get(indicator, '-'))}"
        for indicator, stage in said["sources"].items()
    )
    quoted["values"] = ", ".join(f"{_quoted(origin)} {count}" for origin, count in sorted(counted.items()))
    quoted["programs"] = ", ".join(_quoted(f"{name} {version}") for name, version in said["calculated_by"].items())
    known = [fact for fact, words in (("values", "values"), ("calculated", "programs")) if quoted[words]]
    facts = ("holds", standing, "index", "grade", "edition", *known, "agency")
    lines = [text(f"certificate.{fact}", **{**said, **quoted}) for fact in facts]
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def _basis(basis: str) -> str:
    return text(f"bases.{basis}") if f"bases.{basis}" in texts(spoken()) else basis


def _quoted(member: str | None) -> str:
    return "-" if member is None else '"{}"'.format(member.replace('"', '\\"'))


def _limits(said: Mapping[str, Any] | None, *, compared: bool) -> str:
    limits = text("certificate.limits")
    if compared or said is None:
        return limits
    return f"{limits} {text('certificate.not-compared', digest=said['edition_digest'])}"


def _digest(document: Path) -> str:
    """Hash a document of any size.

    Raises:
        InputError: ``file-missing``, ``file-not-regular`` or ``file-unreadable``.
    """
    digest = hashlib.sha256()
    with opened_file(document) as content:
        while part := content.read(1 << 20):
            digest.update(part)
    return f"sha256:{digest.hexdigest()}"
