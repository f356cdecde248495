"""Find thousands of values, in all their spellings, in one pass over a text."""

import re
from collections.abc import Iterator
from itertools import islice
from threading import Lock

from harness.client.alternatives import any_of
from harness.client.encodings import MIN_LENGTH, spellings
from harness.shortening import CUT

_MOST_IN_A_PATTERN = 100
_MOST_CLEAN = 4_096
_SHORT = 256
"""Names of headers, statuses, sentences: what is looked through again and again."""
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
        self._clean: set[str] = set()
        """Short texts that hold no value, until another one is learnt."""
        self._lock = Lock()

    def add(self, value: str) -> None:
        """Find this value from now on; one that is too short would be found by chance."""
        if len(value) < MIN_LENGTH or value in self.values:
            return
        with self._lock:
            self.values.add(value)
            for form in spellings(value):
                self._forms.add(form)
                self._add_length(form[:MIN_LENGTH], len(form))
            # Another one, not this one emptied: who still looks for the old values notes it in that.
            self._clean = set()

    def _add_length(self, beginning: str, length: int) -> None:
        known = self._lengths.get(beginning, ())
        if length in known:
            return
        self._marks |= {beginning, beginning[::-1]}
        self._lengths[beginning] = tuple(sorted({*known, length}, reverse=True))
        if not known:
            self._beginnings = self._any_mark = None

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
        backward = self._one_way(forward[::-1], mask[::-1])
        return backward[::-1]

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

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        start = self._next(text, 0)
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
        whole = next((end for end in ends if text[start:end] in self._forms), 0)
        return whole or self._cut_end(text, start, max(lengths, default=0))

    def _cut_end(self, text: str, start: int, longest: int) -> int:
        """Return where a value that begins here was cut off; 0 where none was."""
        end = text.find(CUT, start + MIN_LENGTH, start + longest)
        if end < 0:
            return 0
        piece = text[start:end]
        with self._lock:
            return end if any(form.startswith(piece) for form in self._forms) else 0
