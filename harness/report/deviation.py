"""Show where expected and actual part: nodes of JSON, elements of X12, bytes around the first difference."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from harness.difference import Difference, differences, plain, written
from harness.exchange import Exchange, header
from harness.jsonvalue import Json
from harness.report.messages import Part, parts
from harness.report.view import FindingView
from harness.shortening import shortened

MOST = 12
"""Lines; who needs more has the request and the response."""
WIDTH = 16
"""Bytes in a line of a hex window."""
_PART = re.compile(r"response\.body part (.+)")
# The name of a segment at its beginning, and the sign that parts its elements.
_X12 = re.compile(r"(?:^|[~\s])(?:ISA|ST|HL|NM1|UM|AAA|HCR)([*|^])")
_LONGEST = 100


def lines(finding: FindingView, exchanges: Sequence[Exchange] = ()) -> tuple[str, ...]:
    """Return the difference of a finding; nothing where its sentence has said it all.

    `exchanges` are those of its case; two parts of theirs that should be equal are compared by bytes.
    """
    pair = _compared_parts(finding, exchanges)
    if pair is not None:
        return hex_window(*pair)
    # Both must be X12: with one of them there is nothing to put side by side.
    if _X12.search(finding.expected) and _X12.search(finding.actual):
        return x12_lines(plain(finding.expected), plain(finding.actual))
    try:
        expected, actual = written(finding.expected), written(finding.actual)
    # Values that are no JSON have been compared by the sentence already.
    except ValueError:
        return ()
    if not isinstance(expected, dict | list) or not isinstance(actual, dict | list):
        return ()
    return json_lines(expected, actual)


def json_lines(expected: Json, actual: Json) -> tuple[str, ...]:
    """Return a diff by nodes: the place, what was expected there after `-`, what came after `+`."""
    return _bounded([line for each in differences(expected, actual) for line in _node(each)])


def _node(each: Difference) -> Iterator[str]:
    yield f"at {each.pointer or '/'}"
    yield f"- {'(not there)' if each.is_unexpected else _json(each.expected)}"
    yield f"+ {'(missing)' if each.is_missing else _json(each.actual)}"


def _json(value: Json) -> str:
    return shortened(json.dumps(value, ensure_ascii=False), _LONGEST)


def x12_lines(expected: str, actual: str) -> tuple[str, ...]:
    """Return the segments that differ, with the element that does in brackets."""
    # The sign is taken from the message itself, where it is declared by its first segment.
    separators = _X12.search(expected) or _X12.search(actual)
    separator = separators[1] if separators else "*"
    found = []
    pairs = zip_longest(_segments(expected), _segments(actual), fillvalue="")
    for number, (one, other) in enumerate(pairs, start=1):
        if one != other:
            found += [
                f"segment {number}",
                f"- {_marked(one, other, separator)}",
                f"+ {_marked(other, one, separator)}",
            ]
    return _bounded(found)


def _segments(message: str) -> list[str]:
    return [each.strip() for each in message.split("~") if each.strip()]


def _marked(segment: str, other: str, separator: str) -> str:
    if not segment:
        return "(no such segment)"
    pairs = zip_longest(segment.split(separator), other.split(separator))
    marked = [one if one == two else f"[{one}]" for one, two in pairs if one is not None]
    return separator.join(marked)[:_LONGEST]


def hex_window(expected: bytes, actual: bytes) -> tuple[str, ...]:
    """Return the bytes around the first difference, with both lengths; nothing where they are equal."""
    if expected == actual:
        return ()
    shared = zip(expected, actual, strict=False)
    first = next((at for at, (one, other) in enumerate(shared) if one != other), None)
    # Where one is the beginning of the other they part at the end of the shorter one.
    place = min(len(expected), len(actual)) if first is None else first
    # Half of the window before the difference, so that what led to it is seen.
    begin = max(0, place - WIDTH // 2)
    return (
        f"{len(expected):,} bytes sent, {len(actual):,} returned; they part at byte {place:,}",
        f"- {_hex(expected, begin, place)}",
        f"+ {_hex(actual, begin, place)}",
    )


def _hex(content: bytes, begin: int, place: int) -> str:
    window = content[begin : begin + WIDTH]
    digits = [
        f"[{byte:02x}]" if begin + at == place else f"{byte:02x}" for at, byte in enumerate(window)
    ]
    # The shorter side ends within the window, or before it.
    if begin + len(window) <= place:
        digits.append("[end]")
    text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in window)
    return f"{begin:08x}  {' '.join(digits)}  |{text}|"


def _compared_parts(
    finding: FindingView, exchanges: Sequence[Exchange]
) -> tuple[bytes, bytes] | None:
    """Return a part as it was sent and as it came back, where a finding is about such a part."""
    named = _PART.fullmatch(finding.where)
    last = next((each for each in exchanges if each.id == finding.exchange), None)
    if named is None or last is None or last.response is None:
        return None
    came = _called(named[1], parts(last.response.body, last.response.header("content-type") or ""))
    before = [each for each in exchanges if each.id < finding.exchange]
    # The last one before the finding: a part may have been sent several times.
    sent = (_called(named[1], _sent(each)) for each in reversed(before))
    original = next((each for each in sent if each is not None), None)
    if came is None or original is None:
        return None
    return original.content, came.content


def _sent(exchange: Exchange) -> tuple[Part, ...]:
    request = exchange.request
    return parts(request.body, header(request.headers, "content-type") or "")


def _called(name: str, found: Iterable[Part]) -> Part | None:
    return next((each for each in found if name in (each.file_name, each.name)), None)


def _bounded(found: Sequence[str]) -> tuple[str, ...]:
    if len(found) <= MOST:
        return tuple(found)
    # The last line says how much is missing.
    return (*found[: MOST - 1], f"and {len(found) - MOST + 1:,} lines more")
