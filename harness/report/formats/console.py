"""Word a run for a terminal: a line for each case, and a closing summary that ends in the verdict."""

import shlex
from collections.abc import Iterable, Mapping, Sequence

from harness.outcome import Attribution, Outcome, Status
from harness.report import deviation
from harness.report.report_data import ReportData
from harness.report.view import CauseView, GateView, JudgedView, VerdictView
from harness.report.wording import (
    LABELS,
    UNJUDGED,
    bound,
    duration,
    figure,
    next_step,
    one_line,
    plural,
    whose_fault,
)

TOP = 5
"""Causes that are printed with all it takes to see them again."""
# Causes in all, and names of requirements of one.
MOST = 12
MOST_SHOWN = 3
"""Lines of a difference."""
MOST_NAMED = 6
# Codes of ANSI: green, yellow, red in bold, magenta.
_COLOURS = {
    Status.PASS: "32",
    Status.WARN: "33",
    Status.WAIVED: "33",
    Status.FAIL: "1;31",
    Status.ERROR: "35",
}


def progress(outcome: Outcome, done: int, planned: int, *, colour: bool = False) -> str:
    """Return the line that says how a case went and how many are left."""
    # Figures as wide as the total, so that the lines of a run stand below each other.
    width = len(str(planned))
    label = _painted(f"{LABELS[outcome.status]:9}", outcome.status, colour=colour)
    line = f"[{done:{width}}/{planned}] {label} {one_line(outcome.case)}"
    bad = outcome.first_bad
    if outcome.status is Status.PASS or (bad is None and not outcome.message):
        return line
    reason = f"expected {bad.expected}, got {bad.actual}" if bad else outcome.message
    return f"{line}: {one_line(reason)}"


