"""Regular expressions with intersection and complement, read letter by letter (Brzozowski 1964)."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise

from harness.openapi.ecma import PatternError, parse
from harness.openapi.ecma_tree import Chars, Choice, Edge, Group, Look, Node, Repeat
from harness.openapi.ecma_tree import Sequence as Parts

Ranges = tuple[tuple[int, int], ...]
"""Code points from the first to the last of each pair, in order."""

LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
# Preferred in examples, in this order.
_READABLE = tuple(map(ord, "a0A-_ .,/:@+x1Z~"))


# Widths stop here: only whether one is zero, or not, is ever asked.
MAX_WIDTH = 1_000_000


class Op(Enum):
    """How a term is made of others."""

    NOTHING = auto()
    EMPTY = auto()
    CHARACTER = auto()
    THEN = auto()
    EITHER = auto()
    BOTH = auto()
    NOT = auto()
    LOOP = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A set of texts. Equal terms are one object, so identity is equality."""

    op: Op
    number: int
    is_nullable: bool
    """Whether the empty text is in it."""
    parts: tuple["Term", ...] = ()
    ranges: Ranges = ()
    low: int = 0
    high: int | None = None


class TooLarge(Exception):
    """A search that takes more states than it is worth."""


@dataclass(slots=True)
class Terms:
    """Makes terms, simplified so far that only finitely many can follow from one."""

    _known: dict[object, Term] = field(default_factory=dict)
    _derived: dict[tuple[int, int], Term] = field(default_factory=dict)
    _cuts: dict[int, frozenset[int]] = field(default_factory=dict)

    def _make(
        self,
        op: Op,
        parts: tuple[Term, ...] = (),
        *,
        is_nullable: bool,
        ranges: Ranges = (),
        counts: tuple[int, int | None] = (0, None),
    ) -> Term:
        # By the numbers of its parts, which are unique: equal terms need no comparison.
        place = (op, tuple(term.number for term in parts), ranges, counts)
        if place not in self._known:
            number = len(self._known)
            self._known[place] = Term(op, number, is_nullable, parts, ranges, *counts)
        return self._known[place]

    @property
    def nothing(self) -> Term:
        return self._make(Op.NOTHING, is_nullable=False)

    @property
    def empty(self) -> Term:
        return self._make(Op.EMPTY, is_nullable=True)

    @property
    def anything(self) -> Term:
        return self.loop(self.character(((0, LAST),)), 0, None)

    def character(self, ranges: Ranges) -> Term:
        if not ranges:
            return self.nothing
        return self._make(Op.CHARACTER, ranges=ranges, is_nullable=False)

    def then(self, first: Term, second: Term) -> Term:
        if self.nothing in (first, second):
            return self.nothing
        if first is self.empty:
            return second
        if second is self.empty:
            return first
        # Nested to the right, so that two ways to write one sequence are one term.
        if first.op is Op.THEN:
            return self.then(first.parts[0], self.then(first.parts[1], second))
        nullable = first.is_nullable and second.is_nullable
        return self._make(Op.THEN, (first, second), is_nullable=nullable)

    def either(self, terms: Iterable[Term]) -> Term:
        return self._joined(Op.EITHER, terms, absorbing=self.anything, neutral=self.nothing)

    def both(self, terms: Iterable[Term]) -> Term:
        return self._joined(Op.BOTH, terms, absorbing=self.nothing, neutral=self.anything)

    def _joined(self, op: Op, terms: Iterable[Term], *, absorbing: Term, neutral: Term) -> Term:
        # A flat set: without order, nesting and repetition, the derivatives are finitely many.
        flat: set[Term] = set()
        for term in terms:
            flat |= set(term.parts) if term.op is op else {term}
        flat.discard(neutral)
        # A text is in a term or in its complement.
        if absorbing in flat or any(self.negated(term) in flat for term in flat):
            return absorbing
        if not flat:
            return neutral
        parts = tuple(sorted(flat, key=lambda term: term.number))
        if len(parts) == 1:
            return parts[0]
        of = any if op is Op.EITHER else all
        return self._make(op, parts, is_nullable=of(term.is_nullable for term in parts))

    def negated(self, term: Term) -> Term:
        if term.op is Op.NOT:
            return term.parts[0]
        if term is self.nothing:
            return self.anything
        if term is self.anything:
            return self.nothing
        return self._make(Op.NOT, (term,), is_nullable=not term.is_nullable)

    def loop(self, body: Term, low: int, high: int | None) -> Term:
        if high == 0 or body is self.empty:
            return self.empty
        if body is self.nothing:
            return self.empty if low == 0 else self.nothing
        if (low, high) == (1, 1):
            return body
        nullable = low == 0 or body.is_nullable
        return self._make(Op.LOOP, (body,), counts=(low, high), is_nullable=nullable)

    def word(self, text: str) -> Term:
        term = self.empty
        # From the end, as sequences nest to the right.
        for character in reversed(text):
            term = self.then(self.character(((ord(character), ord(character)),)), term)
        return term

    def after(self, term: Term, code: int) -> Term:
        """Return what may follow a first character."""
        place = (term.number, code)
        if place not in self._derived:
            self._derived[place] = self._after(term, code)
        return self._derived[place]

    def _after(self, term: Term, code: int) -> Term:
        match term.op:
            case Op.NOTHING | Op.EMPTY:
                return self.nothing
            case Op.CHARACTER:
                hit = any(first <= code <= last for first, last in term.ranges)
                return self.empty if hit else self.nothing
            case Op.THEN:
                # The first part takes the character or, where that can be empty, the second.
                first, second = term.parts
                head = self.then(self.after(first, code), second)
                return self.either((head, self.after(second, code))) if first.is_nullable else head
            case Op.LOOP:
                body = term.parts[0]
                # One turn is begun, so one fewer is to come.
                high = None if term.high is None else term.high - 1
                rest = self.loop(body, max(term.low - 1, 0), high)
                return self.then(self.after(body, code), rest)
            case _:
                return self._after_joined(term, code)

    def _after_joined(self, term: Term, code: int) -> Term:
        # Union, intersection and complement are derived part by part.
        parts = [self.after(part, code) for part in term.parts]
        if term.op is Op.NOT:
            return self.negated(parts[0])
        return self.either(parts) if term.op is Op.EITHER else self.both(parts)

    def cuts(self, term: Term) -> frozenset[int]:
        """Return the code points from which on another term may follow."""
        if term.number not in self._cuts:
            self._cuts[term.number] = self._found_cuts(term)
        return self._cuts[term.number]

    def _found_cuts(self, term: Term) -> frozenset[int]:
        if term.op is Op.CHARACTER:
            return frozenset(n for first, last in term.ranges for n in (first, last + 1))
        parts = term.parts
        # Nothing of the second part is reached before the first has ended.
        if term.op is Op.THEN and not parts[0].is_nullable:
            parts = parts[:1]
        return frozenset(cut for part in parts for cut in self.cuts(part))

    def words(self, term: Term, *, most_states: int) -> Iterator[str]:
        """Yield texts of a term, the shortest first; none if there is none. Raises TooLarge."""
        # Breadth first, so that shorter texts come first and each state is reached by its shortest.
        waiting = deque([(term, "")])
        seen = {term}
        while waiting:
            state, word = waiting.popleft()
            if state.is_nullable:
                yield word
            for code in self._codes(state):
                onward = self.after(state, code)
                if onward in seen or onward is self.nothing:
                    continue
                if len(seen) >= most_states:
                    raise TooLarge
                seen.add(onward)
                waiting.append((onward, word + chr(code)))

    def _codes(self, term: Term) -> list[int]:
        """Return one character for each set of characters that lead on alike, readable ones first."""
        # Between two cuts all characters lead on alike, so one stands for all of them.
        edges = sorted({0, LAST + 1, *(cut for cut in self.cuts(term) if cut <= LAST)})
        found = []
        for first, end in pairwise(edges):
            code = next((each for each in _READABLE if first <= each < end), first)
            # Surrogates are no characters, and cannot be encoded alone.
            if _SURROGATES[0] <= code <= _SURROGATES[1]:
                code = _SURROGATES[1] + 1
                if code >= end:
                    continue
            found.append(code)
        return sorted(
            found, key=lambda code: (code not in _READABLE, not chr(code).isalnum(), code)
        )


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
        # From the last node back: each is given what follows it.
        if not nodes:
            return then
        low, high = _width(nodes[0])
        after = start
        if high > 0:
            # After a part that may be empty, the text may or may not have begun.
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
        # What follows an end must be empty.
        kind = node.kind if isinstance(node, Edge) else ""
        if kind == "$":
            return self.terms.both((self.terms.empty, rest))
        if kind != "^" or start is Start.UNKNOWN:
            raise Unsupported(str(node))
        # Later in the text, nothing matches a beginning.
        return rest if start is Start.YES else self.terms.nothing

    def _repeat(self, node: Repeat, rest: Term, start: Start) -> Term:
        if node.high == 1:
            once = self.node(node.part, rest, start)
            return self.terms.either((once, rest)) if node.low == 0 else once
        # What such an assertion sees depends on the turn, which no term can say.
        if _looks_around(node.part):
            raise Unsupported("an assertion in a loop")
        # Without assertions in it, it does not matter where the body begins.
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
        # A match anywhere: from the first character, or after some that are skipped.
        later = reader.node(node, terms.anything, Start.NO)
    except (PatternError, RecursionError) as problem:
        raise Unsupported(str(problem)) from None
    some = terms.loop(terms.character(((0, LAST),)), 1, None)
    return terms.either((first, terms.then(some, later)))
