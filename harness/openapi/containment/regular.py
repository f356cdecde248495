"""Read a pattern as a term, so that patterns can be compared and not only tried."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from re import _constants as op
from re import _parser as sre
from typing import Any

from harness.openapi.containment.terms import LAST, Ranges, Term, Terms
from harness.openapi.patterns import compiled

_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = ((9, 13), (32, 32))
_NEWLINE: Ranges = ((10, 10),)


class Start(Enum):
    """Whether a place in a pattern is the beginning of the text."""

    YES = auto()
    NO = auto()
    UNKNOWN = auto()


class Unsupported(Exception):
    """A pattern that no term says: back references, word boundaries, looking back."""


def complement(ranges: Ranges) -> Ranges:
    """Return all code points that are in none of the ranges."""
    found, at = [], 0
    for first, last in sorted(ranges):
        if first > at:
            found.append((at, first - 1))
        at = max(at, last + 1)
    return (*found, (at, LAST)) if at <= LAST else tuple(found)


_CATEGORIES: dict[Any, Ranges] = {
    op.CATEGORY_DIGIT: _DIGIT,
    op.CATEGORY_NOT_DIGIT: complement(_DIGIT),
    op.CATEGORY_SPACE: _SPACE,
    op.CATEGORY_NOT_SPACE: complement(_SPACE),
    op.CATEGORY_WORD: _WORD,
    op.CATEGORY_NOT_WORD: complement(_WORD),
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads nodes of a parsed pattern. What follows a node is given, so that assertions can look at it."""

    terms: Terms
    state: Any

    def sequence(self, nodes: Sequence[Any], then: Term, start: Start) -> Term:
        """Return the texts that the nodes and what follows match; `start` says whether a text begins there."""
        if not nodes:
            return then
        low, high = sre.SubPattern(self.state, [nodes[0]]).getwidth()
        after = start
        if high > 0:
            after = Start.UNKNOWN if low == 0 and start is not Start.NO else Start.NO
        rest = self.sequence(nodes[1:], then, after)
        return self._node(nodes[0], rest, start)

    def _node(self, node: Any, rest: Term, start: Start) -> Term:
        kind, value = node
        if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            return self.terms.then(self.terms.character(_characters(kind, value)), rest)
        if kind is op.BRANCH:
            return self.terms.either(self.sequence(each, rest, start) for each in value[1])
        if kind is op.SUBPATTERN and not (value[1] or value[2]):
            return self.sequence(value[3], rest, start)
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self._repeat(value, rest, start)
        if kind is op.AT:
            return self._anchor(value, rest, start)
        if kind in (op.ASSERT, op.ASSERT_NOT) and value[0] > 0:
            ahead = self.sequence(value[1], self.terms.anything, start)
            kept = ahead if kind is op.ASSERT else self.terms.negated(ahead)
            return self.terms.both((kept, rest))
        raise Unsupported(str(kind))

    def _anchor(self, kind: Any, rest: Term, start: Start) -> Term:
        if kind in (op.AT_END_STRING, op.AT_END):
            return self.terms.both((self.terms.empty, rest))
        if kind not in (op.AT_BEGINNING, op.AT_BEGINNING_STRING) or start is Start.UNKNOWN:
            raise Unsupported(str(kind))
        return rest if start is Start.YES else self.terms.nothing

    def _repeat(self, value: Any, rest: Term, start: Start) -> Term:
        low, high, body = value
        if high == 1:
            once = self.sequence(body, rest, start)
            return self.terms.either((once, rest)) if low == 0 else once
        if _looks_around(body):
            raise Unsupported("an assertion in a loop")
        inner = self.sequence(body, self.terms.empty, Start.NO)
        most = None if high is op.MAXREPEAT else high
        return self.terms.then(self.terms.loop(inner, low, most), rest)


def _looks_around(nodes: Sequence[Any]) -> bool:
    return any(
        kind in (op.AT, op.ASSERT, op.ASSERT_NOT)
        or (kind is op.BRANCH and any(_looks_around(each) for each in value[1]))
        or (kind is op.SUBPATTERN and _looks_around(value[3]))
        or (kind in (op.MAX_REPEAT, op.MIN_REPEAT) and _looks_around(value[2]))
        for kind, value in nodes
    )


def _characters(kind: Any, value: Any) -> Ranges:
    if kind is op.LITERAL:
        return ((value, value),)
    if kind is op.NOT_LITERAL:
        return complement(((value, value),))
    return complement(_NEWLINE) if kind is op.ANY else _class(value)


def _class(items: Sequence[Any]) -> Ranges:
    found: list[tuple[int, int]] = []
    for kind, value in items:
        if kind is op.LITERAL:
            found.append((value, value))
        elif kind is op.RANGE:
            found.append(value)
        elif kind is op.CATEGORY:
            found.extend(_CATEGORIES[value])
    listed = complement(complement(tuple(found)))  # in order and apart
    return complement(listed) if items[0][0] is op.NEGATE else listed


def term_of(terms: Terms, pattern: str) -> Term:
    """Return all texts that hold a match of a pattern. Raises Unsupported."""
    try:
        ready = compiled(pattern)
        if ready.flags & ~(re.ASCII | re.UNICODE):
            raise Unsupported("flags")
        nodes = sre.parse(ready.pattern, ready.flags & (re.ASCII | re.UNICODE))
        reader = _Reader(terms, nodes.state)
        first = reader.sequence(list(nodes), terms.anything, Start.YES)
        later = reader.sequence(list(nodes), terms.anything, Start.NO)
    except (re.error, OverflowError, RecursionError, KeyError) as problem:
        raise Unsupported(str(problem)) from None
    some = terms.loop(terms.character(((0, LAST),)), 1, None)
    return terms.either((first, terms.then(some, later)))
