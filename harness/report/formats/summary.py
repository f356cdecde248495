"""Word the verdict for a CI job: Markdown for its page, and annotations, few enough that all are shown."""

import re
from collections.abc import Sequence
from pathlib import Path

from harness.events import DocumentUsed
from harness.outcome import Status
from harness.report.report_data import ReportData
from harness.report.view import CauseView, GateView, VerdictView, shares
from harness.report.wording import (
    LABELS,
    bound,
    duration,
    figure,
    formats_sentence,
    markdown_text,
    next_step,
    one_line,
    plural,
)

LIMIT_BYTES = 900_000
"""GitHub drops a summary above 1 MiB as a whole."""
TOP = 10
MOST_NAMED = 6
"""Requirements of a cause; a workflow verifies dozens."""


def render_summary(report_data: ReportData) -> str:
    """Return the page: verdict, counts, at most ten causes, gates."""
    verdict, run = report_data.verdict, report_data.record.run
    blocks = (
        f"## {markdown_text(verdict.conclusion)}",
        f"{markdown_text(verdict.reason)} {markdown_text(next_step(verdict))}",
        markdown_text(verdict.scope.sentence),
        f"{_code(run.base_url)} ({markdown_text(run.environment)}), profile {markdown_text(verdict.profile)}, "
        f"seed {run.seed}, {plural(verdict.requests, 'request')} "
        f"in {duration(verdict.duration_seconds)}.",
        _counts(verdict),
        _causes(verdict),
        _gates(verdict.gates),
        _formats(run.documents),
        _constraints(verdict),
    )
    return _bounded("\n\n".join(block for block in blocks if block) + "\n")


def write(report_data: ReportData, path: Path) -> None:
    """Write `summary.md`."""
    path.write_text(render_summary(report_data), encoding="utf-8")


def _counts(verdict: VerdictView) -> str:
    counted = [(label, verdict.cases.of(status)) for status, label in LABELS.items()]
    shown = [(label, count) for label, count in counted if count]
    head = ["planned", "executed", *(label for label, _ in shown)]
    row = [verdict.cases.planned, verdict.cases.executed, *(count for _, count in shown)]
    lines = (_row(head), _row(["--:"] * len(head)), _row([f"{count:,}" for count in row]))
    return "\n".join(lines)


def _causes(verdict: VerdictView) -> str:
    roots = [each for each in verdict.causes if not each.because]
    if not roots:
        return ""
    cases = sum(each.reach for each in verdict.causes)
    blocks = [f"### {plural(len(roots), 'cause')}, {plural(cases, 'case')}"]
    blocks += map(_cause, roots[:TOP])
    if len(roots) > TOP:
        blocks.append(f"And {len(roots) - TOP:,} more: see report.html.")
    return "\n\n".join(blocks)


def _cause(cause: CauseView) -> str:
    finding = cause.finding
    others = f" and {cause.reach - 1:,} more" if cause.reach > 1 else ""
    state = "" if cause.status is Status.FAIL else f" ({LABELS[cause.status]})"
    follows = f" {plural(cause.explains, 'case')} follow from it." if cause.explains else ""
    lines = [f"**{markdown_text(finding.sentence)}**{state}{follows}", ""]
    rows = (
        ("case", f"{finding.case}{others}"),
        ("requirements", " ".join(cause.requirements[:MOST_NAMED])),
        ("operation", cause.operation),
        ("check", cause.check),
        ("expected", cause.expected),
        ("actual", cause.actual),
        ("reproduce", f"bash {cause.reproduce}" if cause.reproduce else ""),
    )
    lines += [f"- {name}: {_code(value)}" for name, value in rows if value]
    if finding.curl:
        lines += ["", _fenced(finding.curl)]
    return "\n".join(lines)


def _gates(gates: Sequence[GateView]) -> str:
    lines = [
        "### Gates",
        "",
        _row(["gate", "seen", "allowed", ""]),
        _row(["---", "--:", "---", "---"]),
    ]
    for gate in gates:
        state = gate.state if gate.passed else f"**{gate.state}**"
        note = f" {markdown_text(gate.note)}" if gate.note else ""
        lines.append(_row([_code(gate.name), figure(gate.actual, gate), bound(gate), state + note]))
    return "\n".join(lines)


def _formats(documents: Sequence[DocumentUsed]) -> str:
    sentences = [(each.api, formats_sentence(each)) for each in documents]
    return "\n".join(
        f"- {markdown_text(api)}: {markdown_text(words)}" for api, words in sentences if words
    )


def _constraints(verdict: VerdictView) -> str:
    """Return the share of constraints exercised from both sides, and the operations that have least."""
    if not verdict.constraints:
        return ""
    found = shares(verdict.constraints)
    exercised, total = (
        sum(getattr(each, name) for each in found) for name in ("exercised", "total")
    )
    lines = [
        "### Constraints",
        "",
        f"{exercised:,} of {plural(total, 'constraint')} on requests were exercised from both sides: "
        "a value within accepted, one beyond judged.",
    ]
    # What is exercised whole needs no row.
    least = [each for each in found if each.result != "all"]
    if least:
        lines += ["", _row(["operation", "exercised", "of"]), _row(["---", "--:", "--:"])]
        lines += [
            _row([_code(each.operation), f"{each.exercised:,}", f"{each.total:,}"])
            for each in least[:TOP]
        ]
    if len(least) > TOP:
        lines += ["", f"And {len(least) - TOP:,} more: see report.html."]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    line = one_line(text)
    return f"`` {line} ``" if "`" in line else f"`{line}`"


def _fenced(text: str) -> str:
    # A command of this length would be most of the page.
    if len(text) > 4_000:
        return "The curl command is in report.html and verdict.json."
    # The fence must be longer than any run of backticks within (CommonMark, 4.5).
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}bash\n{text}\n{fence}"


def _bounded(page: str) -> str:
    raw = page.encode("utf-8", "replace")
    if len(raw) <= LIMIT_BYTES:
        return page
    # Cut by bytes, so that half a character at the end is dropped.
    return raw[:LIMIT_BYTES].decode("utf-8", "ignore") + "\n\nCut here; see report.html.\n"


MOST = 10
"""GitHub shows ten errors of a step and drops the rest without a word."""


def render_annotations(verdict: VerdictView) -> str:
    """Return at most ten workflow commands, one a cause; what follows from another has none."""
    causes = [each for each in verdict.causes if not each.because]
    # One is kept for the line that says how many more there are.
    lines = [_line(each) for each in causes[: MOST - 1]]
    rest = len(causes) - len(lines)
    if rest:
        lines.append(_command("more", f"{plural(rest, 'further cause')} in report.html"))
    return "".join(f"{line}\n" for line in lines)


def _line(cause: CauseView) -> str:
    finding = cause.finding
    title = cause.requirements[0] if cause.requirements else finding.case
    also = f" (and {plural(cause.reach - 1, 'case')} more)" if cause.reach > 1 else ""
    follows = (
        f"; {plural(cause.explains, 'case')} could not be judged or fail by it"
        if cause.explains
        else ""
    )
    return _command(title, f"{finding.case}: {finding.sentence}{also}{follows}")


def _command(title: str, message: str) -> str:
    # A command ends with its line, and a property with a comma or colon (GitHub, workflow commands).
    title = _escaped(one_line(title, 100)).replace(":", "%3A").replace(",", "%2C")
    return f"::error title={title}::{_escaped(one_line(message, 500))}"


def _escaped(text: str) -> str:
    # The percent sign first, or the escapes themselves would be escaped.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
