"""Compare what was expected with what came, node by node."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.jsonvalue import Json, escape

MOST = 100
"""Differences that are listed of two values; whoever needs more needs the values themselves."""
_NOTE = re.compile(r" \(\$[^()]*\)$")
"""What a workflow adds to a value: the expression that it comes from."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One node that is otherwise; None stands for a node that is not there."""

    pointer: str
    """RFC 6901."""
    expected: Json
    actual: Json
    is_missing: bool = False
    is_unexpected: bool = False

    @property
    def name(self) -> str:
        """The last name on the way to the node, indexes left out; empty at the root of a list."""
        names = [part for part in self.pointer.split("/") if part and not part.isdigit()]
        return names[-1] if names else ""


def differences(expected: Json, actual: Json) -> tuple[Difference, ...]:
    """Return the nodes in which two values differ, in document order; at most `MOST`."""
    found = []
    for each in _walk("", expected, actual):
        found.append(each)
        # The walk yields one at a time, so that two large values are not compared to their end.
        if len(found) == MOST:
            break
    return tuple(found)


def written(text: str) -> Json:
    """Read a value as checks write it: as JSON, in single quotes, or bare. Raises ValueError."""
    bare = _NOTE.sub("", text.strip())
    if len(bare) > 1 and bare[0] == bare[-1] == "'":
        return bare[1:-1]
    try:
        value: Json = json.loads(bare)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def plain(text: str) -> str:
    """Return a value as checks write it without quotes and notes."""
    bare = _NOTE.sub("", text.strip())
    is_quoted = len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\""
    return bare[1:-1] if is_quoted else bare


def _walk(pointer: str, expected: Json, actual: Json) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        yield from _members(pointer, expected, actual)
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _items(pointer, expected, actual)
    # By type as well: Python holds 1, 1.0 and true for equal, which a reader of JSON does not.
    elif type(expected) is not type(actual) or expected != actual:
        yield Difference(pointer, expected, actual)


def _members(
    pointer: str, expected: Mapping[str, Json], actual: Mapping[str, Json]
) -> Iterator[Difference]:
    for name, value in expected.items():
        place = f"{pointer}/{escape(name)}"
        if name in actual:
            yield from _walk(place, value, actual[name])
        else:
            yield Difference(place, value, None, is_missing=True)
    for name, value in actual.items():
        if name not in expected:
            place = f"{pointer}/{escape(name)}"
            yield Difference(place, None, value, is_unexpected=True)


def _items(pointer: str, expected: Sequence[Json], actual: Sequence[Json]) -> Iterator[Difference]:
    # Compared by position: what is shifted by one item shows as many differences, up to `MOST`.
    for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
        yield from _walk(f"{pointer}/{index}", one, other)
    shared = min(len(expected), len(actual))
    for index, value in enumerate(expected[shared:], start=shared):
        yield Difference(f"{pointer}/{index}", value, None, is_missing=True)
    for index, value in enumerate(actual[shared:], start=shared):
        yield Difference(f"{pointer}/{index}", None, value, is_unexpected=True)
