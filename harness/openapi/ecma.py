r"""Parse the regular expressions of JSON Schema: ECMA-262 with flag u (JSON Schema 2020-12, core 6.4).

Where flag u forbids what its absence allows and means without doubt (`\_`, a lone `]`), that is read too:
the flag is a SHOULD. What no edition of ECMA-262 knows (`a++`, `(?>…)`, `\A`, `(?i)`) is refused.
"""

from dataclasses import dataclass, field
from typing import NoReturn

from harness.openapi.ecma_tree import (
    DIGITS,
    LINE_ENDS,
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
    complement,
    merged,
    spaces,
    transformed,
    unicode_property,
)

MAX_DEPTH = 60
"""How deep groups may lie within each other."""


class PatternError(ValueError):
    """The text is no pattern; the message says why, to follow `cannot be compiled: `."""


_CONTROL = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
# Beyond a billion a count is a mistake, and `int` takes long for endless digits.
_MAX_DIGITS = 9
_HEX = frozenset("0123456789abcdefABCDEF")


def parse(pattern: str) -> Node:
    """Return what a pattern means. Raises PatternError where it is none."""
    parser = _Parser(pattern)
    node = parser.choice(0)
    if parser.position < len(pattern):
        parser.fail("an unmatched )")
    # Checked at the end, since a reference may stand before its group.
    for number, name in parser.references:
        if name and name not in parser.names:
            parser.fail(f"a reference to the group '{name}', which there is not")
        if not name and number > parser.groups:
            parser.fail(f"a reference to group {number}, which there is not")
    return transformed(node, parser.numbered)


