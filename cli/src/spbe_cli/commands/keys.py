"""Keys that sign and co-sign: made, read, and their public half shown."""

from pathlib import Path
from typing import Final, TypeVar

import click

from spbe_cli.command import argument, command, option
from spbe_cli.group import group
from spbe_cli.language import text
from spbe_cli.new_file import write_new
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import write_json, write_line
from spbe_core.errors import InputError
from spbe_core.exchange.text_file import decoded, read_bytes
from spbe_core.ledger.cosignature import WitnessSigner
from spbe_core.ledger.signed_note import SignerKey, VerifierKey

_Signer = TypeVar("_Signer", bound=SignerKey)
_Public = TypeVar("_Public", bound=VerifierKey)

keys: Final = group("keys", {"create": ("keys", "keys-create"), "public": ("keys", "keys-public")})


@command("keys-create")
@argument("key_file", type=click.Path(dir_okay=False, path_type=Path))
@option("--name", key="key_name", required=True)
@option("--witness", key="witness_key", is_flag=True)
@FORMAT
@LANG
def keys_create(key_file: Path, name: str, witness: bool, output: str) -> None:
    """Make a key and keep it in a file that only its owner can read."""
    key = (WitnessSigner if witness else SignerKey).create(name)
    write_new(key_file, f"{key.reveal()}\n".encode(), mode=0o600)
    if output == "json":
        write_json({"file": str(key_file), "name": name, "public": str(key.verifier)})
    else:
        write_line(text("keys.created", file=key_file))
        write_line(str(key.verifier))


@command("keys-public")
@argument("key_file", type=click.Path(dir_okay=False, path_type=Path))
@FORMAT
@LANG
def keys_public(key_file: Path, output: str) -> None:
    """Show the public half, which checks signatures and may be given to anyone."""
    key = _any_signer(key_file)
    if output == "json":
        write_json({"name": key.name, "public": str(key.verifier)})
    else:
        write_line(str(key.verifier))


def _any_signer(file: Path) -> SignerKey:
    try:
        return read_signer(file, SignerKey)
    except InputError as problem:
        if problem.code != "key-kind-wrong":
            raise
        return read_signer(file, WitnessSigner)


def read_signer(file: Path, kind: type[_Signer]) -> _Signer:
    """Read a signing key of a kind from its file.

    Raises:
        InputError: it cannot be read, is no key, or is one of another kind.
    """
    return kind.read(decoded(read_bytes(file)))


def read_public(given: str, kind: type[_Public]) -> _Public:
    """Read a public key.

    Args:
        given: the key's text, or a file that holds it.
        kind: of key.

    Raises:
        InputError: it cannot be read, is no key, or is one of another kind.
    """
    named = Path(given)
    return kind.read(decoded(read_bytes(named)) if "+" not in given or named.is_file() else given)
