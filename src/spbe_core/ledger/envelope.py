"""A DSSE envelope: an in-toto statement with an Ed25519 signature, as one text that has no second spelling."""

import base64
import re
from typing import Final, Self

import attrs

from spbe_core.errors import InputError
from spbe_core.ledger.signed_note import SignerKey, VerifierKey

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of an envelope; the largest edition and a thousand documents take a quarter of it."""

_ENVELOPE: Final = re.compile(
    rb'\{"payload":"([A-Za-z0-9+/]*+={0,2}+)","payloadType":"application/vnd\.in-toto\+json",'
    rb'"signatures":\[\{"keyid":"([0-9a-f]{8})","sig":"([A-Za-z0-9+/]{86}==)"\}\]\}\n'
)


@attrs.frozen
class Envelope:
    """A signed statement.

    Attributes:
        payload: bytes of the statement.
        keyid: the hash of the signer's key, in hexadecimal.
        signature: 64 bytes.
    """

    payload: bytes
    keyid: str
    signature: bytes

    @classmethod
    def seal(cls, payload: bytes, key: SignerKey) -> Self:
        """Sign a statement."""
        return cls(payload, key.verifier.hash.hex(), key.signature(_authenticated(payload)))

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read an envelope without asking who signed it.

        Raises:
            InputError: ``certificate-too-large`` or ``certificate-malformed``.
        """
        if len(content) > LARGEST:
            raise InputError("certificate-too-large", largest=LARGEST)
        match = _ENVELOPE.fullmatch(content)
        if match is None:
            raise InputError("certificate-malformed", reason="DSSE")
        try:
            found = cls(base64.b64decode(match[1], validate=True), match[2].decode(), base64.b64decode(match[3]))
        except ValueError as problem:
            raise InputError("certificate-malformed", reason="base64") from problem
        if bytes(found) != content:  # base64 leaves bits of its last letter unused
            raise InputError("certificate-malformed", reason="base64")
        return found

    def __bytes__(self) -> bytes:
        payload, signature = (base64.b64encode(part).decode() for part in (self.payload, self.signature))
        signatures = f'[{{"keyid":"{self.keyid}","sig":"{signature}"}}]'
        return f'{{"payload":"{payload}","payloadType":"{PAYLOAD_TYPE}","signatures":{signatures}}}\n'.encode()

    def signed_by(self, key: VerifierKey) -> bool:
        """Say whether the signature is a key's."""
        return self.keyid == key.hash.hex() and key.signed(_authenticated(self.payload), self.signature)


def _authenticated(payload: bytes) -> bytes:
    """Write what is signed: the pre-authentication encoding of DSSE 1, which covers the payload's type."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
