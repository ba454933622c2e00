"""Time stamps (RFC 3161): an outside authority's word that a checkpoint existed at a time. Opens no connection.

Needs the extra ``spbe-core[timestamp]``.
"""

import ssl
from collections.abc import Sequence
from datetime import datetime

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from spbe_core.errors import InputError

try:
    import rfc3161_client as rfc3161
    from rfc3161_client._rust import parse_timestamp_request
except ImportError as missing:
    raise InputError("extra-missing", package=missing.name, extra="timestamp") from missing


@attrs.frozen
class TimeStamp:
    """What an authority vouches for.

    Attributes:
        at: when it saw the checkpoint.
        authority: subject of the certificate it signed with.
        policy: identifier of the rules it works by.
        serial: its own number for this stamp.
    """

    at: datetime
    authority: str
    policy: str
    serial: int


def stamp_request(note: bytes) -> bytes:
    """Write the request that goes to an authority: the SHA-256 of the note's exact bytes, and a random number.

    Args:
        note: the checkpoint's file, co-signatures included.
    """
    asked = rfc3161.TimestampRequestBuilder().data(note).hash_algorithm(rfc3161.HashAlgorithm.SHA256)
    return asked.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()


def read_roots(pem: bytes) -> Sequence[x509.Certificate]:
    """Read the root certificates of the authorities that are trusted.

    Raises:
        InputError: ``stamp-roots-malformed``.
    """
    try:
        roots = x509.load_pem_x509_certificates(pem)
        # The verification panics over names that cryptography takes and OpenSSL does not, so OpenSSL is asked first.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=b"".join(one.public_bytes(Encoding.DER) for one in roots))
    except Exception as problem:  # of what is no certificate, parsers say so by many kinds of errors
        raise InputError("stamp-roots-malformed") from problem
    return roots


def stamped(note: bytes, response: bytes, roots: Sequence[x509.Certificate], request: bytes | None = None) -> TimeStamp:
    """Check a time stamp of a note: its imprint, its signature, and that its signer was a time stamper at that time.

    Args:
        note: the checkpoint's file as it was when the request was made.
        response: what the authority answered.
        roots: certificates in which every chain must end.
        request: what was asked; its random number and policy must then be the response's.

    Raises:
        InputError: ``stamp-malformed``, ``stamp-refused``, ``stamp-answers-another`` or ``stamp-untrusted``.
    """
    try:
        found = rfc3161.decode_timestamp_response(response)
        status = found.status
        asked = None if request is None else parse_timestamp_request(request)
    except Exception as problem:
        raise InputError("stamp-malformed") from problem
    if status not in {rfc3161.PKIStatus.GRANTED, rfc3161.PKIStatus.GRANTED_WITH_MODS}:
        raise InputError("stamp-refused", status=status)
    try:
        info = found.tst_info
        answers = asked is None or (
            asked.nonce == info.nonce
            and asked.policy in {None, info.policy}
            and asked.message_imprint.message == info.message_imprint.message
        )
    except Exception as problem:
        raise InputError("stamp-malformed") from problem
    if not answers:
        raise InputError("stamp-answers-another")
    try:
        rfc3161.VerifierBuilder(roots=list(roots)).build().verify_message(found, note)
        return TimeStamp(info.gen_time, _authority(found), info.policy.dotted_string, info.serial_number)
    except Exception as problem:
        raise InputError("stamp-untrusted", reason=problem) from problem


def _authority(response: rfc3161.TimeStampResponse) -> str:
    """Name the signer, whose certificate the verification found in the response."""
    data = response.signed_data
    (signer,) = data.signer_infos
    return next(
        one.subject.rfc4514_string()
        for one in map(x509.load_der_x509_certificate, data.certificates)
        if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number)
    )
