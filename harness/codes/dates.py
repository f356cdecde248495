"""Decide whether a text is a real calendar date in exactly one of the two written forms."""

import re
from datetime import date

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPACT = re.compile(r"[0-9]{8}")


def is_iso_date(text: str) -> bool:
    """Return whether a text is a date as YYYY-MM-DD."""
    return _ISO.fullmatch(text) is not None and _is_calendar_date(text)


def is_compact_date(text: str) -> bool:
    """Return whether a text is a date as YYYYMMDD."""
    return _COMPACT.fullmatch(text) is not None and _is_calendar_date(text)


# Python reads other forms too, such as 2024-W01-1, so the form has been checked before.
def _is_calendar_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
