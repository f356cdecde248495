"""What an implementation may do and no gate may hold against it: one tolerance, and those that any API may take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from harness.jsonvalue import Json, items, members
from harness.mock.answer import (
    Answer,
    Rewrite,
    in_capitals,
    with_charset,
    with_header,
    with_json,
    with_members_reversed,
    with_part_headers_in_capitals,
    with_parts,
    with_unknown_members,
)
from harness.mock.fault import Change
from harness.mock.reply import JSON, Reply


@dataclass(frozen=True, slots=True)
class Pace:
    """How an answer is brought; each bound lies far below any deadline."""

    # 0 means never, here and below.
    busy_on: int = 0
    """The number of the call that is sent away with 503 once."""
    limit_every: int = 0
    """Each so manieth call is sent away with 429."""
    late_every: int = 0
    late_seconds: float = 0.0
    piece_bytes: int = 0
    """Bodies come in chunks of so many bytes; 0 sends them whole and sized."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A tolerance of the mock on request: every promise is kept, and something else is different."""

    id: str
    sentence: str
    changes: Mapping[str, Change] = field(default_factory=dict)
    """By point, as those of faults."""
    rewrite: Rewrite | None = None
    pace: Pace = Pace()


def replying(name: str, sentence: str, changes: Mapping[str, Change]) -> Tolerance:
    """Return a tolerance in what is said, by the points where it is said."""
    return Tolerance(name, sentence, changes)


def rewriting(name: str, sentence: str, rewrite: Rewrite) -> Tolerance:
    """Return a tolerance in how any answer is written."""
    return Tolerance(name, sentence, rewrite=rewrite)


def _pace(name: str, sentence: str, pace: Pace) -> Tolerance:
    return Tolerance(name, sentence, pace=pace)


def _same(value: Json) -> Json:
    return value


def reversed_items(value: Json) -> Json:
    """Return a list in the opposite order."""
    return list(reversed(items(value)))


def _boundary_quoted(answer: Answer) -> Answer:
    # Quotes are allowed around any parameter (RFC 9110, 5.6.6).
    media_type, equals, boundary = answer.header(b"content-type").partition(b"boundary=")
    if not equals:
        return answer
    return with_header(answer, b"content-type", media_type + equals + b'"' + boundary + b'"')


def _with_part_lengths(parts: list[bytes]) -> list[bytes]:
    return [_with_length(part) for part in parts]


def _with_length(part: bytes) -> bytes:
    head, gap, content = part.partition(b"\r\n\r\n")
    # The last line end belongs to the boundary (RFC 2046, 5.1.1).
    length = len(content.removesuffix(b"\r\n"))
    return head + b"\r\nContent-Length: %d" % length + gap + content


def _in_words_of_the_gateway(reply: Reply) -> Reply:
    body: Json = {
        "error": "invalid_access_token",
        "error_description": "The access token is missing or not valid.",
        # A gateway adds members of its own, which no document of the API lists.
        "traceId": "00000000-0000-4000-8000-000000000000",
    }
    return replace(reply, body=body, media_type=JSON)


def _not_found(reply: Reply) -> Reply:
    body = members(reply.body)
    # Bodies that repeat the status say it under either name; they have to change with it.
    numbers: dict[str, Json] = {"status": 404, "code": "404"}
    named = {name: number for name, number in numbers.items() if name in body}
    return replace(reply, status=404, body={**body, **named} if body else reply.body)


def _media_type_in_capitals(answer: Answer) -> Answer:
    media_type, semicolon, parameters = answer.header(b"content-type").partition(b";")
    # Types and names of parameters have no case; the boundary itself has (RFC 2046, 5.1.1).
    written = media_type.upper() + semicolon + parameters.replace(b"boundary=", b"Boundary=")
    return with_header(answer, b"content-type", written) if media_type else answer


def health_in_other_words(point: str, name: str, value: str) -> Tolerance:
    """Return the tolerance of a healthcheck to say what another document says."""
    return replying(
        "health-in-other-words",
        "Healthchecks say what other documents say: Status, UP.",
        {point: lambda reply: replace(reply, body={name: value})},
    )


def _with_components(reply: Reply) -> Reply:
    part: Json = {"status": "UP", "message": "connected"}
    return replace(reply, body={**members(reply.body), "components": {"store": part}})


def health_of_components(*points: str) -> Tolerance:
    """Return the tolerance of healthchecks to report their components as well."""
    return replying(
        "health-of-components",
        "Healthchecks tell how their components are, besides.",
        dict.fromkeys(points, _with_components),
    )


def errors_reordered(changes: Mapping[str, Change]) -> Tolerance:
    """Return the tolerance to list several errors in any order."""
    return replying("errors-reordered", "Several errors come in the opposite order.", changes)


TOLERANCES: tuple[Tolerance, ...] = (
    # The third call: by then a client has its token.
    _pace("busy-once", "One call is answered 503 with Retry-After.", Pace(busy_on=3)),
    _pace("rate-limited", "Each 20th call is answered 429 with Retry-After.", Pace(limit_every=20)),
    _pace(
        "slow-answers",
        "Each 100th answer comes a quarter of a second late.",
        Pace(late_every=100, late_seconds=0.25),
    ),
    _pace("chunked-bodies", "Bodies come in small chunks, without a length.", Pace(piece_bytes=64)),
    _pace(
        "one-chunk-bodies", "Bodies come as one chunk, without a length.", Pace(piece_bytes=2**20)
    ),
    rewriting(
        "connection-closed",
        "Each connection serves one call.",
        lambda answer: with_header(answer, b"connection", b"close"),
    ),
    rewriting(
        "unknown-members",
        "Every JSON object has one more member.",
        with_json(with_unknown_members),
    ),
    rewriting(
        "members-reordered",
        "JSON members come in the opposite order.",
        with_json(with_members_reversed),
    ),
    rewriting("json-indented", "JSON is written with white space.", with_json(_same, indent=2)),
    rewriting("charset-named", "JSON answers name their charset.", with_charset),
    rewriting("header-names-in-capitals", "Header names are in capitals.", in_capitals),
    rewriting(
        "part-header-names-in-capitals",
        "Header names of parts are in capitals.",
        with_parts(with_part_headers_in_capitals),
    ),
    rewriting(
        "parts-reordered",
        "Found files come in the opposite order.",
        with_parts(lambda parts: parts[::-1]),
    ),
    rewriting("boundary-quoted", "The boundary stands in quotes.", _boundary_quoted),
    rewriting(
        "parts-with-length",
        "Each part has a Content-Length.",
        with_parts(_with_part_lengths),
    ),
    replying(
        "gateway-refuses-tokens",
        "A 401 comes in the gateway's words, not in those of the API.",
        {"failure.401": _in_words_of_the_gateway},
    ),
    replying(
        "other-methods-not-found",
        "A method that a path has not gets 404.",
        {"failure.405": _not_found},
    ),
    rewriting("media-types-in-capitals", "Media types are in capitals.", _media_type_in_capitals),
)


def joined(tolerances: Iterable[Tolerance]) -> tuple[Tolerance, ...]:
    """Join the shares that several products have in one tolerance, known by its id."""
    found: dict[str, Tolerance] = {}
    for each in tolerances:
        known = found.get(each.id)
        # Points are of products, so that the shares do not overlap.
        changes = {**(known.changes if known else {}), **each.changes}
        found[each.id] = replace(known or each, changes=changes)
    return tuple(found.values())