@dataclass(slots=True)
class _Parser:
    text: str
    position: int = 0
    groups: int = 0
    names: dict[str, int] = field(default_factory=dict)
    references: list[tuple[int, str]] = field(default_factory=list)
    forward: dict[int, str] = field(default_factory=dict)
    """Named references, by the negative number that stands for each until all groups are known."""

    def numbered(self, node: Node) -> Node:
        """Resolve a reference by name to the number of its group."""
        if isinstance(node, Back) and node.number < 0:
            return Back(self.names[self.forward[node.number]])
        return node

    def fail(self, why: str) -> NoReturn:
        raise PatternError(f"{why} at position {self.position}")

    def peek(self, word: str) -> bool:
        return self.text.startswith(word, self.position)

    def accept(self, word: str) -> bool:
        found = self.peek(word)
        self.position += len(word) if found else 0
        return found

    def choice(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self.fail(f"more than {MAX_DEPTH} groups within each other")
        branches = [self.sequence(depth)]
        while self.accept("|"):
            branches.append(self.sequence(depth))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while self.position < len(self.text) and not self.peek("|") and not self.peek(")"):
            parts.append(self.quantified(self.atom(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def quantified(self, part: Node) -> Node:
        bounds = self.quantifier()
        if bounds is None:
            return part
        # Annex B of ECMA-262 lets a look ahead be repeated, and no other assertion.
        if isinstance(part, Edge) or (isinstance(part, Look) and not part.is_ahead):
            self.fail("nothing to repeat")
        is_lazy = self.accept("?")
        if self.position < len(self.text) and self.text[self.position] in "*+?":
            self.fail("a second quantifier (ECMA-262 has no possessive ones)")
        low, high = bounds
        if high is not None and low > high:
            self.fail("bounds of a quantifier out of order")
        return Repeat(part, low, high, is_lazy)

    def quantifier(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.accept(sign):
                return bounds
        if not self.peek("{"):
            return None
        # `{` opens a quantifier only as {n}, {n,} or {n,m}.
        end = self.text.find("}", self.position)
        low, comma, high = self.text[self.position + 1 : max(end, 0)].partition(",")
        is_count = (
            low.isascii() and low.isdigit() and (not high or (high.isascii() and high.isdigit()))
        )
        if end < 0 or not is_count:
            return None  # a brace that stands for itself, without flag u
        if max(len(low), len(high)) > _MAX_DIGITS:
            self.fail("a count that is too large")
        self.position = end + 1
        return int(low), (int(high) if high else None) if comma else int(low)

    def atom(self, depth: int) -> Node:
        sign = self.text[self.position]
        if sign in "*+?":
            self.fail("nothing to repeat")
        self.position += 1
        match sign:
            case "^" | "$":
                return Edge(sign)
            case ".":
                # Without flag s a dot takes any character but
                # those that end a line (ECMA-262, 22.2.2.7).
                return Chars(complement(LINE_ENDS))
            case "(":
                return self.group(depth)
            case "[":
                return self.char_class()
            case "\\":
                return self.escape()
            case _:
                return Chars(((ord(sign), ord(sign)),))

    def group(self, depth: int) -> Node:
        for opening, is_ahead, is_negative in (
            ("?=", True, False),
            ("?!", True, True),
            ("?<=", False, False),
            ("?<!", False, True),
        ):
            if self.accept(opening):
                return Look(self.closed(depth), is_ahead, is_negative)
        if self.accept("?:"):
            # Wrapped, since `(?:^)*` may be repeated and `^*` may not.
            return Sequence((self.closed(depth),))
        # Tried after the looks, which begin with `?<` too.
        name = self.group_name() if self.accept("?<") else ""
        if not name and self.peek("?"):
            self.fail("a group that ECMA-262 does not know")
        self.groups += 1
        number = self.groups
        if name:
            if name in self.names:
                self.fail(f"the group '{name}' twice")
            self.names[name] = number
        return Group(self.closed(depth), number)

    def closed(self, depth: int) -> Node:
        node = self.choice(depth + 1)
        if not self.accept(")"):
            self.fail("a group without its end")
        return node

    def group_name(self) -> str:
        end = self.text.find(">", self.position)
        name = self.text[self.position : max(end, 0)]
        if end < 0 or not name.replace("$", "_").isidentifier():
            self.fail("a name of a group that is none")
        self.position = end + 1
        return name

    def escape(self) -> Node:
        if self.position >= len(self.text):
            self.fail("a backslash at the end")
        sign = self.text[self.position]
        if sign in "bB":
            self.position += 1
            return Edge(sign)
        # A group's name is known only once all is read; a negative number stands in for its own.
        if sign == "k":
            return self.named_reference()
        if sign in "123456789":
            return self.numbered_reference()
        return Chars(self.char_escape())

    def named_reference(self) -> Node:
        self.position += 1
        if not self.accept("<"):
            self.fail("a reference to a group without its name")
        name = self.group_name()
        self.references.append((0, name))
        # Counted with all references, so that no two of them have one stand-in.
        stand_in = -len(self.references)
        self.forward[stand_in] = name
        return Back(stand_in)

    def numbered_reference(self) -> Node:
        start = self.position
        while self.position < len(self.text) and self.text[self.position] in "0123456789":
            self.position += 1
        number = int(self.text[start : self.position][:_MAX_DIGITS])
        self.references.append((number, ""))
        return Back(number)

    def char_escape(self) -> Ranges:
        """Read what follows a backslash, within a class or outside one."""
        sign = self.text[self.position]
        self.position += 1
        sets = {"d": DIGITS, "w": WORD}
        if sign.lower() in ("d", "w", "s"):
            found = spaces() if sign.lower() == "s" else sets[sign.lower()]
            return complement(found) if sign.isupper() else found
        if sign in "pP":
            return self.property(is_negated=sign == "P")
        code = self.code_escape(sign)
        return ((code, code),)

    def code_escape(self, sign: str) -> int:
        if sign in _CONTROL:
            return _CONTROL[sign]
        if sign == "c":
            return self.control()
        if sign == "x":
            return self.hexadecimal(2)
        if sign == "u":
            return self.unicode()
        # NUL; a digit after it would have made it octal,
        # which flag u forbids (ECMA-262, 22.2.1.1).
        if sign == "0":
            if self.position < len(self.text) and self.text[self.position] in "0123456789":
                self.fail("an octal escape")
            return 0
        if sign.isascii() and (sign.isalpha() or sign.isdigit()):
            self.fail(f"the escape \\{sign}, which ECMA-262 does not know")
        return ord(sign)

    def control(self) -> int:
        # A letter stands for its code modulo 32: \cJ is the line feed.
        letter = self.text[self.position : self.position + 1]
        if not (letter.isascii() and letter.isalpha()):
            self.fail("a control escape without its letter")
        self.position += 1
        return ord(letter) % 32

    def hexadecimal(self, length: int) -> int:
        digits = self.text[self.position : self.position + length]
        if len(digits) != length or not _HEX.issuperset(digits):
            self.fail("an escape without its hexadecimal digits")
        self.position += length
        return int(digits, 16)

    def unicode(self) -> int:
        if self.accept("{"):
            end = self.text.find("}", self.position)
            digits = self.text[self.position : max(end, 0)]
            if (
                end < 0
                or not digits
                or not _HEX.issuperset(digits)
                or int(digits[:9], 16) > 0x10FFFF
            ):
                self.fail("an escape that names no code point")
            self.position = end + 1
            return int(digits, 16)
        code = self.hexadecimal(4)
        # With flag u, two escapes of one surrogate pair are one character (ECMA-262, 22.2.1).
        if 0xD800 <= code < 0xDC00 and self.peek("\\u"):
            start = self.position
            self.position += 2
            low = self.hexadecimal(4)
            if 0xDC00 <= low < 0xE000:
                return 0x10000 + ((code - 0xD800) << 10) + low - 0xDC00
            self.position = start
        return code

    def property(self, *, is_negated: bool) -> Ranges:
        end = self.text.find("}", self.position)
        if not self.accept("{") or end < 0:
            self.fail("a property without its name in braces")
        name = self.text[self.position : end]
        found = unicode_property(name)
        if found is None:
            self.fail(f"the property '{name[:40]}', which there is not")
        self.position = end + 1
        return complement(found) if is_negated else found

    def char_class(self) -> Node:
        is_negated = self.accept("^")
        ranges: list[tuple[int, int]] = []
        # A class may be empty in ECMA-262: `[]` takes no character and `[^]` takes any.
        while not self.accept("]"):
            if self.position >= len(self.text):
                self.fail("a class without its end")
            ranges.extend(self.class_range())
        found = merged(ranges)
        return Chars(complement(found) if is_negated else found)

    def class_range(self) -> Ranges:
        first = self.class_atom()
        # A dash before the end of the class stands for itself.
        if not self.peek("-") or self.text.startswith("]", self.position + 1):
            return first
        self.position += 1
        if self.position >= len(self.text):
            self.fail("a class without its end")
        last = self.class_atom()
        # A set such as `\d` cannot be an end of a range.
        if not (_is_single(first) and _is_single(last)):
            return merged((*first, (0x2D, 0x2D), *last))  # without flag u, the dash is one
        if first[0][0] > last[0][0]:
            self.fail("a range out of order")
        return ((first[0][0], last[0][0]),)

    def class_atom(self) -> Ranges:
        sign = self.text[self.position]
        if sign != "\\":
            self.position += 1
            return ((ord(sign), ord(sign)),)
        self.position += 1
        if self.position >= len(self.text):
            self.fail("a backslash at the end")
        # Within a class this is the backspace and no edge of a word.
        if self.accept("b"):
            return ((0x08, 0x08),)
        return self.char_escape()


def _is_single(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]
