"""What a pattern of ECMA-262 is made of once it is parsed, its sets of characters included (ECMA-262, 22.2.1 and 22.2.2.9)."""

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias, assert_never

import jsonschema_rs

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Sets of code points: first and last of each run, in order, none touching the next."""

LAST = sys.maxunicode
EVERYTHING: Ranges = ((0, LAST),)

# General_Category values with their aliases (Unicode PropertyValueAliases.txt).
_CATEGORIES = """
L Letter|LC Cased_Letter|Lu Uppercase_Letter|Ll Lowercase_Letter|Lt Titlecase_Letter
Lm Modifier_Letter|Lo Other_Letter|M Mark Combining_Mark|Mn Nonspacing_Mark|Mc Spacing_Mark
Me Enclosing_Mark|N Number|Nd Decimal_Number digit|Nl Letter_Number|No Other_Number
P Punctuation punct|Pc Connector_Punctuation|Pd Dash_Punctuation|Ps Open_Punctuation
Pe Close_Punctuation|Pi Initial_Punctuation|Pf Final_Punctuation|Po Other_Punctuation
S Symbol|Sm Math_Symbol|Sc Currency_Symbol|Sk Modifier_Symbol|So Other_Symbol|Z Separator
Zs Space_Separator|Zl Line_Separator|Zp Paragraph_Separator|C Other|Cc Control cntrl
Cf Format|Cs Surrogate|Co Private_Use|Cn Unassigned
"""
_CATEGORY_OF = {
    name: entry.split()[0]
    for line in _CATEGORIES.strip().splitlines()
    for entry in line.split("|")
    for name in entry.split()
}
_SCRIPTS = {"Script": "sc", "sc": "sc", "Script_Extensions": "scx", "scx": "scx"}
# Binary properties that ECMA-262 allows (table 69) and our engine knows, by their long names.
_BINARY = frozenset(
    [
        "ASCII_Hex_Digit",
        "AHex",
        "Alphabetic",
        "Alpha",
        "Bidi_Control",
        "Bidi_C",
        "Bidi_Mirrored",
        "Bidi_M",
        "Case_Ignorable",
        "CI",
        "Cased",
        "Changes_When_Casefolded",
        "CWCF",
        "Changes_When_Casemapped",
        "CWCM",
        "Changes_When_Lowercased",
        "CWL",
        "Changes_When_Titlecased",
        "CWT",
        "Changes_When_Uppercased",
        "CWU",
        "Dash",
        "Default_Ignorable_Code_Point",
        "DI",
        "Deprecated",
        "Dep",
        "Diacritic",
        "Dia",
        "Emoji",
        "Emoji_Component",
        "EComp",
        "Emoji_Modifier",
        "EMod",
        "Emoji_Modifier_Base",
        "EBase",
        "Emoji_Presentation",
        "EPres",
        "Extended_Pictographic",
        "ExtPict",
        "Extender",
        "Ext",
        "Grapheme_Base",
        "Gr_Base",
        "Grapheme_Extend",
        "Gr_Ext",
        "Hex_Digit",
        "Hex",
        "IDS_Binary_Operator",
        "IDSB",
        "IDS_Trinary_Operator",
        "IDST",
        "ID_Continue",
        "IDC",
        "ID_Start",
        "IDS",
        "Ideographic",
        "Ideo",
        "Join_Control",
        "Join_C",
        "Logical_Order_Exception",
        "LOE",
        "Lowercase",
        "Lower",
        "Math",
        "Noncharacter_Code_Point",
        "NChar",
        "Pattern_Syntax",
        "Pat_Syn",
        "Pattern_White_Space",
        "Pat_WS",
        "Quotation_Mark",
        "QMark",
        "Radical",
        "Regional_Indicator",
        "RI",
        "Sentence_Terminal",
        "STerm",
        "Soft_Dotted",
        "SD",
        "Terminal_Punctuation",
        "Term",
        "Unified_Ideograph",
        "UIdeo",
        "Uppercase",
        "Upper",
        "Variation_Selector",
        "VS",
        "White_Space",
        "space",
        "XID_Continue",
        "XIDC",
        "XID_Start",
        "XIDS",
    ]
)


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return ranges in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        # Runs that touch are joined as well, so that equal sets are equal tuples.
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def complement(ranges: Ranges) -> Ranges:
    """Return all other code points."""
    found, start = [], 0
    for low, high in ranges:
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        found.append((start, LAST))
    return tuple(found)


DIGITS: Ranges = ((0x30, 0x39),)
WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))


def spaces() -> Ranges:
    r"""Return what `\s` matches: white space and line ends (ECMA-262, 12.2 and 12.3)."""
    return merged(((0x09, 0x0D), (0xFEFF, 0xFEFF), (0x2028, 0x2029), *category("Zs")))


@lru_cache(maxsize=256)
def unicode_property(written: str) -> Ranges | None:
    r"""Return the set that the text within `\p{…}` names; None where it names none."""
    name, equals, value = written.partition("=")
    if equals:
        # Only these two properties and the scripts take a value.
        if name in ("General_Category", "gc"):
            return category(_CATEGORY_OF[value]) if value in _CATEGORY_OF else None
        return _scanned(f"{_SCRIPTS[name]}={value}") if name in _SCRIPTS else None
    if name in _CATEGORY_OF:
        return category(_CATEGORY_OF[name])
    plain = {"Any": EVERYTHING, "ASCII": ((0, 0x7F),), "Assigned": complement(category("Cn"))}
    return plain.get(name) or (_scanned(name) if name in _BINARY else None)


@lru_cache(maxsize=64)
def category(name: str) -> Ranges:
    """Return the code points of a general category, or of a group of them like `L`."""
    # A cased letter is no prefix of its members' names as `L` is of `Lu`.
    wanted = ("Lu", "Ll", "Lt") if name == "LC" else (name,)
    return merged(run for key, runs in _by_category() for run in runs if key.startswith(wanted))


@lru_cache(maxsize=1)
def _by_category() -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
    found: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category("\0")
    # One step beyond the last code point closes the last run.
    for code in range(1, LAST + 2):
        name = unicodedata.category(chr(code)) if code <= LAST else ""
        if name != current:
            found.setdefault(current, []).append((start, code - 1))
            start, current = code, name
    return tuple((key, tuple(runs)) for key, runs in found.items())


def _scanned(name: str) -> Ranges | None:
    """Ask an engine that knows the Unicode tables which characters have a property."""
    # The validator's own engine: Python's `unicodedata` has no scripts and few properties.
    try:
        validator = jsonschema_rs.Draft202012Validator({"pattern": f"^\\p{{{name}}}$"})
    except jsonschema_rs.ValidationError:
        return None
    return merged((code, code) for code in _scalars() if validator.is_valid(chr(code)))


def _scalars() -> Iterator[int]:
    # Without surrogates, which are no characters and cannot be encoded for the engine.
    yield from range(0xD800)
    yield from range(0xE000, LAST + 1)


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    branches: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part so many times; `high` is None where nothing bounds it."""

    part: "Node"
    low: int
    high: int | None
    is_lazy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part whose text can be referred to by its number."""

    part: "Node"
    number: int


@dataclass(frozen=True, slots=True)
class Back:
    """The text of a group once more."""

    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """What has to follow or precede, or must not."""

    part: "Node"
    is_ahead: bool
    is_negative: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the text (`^`, `$`) or of a word (`b`, `B`)."""

    kind: str


Node: TypeAlias = Chars | Sequence | Choice | Repeat | Group | Back | Look | Edge


def transformed(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a pattern with every part changed, the inner ones first."""
    match node:
        case Sequence():
            return change(Sequence(tuple(transformed(part, change) for part in node.parts)))
        case Choice():
            return change(Choice(tuple(transformed(branch, change) for branch in node.branches)))
        case Repeat() | Group() | Look():
            return change(replace(node, part=transformed(node.part, change)))
        case Chars() | Back() | Edge():
            return change(node)
        case _:
            assert_never(node)
