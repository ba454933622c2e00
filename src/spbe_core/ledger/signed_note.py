"""Signed notes (C2SP signed-note): a text with Ed25519 signatures under it, which anyone with the key can check."""

import base64
import binascii
import hashlib
import re
from typing import Final, Self

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from spbe_core.errors import InputError

_ED25519: Final = b"\1"
"""Signature type of the note format."""

_NAME: Final = re.compile(r"[^\s+]{1,100}")
_PRIVATE: Final = "PRIVATE+KEY+"
_SIGNATURE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")


@attrs.frozen
class VerifierKey:
    """The public half of a key: ``NAME+HASH+BASE64``.

    Attributes:
        name: of the signer; part of what the key's hash covers.
        public: 32 bytes.
    """

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key as it is handed around.

        Raises:
            InputError: ``key-malformed``.
        """
        name, digest, encoded = _parts(text.strip())
        key = cls(name, encoded)
        if key.hash.hex() != digest:
            raise InputError("key-malformed")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @property
    def hash(self) -> bytes:
        """Four bytes that tell keys apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def signed(self, text: str, signature: bytes) -> bool:
        """Say whether a signature of a text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@attrs.frozen
class SignerKey:
    """The secret half of a key.

    Attributes:
        name: of the signer.
        secret: 32 bytes.
    """

    name: str
    secret: bytes = attrs.field(repr=False)

    @classmethod
    def create(cls, name: str) -> Self:
        """Make a new key.

        Raises:
            InputError: ``key-name-malformed``.
        """
        if not _NAME.fullmatch(name):
            raise InputError("key-name-malformed", name=name)
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key as it is kept.

        Raises:
            InputError: ``key-malformed``.
        """
        stripped = text.strip()
        if not stripped.startswith(_PRIVATE):
            raise InputError("key-malformed")
        name, digest, secret = _parts(stripped.removeprefix(_PRIVATE))
        key = cls(name, secret)
        if key.verifier.hash.hex() != digest:
            raise InputError("key-malformed")
        return key

    def reveal(self) -> str:
        """Write the key as it is kept; whoever reads it can sign."""
        encoded = base64.b64encode(_ED25519 + self.secret).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.hash.hex()}+{encoded}"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return a text, which must end its last line, with a signature under it."""
        signature = Ed25519PrivateKey.from_private_bytes(self.secret).sign(text.encode())
        encoded = base64.b64encode(self.verifier.hash + signature).decode()
        return f"{text}\n— {self.name} {encoded}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """Return a note's text if the key signed it.

    Raises:
        InputError: ``note-malformed``, or ``note-not-signed`` where no signature is this key's.
    """
    text, separator, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = signatures.splitlines(keepends=True)
    found = [_SIGNATURE.fullmatch(line) for line in lines]
    if not separator or not found or len(found) > 100 or not all(found):
        raise InputError("note-malformed")
    for match in found:
        if match is not None and match[1] == key.name:
            raw = _decoded(match[2])
            if raw[:4] == key.hash and key.signed(text, raw[4:]):
                return text
    raise InputError("note-not-signed", key=key.name)


def _parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    digest, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if not _NAME.fullmatch(name) or raw[:1] != _ED25519 or len(raw) != 33:
        raise InputError("key-malformed")
    return name, digest, raw[1:]


def _decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if base64.b64encode(raw).decode() == text else b""  # one text for one value
