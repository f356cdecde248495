"""Choose what `report.html` shows: everything that did not pass whole, the rest by count."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.events import CasePlanned
from harness.exchange import Exchange
from harness.outcome import Status
from harness.report.html.latency import Latency, latency
from harness.report.html.timeline import Timeline, timeline
from harness.report.messages import request_text, response_text, status_line
from harness.report.report_data import ReportData
from harness.report.view import FindingView, JudgedView, TracedView

MAX_CARDS = 50
"""Findings that are shown with their exchange; a run that breaks everything lists the others."""
MAX_EXCHANGES = 400
MAX_STEPS = 20
BODY_LIMIT = 3_000

_PAYER = re.compile(r"[a-z0-9-]+/status/(TEST[A-Z]{2}\d{2})(?:/(.*))?")
"""Cases of an endpoint that tells a status, named by the test payer that it is of."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One exchange, written out."""

    line: str
    step: str
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class Card:
    """A finding with what its requirements say and the exchange that shows it."""

    finding: FindingView
    statements: tuple[tuple[str, str], ...]
    panel: Panel | None


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list of all cases."""

    plan: CasePlanned
    status: Status
    requests: int
    seconds: float
    message: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow case with its exchanges."""

    anchor: str
    plan: CasePlanned
    status: Status
    panels: tuple[Panel, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A test payer in the grid."""

    payer: str
    note: str
    title: str
    status: Status
    anchor: str


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
class Page:
    """All that the template fills in besides the record and the verdict."""

    findings: tuple[Card, ...]
    more_findings: tuple[FindingView, ...]
    unverified: tuple[Card, ...]
    more_unverified: tuple[FindingView, ...]
    observations: tuple[Card, ...]
    flows: tuple[Flow, ...]
    tiles: tuple[Tile, ...]
    rows: tuple[Row, ...]
    shares: tuple[Share, ...]
    apis: tuple[ApiRow, ...]
    strengths: tuple[StrengthRow, ...]
    timeline: Timeline | None
    latency: Latency


def page(report_data: ReportData) -> Page:
    """Return everything that needs choosing, counting or cutting."""
    verdict = report_data.verdict
    statements = {each.requirement.id: each.requirement.statement for each in verdict.traced}

    def cards(findings: Iterable[FindingView]) -> tuple[Card, ...]:
        return tuple(_card(each, report_data, statements) for each in findings)

    flows = _flows(report_data)
    tried = [each for each in verdict.unverified if each.status is not Status.NOT_RUN]
    untried = [each for each in verdict.unverified if each.status is Status.NOT_RUN]
    return Page(
        findings=cards(verdict.findings[:MAX_CARDS]),
        more_findings=tuple(verdict.findings[MAX_CARDS:]),
        unverified=cards(tried[:MAX_CARDS]),
        more_unverified=(*tried[MAX_CARDS:], *untried),
        observations=cards(verdict.observations[: 4 * MAX_CARDS]),
        flows=flows,
        tiles=_tiles(verdict.judged, flows),
        rows=tuple(_row(each, report_data) for each in verdict.judged),
        shares=_shares(verdict.judged),
        apis=_apis(verdict.judged),
        strengths=_strengths(verdict.traced),
        timeline=timeline(report_data),
        latency=latency(verdict.operations),
    )


def _card(finding: FindingView, report_data: ReportData, statements: Mapping[str, str]) -> Card:
    exchange = report_data.by_id.get(finding.exchange)
    return Card(
        finding=finding,
        statements=tuple((name, statements.get(name, "")) for name in finding.requirements),
        panel=_panel(exchange) if exchange else None,
    )


def _panel(exchange: Exchange) -> Panel:
    return Panel(
        line=status_line(exchange),
        step=exchange.request.step,
        request=request_text(exchange.request, BODY_LIMIT),
        response=response_text(exchange, BODY_LIMIT),
    )


def _flows(report_data: ReportData) -> tuple[Flow, ...]:
    left, flows = MAX_EXCHANGES, []
    workflows = (each for each in report_data.verdict.judged if each.planned.kind == "workflow")
    for number, judged in enumerate(workflows, start=1):
        exchanges = report_data.of(judged.planned.case)
        shown = exchanges[: min(MAX_STEPS, left)]
        left -= len(shown)
        flows.append(
            Flow(
                anchor=f"flow-{number}",
                plan=judged.planned,
                status=judged.status,
                panels=tuple(_panel(each) for each in shown),
                hidden=len(exchanges) - len(shown),
            )
        )
    return tuple(flows)


def _tiles(judged: Iterable[JudgedView], flows: Iterable[Flow]) -> tuple[Tile, ...]:
    anchors = {flow.plan.case: flow.anchor for flow in flows}
    found = ((each, _PAYER.fullmatch(each.planned.case)) for each in judged)
    return tuple(
        Tile(
            payer=match[1],
            note=match[2] or "",
            title=each.planned.title,
            status=each.status,
            anchor=anchors.get(each.planned.case, ""),
        )
        for each, match in found
        if match
    )


def _row(judged: JudgedView, report_data: ReportData) -> Row:
    outcome = judged.outcome
    return Row(
        plan=judged.planned,
        status=judged.status,
        requests=len(report_data.of(judged.planned.case)),
        seconds=outcome.duration_seconds if outcome else 0.0,
        message=outcome.message if outcome and judged.status is not Status.PASS else "",
    )


def _shares(judged: Sequence[JudgedView]) -> tuple[Share, ...]:
    counts, shares, start = _counted(judged), [], 0.0
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
    statuses = [each.status for each in judged]
    return {status: statuses.count(status) for status in Status if status in statuses}


def _strengths(traced: Iterable[TracedView]) -> tuple[StrengthRow, ...]:
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
