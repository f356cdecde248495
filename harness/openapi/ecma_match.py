"""Match a pattern as ECMA-262 22.2.2 describes it, for what Python's engine cannot: it looks back any length."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from harness.openapi.ecma import PatternError
from harness.openapi.ecma_tree import (
    WORD,
    Back,
    Chars,
    Choice,
    Edge,
    Group,
    Look,
    Node,
    Ranges,
    Repeat,
    Sequence,
)

MAX_STEPS = 200_000
"""How many steps one match may take: backtracking can take for ever."""

Captures: TypeAlias = tuple[tuple[int, int, int], ...]
"""The groups that have matched: number, start, end; a later entry replaces an earlier one."""
Continue: TypeAlias = Callable[[int, Captures], bool]
# As in the standard, a matcher is given what has to match after it; returning False backtracks.
Matcher: TypeAlias = Callable[[int, Captures, Continue], bool]


def search(node: Node, text: str) -> bool:
    """Return whether a pattern matches anywhere. Raises PatternError where that takes too long to say."""
    run = _Run(text)
    try:
        matcher = run.compiled(node, is_ahead=True)
        # The steps of all starts count together, so a long text cannot multiply the limit.
        return any(matcher(start, (), lambda *_: True) for start in range(len(text) + 1))
    # Each part calls its continuation, so calls nest as deep as the match is long.
    except RecursionError:
        raise PatternError("takes too deep a search for this text") from None


def contains(ranges: Ranges, code: int) -> bool:
    """Return whether a code point lies in a set."""
    at = bisect_right(ranges, (code, 0x110000)) - 1
    return at >= 0 and ranges[at][0] <= code <= ranges[at][1]


@dataclass(slots=True)
class _Run:
    text: str
    steps: int = 0

    def compiled(self, node: Node, *, is_ahead: bool) -> Matcher:
        match node:
            case Chars() | Back() | Edge():
                return self._leaf(node, is_ahead=is_ahead)
            case Sequence():
                return self._sequence(node, is_ahead=is_ahead)
            case Choice():
                branches = [self.compiled(branch, is_ahead=is_ahead) for branch in node.branches]
                return lambda at, caps, k: any(branch(at, caps, k) for branch in branches)
            case Repeat() | Group():
                return self._around(node, is_ahead=is_ahead)
            case Look():
                return self._look(node)
            case _:
                assert_never(node)

    def _leaf(self, node: Chars | Back | Edge, *, is_ahead: bool) -> Matcher:
        if isinstance(node, Chars):
            return self._chars(node, is_ahead=is_ahead)
        if isinstance(node, Back):
            return self._back(node, is_ahead=is_ahead)
        return lambda at, caps, k: self._is_edge(node.kind, at) and k(at, caps)

    def _around(self, node: Repeat | Group, *, is_ahead: bool) -> Matcher:
        if isinstance(node, Repeat):
            return self._repeat(node, is_ahead=is_ahead)
        return self._group(node, is_ahead=is_ahead)

    def _chars(self, node: Chars, *, is_ahead: bool) -> Matcher:
        def match(at: int, caps: Captures, k: Continue) -> bool:
            self._step()
            place = at if is_ahead else at - 1
            if not 0 <= place < len(self.text):
                return False
            return contains(node.ranges, ord(self.text[place])) and k(
                at + 1 if is_ahead else at - 1, caps
            )

        return match

    def _sequence(self, node: Sequence, *, is_ahead: bool) -> Matcher:
        parts = [self.compiled(part, is_ahead=is_ahead) for part in node.parts]
        # A look behind reads backwards, so its last part matches first (22.2.2.3).
        ordered = parts if is_ahead else parts[::-1]

        def match(at: int, caps: Captures, k: Continue) -> bool:
            return _chained(ordered, 0, at, caps, k)

        return match

    def _repeat(self, node: Repeat, *, is_ahead: bool) -> Matcher:
        part = self.compiled(node.part, is_ahead=is_ahead)

        def match(at: int, caps: Captures, k: Continue, count: int = 0) -> bool:
            self._step()

            def again(now: int, inner: Captures) -> bool:
                # An empty turn beyond the least number ends the loop (22.2.2.3.1, step 2.b).
                return not (now == at and count >= node.low) and match(now, inner, k, count + 1)

            can_go_on = node.high is None or count < node.high
            # Greedy and lazy differ only in which is tried first: one more turn, or what follows.
            if count < node.low:
                return part(at, caps, again)
            if node.is_lazy:
                return k(at, caps) or (can_go_on and part(at, caps, again))
            return (can_go_on and part(at, caps, again)) or k(at, caps)

        return match

    def _group(self, node: Group, *, is_ahead: bool) -> Matcher:
        part = self.compiled(node.part, is_ahead=is_ahead)

        def match(at: int, caps: Captures, k: Continue) -> bool:
            def end(now: int, inner: Captures) -> bool:
                # Backwards, the group ends before the place where it began.
                return k(now, (*inner, (node.number, min(at, now), max(at, now))))

            return part(at, caps, end)

        return match

    def _back(self, node: Back, *, is_ahead: bool) -> Matcher:
        def match(at: int, caps: Captures, k: Continue) -> bool:
            found = next((cap for cap in reversed(caps) if cap[0] == node.number), None)
            if found is None:
                return k(at, caps)  # a group that has not matched is empty
            again = self.text[found[1] : found[2]]
            start = at if is_ahead else at - len(again)
            is_there = start >= 0 and self.text.startswith(again, start)
            return is_there and k(start + len(again) if is_ahead else start, caps)

        return match

    def _look(self, node: Look) -> Matcher:
        part = self.compiled(node.part, is_ahead=node.is_ahead)

        def match(at: int, caps: Captures, k: Continue) -> bool:
            found: list[Captures] = []

            def keep(_: int, inner: Captures) -> bool:
                found.append(inner)
                return True

            # An assertion is settled by its first match: no other way through it is tried later.
            has_match = part(at, caps, keep)
            if node.is_negative:
                return not has_match and k(at, caps)
            return has_match and k(at, found[0])

        return match

    def _is_edge(self, kind: str, at: int) -> bool:
        if kind == "^":
            return at == 0
        if kind == "$":
            return at == len(self.text)
        # Beyond either end there is no word character, so an edge of the text can be one of a word.
        is_boundary = self._is_word(at - 1) != self._is_word(at)
        return is_boundary if kind == "b" else not is_boundary

    def _is_word(self, at: int) -> bool:
        return 0 <= at < len(self.text) and contains(WORD, ord(self.text[at]))

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise PatternError("takes too many steps for this text")


def _chained(parts: list[Matcher], index: int, at: int, caps: Captures, k: Continue) -> bool:
    if index == len(parts):
        return k(at, caps)
    return parts[index](at, caps, lambda now, inner: _chained(parts, index + 1, now, inner, k))
