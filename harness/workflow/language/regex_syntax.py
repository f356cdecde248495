"""Take regular expressions apart.

Backreferences and lookbehind are refused: no machine that runs in linear time can follow the former.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

# Characters and levels: the parser calls itself once per group.
MAX_PATTERN = 2_000
MAX_DEPTH = 40

_COUNT = re.compile(r"\{(\d{1,4})(,?)(\d{0,4})\}", re.ASCII)
_GROUP = re.compile(r"\?(?:P?<[A-Za-z_]\w*>|[:=!])")
_CATEGORY = re.compile(r"\\([pP])\{(\w{1,2})\}")
_FLAGS = re.compile(r"\(\?([ims]+)\)")
_HEX = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})")
_ASSERTIONS = {"\\b": "word", "\\B": "no word", "\\A": "start", "\\Z": "end", "\\z": "end"}

Test: TypeAlias = Callable[[str], bool]


class PatternError(ValueError):
    """The pattern is wrong, or asks for what cannot be run in bounded time."""


class SearchTooLong(PatternError):
    """The pattern may be right; searching this text would take more than we allow ourselves."""


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a pattern's tree. `kind` is `char`, `join`, `either`, `repeat`, `assert` or `look`."""

    kind: str
    children: "tuple[Node, ...]" = ()
    test: Test | None = None
    name: str = ""
    low: int = 0
    high: int | None = None
    lazy: bool = False


def tree(pattern: str) -> Node:
    """Take a pattern apart. Raises PatternError, in words."""
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"a pattern of more than {MAX_PATTERN:,} characters")
    flags = _FLAGS.match(pattern)
    parser = _Parser(pattern, flags[1] if flags else "", flags.end() if flags else 0)
    found = parser.alternatives(0)
    # At the outermost level only a ")" ends the alternatives before the pattern does.
    if parser.at < len(pattern):
        raise PatternError(f"an unmatched ')' at character {parser.at + 1}")
    return found


