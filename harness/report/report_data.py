"""Hold a record, its verdict and an index of the exchanges, so that no renderer searches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from harness.exchange import Exchange
from harness.record import Record
from harness.report.trend import PastRun
from harness.report.view import VerdictView


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report is made from."""

    record: Record
    verdict: VerdictView
    by_id: Mapping[int, Exchange] = field(repr=False)
    by_case: Mapping[str, tuple[Exchange, ...]] = field(repr=False)
    trend: tuple[PastRun, ...] = ()
    """The runs before this one and this one, the oldest first; empty where nobody asked."""

    def of(self, case: str) -> tuple[Exchange, ...]:
        """Return the exchanges of a case, in the order they happened."""
        return self.by_case.get(case, ())


def report_data(
    record: Record, verdict: VerdictView, trend: tuple[PastRun, ...] = ()
) -> ReportData:
    """Index a record once, for all reports."""
    by_case: dict[str, list[Exchange]] = {}
    for exchange in record.exchanges:
        by_case.setdefault(exchange.case, []).append(exchange)
    return ReportData(
        record=record,
        verdict=verdict,
        by_id={exchange.id: exchange for exchange in record.exchanges},
        by_case={case: tuple(found) for case, found in by_case.items()},
        trend=trend,
    )


def milliseconds(stamp: str) -> int:
    """Return a stamp as milliseconds since 1970; of none, zero."""
    try:
        return round(datetime.fromisoformat(stamp).timestamp() * 1000)
    except ValueError:
        return 0
