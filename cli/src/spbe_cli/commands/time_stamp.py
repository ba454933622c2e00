"""Time stamps of a checkpoint: the request that goes to an authority, and what its answer vouches for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import click

from spbe_cli.command import command, option
from spbe_cli.language import text
from spbe_cli.new_file import write_new
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import write_json, write_line
from spbe_core.exchange.text_file import LARGEST_NOTE, read_bytes

_FILE = click.Path(dir_okay=False, path_type=Path)


@command("ledger-stamp-request")
@option("--checkpoint", "note", type=_FILE, required=True)
@option("--out", type=_FILE, key="request_out", required=True)
@FORMAT
@LANG
def ledger_stamp_request(note: Path, out: Path, output: str) -> None:
    """Write the request for a time stamp; sending it is somebody else's business."""
    from spbe_core.ledger.time_stamp import stamp_request

    write_new(out, stamp_request(read_bytes(note, largest=LARGEST_NOTE)))
    if output == "json":
        write_json({"file": str(out)})
    else:
        write_line(text("ledger.stamp-request", file=out))


def stamp_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name a time stamp."""
    decorated: Callable[..., None] = option("--stamp", type=_FILE)(
        option("--stamp-ca", type=_FILE)(option("--stamp-request", type=_FILE)(function))
    )
    return decorated


def read_stamp(
    ctx: click.Context, note: bytes, response: Path | None, roots: Path | None, request: Path | None
) -> dict[str, Any] | None:
    """Check the time stamp of a checkpoint, where one is given, and return what it says.

    Raises:
        click.UsageError: the stamp or the certificates it must lead to are missing.
        InputError: the stamp does not hold.
    """
    if response is None and roots is None and request is None:
        return None
    if response is None or roots is None:
        raise click.UsageError(text("usage.stamp"), ctx)
    from spbe_core.ledger.time_stamp import read_roots, stamped

    asked = None if request is None else read_bytes(request)
    return attrs.asdict(stamped(note, read_bytes(response), read_roots(read_bytes(roots)), asked))
