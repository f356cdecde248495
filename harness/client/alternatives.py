"""Write many words of one length as one pattern, by their common beginnings."""

import re
from collections.abc import Iterable

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
    return [(first, any_of(rest) if rest[0] else "") for first, rest in sorted(found.items())]


def _joined(branches: list[str]) -> str:
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})" if branches else ""