def render(report_data: ReportData, *, folder: str = "", colour: bool = False) -> str:
    """Return the closing summary; its last line is the verdict. `folder` is where the run lies."""
    verdict, run = report_data.verdict, report_data.record.run
    head = (
        f"{one_line(run.base_url)} ({run.environment}), profile {verdict.profile}, seed {run.seed}: "
        f"{plural(verdict.requests, 'request')} in {duration(verdict.duration_seconds)}"
    )
    blocks = (
        [head],
        _apis(verdict.judged, "client of" if verdict.scope.is_client else "API"),
        _observations(verdict),
        _waivers(verdict),
        _gates(verdict.gates, colour=colour),
        # Last, so that a screen of few lines ends with what went wrong and what to do.
        _causes(report_data, folder),
        [next_step(verdict), _last_line(verdict, colour=colour)],
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _apis(judged: Sequence[JudgedView], what: str) -> list[str]:
    columns = ("cases", "passed", "failed", "observed", "error", "waived", "other")
    lines = [f"{what:14}" + "".join(f"{name:>9}" for name in columns)]
    for api, statuses in _by_api(judged).items():
        shown = (Status.PASS, Status.FAIL, Status.WARN, Status.ERROR, Status.WAIVED)
        counts = [len(statuses), *(statuses.count(status) for status in shown)]
        # What has no column of its own, so that a row adds up.
        counts.append(counts[0] - sum(counts[1:]))
        lines.append(f"{one_line(api, 14):14}" + "".join(f"{count:>9,}" for count in counts))
    # A table with nothing but its head says nothing.
    return lines if len(lines) > 1 else []


def _by_api(judged: Iterable[JudgedView]) -> Mapping[str, list[Status]]:
    found: dict[str, list[Status]] = {}
    for each in judged:
        found.setdefault(each.planned.api, []).append(each.status)
    return found


def _causes(report_data: ReportData, folder: str) -> list[str]:
    """List the causes by their reach: the first few with all it takes, the next by one line each."""
    causes = report_data.verdict.causes
    roots = [each for each in causes if not each.because]
    if not roots:
        return []
    # All causes here, also those that follow from others: their cases belong to the sum.
    cases = sum(each.reach for each in causes)
    whose = whose_fault(report_data.verdict)
    lines = [f"{plural(len(roots), 'cause')}, {plural(cases, 'case')}. At fault: {whose}."]
    statements = {
        each.requirement.id: each.requirement.statement for each in report_data.verdict.traced
    }
    for number, cause in enumerate(roots[:TOP], start=1):
        finding = cause.finding
        shown = deviation.lines(finding, report_data.record.exchanges_of(finding.case))
        is_client = report_data.verdict.scope.is_client
        again = _judged_again(cause) if is_client else _again(cause, folder)
        promise = _promise(cause, statements)
        lines += _cause(number, cause, (promise, again), shown[:MOST_SHOWN])
    for number, cause in enumerate(roots[TOP:MOST], start=TOP + 1):
        what = f"{cause.operation or cause.finding.case}: {cause.finding.sentence}"
        lines.append(f"  {number:>2}. {plural(cause.reach, 'case')}: {one_line(what, 120)}")
    if len(roots) > MOST:
        lines.append(f"  and {len(roots) - MOST:,} more: see report.html")
    return lines


def _promise(cause: CauseView, statements: Mapping[str, str]) -> str:
    """Return the requirement that decides with what it says, and the names of the next few."""
    first, *others = cause.requirements[:MOST_NAMED] or ("",)
    statement = statements.get(first, "")
    # Of a case that verifies several at once nobody knows which of them is broken.
    if not statement or len(cause.finding.requirements) > 1:
        return " ".join(cause.requirements[:MOST_NAMED])
    also = f" (also {' '.join(others)})" if others else ""
    return f"{first}: {one_line(statement, 160)}{also}"


def _cause(
    number: int, cause: CauseView, texts: tuple[str, str], difference: Sequence[str]
) -> list[str]:
    finding = cause.finding
    promise, again = texts
    state = f", {LABELS[cause.status]}" if cause.status is not Status.FAIL else ""
    others_called = len(cause.operations) - 1
    also = f" and {plural(others_called, 'operation')} more" if others_called > 0 else ""
    place = one_line(cause.operation or finding.case, 120) + also
    others = f" and {cause.reach - 1:,} more" if cause.reach > 1 else ""
    # The API's fault is the rule and needs no word.
    whose = "" if cause.attribution is Attribution.API else f" ({cause.attribution})"
    rows = (
        ("", one_line(finding.sentence, 300)),
        *(("", f"  {one_line(each, 140)}") for each in difference),
        ("follows", f"{plural(cause.explains, 'case')} that could not be judged or fail by it"),
        ("requirement", promise),
        ("case", f"{one_line(finding.case)}{others}{whose}"),
        ("rule", one_line(finding.source)),
        ("reproduce", again),
    )
    shown = [row for row in rows if row[1] and (row[0] != "follows" or cause.explains)]
    head = f"  {number:>2}. {place}: {plural(cause.reach, 'case')}{state}"
    return [head, *(f"      {f'{name:12} ' if name else ''}{value}" for name, value in shown)]


def _judged_again(cause: CauseView) -> str:
    """Return how a client is judged again by one scenario; who starts it is known to the user alone."""
    return f"harness judge run --command ... --scenario {shlex.quote(cause.finding.case)}"


def _again(cause: CauseView, folder: str) -> str:
    # A script needs nothing of ours; replay does, and a record to take the case from.
    if cause.reproduce and (cause.reproduction_decides or not folder):
        return f"bash {shlex.quote(f'{folder}/{cause.reproduce}' if folder else cause.reproduce)}"
    # Without a check there is nothing to compare, without a folder no record to take the case from.
    if not cause.check or not folder:
        return ""
    return f"harness replay {shlex.quote(cause.finding.case)} --of {shlex.quote(folder)}"


def _observations(verdict: VerdictView) -> list[str]:
    if not verdict.observations:
        return []
    count = len(verdict.observations)
    return [f"Observations: {count:,}, advisory; see report.html"]


def _waivers(verdict: VerdictView) -> list[str]:
    if not verdict.waivers:
        return []
    lines = [f"Waivers ({len(verdict.waivers):,})"]
    for use in verdict.waivers:
        warning = f", {use.warning}" if use.warning else ""
        state = use.state.replace("_", " ")
        what = f"{use.requirement}, cause {use.cause}" if use.cause else use.requirement
        lifts = f", lifts {plural(len(use.cases), 'case')}" if use.cause and use.cases else ""
        line = f"{use.id}: {state}, until {use.expires}{warning}{lifts}, {what}: {use.reason}"
        lines.append(f"  {one_line(line)}")
    return lines


def _gates(gates: Sequence[GateView], *, colour: bool) -> list[str]:
    lines = ["Gates"]
    for gate in gates:
        status = Status.PASS if gate.passed else Status.FAIL
        word = _painted(f"{gate.state:7}", status, colour=colour)
        note = f"  ({one_line(gate.note)})" if gate.note else ""
        seen = figure(gate.actual, gate)
        lines.append(f"  {word}  {gate.name:28} {seen:>10}  {bound(gate)}{note}")
    return lines


def _last_line(verdict: VerdictView, *, colour: bool) -> str:
    status = Status.PASS if verdict.conclusion.startswith("CONFORMANT") else Status.FAIL
    word = _painted(str(verdict.conclusion), status, colour=colour)
    return f"{word}: {one_line(verdict.reason, 500)} {one_line(verdict.scope.sentence, 700)}"


def _painted(text: str, status: Status, *, colour: bool) -> str:
    if not colour or (status not in _COLOURS and status not in UNJUDGED):
        return text
    return f"\x1b[{_COLOURS.get(status, '35')}m{text}\x1b[0m"
