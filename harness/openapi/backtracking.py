"""Decide which regular expressions can take exponential time in a backtracking engine."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from re import _constants as op
from re import _parser as sre
from typing import Any

# How many characters a pattern may consist of, its repeats written out.
MAX_POSITIONS = 600
# Of positions of one loop, in two runs: 40,000 are those of a loop of 200 positions.
MAX_PAIRS = 40_000
_MANY = 10
"""From this count on, a repeat of variable length counts as an endless one."""

Counts = Mapping[int, int]
Node = tuple[Any, Any]
Characters = frozenset[int]


_OTHER = 128
"""Stands for every character outside ASCII."""
_ALL: Characters = frozenset(range(_OTHER + 1))
_NONE: Characters = frozenset()


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
    # ASCII only: sets of characters hold the codes below 128, and one stand-in for all others.
    tree = list(sre.parse(pattern.pattern, re.ASCII))
    # The first look is cheap and errs towards ambiguous, so what it clears needs no automaton.
    if not _may_be_ambiguous(tree, None):
        return False
    try:
        return _is_ambiguous(tree)
    except _TooLarge:
        # Refusing a harmless pattern costs less than a run that hangs in a harmful one.
        return True


def _may_be_ambiguous(nodes: Sequence[Node], after: Characters | None) -> bool:
    """Look through a sequence; `after` is what may follow it in the loop around it, None outside one."""
    for index, (kind, value) in enumerate(nodes):
        follow = None if after is None else _first(nodes[index + 1 :], after)
        if _may_node_be_ambiguous(kind, value, follow):
            return True
    return False


def _may_node_be_ambiguous(kind: Any, value: Any, follow: Characters | None) -> bool:
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        low, high, body = value
        return _may_repeat_be_ambiguous((low, high), list(body), follow)
    if kind is op.BRANCH:
        branches = value[1]
        # Within a loop, either of two branches that begin alike can take a character.
        if follow is not None and _overlap(_first(list(branch), follow) for branch in branches):
            return True
        return any(_may_be_ambiguous(list(branch), follow) for branch in branches)
    if kind is op.SUBPATTERN:
        return _may_be_ambiguous(list(value[-1]), follow)
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return _may_be_ambiguous(list(value[1]), None)
    return False


def _may_repeat_be_ambiguous(
    bounds: tuple[int, int], nodes: Sequence[Node], follow: Characters | None
) -> bool:
    low, high = bounds
    start = _first(nodes, _NONE)
    # Within a loop, so can an optional repeat and what follows it.
    if follow is not None and high != low and start & follow:
        return True
    within = follow
    if high >= _MANY or follow is not None:
        within = start | (follow or _NONE)
    return _may_be_ambiguous(nodes, within)


def _overlap(sets: Iterable[Characters]) -> bool:
    seen: Characters = _NONE
    for characters in sets:
        if seen & characters:
            return True
        seen |= characters
    return False


def _first(nodes: Sequence[Node], after: Characters) -> Characters:
    """Return the characters that a sequence, and what follows it, can begin with."""
    found: Characters = _NONE
    for kind, value in nodes:
        characters, can_be_empty = _begin(kind, value)
        # Only as long as all before it can be empty can a part come first.
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
    # Excluding one character outside ASCII leaves others there, so the stand-in stays in the set.
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


class _TooLarge(Exception):
    """Ends a look at a pattern that is too large for it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """How a part of a pattern begins and ends: positions, each with its number of ways."""

    first: Counts
    last: Counts
    empty: int
    """In how many ways it takes nothing."""
    is_fixed: bool = False
    """Whether all that it takes is of one length."""


_EMPTY = _Part({}, {}, 1, is_fixed=True)


def _is_ambiguous(tree: Sequence[Node]) -> bool:
    """Decide whether a loop of a parsed pattern has two ways for one text. Raises _TooLarge."""
    automaton = _Automaton()
    automaton.sequence(tree)
    return automaton.has_two_ways() or any(_is_ambiguous(each) for each in automaton.apart)


