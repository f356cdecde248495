"""Say how Allure is to show a run: its name, its categories, and the runs before it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.events import RunStarted
from harness.outcome import Status
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
