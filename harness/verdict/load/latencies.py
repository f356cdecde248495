"""Count how long requests took, in little room, and tell percentiles of it."""

import math
from collections import Counter
from collections.abc import Mapping

_DIGITS = 3


class Latencies:
    """Counts by duration, each rounded up to three digits: a percentile is at most 1 % too high.

    Never too low, so that no rounding meets a limit; Locust's own figures are rounded to two digits.
    """

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self._counts: Counter[int] = Counter(counts or {})

    def __len__(self) -> int:
        return self._counts.total()

    def add(self, seconds: float) -> None:
        """Count one request."""
        self._counts[_rounded(seconds)] += 1

    def take(self, other: "Latencies") -> None:
        """Add what another one has counted."""
        self._counts.update(other._counts)

    def percentile(self, percent: float) -> float | None:
        """Return the seconds within which so many percent were done (nearest rank); None without any."""
        total = self._counts.total()
        if not total:
            return None
        rank = max(1, math.ceil(total * percent / 100))
        reached = 0
        for microseconds in sorted(self._counts):
            reached += self._counts[microseconds]
            if reached >= rank:
                return microseconds / 1_000_000
        return None

    def as_json(self) -> dict[str, int]:
        """Return the counts by microseconds."""
        return {str(each): count for each, count in self._counts.items()}


def latencies_from(counts: Mapping[str, int]) -> Latencies:
    """Read what `as_json` gave."""
    return Latencies({int(each): count for each, count in counts.items()})


def _rounded(seconds: float) -> int:
    """Return microseconds with three significant digits, rounded up."""
    # Floats such as 0.25 * 1e6 may lie a hair above the whole number that is meant.
    microseconds = math.ceil(round(seconds * 1_000_000, 3))
    step = int(10 ** max(0, len(str(microseconds)) - _DIGITS))
    return -(-microseconds // step) * step
