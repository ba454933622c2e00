"""Inputs made to exhaust a reader, by target; each is made of about so many bytes.

    python -m hostile.exhausting TARGET BYTES MEMORY SECONDS

gives a target all of its own, under the system's limits of memory and processor time.
"""

import resource
import sys
from collections.abc import Callable
from typing import Final

from hostile.targets import survives

Make = Callable[[int], bytes]


def deep_json(size: int) -> bytes:
    return b'{"id":' + b"[" * size


def wide_json(size: int) -> bytes:
    return b'{"id":"a/2030","agency_name":"A","stages":[' + b"[]," * (size // 3) + b"[]]}"


def many_keys(size: int) -> bytes:
    keys = b",".join(b'"%d":"1"' % place for place in range(size // 12))
    return b'{"id":"a/2030","agency_name":"A","stages":[{"stage":"self","values":{' + keys + b"}}]}"


def repeated_key_at_the_end(size: int) -> bytes:
    return b"{" + b"".join(b'"%d":1,' % place for place in range(size // 12)) + b'"x":1,"x":1}'


def many_documents(size: int) -> bytes:
    documents = b",".join([b'{"file":"sk.pdf","indicators":["1"]}'] * (size // 40))
    return b'{"id":"a/2030","agency_name":"A","stages":[],"evidence":[' + documents + b"]}"


def many_links(size: int) -> bytes:
    """As many links as are taken, each for every item, and a verdict on each item that they all came before."""
    title = "a" * max(1, size // 4500 - 90)
    links = ",".join(['{"link":"https://a.id","indicators":["1"],"title":"%s"}' % title] * min(4500, size // 90))  # noqa: UP031
    verdicts = '"verdicts":{"I1-L2-01":"accepted","I1-L2-02":"revise"}'
    stages = '[{"stage":"self",' + verdicts + ',"close":false}]'
    return f'{{"id":"kota-a/2030","agency_name":"A","stages":{stages},"evidence":[{links}]}}'.encode()


def many_stages(size: int) -> bytes:
    stages = b",".join([b'{"stage":"self","values":{"1":"1"},"close":false}'] * (size // 50))
    return b'{"id":"kota-a/2030","agency_name":"A","stages":[' + stages + b"]}"


CASES: Final[dict[str, tuple[str, Make]]] = {
    "deep JSON": ("evaluation-json", deep_json),
    "wide JSON": ("evaluation-json", wide_json),
    "many members": ("evaluation-json", many_keys),
    "a member repeated at the end": ("evaluation-json", repeated_key_at_the_end),
    "many documents": ("evaluation-json", many_documents),
    "many links": ("evaluation-json", many_links),
    "many stages": ("evaluation-json", many_stages),
    "a long number in JSON": ("evaluation-json", lambda size: b'{"id":' + b"9" * size + b"}"),
    "a long exponent in JSON": ("evaluation-json", lambda _: b'{"id":1e999999999}'),
    "a long text in JSON": (
        "evaluation-json",
        lambda size: b'{"id":"' + b"a" * size + b'","agency_name":"A","stages":[]}',
    ),
    "one line of CSV": ("values-csv", lambda size: b"a" * size),
    "commas": ("values-csv", lambda size: b"," * size),
    "commas below a header": ("values-csv", lambda size: b"indicator,value\n" + b"," * size),
    "quotes": ("values-csv", lambda size: b"indicator,value\n" + b'"' * size),
    "blank lines": ("values-csv", lambda size: b"indicator,value\n" + b"\n" * size),
    "many rows": ("values-csv", lambda size: b"indicator,value\n" + b"".join(b"%d,1\n" % n for n in range(size // 10))),
    "a wide header": (
        "bulk-csv",
        lambda size: b"agency,year," + b",".join(b"%d" % n for n in range(size // 9)) + b",x,x\n",
    ),
    "many agencies": ("bulk-csv", lambda size: b"agency,year,1\n" + b"a,2030,1\n" * (size // 9)),
    "many units": (
        "assignments-csv",
        lambda size: b"task,units,responsible,deadline\n" + b"1,a;b,a,2030-01-01\n" + b"2," + b";a" * 60_000 + b",,\n",
    ),
    "many verdicts": ("verdicts-csv", lambda size: b"item,verdict\n" + b"I1-L2-01,accepted\n" * (size // 18)),
    "many rows of an evaluation": (
        "evaluation-csv",
        lambda size: b"stage,indicator,value\n" + b"".join(b"s%d,1,1\n" % n for n in range(size // 12)),
    ),
    "a deep event": ("event", lambda size: b'spbe:evidence-superseded@1\n{"x":' + b"[" * size),
    "a deep edition": ("edition-document", lambda size: b'{"x":' * (size // 5)),
    "a long exponent in an edition": ("edition-document", lambda _: b'{"places":1e999999999}'),
    "deep TOML arrays": ("edition-files", lambda _: b"x = " + b"[" * 100_000),
    "deep TOML tables": ("edition-files", lambda _: b"x = " + b"{a = " * 100_000),
    "a deep TOML key": ("edition-files", lambda _: b"a." * 10_000 + b"a = 1"),
    "a deep TOML key in an overlay": ("overlay", lambda _: b"a." * 3_000 + b"a = 1"),
    "a deep TOML key in a crosswalk": ("crosswalk", lambda _: b"a." * 3_000 + b"a = 1"),
    "a deep TOML key in results": ("published-results", lambda _: b"[values]\n" + b"a." * 3_000 + b"a = 1"),
    "a long number in TOML": ("edition-files", lambda _: b"places = " + b"9" * 1_000_000),
    "a long number in an overlay": ("overlay", lambda _: b"years = [" + b"9" * 1_000_000 + b"]"),
    "a long number in results": ("published-results", lambda _: b"year = " + b"9" * 1_000_000),
    "a hexadecimal number in TOML": ("overlay", lambda _: b"years = [0x" + b"f" * 1_000_000 + b"]"),
    "deep arrays in an overlay": ("overlay", lambda _: b"x = " + b"[" * 100_000),
    "deep arrays in a crosswalk": ("crosswalk", lambda _: b"x = " + b"[" * 100_000),
    "deep arrays in results": ("published-results", lambda _: b"x = " + b"[" * 100_000),
    "no text": ("published-results", lambda _: b"\xff\xfe"),
    "many lines of a checkpoint": ("checkpoint", lambda size: b"\n" * size),
    "a long checkpoint": ("checkpoint", lambda size: b"a\n9\nAAAA\nat 2030\nfingerprints " + b"A" * size + b"\n"),
    "many breaks in a note": ("signed-note", lambda size: b"\n\n" + b"\x0b" * size),
    "many signatures": ("signed-note", lambda size: b"a\n\n" + "— a AAAA\n".encode() * (size // 12)),
    "a long signature": ("signed-note", lambda size: "a\n\n— contoh.go.id/spbe ".encode() + b"A" * size + b"\n"),
    "a long key": ("verifier-key", lambda size: b"a+" * (size // 2)),
    "a deep statement": ("certificate-statement", lambda size: b'{"predicate":' * (size // 13)),
    "a statement of one list": (
        "certificate-statement",
        lambda size: b'{"predicate":[' + b"[]," * (size // 4) + b"[]]}",
    ),
    "a long envelope": (
        "certificate",
        lambda size: (
            b'{"payload":"' + b"A" * size + b'","payloadType":"application/vnd.in-toto+json","signatures":[{"k'
        ),
    ),
    "a long number": ("numbers", lambda size: b"9" * size),
    "a long fraction": ("numbers", lambda _: b"1/" + str(2**6600).encode()),
    "a long path": ("proofs", lambda size: b"\0" * size),
}


def main(target: str, size: int, memory: int, seconds: int) -> None:
    """Run the cases of a target, each named before it is tried."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    for name, (one, make) in CASES.items():
        if one == target:
            print(name, file=sys.stderr, flush=True)
            survives(target, make(size))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
