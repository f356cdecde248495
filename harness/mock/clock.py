"""A clock that runs as this machine's does and can be set ahead, so that what expires can be seen to."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from harness.errors import ConfigurationError

MOST_SECONDS = 10 * 366 * 24 * 3600
"""How far ahead the clock may be set: ten years, so that no date runs over."""
# At most nine digits, since a float of more would lose its seconds.
_OFFSET = re.compile(r"\+\d{1,9}(?:\.\d{1,3})?", re.ASCII)


class Clock:
    """The present, some seconds away from another clock's."""

    def __init__(self, base: Callable[[], datetime], offset_seconds: float = 0.0) -> None:
        self._base = base
        # Kept apart from what was advanced since, so that a reset leads back to the start.
        self._initial = timedelta(seconds=offset_seconds)
        self._offset = self._initial

    @property
    def offset_seconds(self) -> float:
        """How far this clock is ahead of the other."""
        return self._offset.total_seconds()

    def now(self) -> datetime:
        return self._base() + self._offset

    def can_advance(self, seconds: float) -> bool:
        """Return whether so many seconds may pass: time goes forward, and not beyond the bound."""
        return 0 <= seconds <= MOST_SECONDS - self.offset_seconds

    def advance(self, seconds: float) -> None:
        """Let seconds pass at once."""
        self._offset += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Go back to where the clock was at the start."""
        self._offset = self._initial


def offset_of(text: str, now: datetime) -> float:
    """Return the seconds that `+SECONDS` or an ISO time lies ahead of now. Raises ConfigurationError."""
    seconds = float(text[1:]) if _OFFSET.fullmatch(text) else _until(text, now)
    if seconds is None or abs(seconds) > MOST_SECONDS:
        raise ConfigurationError(
            f"'{text}' is no time that the clock can start at.",
            advice="Write +SECONDS or a time within ten years, say 2026-01-16T12:00:00Z.",
        )
    return seconds


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # A time without zone is taken for UTC, as all times of the APIs are.
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()
