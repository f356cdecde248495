"""Choose what `report.html` shows at once: the verdict's causes, its counts and its plots."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from harness.outcome import Attribution, Status
from harness.report.html.evidence import CauseCard, cause_cards
from harness.report.html.timeline import Timeline, timeline
from harness.report.report_data import ReportData
from harness.report.trend import PastRun
from harness.report.view import FindingView, JudgedView, OperationView, TracedView
from harness.report.wording import culprit, decade, whose_fault

# Percent of a cell; the margin keeps the dots at both ends within it.
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
    # Whole powers of ten as ends of the scale, at least one apart.
    low = floor(log10(min(times))) if times else -3
    high = max(ceil(log10(max(times))), low + 1) if times else 0

    def place(seconds: float) -> float:
        share = (log10(max(seconds, 10.0**low)) - low) / (high - low)
        return round(_MARGIN + share * (WIDTH - 2 * _MARGIN), 1)

    places = {each.operation: (place(each.p50), place(each.p95)) for each in answered}
    return Latency(places, decade(low), decade(high))


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One run; widths are in percent of its cases."""

    run: PastRun
    passed_width: float
    failed_width: float
    unjudged_width: float
    is_this: bool


def trend_rows(runs: tuple[PastRun, ...]) -> tuple[TrendRow, ...]:
    """Return the runs, the newest first; a run that has none before it has no trend."""
    if len(runs) < 2:
        return ()
    return tuple(trend_row(each, is_this=each is runs[-1]) for each in reversed(runs))


def trend_row(run: PastRun, *, is_this: bool) -> TrendRow:
    """Return the bar of one run."""
    cases = max(run.cases, 1)

    def width(count: int) -> float:
        # One failed case of thousands must be seen.
        return round(max(count / cases * 100, 1.5), 2) if count else 0.0

    failed, unjudged = width(run.failed), width(run.unjudged)
    # Widths that were raised take it from what passed, so that the bar stays whole.
    passed = max(round(min(run.passed / cases * 100, 100 - failed - unjudged), 2), 0.0)
    return TrendRow(run, passed, failed, unjudged, is_this)


MAX_OBSERVATIONS = 12
INTERNAL_ERROR = 4
"""What a run ends with that an error of the harness ended."""

_PAYER = re.compile(r"[a-z0-9-]+/status/(TEST[A-Z]{2}\d{2})(?:/(.*))?")
"""Cases of an endpoint that tells a status, named by the test payer that it is of."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A test payer in the grid."""

    payer: str
    note: str
    title: str
    status: Status
    case: str


