"""Choose the evidence that `report.html` carries: every cause once, and of its cases the first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.exchange import Exchange
from harness.outcome import Check, Outcome, Status
from harness.report import deviation
from harness.report.html.timeline import clock_of
from harness.report.messages import (
    elapsed_seconds,
    printable,
    request_text,
    response_text,
    status_line,
)
from harness.report.report_data import ReportData
from harness.report.view import CauseView, FindingView, JudgedView
from harness.report.wording import duration

# What needs no evidence.
_GOOD = (Status.PASS, Status.OMIT)
# Percent: a narrower bar could not be seen or pointed at.
_LEAST_WIDTH = 0.8


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange of a case: its bar in percent, and what a check holds against it."""

    exchange: Exchange
    name: str
    line: str
    start: float
    width: float
    seconds: float
    pause: str
    """How long nothing was sent before it, where that is worth a word."""
    check: Check | None


def steps(exchanges: Sequence[Exchange], outcome: Outcome | None) -> tuple[Step, ...]:
    """Return the steps in the order in which they were sent."""
    against = _against(outcome.checks if outcome else ())
    axis = clock_of(exchanges)
    places = {each.id: at for each, at in axis.placed}
    lasted = {each.id: elapsed_seconds(each) for each in exchanges}
    # Never zero, since places are divided by it.
    end = max((places.get(each, 0) + lasted[each] * 1000 for each in lasted), default=0.0) or 1.0
    pauses = {pause.at + pause.drawn: duration(pause.seconds) for pause in axis.pauses}
    return tuple(
        Step(
            exchange=each,
            name=each.request.step,
            line=status_line(each),
            start=round(places.get(each.id, 0) / end * (100 - _LEAST_WIDTH), 2),
            width=round(max(lasted[each.id] * 1000 / end * 100, _LEAST_WIDTH), 2),
            seconds=lasted[each.id],
            pause=pauses.get(places.get(each.id, -1), ""),
            check=against.get(each.id),
        )
        for each in exchanges
    )


def _against(checks: Iterable[Check]) -> dict[int, Check]:
    """Return for each exchange the first check that speaks against it, failures before the rest."""
    bad = [each for each in checks if each.status not in _GOOD]
    ordered = sorted(bad, key=lambda each: each.status is not Status.FAIL)
    # Reversed, so that the first one for an exchange is written last and stays.
    return {each.exchange: each for each in reversed(ordered)}


MAX_NAMED = 6
"""Requirements, cases and operations of a cause that are named; a link shows the rest."""
# Enough to see that cases of one cause look alike.
MAX_PANELS_OF_CAUSE = 12
MAX_PANELS = 150
"""Cases that carry their exchange; a run that breaks everything has each in the record."""
MAX_CASES = 600
"""Cases that carry what was expected and what came."""
# Bounds of workflows: exchanges in all, steps of one case, and characters of a body.
MAX_FLOW_EXCHANGES = 300
MAX_STEPS = 20
BODY_LIMIT = 3_000


