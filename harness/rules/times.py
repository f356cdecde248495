"""Read the times that an API states, and compare them with its own clock."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from harness.exchange import Response
from harness.jsonvalue import Json, text
from harness.outcome import Check
from harness.rules.checks import check
from harness.rules.target import Answered

_TOLERANCE = timedelta(minutes=5)
_BETWEEN_CLOCKS = timedelta(days=1)
"""How far our own clock may be off, which is asked where an answer has no good Date."""


def recent(name: str, answered: Answered, value: Json, *, where: str) -> Check:
    """Check for a UTC time near that of the answer itself, so that no clock of ours matters."""
    expected = f"a UTC time within {_TOLERANCE.seconds // 60} minutes of the answer"
    moment, answered_at = utc(text(value)), answer_time(answered.response)
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
    return moment if moment.utcoffset() == timedelta(0) else None


def loose(value: str) -> datetime | None:
    """Read a time as the status samples write them: with a T or a blank, a Z or none (C88)."""
    try:
        moment = datetime.fromisoformat(value.replace(" ", "T"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def answer_time(response: Response) -> datetime | None:
    """Return the time of the Date header, None where there is no good one."""
    try:
        moment = parsedate_to_datetime(response.header("date") or "")
    except ValueError:
        return None
    return moment if moment.utcoffset() == timedelta(0) else None
