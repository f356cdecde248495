"""The catalogue of liberties: what an implementation may do and no gate may hold against it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from harness.errors import UnknownName
from harness.jsonvalue import Json, items, members, text
from harness.mock import tolerances_documented, tolerances_open
from harness.mock.answer import (
    Answer,
    in_capitals,
    with_charset,
    with_header,
    with_json,
    with_members_reversed,
    with_part_headers_in_capitals,
    with_parts,
    with_unknown_members,
)
from harness.mock.changes import with_changed, with_status
from harness.mock.fault import Change
from harness.mock.tolerance import Pace, Tolerance, redrafting, replying

TWO_HOURS = "dental-token-lives-two-hours"
NONE: Mapping[str, Change] = {}


def _pace(name: str, sentence: str, pace: Pace) -> Tolerance:
    return Tolerance(name, sentence, pace=pace)


def _same(value: Json) -> Json:
    return value


def _reversed(value: Json) -> Json:
    return list(reversed(items(value)))


def _with_fraction(value: Json) -> Json:
    moment = datetime.fromisoformat(text(value))
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000+00:00"


def _capitals(value: Json) -> Json:
    prefix, sign, digits = text(value).rpartition("#")
    return f"{prefix}{sign}{digits.upper()}"


def _errors_reversed(value: Json) -> Json:
    return {**members(value), "errors": _reversed(members(value).get("errors"))}


def _boundary_quoted(answer: Answer) -> Answer:
    media_type, equals, boundary = answer.header(b"content-type").partition(b"boundary=")
    if not equals:
        return answer
    return with_header(answer, b"content-type", media_type + equals + b'"' + boundary + b'"')


def _with_part_lengths(parts: list[bytes]) -> list[bytes]:
    return [_with_length(part) for part in parts]


def _with_length(part: bytes) -> bytes:
    head, gap, content = part.partition(b"\r\n\r\n")
    length = len(content.removesuffix(b"\r\n"))
    return head + b"\r\nContent-Length: %d" % length + gap + content


TOLERANCES: tuple[Tolerance, ...] = (
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
    redrafting(
        "connection-closed",
        "Each connection serves one call.",
        lambda answer: with_header(answer, b"connection", b"close"),
    ),
    redrafting(
        "unknown-members",
        "Every JSON object has one more member.",
        with_json(with_unknown_members),
    ),
    redrafting(
        "members-reordered",
        "JSON members come in the opposite order.",
        with_json(with_members_reversed),
    ),
    redrafting("json-indented", "JSON is written with white space.", with_json(_same, indent=2)),
    redrafting("charset-named", "JSON answers name their charset.", with_charset),
    redrafting("header-names-in-capitals", "Header names are in capitals.", in_capitals),
    redrafting(
        "part-header-names-in-capitals",
        "Header names of parts are in capitals.",
        with_parts(with_part_headers_in_capitals),
    ),
    redrafting(
        "parts-reordered",
        "Found files come in the opposite order.",
        with_parts(lambda parts: parts[::-1]),
    ),
    replying(
        "documents-reordered",
        "A status lists its documents in the opposite order.",
        {"medical.status": with_changed("documents", _reversed)},
    ),
    replying(
        "errors-reordered",
        "Several errors come in the opposite order.",
        {
            "dental.problem": with_changed("properties", _errors_reversed),
            "medical.errors": with_changed("errors", _reversed),
        },
    ),
    replying(TWO_HOURS, "A dental token lives 7200 seconds and says so.", NONE),
    replying("created-with-200", "A create answers 200.", {"dental.receipt": with_status(200)}),
    replying(
        "created-at-with-fraction",
        "createdAt has milliseconds and an offset of zero.",
        {"dental.receipt": with_changed("createdAt", _with_fraction)},
    ),
    replying(
        "control-numbers-in-capitals",
        "Control numbers have capital digits.",
        {"dental.receipt": with_changed("attachmentControlNumber", _capitals)},
    ),
    redrafting("boundary-quoted", "The boundary stands in quotes.", _boundary_quoted),
    redrafting(
        "parts-with-length",
        "Each part has a Content-Length.",
        with_parts(_with_part_lengths),
    ),
    *tolerances_documented.TOLERANCES,
    *tolerances_open.TOLERANCES,
)

_BY_ID: Mapping[str, Tolerance] = {tolerance.id: tolerance for tolerance in TOLERANCES}


def tolerances_called(names: Iterable[str]) -> tuple[Tolerance, ...]:
    """Return tolerances by their ids. Raises UnknownName, which suggests a near one."""
    wanted = sorted(set(names))
    for name in wanted:
        if name not in _BY_ID:
            raise UnknownName(None, kind="tolerance", name=name, known=tuple(_BY_ID))
    return tuple(_BY_ID[name] for name in wanted)
