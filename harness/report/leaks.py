"""Search everything that was written for the secrets that must not be in it."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

from harness.client.matcher import beginning_any_of, spellings

MIN_NEEDLE = 6
"""Shorter pieces would be found by chance in any base64 text."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Where a secret stands, and in which form; never the secret itself."""

    path: str
    form: str
    secret: int
    """Position in the list of secrets, or of pieces, that was searched for, from 0."""
    offset: int
    """Byte at which it begins."""


@dataclass(frozen=True, slots=True)
class _Needle:
    """One spelling of a secret, by its place in the list of secrets."""

    index: int
    form: str
    content: bytes


_ENOUGH = 3
"""So many beginnings with one first byte are worth a branch of a pattern."""

Needles = Mapping[bytes, Sequence[_Needle]]
"""By their beginnings: tokens begin alike, so that a file is searched for a few of these only."""


def scan(folder: Path, secrets: Sequence[str], pieces: Sequence[str] = ()) -> tuple[Leak, ...]:
    """Return the first place of every form of every secret, and of every piece, in every file below a folder."""
    needles: dict[bytes, list[_Needle]] = {}
    for index, secret in enumerate(secrets):
        for form, content in _needles(secret):
            needles.setdefault(content[:MIN_NEEDLE], []).append(_Needle(index, form, content))
    for index, piece in enumerate(pieces):
        content = piece.encode()
        needles.setdefault(content[:MIN_NEEDLE], []).append(_Needle(index, "piece", content))
    shared = _sharing_a_byte(needles)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(leak for path in files for leak in _leaks(path, folder, needles, shared))


def _leaks(path: Path, folder: Path, needles: Needles, shared: "_Shared") -> Iterator[Leak]:
    content = path.read_bytes()
    name = path.relative_to(folder).as_posix()
    places = (each.start() for each in shared.pattern.finditer(content))
    # One pass of a pattern instead of a search for each beginning.
    found = {content[at : at + MIN_NEEDLE] for at in places}
    for beginning, alike in needles.items():
        # Beginnings outside of the pattern are few and are looked for one by one.
        if beginning in (found if beginning in shared.beginnings else content):
            for each in alike:
                # The beginning only says that the search for the whole is worth it.
                offset = content.find(each.content)
                if offset >= 0:
                    yield Leak(name, each.form, each.index, offset)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Beginnings whose first byte others have, too: one pattern is quicker than a search for each."""

    beginnings: frozenset[bytes]
    pattern: re.Pattern[bytes]


def _sharing_a_byte(needles: Iterable[bytes]) -> _Shared:
    # Shorter needles have no beginning of full length and are searched for as they are.
    whole = [each for each in needles if len(each) == MIN_NEEDLE]
    counts = Counter(each[:1] for each in whole)
    shared = frozenset(each for each in whole if counts[each[:1]] >= _ENOUGH)
    # Latin-1 has a sign for each byte, so that a pattern of bytes can be written as one of text.
    pattern = beginning_any_of(each.decode("latin-1") for each in shared)
    return _Shared(shared, re.compile(pattern.encode("latin-1")))


def _needles(secret: str) -> Iterator[tuple[str, bytes]]:
    seen: set[bytes] = set()
    for form, text in _spellings(secret):
        # The other spellings are ours for masking and are not expected within base64.
        encoded = () if form == "other" else _base64(form, text)
        for name, needle in ((form, text.encode()), *encoded):
            if needle and needle not in seen:
                seen.add(needle)
                yield name, needle


def _spellings(secret: str) -> Iterator[tuple[str, str]]:
    if not secret:
        return
    # By all the ways in which URLs, JSON and HTML may have written it.
    encoded = quote(secret, safe="")
    yield "raw", secret
    yield "url", encoded
    yield "url", quote(secret)
    yield "url", quote_plus(secret)
    # Some programs write %2f where others write %2F.
    yield "url", _lower_escapes(secret)
    yield "json", json.dumps(secret)[1:-1]
    yield "json", json.dumps(secret, ensure_ascii=False)[1:-1]
    yield "html", escape(secret)
    for each in sorted(spellings(secret)):
        yield "other", each


def _lower_escapes(secret: str) -> str:
    return "".join(
        quote(each, safe="").lower() if quote(each, safe="") != each else each for each in secret
    )


def _base64(form: str, text: str) -> Iterator[tuple[str, bytes]]:
    """Yield what of the text survives in base64, wherever it begins and whatever follows it."""
    name = "base64" if form == "raw" else f"{form}+base64"
    raw = text.encode()
    for shift in range(3):
        # The first and last characters mix with their neighbours; those in between do not.
        start = (0, 2, 3)[shift]
        whole = (shift + len(raw)) * 8 // 6
        encoded = base64.b64encode(b"\0" * shift + raw)[start:whole]
        if len(encoded) >= MIN_NEEDLE:
            yield name, encoded
            # The alphabet for URLs (RFC 4648, section 5).
            yield name, encoded.replace(b"+", b"-").replace(b"/", b"_")
