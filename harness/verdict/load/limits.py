"""Read the limits that a run under load has to keep: durations and shares."""

import re
from dataclasses import dataclass

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%", re.ASCII)
PERCENTILES = (50, 95, 99)


class InvalidLimit(ValueError):
    """Write it as it is shown."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run has to keep; None is no limit."""

    percentiles: tuple[tuple[int, float], ...] = ()
    """Seconds by percentile, for the requests of each operation by itself."""
    failures: float = 0.0
    """The share of the ways through a workflow that may fail, from 0 to 1."""


def seconds_in(text: str) -> float:
    """Read `500ms`, `2s`, `1.5m` or `1h`. Raises InvalidLimit."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or float(match[1]) == 0:
        raise InvalidLimit(f"'{text[:40]}' is no duration; write it as 500ms, 2s or 1m")
    return float(match[1]) * _SECONDS[match[2]]


def share_in(text: str) -> float:
    """Read `1%` as 0.01. Raises InvalidLimit."""
    match = _SHARE.fullmatch(text.strip())
    if match is None or float(match[1]) > 100:
        raise InvalidLimit(f"'{text[:40]}' is no share; write it as 1% or 0.5%")
    return float(match[1]) / 100