@dataclass(frozen=True, slots=True)
class Share:
    """One status in a bar or a row of counts. `start` and `width` are in percent."""

    status: Status
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class ApiRow:
    """The counts of one API."""

    name: str
    cases: int
    counts: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class StrengthRow:
    """How many requirements of one strength came to what."""

    strength: str
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FlowGroup:
    """The cases of one workflow."""

    name: str
    title: str
    cases: int
    counts: Mapping[Status, int]
    bad: tuple[JudgedView, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that the template fills in besides the record and the verdict."""

    causes: tuple[CauseCard, ...]
    whose: str
    observations: tuple[FindingView, ...]
    flows: tuple[FlowGroup, ...]
    tiles: tuple[Tile, ...]
    shares: tuple[Share, ...]
    apis: tuple[ApiRow, ...]
    strengths: tuple[StrengthRow, ...]
    timeline: Timeline | None
    latency: Latency
    trend: tuple[TrendRow, ...]
    p95_before: Mapping[str, float]
    constraints: int = 0
    exercised: int = 0
    constrained: int = 0
    """Operations that have constraints."""


def page(report_data: ReportData) -> Page:
    """Return everything that needs choosing, counting or cutting."""
    # The run before this one, for the times of its operations.
    verdict, before = report_data.verdict, report_data.trend[-2:-1]
    return Page(
        causes=cause_cards(report_data),
        whose=whose_fault(verdict) or _whose_error(report_data),
        observations=tuple(verdict.observations[:MAX_OBSERVATIONS]),
        flows=_flows(verdict.judged),
        tiles=_tiles(verdict.judged),
        shares=_shares(verdict.judged),
        apis=_apis(verdict.judged),
        strengths=_strengths(verdict.traced),
        timeline=timeline(report_data),
        latency=latency(verdict.operations),
        trend=trend_rows(report_data.trend),
        # Empty for a first run, so that no change of times is shown.
        p95_before=before[0].p95_seconds if before else {},
        constraints=len(verdict.constraints),
        exercised=sum(each.is_exercised for each in verdict.constraints),
        constrained=len({each.operation for each in verdict.constraints}),
    )


def _whose_error(report_data: ReportData) -> str:
    """Say who keeps a run from being done, where no case of it could tell."""
    finished = report_data.record.finished
    if finished is None or not finished.error:
        return ""
    # An error of ours has an exit code of its own; any other came from outside.
    is_ours = finished.exit_code == INTERNAL_ERROR
    return culprit(
        Attribution.HARNESS if is_ours else Attribution.ENVIRONMENT,
        is_client=report_data.verdict.scope.is_client,
    )


def _flows(judged: Iterable[JudgedView]) -> tuple[FlowGroup, ...]:
    groups: dict[str, list[JudgedView]] = {}
    for each in judged:
        if each.planned.kind == "workflow":
            groups.setdefault(f"{each.planned.api}/{each.planned.group}", []).append(each)
    rows = (_flow_group(name, found) for name, found in groups.items())
    # Workflows in which something failed come first.
    return tuple(sorted(rows, key=lambda each: not each.bad))


def _flow_group(name: str, found: Sequence[JudgedView]) -> FlowGroup:
    good = (Status.PASS, Status.OMIT)
    bad = tuple(each for each in found if each.status not in good)
    return FlowGroup(name, found[0].planned.title, len(found), _counted(found), bad)


def _tiles(judged: Iterable[JudgedView]) -> tuple[Tile, ...]:
    found = ((each, _PAYER.fullmatch(each.planned.case)) for each in judged)
    return tuple(
        Tile(match[1], match[2] or "", each.planned.title, each.status, each.planned.case)
        for each, match in found
        if match
    )


def _shares(judged: Sequence[JudgedView]) -> tuple[Share, ...]:
    counts, shares, start = _counted(judged), [], 0.0
    # Starts are added up unrounded, so that the last share ends at 100.
    for status, count in counts.items():
        width = count / len(judged) * 100
        shares.append(Share(status, count, round(start, 3), round(width, 3)))
        start += width
    return tuple(shares)


def _apis(judged: Iterable[JudgedView]) -> tuple[ApiRow, ...]:
    by_api: dict[str, list[JudgedView]] = {}
    for each in judged:
        by_api.setdefault(each.planned.api, []).append(each)
    return tuple(ApiRow(name, len(cases), _counted(cases)) for name, cases in by_api.items())


def _counted(judged: Iterable[JudgedView]) -> Mapping[Status, int]:
    statuses = Counter(each.status for each in judged)
    # In the order of the enumeration and without empty ones, so that bars and rows agree.
    return {status: statuses[status] for status in Status if statuses[status]}


def _strengths(traced: Iterable[TracedView]) -> tuple[StrengthRow, ...]:
    # In the order of their weight, whatever the order of the requirements.
    found: dict[str, list[str]] = {"SHALL": [], "SHOULD": [], "OBSERVE": []}
    for each in traced:
        found[each.requirement.strength].append(each.coverage)
    return tuple(
        StrengthRow(
            strength=strength,
            total=len(coverages),
            counts={name: coverages.count(name) for name in sorted(set(coverages))},
        )
        for strength, coverages in found.items()
        if coverages
    )
