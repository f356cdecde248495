"""Describe what a run under load came to: as lines, and as JSON to keep."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from harness.report.wording import one_line, plural

VERSION = 1
# For the terminal; the report has all of them.
MOST_LINES = 5
MOST_REASONS = 3
MOST_LATE_SECONDS = 0.02
"""What is later by itself measures itself."""


@dataclass(frozen=True, slots=True)
class OperationRow:
    """The requests of one operation."""

    name: str
    requests: int
    failed: int
    unanswered: int
    per_second: float
    p50: float | None
    """Seconds, like the next ones."""
    p95: float | None
    p99: float | None
    slowest: float | None
    bytes_received: int


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A kind of failure, with the first sentence that describes it."""

    operation: str
    sentence: str
    count: int


@dataclass(frozen=True, slots=True)
class GateRow:
    """A limit and what came; a share from 0 to 1, else seconds."""

    name: str
    limit: float
    actual: float | None
    is_met: bool
    is_share: bool


@dataclass(frozen=True, slots=True)
class Runs:
    """How users' ways through a workflow ended."""

    passed: int
    failed: int
    unjudged: int
    cut: int
    """Under way when it ended; they count for nothing."""
    p50: float | None
    p95: float | None
    p99: float | None

    @property
    def finished(self) -> int:
        """How many could be judged."""
        return self.passed + self.failed


@dataclass(frozen=True, slots=True)
class Setup:
    """What was asked of a run under load."""

    document: str
    workflow: str
    environment: str
    base_url: str
    seed: int
    users: int
    spawn_rate: float
    iterations: int


@dataclass(frozen=True, slots=True)
class LoadRun:
    """A run under load."""

    run: str
    started: str
    harness_version: str
    setup: Setup
    users_started: int
    workers: int
    """0: all users were in one process."""
    seconds: float
    busy: float
    """The share of its processor that the busiest sending process used."""
    late: float
    """By how many seconds it was late to do what was due, at p95: so long answers lay unread."""
    requests: int
    runs: Runs
    operations: tuple[OperationRow, ...]
    failures: tuple[FailureRow, ...]
    reasons: tuple[FailureRow, ...]
    gates: tuple[GateRow, ...]
    conclusion: str
    because: tuple[str, ...]
    locust: Mapping[str, int]
    """What Locust counted of the same requests."""

    @property
    def is_sender_busy(self) -> bool:
        """Whether the figures may say more of the sender than of the target."""
        # A process at nine tenths of a processor is already late now and then.
        return self.busy >= 0.9 or self.late >= MOST_LATE_SECONDS

    @property
    def verdict(self) -> str:
        """The verdict in one line."""
        # The terminal shows words; the names with underscores are for programs.
        words = {"LIMITS_MET": "LIMITS MET", "LIMITS_NOT_MET": "LIMITS NOT MET"}
        head = words.get(self.conclusion, self.conclusion)
        return f"{head}: {_why(self.because)}{self.scope}"

    @property
    def scope(self) -> str:
        """What the verdict is about, in one sentence."""
        where = f"{self.setup.environment} ({self.setup.base_url})"
        users = plural(self.users_started, "user")
        return (
            f"{plural(self.requests, 'request')} in {plural(self.runs.finished, 'finished run')}"
            f" by {users} in {self.seconds:.1f} s against {where}."
        )


def _why(because: Sequence[str]) -> str:
    """Return the first reasons as one sentence; the report has all of them."""
    reasons = [one_line(each, 300).rstrip(".") for each in because[:MOST_REASONS]]
    reasons += [f"and {len(because) - MOST_REASONS} more"] if len(because) > MOST_REASONS else []
    return f"{'; '.join(reasons)}. " if reasons else ""


def as_json(run: LoadRun) -> str:
    """Return the run as JSON; keys are a promise, more may join them."""
    return json.dumps({"version": VERSION, **asdict(run)}, ensure_ascii=False, indent=2) + "\n"


def lines(run: LoadRun) -> Iterator[str]:
    """Return the lines for the terminal, but for the verdict."""
    # As wide as the longest name, at least as the word "operation".
    width = max((len(each.name) for each in run.operations), default=9)
    head = ("requests", "failed", "req/s", "p50", "p95", "p99")
    yield f"{'operation':<{width}}  " + "".join(f"{each:>10}" for each in head)
    for row in run.operations:
        figures = (
            f"{row.requests:,}",
            f"{row.failed:,}",
            f"{row.per_second:,.1f}",
            *(milliseconds(each) for each in (row.p50, row.p95, row.p99)),
        )
        yield f"{one_line(row.name):<{width}}  " + "".join(f"{each:>10}" for each in figures)
    yield ""
    yield from _failures(run)
    yield f"runs      {_runs(run.runs)}"
    for gate in run.gates:
        yield f"limit     {gate_words(gate)}"
    # A verdict on times that the sender itself made long would blame the target.
    if run.is_sender_busy:
        yield f"note      {BUSY} It was late by {milliseconds(run.late)} at p95."


BUSY = (
    "the sender had too little of a processor, so that times are longer than the target took: "
    "spread the users over workers, or over machines."
)


def gate_words(gate: GateRow) -> str:
    """Return a limit with what came, in words."""
    show = _percent if gate.is_share else milliseconds
    state = "met" if gate.is_met else "not met"
    return f"{state:<8}{one_line(gate.name)}: {show(gate.actual)}, at most {show(gate.limit)}"


def milliseconds(seconds: float | None) -> str:
    """Write a duration as short as it may be."""
    if seconds is None:
        return "-"
    # Seconds from ten on, and three digits below: more would be noise.
    if seconds >= 10:
        return f"{seconds:,.1f} s"
    value = seconds * 1000
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.3g} ms"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def _runs(runs: Runs) -> str:
    parts = [f"{runs.passed:,} passed", f"{runs.failed:,} failed"]
    parts += [f"{runs.unjudged:,} could not be judged"] if runs.unjudged else []
    parts += [f"{runs.cut:,} cut off at the end"] if runs.cut else []
    return f"{', '.join(parts)}; p95 {milliseconds(runs.p95)}"


def _failures(run: LoadRun) -> Iterator[str]:
    # Failures of requests first, then what no single request explains.
    found = (*run.failures, *run.reasons)
    for row in found[:MOST_LINES]:
        place = f"{one_line(row.operation)}: " if row.operation else ""
        yield f"{row.count:>7,} x {place}{one_line(row.sentence, 400)}"
    if len(found) > MOST_LINES:
        yield f"          and {plural(len(found) - MOST_LINES, 'further kind')} of failure, in the report"
