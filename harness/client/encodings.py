"""Spell a value in every way in which it could reach a file, and take such spellings apart."""

import base64
import binascii
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from html import escape
from urllib.parse import quote, quote_plus

MIN_LENGTH = 6
"""Shorter spellings would be found by chance."""
_MAX_UNPACKED = 1_000_000
_LONG = 200
"""Tokens are longer: there are many of them, and backwards each begins in its own way."""
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){8,}|(?:[0-9A-F]{2}){8,}")
_READABLE = re.compile(rb"[\x20-\x7e\r\n\t\x80-\xff]*")


def spellings(value: str) -> set[str]:
    """Return every spelling of a value. A long one backwards is left to whoever searches."""
    raw = value.encode()
    once, plus = quote(value, safe=""), quote_plus(value)
    plain = {value, quote(value), once, plus, quote(once, safe=""), escape(value)}
    plain |= {_lower_escapes(each) for each in (once, plus)}
    if len(value) < _LONG:
        plain.add(value[::-1])
    plain |= {json.dumps(each, ensure_ascii=False)[1:-1] for each in plain}
    plain |= {each.replace("/", "\\/") for each in plain}
    for _ in range(2):  # JSON, and JSON in a string of JSON
        plain |= {json.dumps(each)[1:-1] for each in plain}
    # Bodies are searched as Latin-1, where a letter beyond ASCII shows as the bytes of its UTF-8.
    plain |= {each.encode().decode("latin-1") for each in plain}
    # Without the head and the Adler-32 of zlib (RFC 1950, 2.2): gzip has others around the same
    # bytes.
    packed = zlib.compress(raw)[2:-4]
    written = {*plain, raw.hex(), raw.hex().upper(), packed.decode("latin-1"), *_base64(packed)}
    written |= {each for content in (raw, once.encode()) for each in _base64(content)}
    return {each for each in written if len(each) >= MIN_LENGTH}


def _lower_escapes(quoted: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)


def _base64(content: bytes) -> Iterator[str]:
    """Yield what of a value survives in base64, wherever it begins and whatever follows it."""
    # Three bytes make four characters (RFC 4648, 4), so a value can begin at three places in a
    # group.
    for shift in range(3):
        # The first and last characters mix with their neighbours; those in between do not.
        start, end = (0, 2, 3)[shift], (shift + len(content)) * 8 // 6
        encoded = base64.b64encode(b"\0" * shift + content)[start:end].decode()
        yield encoded
        yield encoded.replace("+", "-").replace("/", "_")


def unpacked(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each part of a text that hides readable text in hex or base64, with its place."""
    for pattern, decode in ((_HEX, bytes.fromhex), (_ENCODED, _from_base64)):
        for match in pattern.finditer(text):
            content = _decoded(decode, match[0])
            if content:
                yield match.start(), match.end(), content


def inflated(content: bytes) -> bytes:
    """Return what gzip or zlib has packed; the content itself where neither has."""
    # 32 + 15: zlib finds out by itself whether the head is that of gzip (RFC 1952, 2.3) or its
    # own.
    wbits = 47 if content[:2] == b"\x1f\x8b" or content[:1] == b"\x78" else 0
    if not wbits:
        return content
    try:
        return zlib.decompressobj(wbits).decompress(content, _MAX_UNPACKED)
    except (zlib.error, gzip.BadGzipFile):
        return content


def _from_base64(text: str) -> bytes:
    # The alphabet for URLs has - and _ (RFC 4648, 5), and tokens leave the padding out (RFC 7515,
    # 2).
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(standard) % 4))


def _decoded(decode: Callable[[str], bytes], text: str) -> str:
    try:
        content = inflated(decode(text))
    except (ValueError, binascii.Error):
        return ""
    is_text = len(content) >= MIN_LENGTH and _READABLE.fullmatch(content)
    return content.decode("latin-1") if is_text else ""
