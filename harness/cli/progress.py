"""Show a run while it goes: what is planned, each group as it ends, each failure at once."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol

from harness.cli.console import rewrite
from harness.events import (
    CaseFinished,
    CasePlanned,
    CasesCounted,
    CaseStarted,
    Event,
    ExchangeDone,
    MockRecognised,
    RunFinished,
    RunResumed,
    RunScanned,
    RunStarted,
)
from harness.exchange import Exchange
from harness.outcome import Outcome, Status
from harness.verdict.model import Judged

_LOUD = (Status.FAIL, Status.ERROR)


Settle = Callable[[RunStarted, CasePlanned, Outcome, Mapping[int, Exchange]], Judged]


class Rewrite(Protocol):
    """Prints over the line that counts."""

    def __call__(self, line: str, *, stay: bool = False) -> None: ...


class Progress:
    """Listens to a run's events and prints lines; on a terminal also a line that counts."""

    def __init__(
        self,
        echo: Callable[[str], None],
        *,
        terminal: bool,
        whole: bool = False,
        settled: Settle | None = None,
        rewrite: Rewrite = rewrite,
    ) -> None:
        self._echo = echo
        self._rewrite = rewrite
        self._settled = settled
        self._run: RunStarted | None = None
        self._exchanges: dict[str, dict[int, Exchange]] = {}
        self._whole = whole
        self._terminal = terminal
        self._planned: dict[str, CasePlanned] = {}
        self._left: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._bad: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()
        self._seconds: Counter[str] = Counter()

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._start(event)
            case CasePlanned():
                self._plan(event)
            case CaseFinished():
                self._finish(event.outcome)
            case ExchangeDone() if self._settled:
                case = self._exchanges.setdefault(event.exchange.case, {})
                case[event.exchange.id] = event.exchange
            case (
                CasesCounted()
                | MockRecognised()
                | CaseStarted()
                | ExchangeDone()
                | RunFinished()
                | RunResumed()
                | RunScanned()
            ):
                pass

    def _start(self, run: RunStarted) -> None:
        self._run = run
        where = run.base_url or "(not reached)"
        self._echo(
            f"harness {run.harness_version}: {run.environment} at {where}, "
            f"profile {run.profile}, seed {run.seed}"
        )
        for document in run.documents:
            if document.origin != "bundled":
                self._echo(f"{document.api} is judged by {document.path} ({document.origin})")
            for each in document.unmatched:
                self._echo(f"warning: {each}")

    def _plan(self, planned: CasePlanned) -> None:
        self._planned[planned.case] = planned
        self._left[_group(planned)] += 1

    def _finish(self, outcome: Outcome) -> None:
        planned = self._planned.get(outcome.case)
        if planned is None:
            return
        group = _group(planned)
        if not self._done:
            count = len(self._planned)
            self._echo(f"{count:,} case{'' if count == 1 else 's'} planned")
        self._done[group] += 1
        self._left[group] -= 1
        self._requests[group] += outcome.requests
        self._seconds[group] += round(outcome.duration_seconds * 1000)
        status, waiver = self._counted(planned, outcome)
        self._bad[group] += status in _LOUD
        if status in (*_LOUD, Status.WAIVED) or (self._whole and status is Status.WARN):
            lines = outcome.message.split("\n")
            message = "\n    ".join(lines if self._whole else lines[:1])
            by = f"{waiver}: " if waiver else ""
            self._line(f"  {status.upper():5} {outcome.case}: {by}{message}")
        if not self._left[group]:
            self._line(self._summary(group))
        elif self._terminal:
            self._count()

    def _counted(self, planned: CasePlanned, outcome: Outcome) -> tuple[Status, str]:
        """Return the status that will count, and the waiver where one lifts a failure."""
        exchanges = self._exchanges.pop(outcome.case, {})
        if self._settled is None or self._run is None:
            return outcome.status, ""
        judged = self._settled(self._run, planned, outcome, exchanges)
        return judged.status, judged.waiver

    def _summary(self, group: str) -> str:
        bad = self._bad[group]
        verdict = f"{bad} not passed" if bad else "ok"
        return (
            f"  {group:<24} {self._done[group]:>4} cases {self._requests[group]:>6} requests"
            f" {self._seconds[group] / 1000:>6.1f} s   {verdict}"
        )

    def _line(self, line: str) -> None:
        first, *rest = line.split("\n")
        # On a terminal the counting line stands below; write over it.
        (self._rewrite if self._terminal else self._echo)(first)
        for each in rest:
            self._echo(each)

    def _count(self) -> None:
        done, total = sum(self._done.values()), len(self._planned)
        self._rewrite(f"  {done} of {total} cases", stay=True)


def _group(planned: CasePlanned) -> str:
    return f"{planned.api}/{planned.group}"