# Glushkov's construction: each character of the pattern is a position, and an edge leads from one
# to each that may follow it, with the number of ways (two stands for any larger number).
@dataclass(slots=True)
class _Automaton:
    takes: list[Characters] = field(default_factory=list)
    edges: defaultdict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    apart: list[Sequence[Node]] = field(default_factory=list)
    """What is looked at by itself: conditions ahead and behind."""
    has_empty_choices: bool = False
    """Whether something that may be empty is repeated many times, but not endlessly."""

    def sequence(self, nodes: Iterable[Node]) -> _Part:
        whole = _EMPTY
        for kind, value in nodes:
            whole = self._then(whole, self._node(kind, value))
        return whole

    def _node(self, kind: Any, value: Any) -> _Part:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(*value)
        if kind is op.BRANCH:
            return self._either([self.sequence(item) for item in value[1]])
        if kind in (op.SUBPATTERN, op.ATOMIC_GROUP):
            return self.sequence(value[-1] if kind is op.SUBPATTERN else value)
        if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
            # A look ahead or behind takes no text, so it is no part of the loop that it stands in.
            self.apart += [] if kind is op.AT else [list(value[1])]
            return _EMPTY
        return self._position(_characters(kind, value))

    def _position(self, taken: Characters) -> _Part:
        if len(self.takes) >= MAX_POSITIONS:
            raise _TooLarge
        self.takes.append(taken)
        here = {len(self.takes) - 1: 1}
        return _Part(here, here, 0, is_fixed=True)

    def _repeat(self, low: int, high: int, body: Sequence[Node]) -> _Part:
        nodes = list(body)
        one = self.sequence(nodes) if high else _EMPTY
        # A long repeat of variable length fails as slowly
        # as an endless one: it leads back to its start.
        if high >= _MANY and (high == op.MAXREPEAT or not one.is_fixed):
            # Any of its turns may take nothing, so one text can be taken in many ways.
            self.has_empty_choices |= bool(one.empty) and high != op.MAXREPEAT
            self._join(one.last, one.first)
            return _Part(one.first, one.last, max(one.empty, int(low == 0)))
        whole = one if low or not high else _optional(one)
        tail: _Part | None = None
        for number in range(high, 1, -1):  # x{1,3} is x(x(x)?)?, in which every text has one way
            turn = self.sequence(nodes)
            tail = turn if tail is None else self._then(turn, tail)
            tail = tail if number <= low else _optional(tail)
        return whole if tail is None else self._with_tail(one, tail, is_optional=not low)

    def _with_tail(self, one: _Part, tail: _Part, *, is_optional: bool) -> _Part:
        whole = self._then(one, tail)
        return _optional(whole) if is_optional else whole

    def _either(self, branches: list[_Part]) -> _Part:
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        # Branches have no position in common, so none overwrites the count of another.
        for branch in branches:
            first.update(branch.first)
            last.update(branch.last)
        return _Part(first, last, sum(branch.empty for branch in branches))

    def _then(self, left: _Part, right: _Part) -> _Part:
        self._join(left.last, right.first)
        first = _sum(left.first, right.first, left.empty)
        last = _sum(right.last, left.last, right.empty)
        is_fixed = left.is_fixed and right.is_fixed
        return _Part(first, last, min(left.empty * right.empty, 2), is_fixed)

    def _join(self, last: Counts, first: Counts) -> None:
        for before, ways in last.items():
            row = self.edges[before]
            for after, more in first.items():
                row[after] = min(row.get(after, 0) + ways * more, 2)

    def has_two_ways(self) -> bool:
        if self.has_empty_choices:
            return True
        loops = _loops(self.edges, range(len(self.takes)))
        return any(self._is_double(loop) for loop in loops)

    def _is_double(self, loop: frozenset[int]) -> bool:
        """Decide whether two runs through a loop take one text and meet again."""
        within = {here: [after for after in self.edges[here] if after in loop] for here in loop}
        # Two edges from one position to another are already two ways for the same text.
        if any(self.edges[here][after] > 1 for here, later in within.items() for after in later):
            return True
        if len(loop) ** 2 > MAX_PAIRS:
            raise _TooLarge
        steps, size = self._steps_of_two(within), len(self.takes)
        # A cycle that meets the diagonal and leaves it: one text leads a position back to itself in
        # two ways, which makes the time exponential (Weber and Seidl 1991, criterion EDA).
        return any(
            any(pair // size == pair % size for pair in cycle)
            and any(pair // size != pair % size for pair in cycle)
            for cycle in _loops(steps, list(steps))
        )

    def _steps_of_two(self, within: Mapping[int, list[int]]) -> dict[int, dict[int, int]]:
        """Return the steps of two runs side by side, each taking a character that both accept.

        The pair of positions (left, right) is written as the number left * size + right.
        """
        size = len(self.takes)
        steps: dict[int, dict[int, int]] = defaultdict(dict)
        for left, right in product(within, repeat=2):
            for one, other in product(within[left], within[right]):
                if self.takes[one] & self.takes[other]:
                    steps[left * size + right][one * size + other] = 1
        return steps


def _optional(part: _Part) -> _Part:
    return _Part(part.first, part.last, min(part.empty + 1, 2))


def _sum(counts: Counts, more: Counts, ways: int) -> dict[int, int]:
    found = dict(counts)
    # What follows can come first only where what precedes it can be empty.
    for position, count in more.items() if ways else ():
        found[position] = min(found.get(position, 0) + count * ways, 2)
    return found


def _loops(edges: Mapping[int, Mapping[int, int]], nodes: Iterable[int]) -> list[frozenset[int]]:
    """Return the strongly connected components that hold an edge (Kosaraju 1978)."""
    order = _finished(edges, nodes)
    back: defaultdict[int, list[int]] = defaultdict(list)
    for edge, later in list(edges.items()):
        for after in later:
            back[after].append(edge)
    found: list[frozenset[int]] = []
    # On reversed edges a root reaches its own component, and others only if they are done.
    done: set[int] = set()
    for root in reversed(order):
        if root in done:
            continue
        group, waiting = {root}, [root]
        done.add(root)
        for node in waiting:  # which grows meanwhile
            new = [before for before in back[node] if before not in done]
            done.update(new)
            group.update(new)
            waiting.extend(new)
        if len(group) > 1 or root in edges.get(root, {}):
            found.append(frozenset(group))
    return found


def _finished(edges: Mapping[int, Mapping[int, int]], nodes: Iterable[int]) -> list[int]:
    """Return the nodes in the order in which a search in depth leaves them."""
    order: list[int] = []
    seen: set[int] = set()
    for start in nodes:
        if start in seen:
            continue
        seen.add(start)
        # A stack of its own: 40,000 pairs in one chain are beyond Python's recursion limit.
        stack = [(start, iter(edges.get(start, {})))]
        while stack:
            node, later = stack[-1]
            onward = next((after for after in later if after not in seen), None)
            if onward is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(onward)
                stack.append((onward, iter(edges.get(onward, {}))))
    return order
