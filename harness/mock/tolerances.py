"""The catalogue of liberties: what an implementation may do and no gate may hold against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from harness.errors import UnknownName
from harness.jsonvalue import Json, items, members, text
from harness.mock.answer import (
    Redraft,
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

TWO_HOURS = "dental-token-lives-two-hours"
NONE: Mapping[str, Change] = {}


@dataclass(frozen=True, slots=True)
class Pace:
    """How an answer is brought; each bound lies far below any deadline."""

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
    """A liberty of the mock on request: every promise is kept, and something else is different."""

    id: str
    sentence: str
    changes: Mapping[str, Change] = field(default_factory=dict)
    """By point, as those of faults."""
    redraft: Redraft | None = None
    pace: Pace = Pace()


def _reply(name: str, sentence: str, changes: Mapping[str, Change]) -> Tolerance:
    return Tolerance(name, sentence, changes)


def _redraft(name: str, sentence: str, redraft: Redraft) -> Tolerance:
    return Tolerance(name, sentence, redraft=redraft)


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
    _redraft(
        "connection-closed",
        "Each connection serves one call.",
        lambda answer: with_header(answer, b"connection", b"close"),
    ),
    _redraft(
        "unknown-members",
        "Every JSON object has one more member.",
        with_json(with_unknown_members),
    ),
    _redraft(
        "members-reordered",
        "JSON members come in the opposite order.",
        with_json(with_members_reversed),
    ),
    _redraft("json-indented", "JSON is written with white space.", with_json(_same, indent=2)),
    _redraft("charset-named", "JSON answers name their charset.", with_charset),
    _redraft("header-names-in-capitals", "Header names are in capitals.", in_capitals),
    _redraft(
        "part-header-names-in-capitals",
        "Header names of parts are in capitals.",
        with_parts(with_part_headers_in_capitals),
    ),
    _redraft(
        "parts-reordered",
        "Found files come in the opposite order.",
        with_parts(lambda parts: parts[::-1]),
    ),
    _reply(
        "documents-reordered",
        "A status lists its documents in the opposite order.",
        {"medical.status": with_changed("documents", _reversed)},
    ),
    _reply(
        "errors-reordered",
        "Several errors come in the opposite order.",
        {
            "dental.problem": with_changed("properties", _errors_reversed),
            "medical.errors": with_changed("errors", _reversed),
        },
    ),
    _reply(TWO_HOURS, "A dental token lives 7200 seconds and says so.", NONE),
    _reply("created-with-200", "A create answers 200.", {"dental.receipt": with_status(200)}),
    _reply(
        "created-at-with-fraction",
        "createdAt has milliseconds and an offset of zero.",
        {"dental.receipt": with_changed("createdAt", _with_fraction)},
    ),
    _reply(
        "control-numbers-in-capitals",
        "Control numbers have capital digits.",
        {"dental.receipt": with_changed("attachmentControlNumber", _capitals)},
    ),
)

_BY_ID: Mapping[str, Tolerance] = {tolerance.id: tolerance for tolerance in TOLERANCES}


def tolerances_called(names: Iterable[str]) -> tuple[Tolerance, ...]:
    """Return tolerances by their ids. Raises UnknownName, which suggests a near one."""
    wanted = sorted(set(names))
    for name in wanted:
        if name not in _BY_ID:
            raise UnknownName(None, kind="tolerance", name=name, known=tuple(_BY_ID))
    return tuple(_BY_ID[name] for name in wanted)
