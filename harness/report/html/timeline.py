"""Lay out when exchanges happened and how long they took, for a plot and for its table."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from harness.exchange import Exchange
from harness.outcome import Outcome, Status
from harness.report.messages import elapsed_seconds, status_line
from harness.report.report_data import ReportData
from harness.report.times import milliseconds
from harness.report.wording import UNJUDGED, decade, one_line

WIDTH = 1000
HEIGHT = 200
PAUSE_MILLISECONDS = 1000
EMBEDDED_PAUSE_MILLISECONDS = 20
"""On the embedded mock waiting costs no time, but its clock counts it."""
DRAWN_SHARE = 10
"""A longer pause is drawn at a tenth of the shortest that is cut."""
MAX_MARKS = 200
"""More would only cover each other; all of them are then drawn alike."""
SLICES = 10

_GOOD = (Status.PASS, Status.OMIT)
_ORDER = (*_GOOD, Status.WARN, Status.WAIVED, *UNJUDGED, Status.FAIL)


@dataclass(frozen=True, slots=True)
class Point:
    """An exchange in the plot; `at` is in milliseconds from the first, pauses cut."""

    exchange: Exchange
    status: Status
    at: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Layer:
    """All dots of one status as one path."""

    status: Status
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot that says what it is."""

    status: Status
    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: where, in units of the plot, and what it is called."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of the run, for the table."""

    span: str
    counts: Mapping[Status, int]
    exchanges: int
    slowest: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The plot, and the same told in words and in a table."""

    counts: Mapping[Status, int]
    layers: tuple[Layer, ...]
    marks: tuple[Mark, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    slices: tuple[Slice, ...]
    pauses: int
    slowest: Point
    seconds: float


def timeline(report_data: ReportData) -> Timeline | None:
    """Return the plot of a run; None where nothing was sent."""
    points, pauses = _points(report_data)
    if not points:
        return None
    end = max(points[-1].at, 1)
    low, high = _decades(points)
    draw = _Scale(end, low, high)
    loud = [each for each in points if each.status not in _GOOD]
    if len(loud) > MAX_MARKS:
        loud = []
    quiet = [each for each in points if each.status in _GOOD] if loud else points
    return Timeline(
        counts=_counted(points),
        layers=tuple(_layers(quiet, draw)),
        marks=tuple(Mark(each.status, draw.dot(each), _title(each)) for each in loud),
        across=tuple(_across(end)),
        up=tuple(Tick(draw.height(10.0**power), decade(power)) for power in range(low, high)),
        slices=tuple(_slices(points, end)),
        pauses=pauses,
        slowest=max(points, key=lambda each: each.seconds),
        seconds=end / 1000,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    end: int
    low: int
    high: int

    def dot(self, point: Point) -> str:
        return f"M{point.at * WIDTH // self.end} {self.height(point.seconds):.0f}h0"

    def height(self, seconds: float) -> float:
        share = (log10(max(seconds, 10.0**self.low)) - self.low) / (self.high - self.low)
        return HEIGHT - round(share * HEIGHT)


def _points(report_data: ReportData) -> tuple[Sequence[Point], int]:
    judged = {each.planned.case: each for each in report_data.verdict.judged}
    decisive = {case: _decisive(each.outcome) for case, each in judged.items()}
    stamped = sorted(
        (
            (milliseconds(each.started), each)
            for each in report_data.record.exchanges
            if each.started
        ),
        key=lambda pair: (pair[0], pair[1].id),
    )
    shortest = (
        EMBEDDED_PAUSE_MILLISECONDS if report_data.record.run.embedded else PAUSE_MILLISECONDS
    )
    points, cut, pauses, free = [], stamped[0][0] if stamped else 0, 0, 0
    for begun, exchange in stamped:
        if free and begun - free > shortest:
            cut, pauses = cut + begun - free - shortest // DRAWN_SHARE, pauses + 1
        seconds = elapsed_seconds(exchange)
        free = max(free, begun + round(seconds * 1000))
        shows = exchange.id in decisive.get(exchange.case, ())
        silent = Status.PASS if exchange.response else Status.ERROR
        status = judged[exchange.case].status if shows else silent
        points.append(Point(exchange, status, begun - cut, seconds))
    return points, pauses


def _decisive(outcome: Outcome | None) -> frozenset[int]:
    """Return the exchanges that a check of the case speaks against."""
    checks = outcome.checks if outcome else ()
    return frozenset(check.exchange for check in checks if check.status not in _GOOD)


def _decades(points: Iterable[Point]) -> tuple[int, int]:
    times = [max(each.seconds, 0.0001) for each in points]
    low = floor(log10(min(times)))
    return low, max(ceil(log10(max(times))), low + 1)


def _layers(points: Iterable[Point], draw: _Scale) -> Iterator[Layer]:
    by_status: dict[Status, list[Point]] = {}
    for each in points:
        by_status.setdefault(each.status, []).append(each)
    # Drawn last is seen best.
    for status, found in sorted(by_status.items(), key=lambda pair: _ORDER.index(pair[0])):
        yield Layer(status, "".join(dict.fromkeys(map(draw.dot, found))), len(found))


def _title(point: Point) -> str:
    return one_line(f"{point.exchange.case}: {status_line(point.exchange)}")


def _across(end: int) -> Iterator[Tick]:
    """Yield about five round numbers of seconds."""
    rough = end / 5000
    power = 10.0 ** floor(log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
    for number in range(int(end / 1000 / step) + 1):
        yield Tick(number * step * 1000 * WIDTH / end, f"{number * step:g} s")


def _slices(points: Sequence[Point], end: int) -> Iterator[Slice]:
    starts = [each.at for each in points]
    edges = [end * number // SLICES for number in range(1, SLICES)]
    places = [0, *(bisect_right(starts, edge) for edge in edges), len(points)]
    spans = [0, *edges, end]
    for number in range(SLICES):
        found = points[places[number] : places[number + 1]]
        yield Slice(
            span=f"{spans[number] / 1000:.1f} to {spans[number + 1] / 1000:.1f} s",
            counts=_counted(found),
            exchanges=len(found),
            slowest=max((each.seconds for each in found), default=0.0),
        )


def _counted(points: Iterable[Point]) -> Mapping[Status, int]:
    statuses = [each.status for each in points]
    return {status: statuses.count(status) for status in _ORDER if status in statuses}
