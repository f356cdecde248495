"""Put exchanges on the clock of their run, and find the pauses that a drawing cuts short."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.exchange import Exchange
from harness.record import Record
from harness.report.messages import elapsed_seconds
from harness.report.times import milliseconds

PAUSE_MILLISECONDS = 1000
EMBEDDED_PAUSE_MILLISECONDS = 20
"""On the embedded mock waiting costs no time, but its clock counts it."""
DRAWN_SHARE = 10
"""A longer pause is drawn at a tenth of the shortest that is cut."""
_NAMED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch without a call: where it is drawn, how wide, and how long it was."""

    at: int
    drawn: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Clock:
    """Exchanges in the order they began, each with its place in milliseconds, pauses cut."""

    placed: tuple[tuple[Exchange, int], ...]
    pauses: tuple[Pause, ...]
    """Those of a second and more."""
    begun: int
    _steps: tuple[tuple[int, int], ...] = ()

    def real(self, place: float) -> float:
        """Return the moment that a place stands for, in milliseconds since 1970."""
        index = bisect_right(self._steps, (int(place), 1 << 62)) - 1
        return place + self.begun + (self._steps[index][1] if index >= 0 else 0)

    def time_of_day(self, place: float, fine: bool = False) -> str:  # noqa: FBT001, FBT002
        """Write the moment that a place stands for as the time of day in UTC."""
        moment = datetime.fromtimestamp(self.real(place) / 1000, tz=UTC)
        return f"{moment:%H:%M:%S}" + (f".{moment.microsecond // 100_000}" if fine else "")


def clock(record: Record) -> Clock:
    """Return the exchanges of a run on one axis."""
    shortest = EMBEDDED_PAUSE_MILLISECONDS if record.run.embedded else PAUSE_MILLISECONDS
    return clock_of(record.exchanges, shortest)


def clock_of(exchanges: Iterable[Exchange], shortest: int = PAUSE_MILLISECONDS) -> Clock:
    """Return some exchanges on one axis; a pause of at least `shortest` milliseconds is cut."""
    stamped = sorted(
        ((milliseconds(each.started), each) for each in exchanges if each.started),
        key=lambda pair: (pair[0], pair[1].id),
    )
    begun = stamped[0][0] if stamped else 0
    placed, pauses, steps, cut, free = [], [], [], begun, begun
    for at, exchange in stamped:
        if at - free > shortest:
            drawn = shortest // DRAWN_SHARE
            seconds = (at - free) / 1000
            if seconds >= _NAMED_SECONDS:
                pauses.append(Pause(free - cut, drawn, seconds))
            cut += at - free - drawn
            steps.append((at - cut, cut - begun))
        free = max(free, at + round(elapsed_seconds(exchange) * 1000))
        placed.append((exchange, at - cut))
    return Clock(tuple(placed), tuple(pauses), begun, tuple(steps))
