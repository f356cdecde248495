"""Check the string formats that our documents use."""

import re
from collections.abc import Callable

from jsonschema import FormatChecker

from harness.codes.dates import is_iso_date
from harness.codes.npi import is_npi

_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
    r"(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    re.ASCII,
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


def is_date_time(text: str) -> bool:
    """Tell whether a text is a date with a time and an offset (RFC 3339, 5.6)."""
    match = _TIME.fullmatch(text)
    return (
        match is not None
        and is_iso_date(match["date"])
        and int(match["hour"]) < 24
        and int(match["minute"]) < 60
        and int(match["second"]) <= 60  # a leap second is written as 60
    )


def is_uuid(text: str) -> bool:
    """Tell whether a text is a UUID in the usual form (RFC 9562, 4)."""
    return _UUID.fullmatch(text) is not None


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": is_iso_date,
    "date-time": is_date_time,
    "uuid": is_uuid,
    "npi": is_npi,
}


def format_checker() -> FormatChecker:
    """Return a checker that knows these formats only; every other format says nothing."""
    checker = FormatChecker(formats=())
    for name, accepts in FORMATS.items():
        checker.checks(name)(_strings_only(accepts))
    return checker


def _strings_only(accepts: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or accepts(value)
