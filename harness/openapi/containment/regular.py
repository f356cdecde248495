"""Read a pattern as a term, so that patterns can be compared and not only tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from harness.openapi.containment.terms import LAST, Term, Terms
from harness.openapi.ecma import PatternError, parse
from harness.openapi.ecma_tree import Chars, Choice, Edge, Group, Look, Node, Repeat
from harness.openapi.ecma_tree import Sequence as Parts

MAX_WIDTH = 1_000_000


class Start(Enum):
    """Whether a place in a pattern is the beginning of the text."""

    YES = auto()
    NO = auto()
    UNKNOWN = auto()


class Unsupported(Exception):
    """A pattern that no term says: back references, word boundaries, looking back."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads nodes of a parsed pattern. What follows a node is given, so that assertions can look at it."""

    terms: Terms

    def sequence(self, nodes: Sequence[Node], then: Term, start: Start) -> Term:
        """Return the texts that nodes and what follows match; `start` says whether a text begins there."""
        if not nodes:
            return then
        low, high = _width(nodes[0])
        after = start
        if high > 0:
            after = Start.UNKNOWN if low == 0 and start is not Start.NO else Start.NO
        rest = self.sequence(nodes[1:], then, after)
        return self.node(nodes[0], rest, start)

    def node(self, node: Node, rest: Term, start: Start) -> Term:
        match node:
            case Chars(ranges):
                return self.terms.then(self.terms.character(tuple(ranges)), rest)
            case Parts(parts):
                return self.sequence(parts, rest, start)
            case Choice(branches):
                return self.terms.either(self.node(branch, rest, start) for branch in branches)
            case Group():
                return self.node(node.part, rest, start)
            case Repeat():
                return self._repeat(node, rest, start)
            case _:
                return self._assertion(node, rest, start)

    def _assertion(self, node: Node, rest: Term, start: Start) -> Term:
        if isinstance(node, Look) and node.is_ahead:
            ahead = self.node(node.part, self.terms.anything, start)
            return self.terms.both((self.terms.negated(ahead) if node.is_negative else ahead, rest))
        kind = node.kind if isinstance(node, Edge) else ""
        if kind == "$":
            return self.terms.both((self.terms.empty, rest))
        if kind != "^" or start is Start.UNKNOWN:
            raise Unsupported(str(node))
        return rest if start is Start.YES else self.terms.nothing

    def _repeat(self, node: Repeat, rest: Term, start: Start) -> Term:
        if node.high == 1:
            once = self.node(node.part, rest, start)
            return self.terms.either((once, rest)) if node.low == 0 else once
        if _looks_around(node.part):
            raise Unsupported("an assertion in a loop")
        inner = self.node(node.part, self.terms.empty, Start.NO)
        return self.terms.then(self.terms.loop(inner, node.low, node.high), rest)


def _parts(node: Node) -> Sequence[Node]:
    match node:
        case Parts(parts):
            return parts
        case Choice(branches):
            return branches
        case Group() | Repeat() | Look():
            return (node.part,)
        case _:
            return ()


def _looks_around(node: Node) -> bool:
    return isinstance(node, Edge | Look) or any(map(_looks_around, _parts(node)))


def _width(node: Node) -> tuple[int, int]:
    """Return how many characters a node takes at least and at most."""
    match node:
        case Chars():
            return 1, 1
        case Edge() | Look():
            return 0, 0
        case Repeat():
            low, high = _width(node.part)
            most = MAX_WIDTH if node.high is None else node.high
            return min(low * node.low, MAX_WIDTH), min(high * most, MAX_WIDTH)
        case Choice(branches):
            widths = [_width(branch) for branch in branches]
            return min(low for low, _ in widths), max(high for _, high in widths)
        case Parts() | Group():
            widths = [_width(part) for part in _parts(node)]
            return sum(low for low, _ in widths), min(sum(high for _, high in widths), MAX_WIDTH)
        case _:
            return 0, MAX_WIDTH


def term_of(terms: Terms, pattern: str) -> Term:
    """Return all texts that hold a match of a pattern. Raises Unsupported."""
    reader = _Reader(terms)
    try:
        node = parse(pattern)
        first = reader.node(node, terms.anything, Start.YES)
        later = reader.node(node, terms.anything, Start.NO)
    except (PatternError, RecursionError) as problem:
        raise Unsupported(str(problem)) from None
    some = terms.loop(terms.character(((0, LAST),)), 1, None)
    return terms.either((first, terms.then(some, later)))
