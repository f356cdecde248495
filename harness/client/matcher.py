"""Find thousands of values in one pass over a text, in every way in which each can be spelt."""

import base64
import binascii
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import islice
from threading import Lock
from urllib.parse import quote, quote_plus

from harness.shortening import CUT

NOTHING = r"(?!)"
"""A pattern that is found nowhere."""


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for words of one length; a common beginning is compared once for all that have it."""
    return _joined([re.escape(first) + inner for first, inner in _endings(words)]) or NOTHING


def beginning_any_of(words: Iterable[str]) -> str:
    """Return a pattern that takes the first sign of a word and only looks at the rest: words may overlap."""
    written = [f"{re.escape(first)}(?={inner})" for first, inner in _endings(words)]
    return _joined(written) or NOTHING


def _endings(words: Iterable[str]) -> list[tuple[str, str]]:
    """Return each first sign with a pattern for all that may follow it."""
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[:1], []).append(word[1:])
    # All words have one length, so that the rest is empty for all of them or for none.
    return [(first, any_of(rest) if rest[0] else "") for first, rest in sorted(found.items())]


def _joined(branches: list[str]) -> str:
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})" if branches else ""


MIN_LENGTH = 6
"""Shorter spellings would be found by chance."""
# How many bytes packed content may unfold to: a small answer must not fill the memory.
_MAX_UNPACKED = 1_000_000
_LONG = 200
"""Tokens are longer: there are many of them, and backwards each begins in its own way."""
# Shorter runs are mostly words and numbers, which would decode to noise.
_ENCODED = re.compile(
    # In lines of 60 to 76 characters as well, as mail and PEM have it (RFC 2045, 6.8; RFC 7468, 2).
    r"(?:(?<![^\n])[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9+/_-]{16,}={0,2}"
)
_HEX = re.compile(r"(?:[0-9a-f]{2}){8,}|(?:[0-9A-F]{2}){8,}")
_READABLE = re.compile(rb"[\x20-\x7e\r\n\t\x80-\xff]*")


def spellings(value: str) -> set[str]:
    """Return every spelling of a value. A long one backwards is left to whoever searches."""
    raw = value.encode()
    once, plus = quote(value, safe=""), quote_plus(value)
    # As in a path, as in a form, each encoded once more, and as in HTML.
    plain = {value, quote(value), once, plus, quote(once, safe=""), escape(value)}
    plain |= {_lower_escapes(each) for each in (once, plus)}
    # As Python words it, in a message on bytes; and as a message in one line shows white space.
    plain |= {ascii(raw)[2:-1], ascii(value)[1:-1], " ".join(value.split())}
    if len(value) < _LONG:
        plain.add(value[::-1])
    # As within a string of JSON, without the quotes around it.
    plain |= {json.dumps(each, ensure_ascii=False)[1:-1] for each in plain}
    # Some writers of JSON escape the slash as well (RFC 8259, 7 allows it).
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
        # The bound is on what comes out, since deflate can grow a thousandfold.
        return zlib.decompressobj(wbits).decompress(content, _MAX_UNPACKED)
    except (zlib.error, gzip.BadGzipFile):
        return content


def _from_base64(text: str) -> bytes:
    # The alphabet for URLs has - and _ (RFC 4648, 5), and tokens leave the padding out (RFC 7515,
    # 2).
    standard = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(standard) % 4))


def _decoded(decode: Callable[[str], bytes], text: str) -> str:
    try:
        content = inflated(decode(text))
    except (ValueError, binascii.Error):
        return ""
    # Bytes that are no text hold no name and no value that could be read.
    is_text = len(content) >= MIN_LENGTH and _READABLE.fullmatch(content)
    return content.decode("latin-1") if is_text else ""


# Beyond so many beginnings a lookup at each place is faster than a pattern.
_MOST_IN_A_PATTERN = 100
# Of `_SHORT` characters at most: about a megabyte of texts in all.
_MOST_PIECES = 200
_MOST_CLEAN = 4_096
_SHORT = 256
"""Names of headers, statuses, sentences: what is looked through again and again."""
MIN_PIECE = 12
"""So many characters of a secret give too much of it away, wherever in it they stand."""
_STRIDE = MIN_PIECE - MIN_LENGTH + 1
"""Of the beginnings that lie so far apart, any piece of `MIN_PIECE` characters holds one whole."""
_WINDOWS = tuple(slice(start, start + MIN_LENGTH) for start in range(64 * 1024))
"""Made once, so that most texts, which hold no value, are looked through without a step in Python."""


class Matcher:
    """Values to be found. They begin alike where they are tokens, so only beginnings are searched for."""

    def __init__(self) -> None:
        self.values: set[str] = set()
        self._forms: set[str] = set()
        self._lengths: dict[str, tuple[int, ...]] = {}
        """By the first characters of a form: how long the forms are that begin so, longest first."""
        self._marks: set[str] = set()
        """Those first characters, forwards and backwards: a text without any of them holds no value."""
        self._beginnings: re.Pattern[str] | None = None
        self._any_mark: re.Pattern[str] | None = None
        self._grams: dict[str, set[tuple[str, int]]] = {}
        """Of values whose pieces count: some characters, and in which value they begin where."""
        self._public: set[str] = set()
        self._clean: set[str] = set()
        """Short texts that hold no value, until another one is learnt."""
        self._lock = Lock()

    def add(self, value: str, *, in_pieces: bool = False) -> None:
        """Find this value from now on, and long pieces of it if asked; one that is too short would be found by chance."""
        if len(value) < MIN_LENGTH or value in self.values:
            return
        # `_pattern` compiles from these collections under the same lock: they must not change
        # meanwhile.
        with self._lock:
            self.values.add(value)
            for form in spellings(value):
                self._forms.add(form)
                self._add_length(form[:MIN_LENGTH], len(form))
            if in_pieces:
                # Bodies are searched as Latin-1, as in `spellings`.
                for each in {value, value.encode().decode("latin-1")}:
                    self._add_pieces(each)
            # Another one, not this one emptied: who still looks for the old values notes it in that.
            self._clean = set()

    def _add_length(self, beginning: str, length: int) -> None:
        known = self._lengths.get(beginning, ())
        if length in known:
            return
        self._marks |= {beginning, beginning[::-1]}
        self._lengths[beginning] = tuple(sorted({*known, length}, reverse=True))
        # Only a new beginning puts the patterns out of date; another length of a known one does
        # not.
        if not known:
            self._beginnings = self._any_mark = None

    def allow(self, text: str) -> None:
        """Let pieces of values stand where they are pieces of this text, too: a name that is no secret."""
        with self._lock:
            self._public.add(text)
            self._clean = set()

    def _add_pieces(self, value: str) -> None:
        # The last characters as well, which need not be a whole stride from the ones before.
        places = {*range(0, len(value) - MIN_LENGTH, _STRIDE), len(value) - MIN_LENGTH}
        for at in places:
            self._grams.setdefault(value[at : at + MIN_LENGTH], set()).add((value, at))
        self._marks |= {value[at : at + MIN_LENGTH] for at in places}
        self._any_mark = None

    def pieces(self) -> tuple[str, ...]:
        """Return each piece of the shortest length that could be no word; of a token its front and its end."""
        values = {value for known in self._grams.values() for value, _ in known}
        found = {piece for value in values for piece in _telling(value)}
        return tuple(
            sorted(each for each in found if not any(each in public for public in self._public))
        )

    def replaced(self, text: str, mask: str) -> str:
        """Return a text with every value masked, also where it stands backwards."""
        clean = self._clean
        if text in clean:
            return text
        masked = self._masked(text, mask) if self._may_hold_any(text) else text
        if masked == text and len(text) <= _SHORT and len(clean) < _MOST_CLEAN:
            clean.add(text)
        return masked

    def _masked(self, text: str, mask: str) -> str:
        forward = self._one_way(text, mask)
        # Turned around, a value that was written backwards reads forwards.
        backward = self._one_way(forward[::-1], mask[::-1])
        return self._without_pieces(backward[::-1], mask)

    def _may_hold_any(self, text: str) -> bool:
        count = len(text) - MIN_LENGTH + 1
        if count <= 0 or not self._marks:
            return False
        if len(self._lengths) <= _MOST_IN_A_PATTERN:
            return self._marks_pattern().search(text) is not None
        if count > len(_WINDOWS):
            return True  # the text is too long for the windows
        return not self._marks.isdisjoint(map(text.__getitem__, islice(_WINDOWS, count)))

    def _one_way(self, text: str, mask: str) -> str:
        pieces, kept = [], 0
        for start, end in self._places(text):
            pieces += [text[kept:start], mask]
            kept = end
        return "".join((*pieces, text[kept:])) if pieces else text

    def _without_pieces(self, text: str, mask: str) -> str:
        """Return a text with every long piece of a value masked: the front of a token, or a line of a key."""
        grams = self._grams
        count = len(text) - MIN_LENGTH + 1
        if count <= len(_WINDOWS) and grams.keys().isdisjoint(
            map(text.__getitem__, islice(_WINDOWS, max(count, 0)))
        ):
            return text
        pieces, kept = [], 0
        for at in range(count):
            known = grams.get(text[at : at + MIN_LENGTH]) if at >= kept else None
            start, end = self._piece(text, at, known, kept) if known else (0, 0)
            if end:
                pieces += [text[kept:start], mask]
                kept = end
        return "".join((*pieces, text[kept:])) if pieces else text

    def _piece(
        self, text: str, at: int, known: set[tuple[str, int]], after: int
    ) -> tuple[int, int]:
        """Return where the longest piece stands that holds these characters; nowhere where none is long enough."""
        with self._lock:
            spans = [_common(text, at, value, place, after) for value, place in known]
            start, end = max(spans, key=lambda each: each[1] - each[0])
            is_public = any(text[start:end] in each for each in self._public)
        return (start, end) if end - start >= MIN_PIECE and not is_public else (0, 0)

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        start = self._next(text, 0)
        # On behind the match, or one character further: each round moves ahead, so that the search
        # ends.
        while start >= 0:
            end = self._end(text, start)
            if end:
                yield start, end
            start = self._next(text, end or start + 1)

    def _next(self, text: str, after: int) -> int:
        """Return where something begins as a value does; a few beginnings are what a pattern is best at."""
        lengths = self._lengths
        if len(lengths) > _MOST_IN_A_PATTERN:
            last = len(text) - MIN_LENGTH + 1
            places = range(after, last)
            return next((at for at in places if text[at : at + MIN_LENGTH] in lengths), -1)
        match = self._pattern().search(text, after)
        return match.start() if match else -1

    def _pattern(self) -> re.Pattern[str]:
        found = self._beginnings
        if found is None:
            with self._lock:
                found = re.compile(any_of(self._lengths))
                self._beginnings = found
        # Another thread that learns a value may have put ours out of date already; it serves this text.
        return found

    def _marks_pattern(self) -> re.Pattern[str]:
        found = self._any_mark
        if found is None:
            with self._lock:
                found = re.compile(any_of(self._marks))
                self._any_mark = found
        return found

    def _end(self, text: str, start: int) -> int:
        """Return where the longest value ends that begins here; 0 where none does."""
        lengths = self._lengths.get(text[start : start + MIN_LENGTH], ())
        ends = (start + length for length in lengths)
        # Longest first: where one value begins another, the whole of the longer one is masked.
        whole = next((end for end in ends if text[start:end] in self._forms), 0)
        return whole or self._cut_end(text, start, max(lengths, default=0))

    def _cut_end(self, text: str, start: int, longest: int) -> int:
        """Return where a value that begins here was cut off; 0 where none was."""
        # Texts are shortened for reports, and half a secret is still one.
        end = text.find(CUT, start + MIN_LENGTH, start + longest)
        if end < 0:
            return 0
        piece = text[start:end]
        with self._lock:
            return end if any(form.startswith(piece) for form in self._forms) else 0


def _common(text: str, at: int, value: str, place: int, after: int) -> tuple[int, int]:
    """Return how far a text and a value are the same around a place where they are."""
    before = min(at - after, place)
    back = next((n for n in range(before) if text[at - n - 1] != value[place - n - 1]), before)
    most = min(len(text) - at, len(value) - place)
    on = next((n for n in range(most) if text[at + n] != value[place + n]), most)
    return at - back, at + on


def _telling(value: str) -> Iterator[str]:
    """Yield pieces of a value in which letters and digits are mixed, as in no word."""
    last = len(value) - MIN_PIECE
    if last > _MOST_PIECES:
        # All tokens have the same head (RFC 7519, 3.1), which says nothing; what follows is theirs.
        head, dot, _ = value.partition(".")
        places: Iterable[int] = {len(head) + 1 if dot and len(head) + 1 <= last else 0, last}
    else:
        places = range(last + 1)
    for at in places:
        piece = value[at : at + MIN_PIECE]
        if any(map(str.isdigit, piece)) and any(map(str.isalpha, piece)):
            yield piece
