"""Lay out when exchanges happened and how long they took, for a plot and for its table."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor, log10

from harness.exchange import Exchange
from harness.outcome import Outcome, Status
from harness.record import Record
from harness.report.messages import elapsed_seconds, status_line
from harness.report.report_data import ReportData, milliseconds
from harness.report.wording import UNJUDGED, decade, duration, one_line

# A pause of a second is waiting; shorter ones are the time between calls.
PAUSE_MILLISECONDS = 1000
EMBEDDED_PAUSE_MILLISECONDS = 20
"""On the embedded mock waiting costs no time, but its clock counts it."""
DRAWN_SHARE = 10
"""A longer pause is drawn at a tenth of the shortest that is cut."""
# Seconds of a pause that is worth a mark.
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
        # The last cut up to the place: the large number sorts after a cut right there.
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
    # `cut` is what has been taken off so far, `free` the end of the last answer.
    placed, pauses, steps, cut, free = [], [], [], begun, begun
    for at, exchange in stamped:
        if at - free > shortest:
            drawn = shortest // DRAWN_SHARE
            seconds = (at - free) / 1000
            if seconds >= _NAMED_SECONDS:
                pauses.append(Pause(free - cut, drawn, seconds))
            # Only a short stretch of the pause stays on the axis.
            cut += at - free - drawn
            steps.append((at - cut, cut - begun))
        # Calls overlap, so the latest end counts and not that of the last call.
        free = max(free, at + round(elapsed_seconds(exchange) * 1000))
        placed.append((exchange, at - cut))
    return Clock(tuple(placed), tuple(pauses), begun, tuple(steps))


WIDTH = 1000
HEIGHT = 200
MAX_MARKS = 200
"""More would only cover each other; all of them are then drawn alike."""
SLICES = 10
MAX_GAPS = 20
"""Pauses that are marked; on the mock there are hundreds."""
_NEAR = 4
"""Units of the plot below which two calls of one product are drawn as one stretch."""
_LEAST_PAUSE_WIDTH = 3.0

Namer = Callable[[float, bool], str]
"""Name a place on the axis; the flag asks for tenths of a second."""
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
    """A dot that says what it is, and leads to its case."""

    status: Status
    path: str
    title: str
    case: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: where, in units of the plot, and what it is called."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A pause that is drawn short: where, how wide, and how long it was."""

    place: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """The stretches in which cases of one product ran, as one path."""

    name: str
    path: str
    exchanges: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of the run, for the table."""

    span: str
    counts: Mapping[Status, int]
    exchanges: int
    slowest: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The plot, and the same in words and in a table."""

    has_clock: bool
    """False where the clock of the run is not that of the world, which the embedded mock moves."""
    counts: Mapping[Status, int]
    layers: tuple[Layer, ...]
    marks: tuple[Mark, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    gaps: tuple[Gap, ...]
    """The longest pauses."""
    pauses: int
    bands: tuple[Band, ...]
    slices: tuple[Slice, ...]
    slowest: Point
    seconds: float


def timeline(report_data: ReportData) -> Timeline | None:
    """Return the plot of a run; None where nothing was sent."""
    axis = clock(report_data.record)
    points = _points(report_data, axis)
    if not points:
        return None
    # Never zero, since places are divided by it.
    end = max(points[-1].at, 1)
    low, high = _decades(points)
    draw = _Scale(end, low, high)
    # The clock of the mock is moved, so that only the time since the beginning means something.
    name = _elapsed if report_data.record.run.embedded else axis.time_of_day
    loud = [each for each in points if each.status not in _GOOD]
    if len(loud) > MAX_MARKS:
        loud = []
    # Dots of one kind are one path: thousands of elements would make the page slow.
    quiet = [each for each in points if each.status in _GOOD] if loud else points
    return Timeline(
        has_clock=not report_data.record.run.embedded,
        counts=_counted(points),
        layers=tuple(_layers(quiet, draw)),
        marks=tuple(
            Mark(each.status, draw.dot(each), _title(each), each.exchange.case) for each in loud
        ),
        across=tuple(_across(end, name)),
        up=tuple(Tick(draw.height(10.0**power), decade(power)) for power in range(low, high)),
        gaps=tuple(_gap(each, end) for each in _longest(axis.pauses)),
        pauses=len(axis.pauses),
        bands=tuple(_bands(points, end)),
        slices=tuple(_slices(points, end, name)),
        slowest=max(points, key=lambda each: each.seconds),
        seconds=end / 1000,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    end: int
    low: int
    high: int

    def dot(self, point: Point) -> str:
        # A line of no length with round ends is drawn as a dot.
        return f"M{point.at * WIDTH // self.end} {self.height(point.seconds):.0f}h0"

    def height(self, seconds: float) -> float:
        # Logarithmic, since times differ by powers of ten.
        share = (log10(max(seconds, 10.0**self.low)) - self.low) / (self.high - self.low)
        return HEIGHT - round(share * HEIGHT)


def _points(report_data: ReportData, axis: Clock) -> Sequence[Point]:
    judged = {each.planned.case: each for each in report_data.verdict.judged}
    decisive = {case: decisive_exchanges(each.outcome) for case, each in judged.items()}
    points = []
    for exchange, at in axis.placed:
        shows = exchange.id in decisive.get(exchange.case, ())
        silent = Status.PASS if exchange.response else Status.ERROR
        # Only the exchange that a check speaks against takes the colour of its case.
        status = judged[exchange.case].status if shows else silent
        points.append(Point(exchange, status, at, elapsed_seconds(exchange)))
    return points


def decisive_exchanges(outcome: Outcome | None) -> frozenset[int]:
    """Return the exchanges that a check of the case speaks against."""
    checks = outcome.checks if outcome else ()
    return frozenset(check.exchange for check in checks if check.status not in _GOOD)


def _decades(points: Iterable[Point]) -> tuple[int, int]:
    # A time of zero has no logarithm.
    times = [max(each.seconds, 0.0001) for each in points]
    low = floor(log10(min(times)))
    # At least one power of ten, so that the scale has a height.
    return low, max(ceil(log10(max(times))), low + 1)


def _layers(points: Iterable[Point], draw: _Scale) -> Iterator[Layer]:
    by_status: dict[Status, list[Point]] = {}
    for each in points:
        by_status.setdefault(each.status, []).append(each)
    # Drawn last is seen best.
    for status, found in sorted(by_status.items(), key=lambda pair: _ORDER.index(pair[0])):
        # Equal dots are drawn once.
        yield Layer(status, "".join(dict.fromkeys(map(draw.dot, found))), len(found))


def _title(point: Point) -> str:
    return one_line(f"{point.exchange.case}: {status_line(point.exchange)}")


def _across(end: int, name: Namer) -> Iterator[Tick]:
    """Yield about five places with what the clock showed at each."""
    rough = end / 5000
    # Steps of 1, 2 or 5 times a power of ten, as people read an axis.
    power = 10.0 ** floor(log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
    for number in range(int(end / 1000 / step) + 1):
        place = number * step * 1000
        yield Tick(place * WIDTH / end, name(place, step < 1))


def _elapsed(place: float, fine: bool) -> str:  # noqa: FBT001 called by place
    return f"{place / 1000:.1f} s" if fine else f"{place / 1000:.0f} s"


def _longest(pauses: Iterable[Pause]) -> Iterable[Pause]:
    return sorted(pauses, key=lambda each: -each.seconds)[:MAX_GAPS]


def _gap(pause: Pause, end: int) -> Gap:
    width = max(pause.drawn * WIDTH / end, _LEAST_PAUSE_WIDTH)
    return Gap(round(pause.at * WIDTH / end, 1), round(width, 1), duration(pause.seconds))


def _bands(points: Iterable[Point], end: int) -> Iterator[Band]:
    by_product: dict[str, list[int]] = {}
    for each in points:
        product, slash, _ = each.exchange.case.partition("/")
        # Cases of the run itself, such as moving the clock, belong to no product.
        if slash and product != "run":
            by_product.setdefault(product, []).append(each.at * WIDTH // end)
    for name, places in by_product.items():
        yield Band(name, "".join(f"M{one} 4H{two + 1}" for one, two in _runs(places)), len(places))


def _runs(places: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for each in places:
        # What is closer than can be seen is one stretch.
        if runs and each - runs[-1][1] <= _NEAR:
            runs[-1] = (runs[-1][0], each)
        else:
            runs.append((each, each))
    return runs


def _slices(points: Sequence[Point], end: int, name: Namer) -> Iterator[Slice]:
    starts = [each.at for each in points]
    edges = [end * number // SLICES for number in range(1, SLICES)]
    places = [0, *(bisect_right(starts, edge) for edge in edges), len(points)]
    spans = [0, *edges, end]
    fine = end < SLICES * 1000
    for number in range(SLICES):
        found = points[places[number] : places[number + 1]]
        begun, ended = (name(each, fine) for each in spans[number : number + 2])
        yield Slice(
            span=f"{begun} to {ended}",
            counts=_counted(found),
            exchanges=len(found),
            slowest=max((each.seconds for each in found), default=0.0),
        )


def _counted(points: Iterable[Point]) -> Mapping[Status, int]:
    statuses = [each.status for each in points]
    return {status: statuses.count(status) for status in _ORDER if status in statuses}
