"""Word a run for a terminal: a line for each case, and a closing summary that ends in the verdict."""

from collections.abc import Iterable, Mapping, Sequence

from harness.outcome import Outcome, Status
from harness.report.dossier import Dossier
from harness.report.view import FindingView, GateView, JudgedView, VerdictView
from harness.report.wording import LABELS, UNJUDGED, bound, duration, figure, next_step, one_line

TOP = 10
_COLOURS = {
    Status.PASS: "32",
    Status.WARN: "33",
    Status.WAIVED: "33",
    Status.FAIL: "1;31",
    Status.ERROR: "35",
}
_LONGEST_CURL = 2_000


def progress(outcome: Outcome, done: int, planned: int, *, colour: bool = False) -> str:
    """Return the line that says how a case went and how many are left."""
    width = len(str(planned))
    label = _painted(f"{LABELS[outcome.status]:9}", outcome.status, colour=colour)
    line = f"[{done:{width}}/{planned}] {label} {one_line(outcome.case)}"
    bad = outcome.first_bad
    if outcome.status is Status.PASS or (bad is None and not outcome.message):
        return line
    told = f"expected {bad.expected}, got {bad.actual}" if bad else outcome.message
    return f"{line}: {one_line(told)}"


def render(dossier: Dossier, *, colour: bool = False) -> str:
    """Return the closing summary; its last line is the verdict."""
    verdict, run = dossier.verdict, dossier.record.run
    head = (
        f"{one_line(run.base_url)} ({run.environment}), profile {verdict.profile}, seed {run.seed}: "
        f"{verdict.requests:,} requests in {duration(verdict.duration_seconds)}"
    )
    blocks = (
        [head],
        _apis(verdict.judged),
        _findings("Findings", verdict.findings),
        _findings("Could not be judged", verdict.unverified),
        _observations(verdict),
        _waivers(verdict),
        _gates(verdict.gates, colour=colour),
        [next_step(verdict), _last_line(verdict, colour=colour)],
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _apis(judged: Sequence[JudgedView]) -> list[str]:
    columns = ("cases", "passed", "failed", "observed", "error", "waived", "other")
    lines = [f"{'API':14}" + "".join(f"{name:>10}" for name in columns)]
    for api, statuses in _by_api(judged).items():
        shown = (Status.PASS, Status.FAIL, Status.WARN, Status.ERROR, Status.WAIVED)
        counts = [len(statuses), *(statuses.count(status) for status in shown)]
        counts.append(counts[0] - sum(counts[1:]))
        lines.append(f"{one_line(api, 14):14}" + "".join(f"{count:>10,}" for count in counts))
    return lines if len(lines) > 1 else []


def _by_api(judged: Iterable[JudgedView]) -> Mapping[str, list[Status]]:
    found: dict[str, list[Status]] = {}
    for each in judged:
        found.setdefault(each.planned.api, []).append(each.status)
    return found


def _findings(title: str, findings: Sequence[FindingView]) -> list[str]:
    if not findings:
        return []
    lines = [f"{title} ({len(findings):,})"]
    for number, finding in enumerate(findings[:TOP], start=1):
        lines += _finding(number, finding)
    if len(findings) > TOP:
        lines.append(f"  and {len(findings) - TOP:,} more: see report.html")
    return lines


def _finding(number: int, finding: FindingView) -> list[str]:
    rows = (
        ("requirement", " ".join(finding.requirements)),
        ("operation", finding.operation),
        ("check", " at ".join(part for part in (finding.check, finding.where) if part)),
        ("expected", finding.expected),
        ("actual", finding.actual),
        ("because", "" if finding.check else finding.message),
        ("rule", finding.source),
        ("reproduce", _pasteable(finding.curl)),
    )
    head = f"  {number:>2}. {one_line(finding.case)} ({LABELS[finding.status]})"
    return [head] + [
        f"      {name:12} {one_line(value, _LONGEST_CURL if name == 'reproduce' else 200)}"
        for name, value in rows
        if value
    ]


def _pasteable(curl: str) -> str:
    """Return the command, or where it stands: folded or cut it could not be pasted."""
    whole = len(curl) <= _LONGEST_CURL and "\n" not in curl and "\r" not in curl
    return curl if whole else "the curl command is in report.html and verdict.json"


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
        told = f"{use.id}: {state}, until {use.expires}{warning}, {use.requirement}: {use.reason}"
        lines.append(f"  {one_line(told)}")
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
