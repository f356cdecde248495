"""Do rounds at even distances until somebody ends it."""

import re
from collections.abc import Callable

from harness.client.http import Time
from harness.errors import ConfigurationError

_UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0}
_MOST_SECONDS = 31 * 86400.0


def seconds_of(text: str) -> float:
    """Read `30m`, `24h` or `1d`. Raises ConfigurationError."""
    found = re.fullmatch(r"([1-9]\d{0,5})([mhd])", text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 0 < seconds <= _MOST_SECONDS:
        raise ConfigurationError(
            f"--every {text} is not a distance of time.",
            advice="Write it as 30m, 24h or 1d, up to 31d.",
        )
    return seconds


def every(
    seconds: float, do_round: Callable[[], bool], *, time: Time, wait: Callable[[float], None]
) -> None:
    """Do a round now and one at each further mark; a round that takes longer lets marks pass.

    Ends where a round says that it was interrupted; in a pause KeyboardInterrupt ends it.
    """
    begun = time.monotonic()
    while do_round():
        spent = time.monotonic() - begun
        wait(seconds - spent % seconds)
