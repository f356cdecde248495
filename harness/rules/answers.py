"""Judge what an answer of any API has to keep: times that can be true, nothing that leaks, no member that is undocumented."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from harness.exchange import Response, header
from harness.jsonvalue import Json, items, members, text
from harness.openapi.conformance import find_answer, find_media_type
from harness.openapi.merged import resolved
from harness.openapi.model import Api
from harness.outcome import Check
from harness.rules.checks import check, silent_about
from harness.rules.rule import Checks
from harness.rules.target import Answered

# The first lines that Python, Java, .NET, Spring and SQL drivers print when they fail.
_TRACE = re.compile(
    r"Traceback \(most recent|Exception in thread|\.java:\d+|\.py\", line \d+|\n(?:\s|\\t)+at \S+ ?\(|"
    r"org\.springframework|SQLSTATE|System\.\w+Exception"
)


def leaks_nothing(answered: Answered, values: Iterable[str]) -> Checks:
    """Check that an error repeats no patient data and no token, and shows no stack trace."""
    authorization = header(answered.exchange.request.headers, "authorization") or ""
    # Only the token itself: "Bearer" alone may well stand in an error text.
    yield silent_about(answered, (*values, authorization.rpartition(" ")[2]))
    found = has_trace(answered.response.body)
    actual = "a stack trace" if found else "none"
    yield check("error.trace", answered, "no stack trace", actual, holds=not found)


def has_trace(body: bytes) -> bool:
    """Return whether a body shows where a program broke, also where JSON has escaped its line ends."""
    return _TRACE.search(body.replace(b"\\n", b"\n").decode("utf-8", "replace")) is not None


def undocumented(answered: Answered) -> tuple[str, ...]:
    """Return the paths of members that no `properties` of the answer's schema names."""
    answer = find_answer(answered.operation, answered.response.status)
    media_type = find_media_type(answer, answered.response.content_type) if answer else None
    if media_type is None:
        return ()
    # Through a reference, so that one in the document and one inline are walked alike.
    schema: Json = {"$ref": f"#{media_type.pointer}/schema"}
    return tuple(_undocumented_members(answered.api, schema, answered.body, ""))


def _undocumented_members(api: Api, schema: Json, value: Json, path: str) -> Iterator[str]:
    found = resolved(api, schema)
    known = members(found.get("properties"))
    for name, inner in members(value).items():
        if name in known:
            yield from _undocumented_members(api, known[name], inner, f"{path}/{name}")
        # A schema without `properties` takes any member, so nothing in it can be undocumented.
        elif known:
            yield f"{path}/{name}"
    # Ends with the answer, not with the schema: a schema may hold itself, a JSON value cannot.
    for item in items(value):
        yield from _undocumented_members(api, found.get("items"), item, path)


_TOLERANCE = timedelta(minutes=5)
_BETWEEN_CLOCKS = timedelta(days=1)
"""How far our own clock may be off, which is asked where an answer has no good Date."""


def recent(name: str, answered: Answered, value: Json, *, where: str) -> Check:
    """Check for a UTC time near that of the answer itself, so that no clock of ours matters."""
    expected = f"a UTC time within {_TOLERANCE.seconds // 60} minutes of the answer"
    moment, answered_at = utc(text(value)), answer_time(answered.response)
    # The server stamped both times with one clock; against ours only a wrong day shows.
    tolerance = _TOLERANCE if answered_at else _BETWEEN_CLOCKS
    reference = answered_at or utc(answered.exchange.started)
    near = moment is not None and (reference is None or abs(moment - reference) <= tolerance)
    return check(name, answered, expected, text(value) or "nothing", holds=near, where=where)


def utc(value: str) -> datetime | None:
    """Read a time that says itself to be UTC, with seconds or without."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    # A time without an offset is none: whoever reads it would have to guess the zone.
    return moment if moment.utcoffset() == timedelta(0) else None


def loose(value: str) -> datetime | None:
    """Read a time as the status samples write them: with a T or a blank, a Z or none (C88)."""
    try:
        moment = datetime.fromisoformat(value.replace(" ", "T"))
    except ValueError:
        return None
    # The samples that carry no zone are of the same API, which states UTC elsewhere.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def answer_time(response: Response) -> datetime | None:
    """Return the time of the Date header, None where there is no good one."""
    try:
        moment = parsedate_to_datetime(response.header("date") or "")
    except ValueError:
        return None
    # A Date is always in GMT (RFC 9110, 5.6.7); one in another zone is not to be trusted.
    return moment if moment.utcoffset() == timedelta(0) else None
