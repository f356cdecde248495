"""Render which case shows which requirement, as CSV."""

import csv
import io
from pathlib import Path

from harness.report.view import TracedView, VerdictView
from harness.report.wording import one_line

COLUMNS = (
    "requirement",
    "statement",
    "strength",
    "endpoints",
    "environments",
    "cases",
    "result",
    "reason",
)


def render(verdict: VerdictView) -> str:
    """Return one row a requirement, in their order."""
    stream = io.StringIO()
    # Line feeds alone, as in every other file of a run; RFC 4180 names CR LF, which readers accept
    # but do not need.
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows([safe(cell) for cell in _row(each)] for each in verdict.traced)
    return stream.getvalue()


def write(verdict: VerdictView, path: Path) -> None:
    """Write `traceability.csv`."""
    path.write_text(render(verdict), encoding="utf-8")


def safe(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula (OWASP, CSV injection)."""
    line = one_line(cell, 10_000)
    # A quote in front makes it a text, which spreadsheets do not show.
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def _row(traced: TracedView) -> tuple[str, ...]:
    requirement = traced.requirement
    return (
        requirement.id,
        requirement.statement,
        str(requirement.strength),
        " ".join(requirement.endpoints),
        " ".join(requirement.environments),
        " ".join(traced.cases),
        "waived" if traced.waived else str(traced.coverage),
        traced.reason,
    )
