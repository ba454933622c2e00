"""The short run: every reader gets its samples, mutations of them and arbitrary bytes, and answers or refuses."""

import base64

import pytest
from hostile.seeds import seeds
from hostile.targets import TARGETS, sample, survives
from hypothesis import example, given
from hypothesis import strategies as st

each = pytest.mark.parametrize("name", TARGETS)

BITS = [
    b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\\ud800", b"1e999999", b"NaN", b"-0", b"9" * 400,
    b"[" * 2000, b"{" * 2000, b"a." * 500, b'"', b"\n", b"\r", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\x1b[2J", b"null",
    b"0000-00-00", b"1/0", b"{0.__class__}", b"../../etc/passwd", b",", b"\x1c", b"\xc2\x85", b"\xe2\x80\xa8",
]  # fmt: skip
"""What has broken readers before."""


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """A sample of a target with a few places cut out, doubled or replaced."""
    data = bytearray(draw(st.sampled_from(seeds(name))))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 2, 8, 64])))
        new = draw(st.sampled_from(BITS) | st.binary(max_size=6) | st.just(bytes(data[start:end]) * 2))
        data[start:end] = new
    return bytes(data)


@each
def test_every_target_begins_with_a_sample(name: str) -> None:
    """Each reader's own samples are survived, and there is at least one."""
    assert seeds(name)
    for data in seeds(name):
        survives(name, data)


@each
@given(data=st.data())
def test_mutated_samples(name: str, data: st.DataObject) -> None:
    """Whatever is done to a sample, the answer is a value or an error of the library with readable words."""
    survives(name, data.draw(mutated(name)))


@each
@given(data=st.binary(max_size=300) | st.lists(st.sampled_from(BITS), max_size=5).map(b"".join))
@example(data=b"")
def test_arbitrary_bytes(name: str, data: bytes) -> None:
    """Bytes that were never meant for the reader are refused in words, or taken."""
    survives(name, data)


@pytest.mark.parametrize("change", [(b"Akar", b"Ak\xff\xfe"), (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x03")])
def test_roots_that_one_parser_takes_and_another_does_not(change: tuple[bytes, bytes]) -> None:
    """A name that is no text and a version there is not have ended the process, and been no declared error."""
    body = base64.b64decode(b"".join(sample("roots.pem").splitlines()[1:-1]))
    assert change[0] in body
    pem = base64.encodebytes(body.replace(*change))

    survives("time-stamp-roots", b"-----BEGIN CERTIFICATE-----\n" + pem + b"-----END CERTIFICATE-----\n")
