"""Let each client make so many calls in so much time, and tell it when to come back."""

import re
from dataclasses import dataclass

from harness.errors import ConfigurationError

MOST_CALLS = 1_000_000
_UNITS = {"s": 1, "m": 60, "h": 3600}
_RATE = re.compile(r"([1-9][0-9]{0,6})/([smh])")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds."""

    calls: int
    seconds: int = 1


class RateLimiter:
    """One bucket for each client: as large as the rate's calls, full at first, refilled evenly."""

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}
        """By client, when its bucket is or was full again, were there no more calls."""

    def wait_seconds(self, client_id: str, rate: Rate, now: float) -> float:
        """Count a call and return 0, or refuse it and return how long until the next may come."""
        gap = rate.seconds / rate.calls
        # A leaky bucket kept as the one moment at which it would be full again (GCRA), in place
        # of a queue.
        full_at = max(self._full_at.get(client_id, now), now) + gap
        wait = full_at - now - rate.seconds
        if wait > gap / 1000:  # seconds since 1970 leave no room for exactness
            return wait
        self._full_at[client_id] = full_at
        return 0.0


def rate_of(text: str) -> Rate:
    """Read `CALLS/s`, `/m` or `/h`. Raises ConfigurationError."""
    match = _RATE.fullmatch(text)
    if match is None or int(match[1]) > MOST_CALLS:
        raise ConfigurationError(
            f"'{text}' is no rate.",
            advice="Write calls a second, minute or hour, say 5/s or 100/m.",
        )
    return Rate(int(match[1]), _UNITS[match[2]])
