"""Lay out the last runs: a bar of what their cases came to, and what changed from one to the next."""

from dataclasses import dataclass

from harness.report.trend import PastRun


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
    passed = max(round(min(run.passed / cases * 100, 100 - failed - unjudged), 2), 0.0)
    return TrendRow(run, passed, failed, unjudged, is_this)
