"""Read the stamps of a record."""

from datetime import datetime


def milliseconds(stamp: str) -> int:
    """Return a stamp as milliseconds since 1970; of none, zero."""
    try:
        return round(datetime.fromisoformat(stamp).timestamp() * 1000)
    except ValueError:
        return 0
