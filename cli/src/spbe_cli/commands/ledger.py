"""The ledger on the command line: checkpoints that leave the store, verification against them, and proofs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from spbe_cli.command import argument, command, option
from spbe_cli.commands.keys import read_public, read_signer
from spbe_cli.commands.time_stamp import read_stamp, stamp_options
from spbe_cli.failures import FINDING
from spbe_cli.group import group
from spbe_cli.language import spoken, text
from spbe_cli.new_file import write_new
from spbe_cli.options import WITHOUT_DOCUMENTS, reading
from spbe_cli.render import write_json, write_line
from spbe_cli.store import opened
from spbe_core.exchange.card_json import finding_members
from spbe_core.exchange.proof_json import consistency_members, inclusion_members
from spbe_core.exchange.text_file import LARGEST_NOTE, decoded, read_bytes
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.cosignature import WitnessKey, seen_at
from spbe_core.ledger.signed_note import SignerKey, VerifierKey, open_note

ledger: Final = group(
    "ledger",
    {
        "checkpoint": ("ledger", "ledger-checkpoint"),
        "verify": ("ledger", "ledger-verify"),
        "prove": ("ledger", "ledger-prove"),
        "consistency": ("ledger", "ledger-consistency"),
        "cosign": ("cosign", "ledger-cosign"),
        "stamp-request": ("time_stamp", "ledger-stamp-request"),
    },
)

_OUT: Final = option("--out", type=click.Path(dir_okay=False, path_type=Path), key="proof_out")
_PUBLIC: Final = option("--key", "public_key", envvar="SPBE_PUBLIC_KEY", required=True)
CHECKPOINT: Final = option("--checkpoint", "note", type=click.Path(path_type=Path), required=True)


@command("ledger-checkpoint")
@option("--key", "signing_key", type=click.Path(path_type=Path), envvar="SPBE_KEY", required=True)
@option("--out", type=click.Path(dir_okay=False, path_type=Path), key="checkpoint_out", required=True)
@reading
def ledger_checkpoint(signing_key: Path, out: Path, store: str | None, output: str) -> None:
    """Sign what the ledger is now, in a file to be kept elsewhere."""
    key = read_signer(signing_key, SignerKey)
    with opened(store) as spbe:
        found = spbe.ledger.checkpoint(key.name)
    write_new(out, key.sign(str(found)).encode())
    members = {"file": str(out), "origin": found.origin, "size": found.size, "root": found.root.hex()}
    if output == "json":
        write_json(members)
    else:
        write_line(text("ledger.checkpoint", **members))


@command("ledger-verify")
@CHECKPOINT
@_PUBLIC
@option("--witness", "witnesses", multiple=True)
@stamp_options
@WITHOUT_DOCUMENTS
@reading
@click.pass_context
def ledger_verify(
    ctx: click.Context,
    note: Path,
    public_key: str,
    witnesses: Sequence[str],
    stamp: Path | None,
    stamp_ca: Path | None,
    stamp_request: Path | None,
    without_documents: bool,
    store: str | None,
    output: str,
) -> None:
    """Hold the store against a checkpoint, once all who shall vouch for the checkpoint do."""
    content = read_bytes(note, largest=LARGEST_NOTE)  # once: the file may change meanwhile
    signed = decoded(content)
    checkpoint = Checkpoint.read(open_note(signed, read_public(public_key, VerifierKey)))
    keys = [read_public(one, WitnessKey) for one in witnesses]
    seen = [{"name": key.name, "at": seen_at(signed, key)} for key in keys]
    stamped = read_stamp(ctx, content, stamp, stamp_ca, stamp_request)
    with opened(store) as spbe:
        report = spbe.ledger.verify(checkpoint, documents=not without_documents)
    facts: dict[str, Any] = {
        "origin": checkpoint.origin,
        "at": checkpoint.at,
        "size": checkpoint.size,
        "beyond": report.beyond,
        "contents": report.contents,
        "differences": len(report.differences),
    }
    if output == "json":
        findings = [finding_members(one, spoken()) for one in report.findings]
        write_json({**facts, "witnesses": seen, "stamp": stamped, "findings": findings})
    else:
        verified, differs = "ledger.verified", "ledger.differs"
        if without_documents:
            verified, differs = "ledger.verified-events", "ledger.differs-events"
        write_line(text(differs if report.differences else verified, **facts), bold=True)
        if report.beyond:
            write_line(text("ledger.beyond", **facts))
        for witness in seen:
            write_line(text("ledger.seen", **witness))
        if stamped is not None:
            write_line(text("ledger.stamped", **stamped))
        for finding in report.findings:
            write_line(finding.what(spoken()), hanging=2)
    if report.differences:
        ctx.exit(FINDING)


@command("ledger-prove")
@argument("evaluation")
@option("--event", "version", key="event", type=click.IntRange(min=1), required=True)
@option("--size", type=click.IntRange(min=1))
@_OUT
@reading
def ledger_prove(
    evaluation: str, version: int, size: int | None, out: Path | None, store: str | None, output: str
) -> None:
    """Prove that one event is in the ledger."""
    with opened(store) as spbe:
        members = inclusion_members(spbe.ledger.prove(evaluation, version, size=size))
    _give(members, out, output)


@command("ledger-consistency")
@CHECKPOINT
@_PUBLIC
@option("--size", type=click.IntRange(min=1))
@_OUT
@reading
def ledger_consistency(
    note: Path, public_key: str, size: int | None, out: Path | None, store: str | None, output: str
) -> None:
    """Prove that the ledger of a checkpoint is the beginning of the ledger as it is, or of its beginning of a size."""
    signed = decoded(read_bytes(note, largest=LARGEST_NOTE))
    checkpoint = Checkpoint.read(open_note(signed, read_public(public_key, VerifierKey)))
    with opened(store) as spbe:
        members = consistency_members(spbe.ledger.prove_consistency(checkpoint.size, size))
    _give(members, out, output)


def _give(members: dict[str, Any], out: Path | None, output: str) -> None:
    """Write a proof, which is JSON whatever the form of the output, to a file or to standard output."""
    if out is None:
        write_json(members)
        return
    write_new(out, msgspec.json.format(msgspec.json.encode(members), indent=1) + b"\n")
    if output == "json":
        write_json({"file": str(out)})
    else:
        write_line(text("ledger.proof", file=out))
