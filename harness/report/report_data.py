"""Hold a record, its verdict and an index of the exchanges, so that no renderer searches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from harness.events import ClientPrinted
from harness.exchange import Exchange
from harness.record import Record
from harness.report.trend import PastRun
from harness.report.view import VerdictView

_MOST_SHOWN = 6_000
"""Characters of what a client printed that a report shows; the record holds more."""


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report is made from."""

    record: Record
    verdict: VerdictView
    by_id: Mapping[int, Exchange] = field(repr=False)
    by_case: Mapping[str, tuple[Exchange, ...]] = field(repr=False)
    printed: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the program of a client printed, by case."""
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
        printed={each.case: _told(each) for each in record.printed},
        trend=trend,
    )


def _told(printed: ClientPrinted) -> str:
    """Return what was printed, headed by how much there was where only the last of it is kept."""
    size = len(printed.text.encode("utf-8", "replace"))
    is_whole = printed.bytes <= max(size, _MOST_SHOWN)
    text = printed.text[-_MOST_SHOWN:]
    return text if is_whole else f"[the last of {printed.bytes:,} bytes]\n{text}"


def milliseconds(stamp: str) -> int:
    """Return a stamp as milliseconds since 1970; of none, zero."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return 0
    # A stamp without a zone is in UTC and not in the zone of this machine.
    return round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
