"""Keep of each run what Allure needs for its trends: one line a run, bounded, of one environment."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.events import RunStarted
from harness.jsonvalue import Json, members, text
from harness.outcome import Status
from harness.report.report_data import milliseconds
from harness.report.view import ScopeView

HISTORY_LIMIT = 10
"""Runs that a trend shows; each costs some hundred kilobytes in every later page."""

_HIDDEN_LABELS = ("host", "thread", "language", "framework", "package")
_STATUSES = ("failed", "broken", "skipped", "passed", "unknown")
_CATEGORIES: Sequence[tuple[str, Status]] = (
    ("Product defect: the contract was broken", Status.FAIL),
    ("Waived: a deviation that someone answers for", Status.WAIVED),
    ("Could not tell: network, credentials, or the harness", Status.ERROR),
    ("Not verified: skipped, and blocks the verdict", Status.SKIP),
    ("Not run: planned, and blocks the verdict", Status.NOT_RUN),
    ("To be reviewed by a person", Status.REVIEW),
    ("Not applicable: omitted", Status.OMIT),
    ("Observed: departs from what is recommended", Status.WARN),
)


def config(title: str, history: Path) -> Mapping[str, object]:
    """Return the content of `allurerc.json`; the page adds its run to the history that it is given."""
    return {
        "name": title,
        "hideLabels": _HIDDEN_LABELS,
        "categories": categories(),
        "historyPath": str(history),
        "historyLimit": HISTORY_LIMIT,
    }


def title(run: RunStarted, conclusion: str, scope: ScopeView) -> str:
    """Return the title of the page: the verdict and of how many cases, which Allure's percentage is not."""
    cases = f"{scope.cases:,} of {scope.cases_total:,} cases"
    return f"{conclusion}: {cases}, {run.environment}, {run.profile}, {run.run_id}"


def categories() -> Sequence[Mapping[str, object]]:
    """Return what cases are grouped under that did not simply pass; the first that fits counts."""
    return [
        {
            "name": name,
            "matchers": [{"statuses": _STATUSES, "labels": {"outcome": f"^{status}$"}}],
            "groupBy": [{"label": "part"}] if status is Status.FAIL else [],
            "groupByMessage": status not in (Status.FAIL, Status.OMIT),
            "expand": status in (Status.FAIL, Status.ERROR),
        }
        for name, status in _CATEGORIES
    ]


# A file of this size is no history of ten runs.
MAX_BYTES = 200_000_000
_LEFT_OUT = ("labels", "trace", "message", "reportLinks")
"""What a line repeats of the results and no trend shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One run in the history."""

    run: str
    environment: str
    line: str


def read(path: Path) -> tuple[Entry, ...]:
    """Return the runs of a history; what is no line of one is passed over, for it only feeds a trend."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return ()
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(each for line in lines if (each := _entry(line)))


def before(known: Iterable[Entry], run: RunStarted) -> Sequence[str]:
    """Return the lines of earlier runs against the same environment."""
    same = [each for each in known if each.environment == run.environment]
    # Ids begin with the time of the run; a run that is rendered again is not its own history.
    return [each.line for each in same if each.run < run.run_id][-HISTORY_LIMIT:]


def last(path: Path, run: RunStarted, title: str) -> Entry | None:
    """Return the line that Allure has added under this title, without what nobody reads again."""
    lines = path.read_text(encoding="utf-8").splitlines()
    # Allure appends the run that it has just rendered.
    written = _parsed(lines[-1]) if lines else {}
    if text(written.get("name")) != title:
        return None
    results = members(written.get("testResults"))
    slim = {
        **written,
        # That of the run and not of its rendering, so that trends keep the order of the runs.
        "timestamp": milliseconds(run.started),
        "run": run.run_id,
        "environment": run.environment,
        "testResults": {name: _slim(members(each)) for name, each in results.items()},
    }
    line = json.dumps(slim, ensure_ascii=False, separators=(",", ":"))
    return Entry(run.run_id, run.environment, f"{line}\n")


def joined(known: Iterable[Entry], entry: Entry) -> Sequence[str]:
    """Return the lines of a history to which a run was added, or in which it was replaced."""
    # A run that is rendered again takes its own place.
    others = [each for each in known if each.run != entry.run]
    ordered = sorted((*others, entry), key=lambda each: each.run)
    # Only runs of one environment compete for the limit.
    same = [each for each in ordered if each.environment == entry.environment]
    dropped = {each.run for each in same[:-HISTORY_LIMIT]}
    return [each.line for each in ordered if each.run not in dropped]


def _slim(result: Mapping[str, Json]) -> Mapping[str, Json]:
    kept = {name: each for name, each in result.items() if name not in _LEFT_OUT}
    # Allure expects both members, though empty.
    return {**kept, "labels": [], "reportLinks": []}


def _entry(line: str) -> Entry | None:
    found = _parsed(line)
    # Only lines that were slimmed here have both members; others cannot be placed.
    run, environment = text(found.get("run")), text(found.get("environment"))
    return Entry(run, environment, f"{line}\n") if run and environment else None


def _parsed(line: str) -> dict[str, Json]:
    try:
        return dict(members(json.loads(line)))
    except (ValueError, RecursionError):
        return {}
