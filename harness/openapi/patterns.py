"""Evaluate the regular expressions of JSON Schema (ECMA-262): with Python's engine where it can, else with ours."""

import re
from functools import lru_cache
from typing import assert_never

from harness.openapi import ecma_match
from harness.openapi.backtracking import is_exponential
from harness.openapi.ecma import PatternError, parse
from harness.openapi.ecma_tree import (
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
    transformed,
)

__all__ = ["PatternError", "compiled", "matches", "pattern_fault", "python_source"]

# Without flag m, ^ and $ are the ends of the text, and words are ASCII (ECMA-262, 22.2.2.4).
_EDGES = {"^": r"\A", "$": r"\Z", "b": r"(?a:\b)", "B": r"(?a:\B)"}


def matches(pattern: str, text: str) -> bool:
    """Return whether a text holds a match, as JSON Schema's `pattern` means it (no implicit anchors).

    Raises PatternError where the pattern is none, or where matching takes too long.
    """
    found = _usable(pattern)
    if isinstance(found, re.Pattern):
        return found.search(text) is not None
    return ecma_match.search(found, text)


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern in Python's words. Raises PatternError where it has none."""
    found = _usable(pattern)
    if isinstance(found, re.Pattern):
        return found
    raise PatternError("a look behind of no fixed length")


def python_source(pattern: str) -> str:
    """Return the source of a pattern for Python's engine; empty where that cannot say it."""
    try:
        return compiled(pattern).pattern
    except PatternError:
        return ""


@lru_cache(maxsize=1024)
def pattern_fault(pattern: str) -> str:
    """Say why a pattern cannot be used; empty where it can."""
    try:
        found = _usable(pattern)
        # Our own engine counts its steps, but such a pattern is a defect of the document all the same.
        ready = (
            found
            if isinstance(found, re.Pattern)
            else re.compile(_written(transformed(found, _ahead)))
        )
        # Asked of the rewritten pattern, whose loops are those that would run.
        if is_exponential(ready):
            return "can take exponential time"
    except (PatternError, re.error, OverflowError, RecursionError) as problem:
        return f"cannot be compiled: {problem}"
    return ""


# Parsing takes long, and the same few patterns are matched for every value.
@lru_cache(maxsize=1024)
def _usable(pattern: str) -> "re.Pattern[str] | Node":
    node = parse(pattern)
    try:
        return re.compile(_written(node))
    except (re.error, OverflowError):  # a look behind of no fixed length, a reference ahead
        return node


def _ahead(node: Node) -> Node:
    """Return a part without what Python cannot compile, to look at the loops of the whole."""
    # Either way round, a look takes no text: the loops around it stay what they are.
    if isinstance(node, Look):
        return Look(node.part, is_ahead=True, is_negative=node.is_negative)
    # A reference back is no loop by itself.
    return Sequence(()) if isinstance(node, Back) else node


def _written(node: Node) -> str:
    match node:
        case Chars():
            return _set(node.ranges)
        case Sequence():
            return "".join(_written(part) for part in node.parts)
        case Choice():
            return f"(?:{'|'.join(_written(branch) for branch in node.branches)})"
        case Repeat() | Group() | Look():
            return _around(node, _written(node.part))
        case Back():
            # A group that has not matched yet is empty in ECMA-262, and fails in Python.
            return f"(?({node.number})\\{node.number})"
        case Edge():
            return _EDGES[node.kind]
        case _:
            assert_never(node)


def _around(node: Repeat | Group | Look, part: str) -> str:
    match node:
        case Repeat():
            high = "" if node.high is None else node.high
            # In a group of its own, so that the quantifier binds the whole part.
            return f"(?:{part}){{{node.low},{high}}}{'?' if node.is_lazy else ''}"
        case Group():
            # Written in the order of parsing, so that each group keeps its number.
            return f"({part})"
        case Look():
            sign = ("" if node.is_ahead else "<") + ("!" if node.is_negative else "=")
            return f"(?{sign}{part})"
        case _:
            assert_never(node)


def _set(ranges: Ranges) -> str:
    # What no character fulfils, and what every one does, are no classes of Python's engine.
    if not ranges:
        return "(?!)"
    others = complement(ranges)
    if not others:
        return r"[\s\S]"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return re.escape(chr(ranges[0][0]))
    # The shorter of the set and its complement: negated classes hold nearly all of Unicode.
    sign, shown = ("^", others) if len(others) < len(ranges) else ("", ranges)
    return f"[{sign}{''.join(_run(low, high) for low, high in shown)}]"


# As escapes, since `]`, `^` and `-` mean something within a class.
def _run(low: int, high: int) -> str:
    return f"\\U{low:08x}" if low == high else f"\\U{low:08x}-\\U{high:08x}"
