"""Find a number within bounds that is a multiple of some numbers and of none of others."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from harness.openapi.containment.answers import Answer, Found, Missing
from harness.openapi.containment.atoms import Atom, Enum, Least, Most, Multiple, exact

_TRIES = 400
_SHARES = tuple(Fraction(n, d) for d in (2, 10, 3, 7, 100, 1000, 11) for n in range(1, min(d, 9)))


@dataclass(frozen=True, slots=True)
class _Interval:
    low: Fraction | None
    is_low_open: bool
    high: Fraction | None
    is_high_open: bool

    def holds(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.is_low_open)
        below = (
            self.high is None or value < self.high or (value == self.high and not self.is_high_open)
        )
        return above and below


def find_number(kept: Iterable[Atom], broken: Iterable[Atom], *, is_whole: bool) -> Answer:
    """Return a number that keeps some atoms and breaks others; whole or not, as asked."""
    kept, broken = list(kept), list(broken)
    interval = _interval(kept, broken)
    excluded = [atom for atom in broken if isinstance(atom, Enum)]
    steps = [atom.of for atom in kept if isinstance(atom, Multiple)]
    refused = [atom.of for atom in broken if isinstance(atom, Multiple)]
    step = _common([*steps, *([Fraction(1)] if is_whole else [])])
    if is_whole is False:
        refused.append(Fraction(1))
    if step is not None and any(step % each == 0 for each in refused):
        return Missing.NONE
    tried = 0
    for value in _candidates(interval, step):
        tried += 1
        if tried > _TRIES:
            return Missing.UNDECIDED
        if any(value % each == 0 for each in refused) or not interval.holds(value):
            continue
        shown = _shown(value)
        if exact(shown) == value and not any(("number", value) in enum.keys for enum in excluded):
            return Found(shown)
    return Missing.NONE if step is not None or _is_point(interval) else Missing.UNDECIDED


def _is_point(interval: _Interval) -> bool:
    low, high = interval.low, interval.high
    return low is not None and high is not None and low >= high


def _shown(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def _interval(kept: Iterable[Atom], broken: Iterable[Atom]) -> _Interval:
    lows: list[tuple[Fraction, bool]] = []
    highs: list[tuple[Fraction, bool]] = []
    for atoms, is_broken in ((kept, False), (broken, True)):
        for atom in atoms:
            if not isinstance(atom, Least | Most):
                continue
            is_low = isinstance(atom, Least) is not is_broken
            side = lows if is_low else highs
            side.append((atom.bound, atom.is_exclusive is not is_broken))
    low = max(lows, default=None)
    high = min(highs, key=lambda each: (each[0], not each[1]), default=None)
    return _Interval(
        low[0] if low else None,
        low[1] if low else False,
        high[0] if high else None,
        high[1] if high else False,
    )


def _common(steps: list[Fraction]) -> Fraction | None:
    """Return the least common multiple."""
    if not steps:
        return None
    found = steps[0]
    for step in steps[1:]:
        top = math.lcm(found.numerator * step.denominator, step.numerator * found.denominator)
        found = Fraction(top, found.denominator * step.denominator)
    return found


def _candidates(interval: _Interval, step: Fraction | None) -> Iterator[Fraction]:
    if step is not None:
        yield from _multiples(interval, step)
        return
    if interval.low is None and interval.high is None:
        low, high = Fraction(0), Fraction(1)
    elif interval.low is None:
        high = interval.high or Fraction(0)
        low = high - 1
    else:
        low = interval.low
        high = interval.high if interval.high is not None else low + 1
    yield from (low, high)
    if low < high:
        yield from (low + (high - low) * share for share in _SHARES)


def _multiples(interval: _Interval, step: Fraction) -> Iterator[Fraction]:
    """Yield multiples inside the interval, those near zero or near its edge first."""
    first = -math.inf if interval.low is None else math.ceil(interval.low / step)
    last = math.inf if interval.high is None else math.floor(interval.high / step)
    if first > last:
        return
    start = int(min(max(first, 0), last)) if first != -math.inf or last != math.inf else 0
    for away in range(_TRIES + 2):
        inside = [n for n in dict.fromkeys((start + away, start - away)) if first <= n <= last]
        if not inside:
            return
        yield from (n * step for n in inside)