@dataclass(frozen=True, slots=True)
class Panel:
    """One exchange, written out."""

    number: int
    line: str
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A requirement as a finding cites it."""

    id: str
    statement: str
    source: str
    strength: str


@dataclass(frozen=True, slots=True)
class CauseCard:
    """A cause with the finding that stands for it, and the causes that follow from it."""

    cause: CauseView
    number: int
    promises: tuple[Promise, ...]
    difference: tuple[str, ...]
    panel: Panel | None
    consequences: tuple[CauseView, ...]
    printed: str = ""
    """What the program of a client printed."""

    @property
    def operations(self) -> tuple[str, ...]:
        return tuple(self.cause.operations[:MAX_NAMED])

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(self.cause.cases[:MAX_NAMED])


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a workflow, with its exchange written out where there is room for it."""

    step: Step
    panel: Panel | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to see of one case."""

    case: str
    finding: FindingView | None
    difference: tuple[str, ...]
    panel: Panel | None
    stages: tuple[Stage, ...]
    hidden: int
    printed: str = ""
    """What the program of a client printed."""


def cause_cards(report_data: ReportData) -> tuple[CauseCard, ...]:
    """Return the causes that follow from no other, in their order."""
    causes = report_data.verdict.causes
    following: dict[str, list[CauseView]] = {}
    for each in causes:
        if each.because:
            following.setdefault(each.because, []).append(each)
    promises = _promises(report_data)
    # What follows from another cause is shown within that one's card.
    roots = [each for each in causes if not each.because]
    return tuple(
        CauseCard(
            cause=each,
            number=number,
            promises=tuple(
                promises.get(name, Promise(name, "", "", ""))
                for name in each.requirements[:MAX_NAMED]
            ),
            difference=deviation.lines(each.finding, report_data.of(each.finding.case)),
            panel=_panel(report_data.by_id.get(each.finding.exchange)),
            consequences=tuple(following.get(each.id, ())),
            printed=_printed(report_data, each.finding.case),
        )
        for number, each in enumerate(roots, start=1)
    )


def _promises(report_data: ReportData) -> dict[str, Promise]:
    found = (each.requirement for each in report_data.verdict.traced)
    return {
        each.id: Promise(each.id, each.statement, each.source, str(each.strength)) for each in found
    }


def evidence(report_data: ReportData) -> Iterator[Evidence]:
    """Yield what there is to see of the cases that did not pass, and of workflows as far as it goes."""
    verdict = report_data.verdict
    # The gravest last, so that it wins where a case is in several lists.
    found = {
        each.case: each
        for each in (*verdict.observations, *verdict.unverified, *verdict.findings)
        if each.check or each.exchange
    }
    # What did not pass comes first, before the room is used up.
    judged = sorted(verdict.judged, key=lambda each: each.status in _GOOD)
    room = _Room()
    for each in judged:
        finding = found.get(each.planned.case)
        if each.planned.kind == "workflow":
            yield _flow(each, finding, report_data, room)
        elif finding is not None and room.has_case():
            with_panel = room.has_panel(finding.cause)
            exchange = report_data.by_id.get(finding.exchange) if with_panel else None
            difference = (
                deviation.lines(finding, report_data.of(finding.case)) if with_panel else ()
            )
            printed = _printed(report_data, finding.case) if with_panel else ""
            yield Evidence(finding.case, finding, difference, _panel(exchange), (), 0, printed)


def _printed(report_data: ReportData, case: str) -> str:
    return printable(report_data.printed.get(case, ""))


class _Room:
    """What is left of the limits that keep the page small."""

    def __init__(self) -> None:
        self._cases = MAX_CASES
        self._panels = MAX_PANELS
        self._of_cause = Counter[str]()
        self.exchanges = MAX_FLOW_EXCHANGES

    def has_case(self) -> bool:
        self._cases -= 1
        return self._cases >= 0

    def has_panel(self, cause: str) -> bool:
        self._of_cause[cause] += 1
        if self._of_cause[cause] > MAX_PANELS_OF_CAUSE:
            return False
        self._panels -= 1
        return self._panels >= 0


def _flow(
    judged: JudgedView, finding: FindingView | None, report_data: ReportData, room: _Room
) -> Evidence:
    case = judged.planned.case
    exchanges = report_data.of(case)
    sent = steps(exchanges, judged.outcome)
    shown = _shown(sent)
    written = []
    for each in shown:
        is_bad = each.check is not None
        room.exchanges -= 1
        # A bad step may still have a panel from the room of its cause.
        whole = room.exchanges >= 0 or (is_bad and room.has_panel(finding.cause if finding else ""))
        written.append(Stage(each, _panel(each.exchange) if whole else None))
    difference = deviation.lines(finding, exchanges) if finding else ()
    return Evidence(case, finding, difference, None, tuple(written), len(sent) - len(shown))


def _shown(sent: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the first steps, and those that a check speaks against wherever they stand."""
    kept = {each.exchange.id for each in sent if each.check}
    # The first steps fill what the bad ones leave of the limit.
    kept |= {each.exchange.id for each in sent[: MAX_STEPS - min(len(kept), MAX_STEPS)]}
    return tuple(each for each in sent if each.exchange.id in kept)[:MAX_STEPS]


def _panel(exchange: Exchange | None) -> Panel | None:
    if exchange is None:
        return None
    return Panel(
        number=exchange.id,
        line=status_line(exchange),
        request=request_text(exchange.request, BODY_LIMIT),
        response=response_text(exchange, BODY_LIMIT),
    )
