"""Answers that no honest server gives, drawn by a seed: what a fuzzer, a proxy or an attacker sends."""

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

_CODECS = ("utf-8", "utf-16", "utf-32", "utf-7", "latin-1", "idna", "punycode", "undefined")
_MORE_CODECS = ("unicode_escape", "raw_unicode_escape", "base64", "rot13", "nonsense", "cp037", "ä")
_TYPES = (
    "application/json",
    "application/problem+json",
    "text/html",
    "multipart/mixed; boundary=b",
    "multipart/form-data; boundary=",
    "application/json; charset",
    "",
    ";",
    "application/pdf",
    "text/xml",
)
_STATUSES = (
    100,
    200,
    200,
    200,
    201,
    202,
    204,
    206,
    301,
    400,
    401,
    403,
    404,
    409,
    429,
    500,
    503,
    599,
    999,
)
_NAMES = (
    "access_token", "expires_in", "token_type", "error", "errors", "status", "code", "message",
    "attachments", "attachmentId", "traceId", "metadata", "documents", "payerId", "transactions",
    "x12", "field", "description", "a\ud800", "\u202e", "", "__proto__", "$ref",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HostileAnswer:
    """What is sent back, as bytes on the wire."""

    raw: bytes


def answer(random: Random) -> HostileAnswer:
    """Return the next answer of a seed."""
    body = random.choice(_BODIES)(random)
    kind = random.choice(_TYPES)
    if kind and random.random() < 0.2:
        kind += f"; charset={random.choice((*_CODECS, *_MORE_CODECS))}"
    headers = [f"content-type: {kind}"] if kind else []
    if random.random() < 0.1:
        body, name = random.choice(_ENCODINGS)(body)
        headers.append(f"content-encoding: {name}")
    headers += random.sample(_HEADERS, random.randrange(3))
    length = len(body) + random.choice((0,) * 12 + (5, -5))
    headers.append(f"content-length: {max(length, 0)}")
    status = random.choice(_STATUSES)
    head = "\r\n".join((f"HTTP/1.1 {status} \x1b]0;x\x07", *headers, "connection: close", "", ""))
    return HostileAnswer(head.encode("utf-8", "replace") + body)


def value(random: Random, depth: int = 0) -> object:
    """Return a value of JSON as nobody would expect it."""
    if depth > 4 or random.random() < 0.5:
        return random.choice(_SCALARS)
    if random.random() < 0.5:
        return [value(random, depth + 1) for _ in range(random.randrange(4))]
    names = random.sample(_NAMES, random.randrange(1, 6))
    return {name: value(random, depth + 1) for name in names}


_SCALARS: tuple[object, ...] = (
    None, True, False, 0, -1, 1e308, -1e308, 10**400, -(10**400), 5e-324, "", " ", "0", "null",
    "\ud800", "a\udfffb", "\ud83d", "\x00", "\x1b[2J", "\u202eabc", "\ufffe", "a" * 5000, "é" * 300,
    "2026-11-22T10:00:00Z", "9999-99-99", "[masked]", "Bearer x", "$TOKEN", "'; --", "<script>", "{{x}}",
    "eyJhbGciOiJub25lIn0.e30.", "..\\..", "%s%n", "=1+1", "::set-output name=a::b", "ISA*00*", "~", "\r\n",
)  # fmt: skip


def _json(random: Random) -> bytes:
    made = json.dumps(value(random), ensure_ascii=random.random() < 0.7)
    return made.encode(random.choice(("utf-8", "utf-8", "utf-16", "utf-32-be")), "replace")


def _odd_json(random: Random) -> bytes:
    return random.choice(
        (
            b'{"a":1,"a":2}', b"NaN", b"[Infinity,-Infinity,NaN]", b'{"expires_in":1e999}', b"\xef\xbb\xbf{}",
            b'"\\ud800"', b'{"\\ud800":"\\udc00"}', b"[" * 1500 + b"]" * 1500, b"[" * 20_000, b"9" * 5000,
            b"[" + b"9" * 5000 + b"]", b'{"access_token":"\\ud800","expires_in":1,"token_type":"bearer"}',
            b'{"access_token":"a\\nb","expires_in":"x"}', b'{"access_token":{"a":1},"expires_in":-1}',
            b"-", b"{", b'"', b"[1,]", b"{'a':1}", b"\x00", b"tru", b"01", b"1.", b'"\x01"', b'"\\x"',
        )
    )  # fmt: skip


def _mangled(random: Random) -> bytes:
    raw = bytearray(_json(random))
    for _ in range(random.randrange(1, 6)):
        if raw:
            raw[random.randrange(len(raw))] = random.randrange(256)
    return bytes(raw[: random.randrange(len(raw) + 1)])


def _noise(random: Random) -> bytes:
    return random.randbytes(random.randrange(300))


def _multipart(random: Random) -> bytes:
    name = random.choice(("file", "", 'a"b', "\ud800", "é")).encode("utf-8", "replace")
    part = (
        b'--b\r\nContent-Disposition: form-data; name="'
        + name
        + b"\"; filename*=utf-8''%ff\r\n\r\n"
    )
    return (part + _json(random) + b"\r\n") * random.randrange(4) + random.choice(
        (b"--b--", b"--b", b"")
    )


def _x12(random: Random) -> bytes:
    segments = [
        "ISA*00*          *00*",
        "GS*HI",
        "ST*278",
        "AAA*N**72",
        "HCR*A1",
        "SE*x*y",
        "\x00",
        "IEA",
    ]
    return "~".join(random.choices(segments, k=random.randrange(12))).encode()


_BODIES: tuple[Callable[[Random], bytes], ...] = (
    _json, _json, _odd_json, _mangled, _noise, _multipart, _x12, lambda _: b"",
)  # fmt: skip
_ENCODINGS: tuple[Callable[[bytes], tuple[bytes, str]], ...] = (
    lambda body: (gzip.compress(body, mtime=0), "gzip"),
    lambda body: (zlib.compress(body), "deflate"),
    lambda body: (body, "gzip"),
    lambda body: (body, "br"),
    lambda body: (gzip.compress(gzip.compress(body, mtime=0), mtime=0), "gzip, gzip"),
    lambda body: (body, "\x1b"),
)
_HEADERS = [
    "retry-after: 99999999999", "retry-after: \x1bc", "location: https://apigw.optum.com/",
    "location: http://u:p@[", "www-authenticate: Bearer error=\"invalid_token\"", "set-cookie: a=\xff",
    "content-disposition: attachment; filename=\"../../x\"", "x: " + "y" * 5000, "date: never", "etag: \xe9",
    "content-type: application/json", "transfer-encoding: chunked",
]  # fmt: skip
