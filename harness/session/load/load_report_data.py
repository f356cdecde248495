"""Put together what a report says of a run under load."""

from collections.abc import Iterable

from harness import __version__
from harness.report.load_report import FailureRow, GateRow, LoadRun, OperationRow, Runs, Setup
from harness.session.load.load_options import LoadOptions
from harness.session.load.prepare import Prepared
from harness.session.load.process import LoadResult
from harness.verdict.load.judgement import Judgement
from harness.verdict.load.tally import Ending, Failure, OperationTally, Tally


def load_run(
    tally: Tally, judgement: Judgement, told: LoadResult, setup: Setup, *, run: str, started: str
) -> LoadRun:
    """Return the run as reports take it."""
    seconds = float(told.line["seconds"])
    return LoadRun(
        run=run,
        started=started,
        harness_version=__version__,
        setup=setup,
        users_started=int(told.line["started"]),
        workers=int(told.line["workers"]),
        seconds=round(seconds, 3),
        busy=round(float(told.line["busy"]), 3),
        late=round(float(told.line["late"]), 6),
        requests=tally.requests,
        runs=_runs(tally),
        operations=tuple(
            _operation(name, each, seconds) for name, each in sorted(tally.operations.items())
        ),
        failures=_rows(tally.failures.values()),
        reasons=_rows(tally.reasons.values()),
        gates=tuple(
            GateRow(each.name, each.limit, each.actual, each.is_met, each.is_share)
            for each in judgement.gates
        ),
        conclusion=judgement.conclusion.value,
        because=judgement.reasons,
        locust=told.line["locust"],
    )


def setup_of(options: LoadOptions, prepared: Prepared) -> Setup:
    """Return what was wanted, as reports name it."""
    environment = prepared.settings.environment
    return Setup(
        document=prepared.book.path,
        workflow=options.workflow,
        environment=environment.name,
        base_url=environment.base_url or "started for the run",
        seed=options.seed,
        users=options.users,
        spawn_rate=options.spawn_rate,
        iterations=options.iterations,
    )


def _runs(tally: Tally) -> Runs:
    p50, p95, p99 = (tally.durations.percentile(each) for each in (50, 95, 99))
    visits = tally.visits
    return Runs(
        visits[Ending.PASSED],
        visits[Ending.FAILED],
        visits[Ending.UNJUDGED],
        visits[Ending.CUT],
        p50,
        p95,
        p99,
    )


def _operation(name: str, found: OperationTally, seconds: float) -> OperationRow:
    p50, p95, p99, slowest = (found.latencies.percentile(each) for each in (50, 95, 99, 100))
    return OperationRow(
        name=name,
        requests=found.requests,
        failed=found.failed,
        unanswered=found.unanswered,
        per_second=round(found.requests / seconds, 2) if seconds else 0.0,
        p50=p50,
        p95=p95,
        p99=p99,
        slowest=slowest,
        bytes_received=found.size,
    )


def _rows(failures: Iterable[Failure]) -> tuple[FailureRow, ...]:
    """Return kinds of failure, what came most often first."""
    ordered = sorted(failures, key=lambda each: (-each.count, each.operation, each.sentence))
    return tuple(FailureRow(each.operation, each.sentence, each.count) for each in ordered)
