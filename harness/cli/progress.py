"""Show a run while it goes: what is planned, each suite as it ends, the first failure of each cause."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from harness.cli.console import Level
from harness.events import (
    Attested,
    CaseFinished,
    CasePlanned,
    CasesCounted,
    CaseStarted,
    ClientPrinted,
    ConstraintsExercised,
    DocumentUsed,
    Event,
    ExchangeDone,
    MockRecognised,
    RunFinished,
    RunResumed,
    RunScanned,
    RunStarted,
)
from harness.exchange import Exchange
from harness.outcome import TOKEN_CHECK, Check, Outcome, Status
from harness.report.wording import duration, plural
from harness.shortening import shortened
from harness.verdict.deviation import deviation
from harness.verdict.model import Judged

_LOUD = (Status.FAIL, Status.ERROR)
THOROUGH, LONG = "deep", "fuzz"
"""The profile in which single cases take minutes, and the part of their ids that says which do."""
MOST_GROUPS = 20
"""Suites that are shown one by one; of more of them the products are shown."""
MOST_SIGNS = 240
"""Of a message that is shown in one line."""
MOST_WHOLE = 3
"""Of these, those whose whole message is printed."""
MOST_ALIKE = 10
"""Lines that say how many more failed like one that was shown."""
MOST_CAUSES = 10
"""First failures that are shown as they happen; the others stand in the summary."""
_STYLES = {Status.FAIL: "bold red", Status.ERROR: "magenta", Status.WAIVED: "yellow"}

Settle = Callable[[RunStarted, CasePlanned, Outcome, Mapping[int, Exchange]], Judged]


class Block(Protocol):
    """What a terminal shows below the lines: how far the run has come."""

    def line(self, text: str, style: str = "") -> None: ...
    def count(self, done: int, total: int, failures: int, suite: str) -> None: ...


@dataclass
class _Suite:
    """What has become of the cases of one suite so far."""

    planned: int = 0
    done: int = 0
    bad: int = 0
    requests: int = 0
    seconds: float = 0.0


class Progress:
    """Listens to a run's events and prints lines; on a terminal also a block that counts.

    Failures that look alike are shown once; how many more there are stands where their suite ends.
    """

    def __init__(
        self,
        echo: Callable[[str], None],
        *,
        level: Level = Level.NORMAL,
        whole: bool = False,
        settled: Settle | None = None,
        block: Block | None = None,
    ) -> None:
        self._echo = echo
        self._block = block
        self._level = level
        self._whole = whole
        """Print the whole message of the first failures, which for a workflow says where and what."""
        self._settled = settled
        self._run: RunStarted | None = None
        self._exchanges: dict[str, dict[int, Exchange]] = {}
        self._planned: dict[str, CasePlanned] = {}
        self._suites: dict[str, _Suite] = {}
        self._first: dict[tuple[str, ...], str] = {}
        """The case that was shown of each kind of failure."""
        self._alike: dict[str, Counter[str]] = {}
        """By suite: how many more failed like which case."""
        self._unreported = 0
        self._alike_lines = 0
        self._are_groups = True

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._start(event)
            case CasePlanned():
                self._planned[event.case] = event
            case CaseStarted():
                self._begin_case(event.case)
            case CaseFinished():
                self._finish(event.outcome)
            case ExchangeDone():
                case = self._exchanges.setdefault(event.exchange.case, {})
                case[event.exchange.id] = event.exchange
            case RunFinished():
                self._end()
            case (
                Attested()
                | CasesCounted()
                | ClientPrinted()
                | ConstraintsExercised()
                | MockRecognised()
                | RunResumed()
                | RunScanned()
            ):
                pass

    def _start(self, run: RunStarted) -> None:
        self._run = run
        where = run.base_url or "(not reached)"
        self._line(
            f"harness {run.harness_version}: {run.environment} at {where}, "
            f"profile {run.profile}, seed {run.seed}"
        )
        for document in run.documents:
            # What ships goes without saying.
            if document.origin != "bundled":
                self._line(_described(document))
            for each in document.unmatched:
                self._line(f"warning: {each}")

    def _finish(self, outcome: Outcome) -> None:
        exchanges = self._exchanges.pop(outcome.case, {})
        planned = self._planned.get(outcome.case)
        if planned is None:
            return
        # The first result shows that all is planned.
        if not self._suites:
            self._begin()
        suite = self._suites[self._name(planned)]
        suite.done += 1
        suite.requests += outcome.requests
        suite.seconds += outcome.duration_seconds
        # Counted as the verdict will count it: a waiver may lift the failure.
        status, waiver = self._counted(planned, outcome, exchanges)
        suite.bad += status in _LOUD
        self._report(planned, outcome, status, waiver, exchanges)
        if suite.done == suite.planned:
            self._close(self._name(planned), suite)
        self._count(planned)

    def _begin_case(self, case: str) -> None:
        """Say what goes on before anything has a result: a thorough run may take minutes for one case."""
        if case in self._planned and not self._suites:
            self._begin()
        if self._run is not None and self._run.profile == THOROUGH and LONG in case.split("/"):
            self._line(f"  Schemathesis tries {case}")

    def _begin(self) -> None:
        """Find out, when all is planned, which suites there are; the first case begins, or has ended."""
        self._line(f"{plural(len(self._planned), 'case')} planned")
        # Many small suites would fill the screen; then each product is shown as one.
        self._are_groups = len({_group(each) for each in self._planned.values()}) <= MOST_GROUPS
        for each in self._planned.values():
            self._suites.setdefault(self._name(each), _Suite()).planned += 1

    def _name(self, planned: CasePlanned) -> str:
        return _group(planned) if self._are_groups else planned.api

    def _counted(
        self, planned: CasePlanned, outcome: Outcome, exchanges: Mapping[int, Exchange]
    ) -> tuple[Status, str]:
        """Return the status that will count, and the waiver where one lifts a failure."""
        if self._settled is None or self._run is None:
            return outcome.status, ""
        judged = self._settled(self._run, planned, outcome, exchanges)
        return judged.status, judged.waiver

    def _report(
        self,
        planned: CasePlanned,
        outcome: Outcome,
        status: Status,
        waiver: str,
        exchanges: Mapping[int, Exchange],
    ) -> None:
        is_full = self._level is Level.FULL
        shows_warnings = is_full or self._whole
        if status not in (*_LOUD, Status.WAIVED) and not (shows_warnings and status is Status.WARN):
            return
        # A failure that is waived is always shown, since somebody has answered for it.
        if (
            not is_full
            and status is not Status.WAIVED
            and self._is_reported(planned, outcome, exchanges)
        ):
            return
        is_whole = is_full or (self._whole and len(self._first) <= MOST_WHOLE)
        lines = outcome.message.split("\n") if is_whole else [_brief(outcome)]
        by = f"{waiver}: " if waiver else ""
        self._line(f"  {status.upper():5} {outcome.case}: {by}{lines[0]}", _STYLES.get(status, ""))
        for each in lines[1:]:
            self._line(f"    {each}")

    def _is_reported(
        self, planned: CasePlanned, outcome: Outcome, exchanges: Mapping[int, Exchange]
    ) -> bool:
        """Count a failure that is like one that was shown; show only so many kinds of them."""
        kind = _kind(outcome, exchanges)
        if kind in self._first:
            self._alike.setdefault(self._name(planned), Counter())[self._first[kind]] += 1
            return True
        # More kinds than these would bury each other; the summary has all of them.
        if len(self._first) >= MOST_CAUSES:
            self._unreported += 1
            return True
        self._first[kind] = outcome.case
        return False

    def _close(self, name: str, suite: _Suite) -> None:
        for case, count in self._alike.pop(name, Counter[str]()).most_common():
            self._alike_lines += 1
            if self._alike_lines <= MOST_ALIKE:
                self._line(f"        +{count:,} like {case}")
        verdict = f"{suite.bad:,} not passed" if suite.bad else "ok"
        self._line(
            f"  {name:<24} {plural(suite.done, 'case'):>11} {plural(suite.requests, 'request'):>14}"
            f" {duration(suite.seconds):>10}   {verdict}"
        )

    def _end(self) -> None:
        if self._unreported:
            self._line(f"  {plural(self._unreported, 'further failure')}: see the causes below")

    def _count(self, planned: CasePlanned) -> None:
        if self._block is None or self._level is Level.QUIET:
            return
        done = sum(each.done for each in self._suites.values())
        bad = sum(each.bad for each in self._suites.values())
        self._block.count(done, len(self._planned), bad, _group(planned))

    def _line(self, line: str, style: str = "") -> None:
        if self._level is Level.QUIET:
            return
        if self._block is not None:
            self._block.line(line, style)
        else:
            self._echo(line)


def _brief(outcome: Outcome) -> str:
    """Return what decided against a case, in one line that is not too long."""
    first, *more = outcome.message.split("\n")
    bad = outcome.first_bad
    # Of several lines, the check says most in one.
    if more and bad is not None:
        first = f"{bad.name}: expected {bad.expected}, got {bad.actual}"
    return shortened(first, MOST_SIGNS)


def _kind(outcome: Outcome, exchanges: Mapping[int, Exchange]) -> tuple[str, ...]:
    """Return what failures of one cause have in common, as far as it can be seen while they happen."""
    bad: Check | None = outcome.first_bad
    if bad is None:
        # Without a check there are words alone, which for one cause begin alike.
        return (outcome.status, outcome.message.partition("\n")[0][:80])
    if bad.name == TOKEN_CHECK:
        return (TOKEN_CHECK, bad.actual)
    exchange = exchanges.get(bad.exchange)
    operation = exchange.request.operation if exchange else ""
    return (operation, bad.name, *deviation(bad.name, bad.expected, bad.actual).shape)


def _group(planned: CasePlanned) -> str:
    return f"{planned.api}/{planned.group}"


def _described(document: DocumentUsed) -> str:
    """Return what a run says of a document that does not ship, or of a module with rules of one's own."""
    if document.path.endswith(".py"):
        return f"rules of one's own: {document.path}"
    return f"{document.api} is judged by {document.path} ({document.origin})"
