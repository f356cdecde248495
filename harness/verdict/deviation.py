"""Reduce expected and actual to a shape, so that findings of one cause look alike."""

import json
import re
from dataclasses import dataclass

from harness.difference import Difference, differences, plain, written
from harness.jsonvalue import Json

SMALL = 3
"""A difference of numbers that is itself characteristic, as one byte too few is."""
_LONGEST = 160
_STATUS_CHECKS = ("status", "response")
_HASH = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)
_MEMBER = re.compile(r'"(\w+)":("(?:[^"\\]|\\.)*"|[^,{}\[\]"\s]+)')
_COUNT = re.compile(r"0|-?[1-9]\d*")
_WAY = re.compile(r" after: .*", re.DOTALL)
"""What a sequence of calls adds to a value: the steps that led there."""
# In this order: the digits of an id or a time are no number of their own.
_VARYING = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"), "<time>"),
    (re.compile(r"https?://[^\s\"']+"), "<url>"),
    (_HASH, "<digest>"),
    (re.compile(r"\d{5,}"), "<number>"),
)


@dataclass(frozen=True, slots=True)
class Deviation:
    """How expected and actual differ: roughly, and as exactly as a cause can be recognised by."""

    shape: tuple[str, str, str]
    """The name of the node, then the shapes of what was expected there and of what came."""
    marks: frozenset[tuple[str, str, str]]
    """Exact values of the node; findings of other checks that share one have the same cause."""


def deviation(check: str, expected: str, actual: str) -> Deviation:
    """Return how a check's expected and actual differ."""
    found = _node(expected, actual)
    if found is not None:
        return _of_node(found)
    wanted, came = plain(expected), plain(_WAY.sub("", actual))
    if is_status(check):
        return Deviation(("status", wanted, came), frozenset())
    return _of_texts(check.rpartition(".")[2], wanted, came)


def is_status(check: str) -> bool:
    """Return whether a check looks at the status of an answer, of which every value means something."""
    return check in _STATUS_CHECKS or "$statusCode" in check


def is_digest(text: str) -> bool:
    """Return whether a value is the digest of something else, which differs where that does."""
    return _HASH.fullmatch(plain(text)) is not None


def _node(expected: str, actual: str) -> Difference | None:
    """Return the node that two structures differ in; a digest only says that something else does."""
    came = _WAY.sub("", actual)
    try:
        one, other = written(expected), written(came)
    # Long values are cut in a record, and what is cut is no JSON any more.
    except ValueError:
        return _member(expected, came)
    if not isinstance(one, dict | list) or not isinstance(other, dict | list):
        return None
    nodes = differences(one, other)
    readable = [
        difference for difference in nodes if not _HASH.fullmatch(_text(difference.expected))
    ]
    return next(iter(readable or nodes), None)


def _member(expected: str, actual: str) -> Difference | None:
    """Return the first member that differs in what may be the beginnings of two long structures."""
    # Up to where the beginnings part: what comes after a different name is not comparable.
    for one, other in zip(_MEMBER.findall(expected), _MEMBER.findall(actual), strict=False):
        if one[0] != other[0]:
            return None
        if one != other and not _HASH.fullmatch(plain(one[1])):
            return Difference(f"/{one[0]}", _value(one[1]), _value(other[1]))
    return None


def _value(token: str) -> Json:
    try:
        return written(token)
    except ValueError:
        return token


def _of_node(difference: Difference) -> Deviation:
    # The value of what is missing says nothing of the cause.
    if difference.is_missing or difference.is_unexpected:
        state = ("present", "missing") if difference.is_missing else ("absent", "present")
        return Deviation((difference.name, *state), frozenset())
    return _of_texts(difference.name, _text(difference.expected), _text(difference.actual))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _of_texts(name: str, expected: str, actual: str) -> Deviation:
    exact = ("", shape(expected), shape(actual))
    # Words are a cause by themselves: the same wrong code in two answers is one mistake.
    if not (_COUNT.fullmatch(expected) and _COUNT.fullmatch(actual)):
        return Deviation((name, *exact[1:]), frozenset([exact]))
    by = int(actual) - int(expected)
    if abs(by) <= SMALL:
        near = (name, "n", f"n{by:+}")
        return Deviation(near, frozenset([near, exact]))
    return Deviation((name, "n", "more" if by > 0 else "fewer"), frozenset([exact]))


def shape(text: str) -> str:
    """Return a text without what differs from case to case: ids, times, addresses, long numbers."""
    found = text
    for pattern, name in _VARYING:
        found = pattern.sub(name, found)
    return found[:_LONGEST]
