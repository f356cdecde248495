"""Find the values that one answer gives and a later request sends."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.exchange import Exchange
from harness.verdict.model import Finding

# Characters: shorter values turn up in other places by chance.
SHORTEST_VALUE = 6
_COLON = re.compile(rb"\s*:")
_STRINGS = re.compile(rb'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Place:
    """Where a string stands among the strings of a body, names of members included.

    It is counted from a name, since what stands before that may change with the fault.
    """

    member: str
    """The name that comes before it; empty where none does."""
    nth: int
    """Which of the strings with that name, from 1."""
    after: int
    """How many strings behind it, or from the beginning where there is no name."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A value of an answer that a later request sends."""

    variable: str
    value: str
    exchange: int
    header: str = ""
    """The header that holds it; empty where the body does."""
    place: Place | None = None
    """Where in the body it is; None where a header holds it."""


def captures(sent: Sequence[Exchange], finding: Finding) -> Iterator[Capture]:
    """Yield the values that an answer gives and a later request sends or the finding names, each once."""
    known: set[str] = set()
    compared = f"{finding.expected} {finding.actual}".encode("utf-8", "replace")
    # The last exchange hands nothing on.
    for index, exchange in enumerate(sent[:-1]):
        # What was sent before an answer came is not of that answer's making.
        earlier = b"".join(map(sent_by, sent[: index + 1]))
        later = b"".join(map(sent_by, sent[index + 1 :])) + compared
        for value, name, place in values(exchange):
            if value in later and value not in earlier:
                text = value.decode("utf-8", "replace")
                # The first answer that gives a value is where it comes from.
                if text not in known:
                    known.add(text)
                    yield Capture(f"VALUE_{len(known)}", text, exchange.id, name, place)


def values(exchange: Exchange) -> Iterator[tuple[bytes, str, Place | None]]:
    """Yield what an answer gives: values of headers, and strings of the body with their places."""
    response = exchange.response
    if response is None:
        return
    for name, value in response.headers:
        if _is_made_up(written := value.encode("utf-8", "replace")):
            yield written, name, None
    seen = Counter[bytes]()
    member, after = b"", 0
    # Strings by a pattern and not by a parser: the script counts them in the same way, with grep.
    for found in _STRINGS.finditer(response.body):
        after += 1
        seen[found[1]] += 1
        if _is_name(found, response.body):
            member, after = found[1], 0
        elif _is_made_up(found[1]):
            place = Place(member.decode("utf-8", "replace"), seen[member], after)
            yield found[1], "", place


def _is_name(found: re.Match[bytes], body: bytes) -> bool:
    return _COLON.match(body, found.end()) is not None


def _is_made_up(value: bytes) -> bool:
    """Return whether a value looks like an id that a server gives: words and short codes are no ids."""
    is_long = len(value) >= SHORTEST_VALUE and b"[masked]" not in value
    # 48 to 57 are the digits; ids that are made up hold one, words do not.
    return is_long and any(48 <= byte <= 57 for byte in value)


def sent_by(exchange: Exchange) -> bytes:
    """Return all of a request that may hold such a value."""
    request = exchange.request
    headers = "\n".join(value for _, value in request.headers)
    return b"\n".join((request.url.encode(), headers.encode("utf-8", "replace"), request.body))