@dataclass(slots=True)
class _Parser:
    pattern: str
    flags: str
    at: int = field(default=0)

    def alternatives(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise PatternError(f"groups nested more than {MAX_DEPTH} deep")
        branches = [self._sequence(depth)]
        while self._take("|"):
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else Node("either", tuple(branches))

    def _sequence(self, depth: int) -> Node:
        found: list[Node] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            found.append(self._quantified(self._atom(depth)))
        return Node("join", tuple(found))

    def _quantified(self, atom: Node) -> Node:
        while (bounds := self._bounds()) is not None:
            # An assertion reads nothing, so that its repetition would never move on.
            if atom.kind in ("assert", "look"):
                raise PatternError(f"nothing to repeat before character {self.at}")
            low, high = bounds
            if high is not None and high < low:
                raise PatternError("a repeat whose maximum is below its minimum")
            atom = Node("repeat", (atom,), low=low, high=high, lazy=self._take("?"))
        return atom

    def _bounds(self) -> tuple[int, int | None] | None:
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        head = self.pattern[self.at : self.at + 1]
        if head in simple:
            self.at += 1
            return simple[head]
        if match := _COUNT.match(self.pattern, self.at):
            self.at = match.end()
            low = int(match[1])
            # `{2}` is exactly two, `{2,}` two or more, `{2,5}` two to five.
            return low, (int(match[3]) if match[3] else None) if match[2] else low
        return None

    def _atom(self, depth: int) -> Node:
        head = self.pattern[self.at]
        match head:
            case "(":
                return self._group(depth)
            case "[":
                return Node("char", test=self._class())
            case "\\":
                return self._escape()
            case "*" | "+" | "?":
                raise PatternError(f"nothing to repeat at character {self.at + 1}")
            case _:
                return self._plain(head)

    def _plain(self, head: str) -> Node:
        self.at += 1
        many = "m" in self.flags
        if head == "^":
            return Node("assert", name="line start" if many else "start")
        # Without `m` it also holds before a line break that ends the text, as in Python's engine.
        if head == "$":
            return Node("assert", name="line end" if many else "last")
        if head == ".":
            return Node("char", test=_tester(".", self.flags))
        return Node("char", test=_tester(re.escape(head), self.flags))

    def _group(self, depth: int) -> Node:
        self.at += 1
        kind = ""
        if self.pattern.startswith("?", self.at):
            match = _GROUP.match(self.pattern, self.at)
            if match is None:
                raise PatternError("a group that is neither plain, named nor a lookahead")
            # The last character tells them apart: ":" and ">" only group, "=" and "!" look ahead.
            kind, self.at = match[0][-1], match.end()
        inner = self.alternatives(depth + 1)
        if not self._take(")"):
            raise PatternError("an opening '(' that is not closed")
        # Groups capture nothing here: only the span of the whole match is asked for.
        return Node("look", (inner,), name=kind) if kind in ("=", "!") else inner

    def _escape(self) -> Node:
        pair = self.pattern[self.at : self.at + 2]
        # What a group matched is not remembered by a machine that follows all alternatives at once.
        if len(pair) < 2 or (pair[1].isdigit() and pair != "\\0"):
            raise PatternError("a backreference" if len(pair) == 2 else "a trailing backslash")
        if match := _CATEGORY.match(self.pattern, self.at):
            self.at = match.end()
            return Node("char", test=_category(match[2], negate=match[1] == "P"))
        match = _HEX.match(self.pattern, self.at)
        text = match[0] if match else pair
        self.at += len(text)
        if text in _ASSERTIONS:
            return Node("assert", name=_ASSERTIONS[text])
        return Node("char", test=_tester(text, self.flags))

    def _class(self) -> Test:
        # A "]" directly after the opening is a member of the class.
        match = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL).match(self.pattern, self.at)
        if match is None:
            raise PatternError("an opening '[' that is not closed")
        self.at = match.end()
        text = match[0]
        tests = [
            _category(matched[2], negate=matched[1] == "P") for matched in _CATEGORY.finditer(text)
        ]
        # Python knows no `\p{…}`, so a class is tested as a whole only where it has none.
        if not tests:
            return _tester(_with_plain_brackets(text), self.flags)
        return self._mixed(text, tests)

    def _mixed(self, text: str, tests: list[Test]) -> Test:
        negate = text.startswith("[^")
        rest = _CATEGORY.sub("", text[2 if negate else 1 : -1])
        if rest:
            # First once the category is gone, a "^" of the class would turn it round.
            rest = f"\\{rest}" if rest.startswith("^") else rest
            tests.append(_tester(_with_plain_brackets(f"[{rest}]"), self.flags))
        return lambda char: any(test(char) for test in tests) is not negate

    def _take(self, char: str) -> bool:
        taken = self.pattern.startswith(char, self.at)
        self.at += taken
        return taken


def _with_plain_brackets(text: str) -> str:
    """Return a class whose opening brackets within are escaped, as Python asks for; escapes stay what they are."""
    # Pairs are taken whole: an escape put before the bracket of `\\[` would add a backslash to the class.
    inner = re.sub(
        r"\\.|\[", lambda found: r"\[" if found[0] == "[" else found[0], text[1:], flags=re.DOTALL
    )
    return f"[{inner}"


def _tester(text: str, flags: str) -> Test:
    """Test one character by the engine that comes with Python: one character cannot backtrack."""
    chosen = re.ASCII | (re.IGNORECASE if "i" in flags else 0) | (re.DOTALL if "s" in flags else 0)
    try:
        compiled = re.compile(text, chosen)
    except re.error as problem:
        raise PatternError(str(problem)) from None
    return lru_cache(maxsize=512)(lambda char: compiled.fullmatch(char) is not None)


def _category(name: str, *, negate: bool) -> Test:
    return lambda char: unicodedata.category(char).startswith(name) is not negate
