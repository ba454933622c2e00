"""The ledger on the command line: checkpoints that leave the store, verification against them, and proofs."""

from pathlib import Path
from typing import Any, Final

import click
import msgspec

from spbe_cli.command import argument, command, option
from spbe_cli.commands.keys import read_signer
from spbe_cli.failures import FINDING
from spbe_cli.group import group
from spbe_cli.language import spoken, text
from spbe_cli.new_file import write_new
from spbe_cli.options import reading
from spbe_cli.render import write_json, write_line
from spbe_cli.store import opened
from spbe_core.exchange.card_json import finding_members
from spbe_core.exchange.proof_json import consistency_members, inclusion_members
from spbe_core.exchange.text_file import decoded, read_bytes
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.signed_note import VerifierKey, open_note

ledger: Final = group(
    "ledger",
    {
        "checkpoint": ("ledger", "ledger-checkpoint"),
        "verify": ("ledger", "ledger-verify"),
        "prove": ("ledger", "ledger-prove"),
        "consistency": ("ledger", "ledger-consistency"),
    },
)

_OUT: Final = option("--out", type=click.Path(dir_okay=False, path_type=Path), key="proof_out")
_PUBLIC: Final = option("--key", "public_key", envvar="SPBE_PUBLIC_KEY", required=True)
_CHECKPOINT: Final = option("--checkpoint", "note", type=click.Path(path_type=Path), required=True)


@command("ledger-checkpoint")
@option("--key", "signing_key", type=click.Path(path_type=Path), envvar="SPBE_KEY", required=True)
@option("--out", type=click.Path(dir_okay=False, path_type=Path), key="checkpoint_out", required=True)
@reading
def ledger_checkpoint(signing_key: Path, out: Path, store: str | None, output: str) -> None:
    """Sign what the ledger is now, in a file to be kept elsewhere."""
    key = read_signer(signing_key)
    with opened(store) as spbe:
        found = spbe.checkpoint(key.name)
    write_new(out, key.sign(str(found)).encode())
    members = {"file": str(out), "origin": found.origin, "size": found.size, "root": found.root.hex()}
    if output == "json":
        write_json(members)
    else:
        write_line(text("ledger.checkpoint", **members))


@command("ledger-verify")
@_CHECKPOINT
@_PUBLIC
@reading
@click.pass_context
def ledger_verify(ctx: click.Context, note: Path, public_key: str, store: str | None, output: str) -> None:
    """Hold the store against a checkpoint."""
    checkpoint = read_checkpoint(note, public_key)
    with opened(store) as spbe:
        report = spbe.verify(checkpoint)
    facts: dict[str, Any] = {
        "origin": checkpoint.origin,
        "at": checkpoint.at,
        "size": checkpoint.size,
        "beyond": report.beyond,
        "contents": report.contents,
        "differences": len(report.findings),
    }
    if output == "json":
        write_json({**facts, "findings": [finding_members(one, spoken()) for one in report.findings]})
    else:
        write_line(text("ledger.verified" if not report.findings else "ledger.differs", **facts), bold=True)
        if report.beyond:
            write_line(text("ledger.beyond", **facts))
        for finding in report.findings:
            write_line(finding.what(spoken()), hanging=2)
    if report.findings:
        ctx.exit(FINDING)


@command("ledger-prove")
@argument("evaluation")
@option("--event", "version", type=click.IntRange(min=1), required=True)
@option("--size", type=click.IntRange(min=1))
@_OUT
@reading
def ledger_prove(
    evaluation: str, version: int, size: int | None, out: Path | None, store: str | None, output: str
) -> None:
    """Prove that one event is in the ledger."""
    with opened(store) as spbe:
        members = inclusion_members(spbe.prove(evaluation, version, size=size))
    _give(members, out, output)


@command("ledger-consistency")
@_CHECKPOINT
@_PUBLIC
@_OUT
@reading
def ledger_consistency(note: Path, public_key: str, out: Path | None, store: str | None, output: str) -> None:
    """Prove that the ledger of a checkpoint is the beginning of the ledger as it is."""
    checkpoint = read_checkpoint(note, public_key)
    with opened(store) as spbe:
        members = consistency_members(spbe.prove_consistency(checkpoint.size))
    _give(members, out, output)


def read_checkpoint(note: Path, public_key: str) -> Checkpoint:
    """Read a signed checkpoint.

    Args:
        note: its file.
        public_key: the key's text, or a file that holds it.

    Raises:
        InputError: it cannot be read, or the key did not sign it.
    """
    named = Path(public_key)
    key = decoded(read_bytes(named)) if "+" not in public_key or named.is_file() else public_key
    return Checkpoint.read(open_note(decoded(read_bytes(note)), VerifierKey.read(key)))


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
