"""Make a text that a pattern matches, the shortest that its parts allow."""

import re
from collections.abc import Callable, Sequence
from re import _constants as op
from re import _parser as sre
from typing import Any

Node = tuple[Any, Any]

_CATEGORIES: dict[Any, str] = {
    op.CATEGORY_DIGIT: "0",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_NOT_WORD: "-",
    op.CATEGORY_NOT_SPACE: "a",
}
_LONGEST = 10_000
_PRINTABLE = [chr(code) for code in range(ord("0"), 127)] + [chr(code) for code in range(33, 48)]


def pattern_example(pattern: str) -> str:
    """Return a text that matches; empty where none is found in this simple way."""
    try:
        made = _sequence(list(sre.parse(pattern, re.ASCII)))
    except (re.error, RecursionError, OverflowError, KeyError, TypeError):
        return ""
    return made if len(made) <= _LONGEST and re.search(pattern, made) else ""


def _sequence(nodes: Sequence[Node]) -> str:
    return "".join(_node(kind, value) for kind, value in nodes)


def _node(kind: Any, value: Any) -> str:
    return _WRITERS[kind](value) if kind in _WRITERS else ""


def _repeated(value: Any) -> str:
    least, most, inner = value
    # A class that may stand there often stands once, lest nothing is left to be sent.
    count = least or (1 if len(inner) == 1 and most > 1 else 0)
    return _sequence(list(inner)) * min(count, _LONGEST)


def _one_of(entries: Sequence[Node]) -> str:
    """Return a sign of a class; of one that excludes signs, the first that it does not."""
    kind, value = entries[0]
    if kind is op.NEGATE:
        excluded = set("".join(_span(*entry) for entry in entries[1:]))
        return next((sign for sign in _PRINTABLE if sign not in excluded), "")
    return _span(kind, value)[:1]


def _span(kind: Any, value: Any) -> str:
    match kind:
        case op.LITERAL:
            return chr(value)
        case op.RANGE:
            return "".join(map(chr, range(value[0], min(value[1], value[0] + 200) + 1)))
        case op.CATEGORY:
            return _CATEGORIES[value]
        case _:
            return ""


_WRITERS: dict[Any, Callable[[Any], str]] = {
    op.LITERAL: chr,
    op.NOT_LITERAL: lambda value: "a" if value != ord("a") else "b",
    op.ANY: lambda _: "a",
    op.IN: _one_of,
    op.MAX_REPEAT: _repeated,
    op.MIN_REPEAT: _repeated,
    op.POSSESSIVE_REPEAT: _repeated,
    op.SUBPATTERN: lambda value: _sequence(list(value[3])),
    op.ATOMIC_GROUP: lambda value: _sequence(list(value)),
    op.BRANCH: lambda value: _sequence(list(value[1][0])),
}
