"""Search texts by regular expressions in time that grows with their length and no faster.

Patterns come from documents and texts from the network, and Python's own engine can be held up for
years by a short pattern. Here all alternatives are followed at once (Pike's machine); the first
match in the order of a backtracking engine wins. Classes of digits, words and space are ASCII.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from harness.workflow.language.regex_syntax import Node, PatternError, SearchTooLong, Test, tree


@dataclass(frozen=True, slots=True)
class Instruction:
    """One step: `char` (test), `split` (to, other), `jump` (to), `assert` (name), `look` (program), `match`."""

    kind: str
    to: int = 0
    other: int = 0
    test: Test | None = None
    name: str = ""
    program: "tuple[Instruction, ...]" = ()


MAX_TEXT = 1_000_000
MAX_WORK = 3_000_000
"""Steps of the machine for one search: a few seconds at most."""

Program = tuple[Instruction, ...]
Span = tuple[int, int]


def search(pattern: str, text: str) -> Span | None:
    """Return where the first match stands, or None. Raises PatternError, in words."""
    return _Machine(text).run(program(pattern), 0, anchored=False)


def is_match(pattern: str, text: str) -> bool:
    """Return whether the whole text matches, as RFC 9535's `match` means it."""
    # `\z` and not `$`, which would let a last line break pass.
    whole = program(f"(?:{pattern})\\z")
    return _Machine(text).run(whole, 0, anchored=True) is not None


@dataclass(slots=True)
class _Machine:
    text: str
    work: int = 0

    def run(self, code: Program, start: int, *, anchored: bool) -> Span | None:
        if len(self.text) > MAX_TEXT:
            raise SearchTooLong(f"a text of more than {MAX_TEXT:,} characters")
        threads: list[tuple[int, int]] = []
        found: Span | None = None
        # One position more than there are characters: at the end, `$` and empty matches can hold.
        for position in range(start, len(self.text) + 1):
            # Until something matches, a search may begin at every position, behind the older ones:
            # the leftmost match wins.
            if found is None and (position == start or not anchored):
                threads.append((0, position))
            # A match is known, but older threads that are preferred may still find a longer one.
            elif not threads:
                break
            current = self._close(code, threads, position)
            threads, found = self._advance(code, current, position, found)
        return found

    def _advance(
        self, code: Program, current: list[tuple[int, int]], position: int, found: Span | None
    ) -> tuple[list[tuple[int, int]], Span | None]:
        onward: list[tuple[int, int]] = []
        char = self.text[position : position + 1]
        for at, start in current:
            step = code[at]
            if step.kind == "match":
                # What comes later in the list is less preferred than this match.
                return onward, (start, position)
            if char and step.test is not None and step.test(char):
                onward.append((at + 1, start))
        return onward, found

    def _close(
        self, code: Program, threads: list[tuple[int, int]], position: int
    ) -> list[tuple[int, int]]:
        """Follow jumps and splits, in order of preference, to where a character is awaited."""
        seen: set[int] = set()
        reached: list[tuple[int, int]] = []
        # Reversed, for the stack gives back the last first.
        stack = threads[::-1]
        while stack:
            at, start = stack.pop()
            # An earlier and preferred thread is here already: one per place keeps work linear.
            if at in seen:
                continue
            seen.add(at)
            self._spend()
            step = code[at]
            if step.kind in ("char", "match"):
                reached.append((at, start))
            elif step.kind == "split":
                # The preferred target is pushed last, so that it is followed first.
                stack += [(step.other, start), (step.to, start)]
            elif step.kind == "jump":
                stack.append((step.to, start))
            elif self._holds(step, position):
                stack.append((at + 1, start))
        return reached

    def _spend(self) -> None:
        self.work += 1
        if self.work > MAX_WORK:
            raise SearchTooLong("a search that takes too long")

    def _holds(self, step: Instruction, position: int) -> bool:
        if step.kind == "look":
            # The lookahead spends from the same budget, and groups bound how deep it can nest.
            ahead = self.run(step.program, position, anchored=True) is not None
            return ahead is (step.name == "=")
        before = self.text[position - 1 : position] if position else ""
        after = self.text[position : position + 1]
        return _ASSERTIONS[step.name](before, after, position == len(self.text) - 1)


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_") and char != ""


def _is_edge(before: str, after: str) -> bool:
    return _is_word(before) is not _is_word(after)


# Each takes the character before, the one after, and whether that one is the last of the text.
_ASSERTIONS: Mapping[str, Callable[[str, str, bool], bool]] = MappingProxyType(
    {
        "start": lambda before, _, __: not before,
        "end": lambda _, after, __: not after,
        "last": lambda _, after, last: not after or (after == "\n" and last),
        "line start": lambda before, _, __: before in ("", "\n"),
        "line end": lambda _, after, __: after in ("", "\n"),
        "word": lambda before, after, _: _is_edge(before, after),
        "no word": lambda before, after, _: not _is_edge(before, after),
    }
)


# Instructions: nested repeats multiply, `((a{99}){99}){99}` would be a million.
MAX_PROGRAM = 10_000


@lru_cache(maxsize=512)
def program(pattern: str) -> tuple[Instruction, ...]:
    """Compile a pattern. Raises PatternError, in words."""
    code: list[Instruction] = []
    _emit(tree(pattern), code)
    return (*code, Instruction("match"))


def _emit(node: Node, code: list[Instruction]) -> None:
    # Asked at every node, so that a program that is too long is given up while it grows.
    if len(code) > MAX_PROGRAM:
        raise PatternError("repeats that multiply to more than can be run")
    match node.kind:
        case "join":
            for child in node.children:
                _emit(child, code)
        case "either":
            _emit_either(node, code)
        case "repeat":
            _emit_repeat(node, code)
        case "look":
            inner: list[Instruction] = []
            _emit(node.children[0], inner)
            inner.append(Instruction("match"))
            code.append(Instruction("look", name=node.name, program=tuple(inner)))
        case _:
            code.append(Instruction(node.kind, test=node.test, name=node.name))


def _emit_either(node: Node, code: list[Instruction]) -> None:
    ends: list[int] = []
    for child in node.children[:-1]:
        split = len(code)
        code.append(Instruction("split"))
        _emit(child, code)
        # Where the alternatives end is known only after the last one: filled in below.
        ends.append(len(code))
        code.append(Instruction("jump"))
        # The first target is preferred: alternatives are tried in the order they are written.
        code[split] = Instruction("split", split + 1, len(code))
    _emit(node.children[-1], code)
    for end in ends:
        code[end] = Instruction("jump", len(code))


def _emit_repeat(node: Node, code: list[Instruction]) -> None:
    child = node.children[0]
    # The machine has no counters: a part that is needed three times is written three times.
    for _ in range(node.low):
        _emit(child, code)
    if node.high is None:
        split = len(code)
        code.append(Instruction("split"))
        _emit(child, code)
        # Back to the split, which decides again whether to go round once more.
        code.append(Instruction("jump", split))
        code[split] = _split(split + 1, len(code), lazy=node.lazy)
        return
    splits: list[int] = []
    for _ in range(node.high - node.low):
        splits.append(len(code))
        code.append(Instruction("split"))
        _emit(child, code)
    for split in splits:
        code[split] = _split(split + 1, len(code), lazy=node.lazy)


def _split(into: int, past: int, *, lazy: bool) -> Instruction:
    # A lazy repeat prefers to leave, a greedy one to go on.
    return Instruction("split", past, into) if lazy else Instruction("split", into, past)
