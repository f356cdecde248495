"""Lay out the median and the 95th percentile of every operation on one scale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor, log10

from harness.report.view import OperationView
from harness.report.wording import decade

WIDTH = 100
_MARGIN = 4


@dataclass(frozen=True, slots=True)
class Latency:
    """Where the two dots of each operation lie, from 0 to 100, and what the ends of the scale are."""

    places: Mapping[str, tuple[float, float]]
    low: str
    high: str


def latency(operations: Iterable[OperationView]) -> Latency:
    """Return the places of all operations that answered."""
    answered = [each for each in operations if each.answered and each.p95 > 0]
    times = [time for each in answered for time in (each.p50, each.p95) if time > 0]
    low = floor(log10(min(times))) if times else -3
    high = max(ceil(log10(max(times))), low + 1) if times else 0

    def place(seconds: float) -> float:
        share = (log10(max(seconds, 10.0**low)) - low) / (high - low)
        return round(_MARGIN + share * (WIDTH - 2 * _MARGIN), 1)

    places = {each.operation: (place(each.p50), place(each.p95)) for each in answered}
    return Latency(places, decade(low), decade(high))
