"""A witness's co-signature under a checkpoint; needs no store, only what the witness was sent and what it kept."""

from datetime import UTC, datetime
from pathlib import Path

import click

from spbe_cli.command import command, option
from spbe_cli.commands.keys import read_public, read_signer
from spbe_cli.commands.ledger import CHECKPOINT
from spbe_cli.failures import FINDING
from spbe_cli.language import spoken, text
from spbe_cli.new_file import write_new
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import write_json, write_line
from spbe_core.errors import InputError
from spbe_core.exchange.card_json import finding_members
from spbe_core.exchange.proof_json import read_consistency
from spbe_core.exchange.text_file import LARGEST_NOTE, decoded, read_bytes
from spbe_core.ledger.checkpoint import Checkpoint
from spbe_core.ledger.cosignature import WitnessKey, WitnessSigner, fork_of
from spbe_core.ledger.signed_note import VerifierKey, open_note
from spbe_core.model.finding import Finding

_FILE = click.Path(dir_okay=False, path_type=Path)


@command("ledger-cosign")
@CHECKPOINT
@option("--log", "log_key", required=True)
@option("--key", "witness_file", type=_FILE, required=True)
@option("--previous", type=_FILE)
@option("--proof", type=_FILE)
@option("--first", is_flag=True)
@option("--out", type=_FILE, key="checkpoint_out", required=True)
@FORMAT
@LANG
@click.pass_context
def ledger_cosign(
    ctx: click.Context,
    note: Path,
    log_key: str,
    witness_file: Path,
    previous: Path | None,
    proof: Path | None,
    first: bool,
    out: Path,
    output: str,
) -> None:
    """Co-sign a checkpoint that goes on from the last one the witness co-signed."""
    log, witness = read_public(log_key, VerifierKey), read_signer(witness_file, WitnessSigner)
    given = decoded(read_bytes(note, largest=LARGEST_NOTE))
    checkpoint = Checkpoint.read(open_note(given, log))
    if first and previous is None and proof is None:
        finding = None
    elif previous is not None and proof is not None and not first:
        finding = _fork(checkpoint, previous, proof, log, witness)
    else:
        raise click.UsageError(text("usage.cosign"), ctx)
    if finding is not None:
        if output == "json":
            write_json({"findings": [finding_members(finding, spoken())]})
        else:
            write_line(text("ledger.not-cosigned"), bold=True)
            write_line(finding.what(spoken()), hanging=2)
        ctx.exit(FINDING)
    write_new(out, witness.cosign(given, log, datetime.now(UTC)).encode())
    members = {"file": str(out), "name": witness.name, "origin": checkpoint.origin, "size": checkpoint.size}
    if output == "json":
        write_json({**members, "findings": []})
    else:
        write_line(text("ledger.cosigned", **members))


def _fork(
    checkpoint: Checkpoint, previous: Path, proof: Path, log: VerifierKey, witness: WitnessSigner
) -> Finding | None:
    """Hold a checkpoint against the last one, which only counts with the log's and the witness's own signature."""
    kept = decoded(read_bytes(previous, largest=LARGEST_NOTE))
    last = Checkpoint.read(open_note(kept, log))
    open_note(kept, WitnessKey(witness.name, witness.verifier.public))
    found = read_consistency(read_bytes(proof))
    if (found.old_size, found.new_size) != (last.size, checkpoint.size) and last.size <= checkpoint.size:
        raise InputError(
            "proof-of-other-sizes",
            old=found.old_size,
            new=found.new_size,
            previous=last.size,
            size=checkpoint.size,
        )
    return fork_of(last, checkpoint, found.path)
