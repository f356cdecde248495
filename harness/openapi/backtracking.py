"""Decide which regular expressions can take exponential time in a backtracking engine."""

import re
from collections.abc import Iterable, Sequence
from re import _constants as op
from re import _parser as sre
from typing import Any

from harness.openapi.ambiguity import TooLarge, is_ambiguous

Characters = frozenset[int]
Node = tuple[Any, Any]

_OTHER = 128
"""Stands for every character outside ASCII."""
_ALL: Characters = frozenset(range(_OTHER + 1))
_NONE: Characters = frozenset()
_MANY = 10
"""From this count on, a bounded repeat costs as much as an endless one."""


def _class(pattern: str) -> Characters:
    return frozenset(code for code in range(_OTHER) if re.match(pattern, chr(code), re.ASCII))


_CATEGORIES: dict[Any, Characters] = {
    op.CATEGORY_DIGIT: _class(r"\d"),
    op.CATEGORY_NOT_DIGIT: _class(r"\D") | {_OTHER},
    op.CATEGORY_SPACE: _class(r"\s"),
    op.CATEGORY_NOT_SPACE: _class(r"\S") | {_OTHER},
    op.CATEGORY_WORD: _class(r"\w"),
    op.CATEGORY_NOT_WORD: _class(r"\W") | {_OTHER},
}


def is_exponential(pattern: re.Pattern[str]) -> bool:
    """Return whether a loop holds a choice that two ways through it can make for the same text.

    What the first look at what each part begins with cannot rule out, the automaton decides.
    """
    tree = list(sre.parse(pattern.pattern, re.ASCII))
    if not _is_ambiguous(tree, None):
        return False
    try:
        return is_ambiguous(tree, _characters)
    except TooLarge:
        return True


def _is_ambiguous(nodes: Sequence[Node], after: Characters | None) -> bool:
    """Look through a sequence; `after` is what may follow it in the loop around it, None outside one."""
    for index, (kind, value) in enumerate(nodes):
        follow = None if after is None else _first(nodes[index + 1 :], after)
        if _is_ambiguous_node(kind, value, follow):
            return True
    return False


def _is_ambiguous_node(kind: Any, value: Any, follow: Characters | None) -> bool:
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        low, high, body = value
        return _is_ambiguous_repeat((low, high), list(body), follow)
    if kind is op.BRANCH:
        branches = value[1]
        if follow is not None and _overlap(_first(list(branch), follow) for branch in branches):
            return True
        return any(_is_ambiguous(list(branch), follow) for branch in branches)
    if kind is op.SUBPATTERN:
        return _is_ambiguous(list(value[-1]), follow)
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return _is_ambiguous(list(value[1]), None)
    return False


def _is_ambiguous_repeat(
    bounds: tuple[int, int], nodes: Sequence[Node], follow: Characters | None
) -> bool:
    low, high = bounds
    start = _first(nodes, _NONE)
    if follow is not None and high != low and start & follow:
        return True
    within = follow
    if high >= _MANY or follow is not None:
        within = start | (follow or _NONE)
    return _is_ambiguous(nodes, within)


def _overlap(sets: Iterable[Characters]) -> bool:
    seen: Characters = _NONE
    for each in sets:
        if seen & each:
            return True
        seen |= each
    return False


def _first(nodes: Sequence[Node], after: Characters) -> Characters:
    """Return the characters that a sequence, and what follows it, can begin with."""
    found: Characters = _NONE
    for kind, value in nodes:
        characters, can_be_empty = _begin(kind, value)
        found |= characters
        if not can_be_empty:
            return found
    return found | after


def _begin(kind: Any, value: Any) -> tuple[Characters, bool]:
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        characters, can_be_empty = _begin_of(list(value[2]))
        return characters, can_be_empty or value[0] == 0
    if kind in (op.SUBPATTERN, op.ATOMIC_GROUP):
        return _begin_of(list(value[-1] if kind is op.SUBPATTERN else value))
    if kind is op.BRANCH:
        begins = [_begin_of(list(item)) for item in value[1]]
        return _NONE.union(*(each for each, _ in begins)), any(empty for _, empty in begins)
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return _NONE, True
    return _characters(kind, value), False


def _begin_of(nodes: Sequence[Node]) -> tuple[Characters, bool]:
    found = _first(nodes, _NONE)
    return found, all(_begin(kind, value)[1] for kind, value in nodes)


def _characters(kind: Any, value: Any) -> Characters:
    """Return what a node of one character matches; everything where it is of another kind."""
    if kind is op.LITERAL:
        return frozenset({min(value, _OTHER)})
    if kind is op.NOT_LITERAL:
        return _ALL - {value}
    if kind is op.RANGE:
        return frozenset(range(min(value[0], _OTHER), min(value[1], _OTHER) + 1))
    if kind is op.CATEGORY:
        return _CATEGORIES.get(value, _ALL)
    if kind is op.IN:
        return _members_of_class(value)
    return _ALL


def _members_of_class(entries: Any) -> Characters:
    inner = _NONE.union(*(_characters(*entry) for entry in entries if entry[0] is not op.NEGATE))
    return _ALL - inner if entries[0][0] is op.NEGATE else inner
