"""Signed notes (C2SP signed-note): a text with Ed25519 signatures under it, which anyone with the key can check."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from typing import ClassVar, Final, Self

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from spbe_core.errors import InputError

_KINDS: Final = (b"\1", b"\4")
"""Signature types of keys that are 32 bytes: of a signer, and of a witness."""

_NAME: Final = re.compile(r"[^\s+\ud800-\udfff]{1,100}")  # half a character cannot be signed
_PRIVATE: Final = "PRIVATE+KEY+"
_LONGEST_SIGNATURES: Final = 32 * 1024
"""Characters under a text: more than a hundred signatures, and little enough to look at each."""

_SIGNATURE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")


@attrs.frozen
class VerifierKey:
    """The public half of a key: ``NAME+HASH+BASE64``.

    Attributes:
        name: of the signer; part of what the key's hash covers.
        public: 32 bytes.
    """

    KIND: ClassVar[bytes] = b"\1"
    """Signature type of the note format: the signature is over the text itself."""

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key as it is handed around.

        Raises:
            InputError: ``key-malformed``, or ``key-kind-wrong`` where it signs something else.
        """
        name, digest, encoded = _parts(text.strip(), cls.KIND)
        key = cls(name, encoded)
        if key.hash.hex() != digest:
            raise InputError("key-malformed")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(self.KIND + self.public).decode()}"

    @property
    def hash(self) -> bytes:
        """Four bytes that tell keys apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.KIND + self.public).digest()[:4]

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Say whether a signature of a message is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
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

    VERIFIER: ClassVar[type[VerifierKey]] = VerifierKey
    """Kind of its public half."""

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
            InputError: ``key-malformed``, or ``key-kind-wrong`` where it signs something else.
        """
        stripped = text.strip()
        if not stripped.startswith(_PRIVATE):
            raise InputError("key-malformed")
        name, digest, secret = _parts(stripped.removeprefix(_PRIVATE), cls.VERIFIER.KIND)
        key = cls(name, secret)
        if key.verifier.hash.hex() != digest:
            raise InputError("key-malformed")
        return key

    def reveal(self) -> str:
        """Write the key as it is kept; whoever reads it can sign."""
        encoded = base64.b64encode(self.VERIFIER.KIND + self.secret).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.hash.hex()}+{encoded}"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()
        return self.VERIFIER(self.name, public)

    def signature(self, message: bytes) -> bytes:
        """Sign a message."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(message)

    def sign(self, text: str) -> str:
        """Return a text, which must end its last line, with a signature under it."""
        return f"{text}\n{self.line(self.signature(text.encode()))}"

    def line(self, signature: bytes) -> str:
        """Write a signature as the line that stands under a note."""
        return f"— {self.name} {base64.b64encode(self.verifier.hash + signature).decode()}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """Return a note's text if the key signed it.

    Raises:
        InputError: ``note-malformed``, or ``note-not-signed`` where no signature is this key's.
    """
    text, _ = signature_by(note, key)
    return text


def signature_by(note: str, key: VerifierKey) -> tuple[str, bytes]:
    """Return a note's text and the key's signature under it.

    Raises:
        InputError: ``note-malformed``, or ``note-not-signed`` where no signature is this key's.
    """
    text, separator, signatures = note.rpartition("\n\n")
    text += "\n"
    if not separator or len(signatures) > _LONGEST_SIGNATURES:
        raise InputError("note-malformed")
    try:
        message = text.encode()
    except UnicodeEncodeError as problem:  # half a character was never signed
        raise InputError("note-malformed") from problem
    for name, raw in _signatures(signatures):
        if name == key.name and raw[:4] == key.hash and key.signed(message, raw[4:]):
            return text, raw[4:]
    raise InputError("note-not-signed", key=key.name)


def _signatures(lines: str) -> Iterator[tuple[str, bytes]]:
    """Yield the signer and what is said to be the signature of every line, once all are known to be such lines."""
    found = [_SIGNATURE.fullmatch(line) for line in lines.splitlines(keepends=True)]
    if not found or len(found) > 100 or not all(found):
        raise InputError("note-malformed")
    yield from ((match[1], _decoded(match[2])) for match in found if match is not None)


def _parts(text: str, kind: bytes) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    digest, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if not _NAME.fullmatch(name) or len(raw) != 33 or raw[:1] not in _KINDS:
        raise InputError("key-malformed")
    if raw[:1] != kind:
        raise InputError("key-kind-wrong", key=name)
    return name, digest, raw[1:]


def _decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if base64.b64encode(raw).decode() == text else b""  # one text for one value
