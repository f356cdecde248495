"""Do a run under load: prepare, start the mock where it is needed, run the users, judge, report."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import Any

from harness import __version__
from harness.client.http import Time
from harness.errors import ConfigurationError, HarnessError, TargetError, UsageError
from harness.report.html.pages import render_load
from harness.report.load_report import (
    FailureRow,
    GateRow,
    LoadRun,
    OperationRow,
    Runs,
    Setup,
    as_json,
)
from harness.session.load.prepare import LoadOptions, Prepared, Role
from harness.session.run.folder import open_folder
from harness.session.run.mock_process import running_mock
from harness.verdict.load.judgement import Circumstances, Judgement, Limits, judge
from harness.verdict.load.tally import Ending, Failure, OperationTally, Tally, tally_from

LABEL = "load"
JSON_NAME, PAGE_NAME = "load.json", "load.html"
EXTRA = "contract-harness[load]"
MODULE = "harness.session.load.swarm"
LAST_SECONDS = 60.0
"""How long it may take after it was asked to end: visits, teardowns, the last word of workers."""
_RESULTS = ("result", "worked", "error")
OnLine = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run under load came to, and where its report lies."""

    folder: Path
    run: LoadRun
    exit_code: int


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The last line of the process, and whether somebody interrupted it."""

    line: Mapping[str, Any]
    is_interrupted: bool


def refuse_without_locust(look: Callable[[str], object] = find_spec) -> None:
    """Raise ConfigurationError where Locust is not installed; it is looked for, and not imported."""
    try:
        found = look("locust")
    except ValueError:  # something stands in its place that is no module
        found = None
    if found is None:
        raise ConfigurationError(f"a run under load needs Locust: pip install '{EXTRA}'.")


def run_load(
    options: LoadOptions, prepared: Prepared, limits: Limits, *, time: Time, on_line: OnLine
) -> Finished:
    """Run the users here, or have workers run them; judge and report what they did.

    Raises where nothing could be begun: what was begun is reported.
    """
    _refuse_own_mocks(options, prepared)
    settings = prepared.settings
    folder = open_folder(settings.reports, now=time.now(), label=LABEL)
    started = time.now()
    try:
        with _target(prepared) as url:
            result = run_in_process(replace(options, run=folder.name, mock_url=url), on_line)
    except BaseException:
        folder.rmdir()  # nothing was begun, so that nothing is in it
        raise
    tally = tally_from(result.line["tally"])
    circumstances = _circumstances(options, result)
    judgement = judge(tally, limits, circumstances)
    run = load_run(
        tally,
        judgement,
        result,
        setup_of(options, prepared),
        run=folder.name,
        started=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    _write(folder, run)
    return Finished(folder, run, _exit_code(judgement, result))


def run_worker(options: LoadOptions, prepared: Prepared, *, on_line: OnLine) -> LoadResult:
    """Send what a master asks for; the master judges and reports."""
    _refuse_own_mocks(options, prepared)
    return run_in_process(options, on_line)


def _refuse_own_mocks(options: LoadOptions, prepared: Prepared) -> None:
    # A mock for each worker would know the uploads of that worker's users alone.
    if options.role != Role.SOLO and prepared.needs_mock:
        raise ConfigurationError(
            "each worker would start a mock of its own.",
            advice="Say where all of them send: start harness mock, and give --base-url URL.",
        )


@contextmanager
def _target(prepared: Prepared) -> Iterator[str]:
    """Yield the URL of a mock started for the run; an empty one where the target is another."""
    if not prepared.needs_mock:
        yield ""
        return
    with running_mock() as url:
        yield url


def _circumstances(options: LoadOptions, result: LoadResult) -> Circumstances:
    return Circumstances(
        users=options.users,
        started=int(result.line["started"]),
        problem=str(result.line["problem"]),
        is_interrupted=result.is_interrupted,
    )


def _exit_code(judgement: Judgement, result: LoadResult) -> int:
    """Return the code; what our own program could not do, or was refused, has a code of its own."""
    own = int(result.line["exit_code"])
    return own if own and judgement.conclusion.exit_code == 3 else judgement.conclusion.exit_code


def _write(folder: Path, run: LoadRun) -> None:
    (folder / JSON_NAME).write_text(as_json(run), encoding="utf-8")
    (folder / PAGE_NAME).write_text(render_load(run), encoding="utf-8", errors="replace")


def run_in_process(options: LoadOptions, on_line: OnLine) -> LoadResult:
    """Run users until they are done, the time is over, or Ctrl-C; then what was done is reported all the same.

    Raises UsageError, TargetError or HarnessError as the process does.
    """
    with _started(options) as process:
        is_interrupted = False
        try:
            line = _last_line(process, on_line)
        except KeyboardInterrupt:
            is_interrupted = True
            _end_input(process)
            # What is caught in an endless computation hears nothing.
            bound = Timer(LAST_SECONDS, process.kill)
            bound.start()
            try:
                line = _last_line(process, on_line)
            finally:
                bound.cancel()
    if line["kind"] == "error":
        raise _problem(str(line["words"]), int(line["exit_code"]))
    return LoadResult(line, is_interrupted)


@contextmanager
def _started(options: LoadOptions) -> Iterator[subprocess.Popen[str]]:
    # Its own session: Ctrl-C must reach the program alone, which then ends the process in order.
    process = subprocess.Popen(  # noqa: S603 our own program with our own arguments
        [sys.executable, "-P", "-m", MODULE],  # -P: no module from the folder it is started in
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        # A process that has ended already says why on its own, or says nothing.
        with suppress(BrokenPipeError):
            assert process.stdin is not None  # noqa: S101 it is a pipe
            process.stdin.write(f"{options.as_text()}\n")
            process.stdin.flush()
        yield process
    finally:
        # The end of its input ends it, also where the block was left by an error.
        _end_input(process)
        try:
            process.wait(timeout=LAST_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _last_line(process: subprocess.Popen[str], on_line: OnLine) -> Mapping[str, Any]:
    """OnLine every line up to the last one, which is returned."""
    for text in process.stdout or ():
        line: Mapping[str, Any] = json.loads(text)
        if line["kind"] in _RESULTS:
            return line
        on_line(line)
    raise HarnessError("the process of the users has ended without a word.")


def _end_input(process: subprocess.Popen[str]) -> None:
    """Close its standard input, by which it knows that it is to end."""
    with suppress(BrokenPipeError, OSError):
        if process.stdin is not None:
            process.stdin.close()


def _problem(words: str, exit_code: int) -> HarnessError:
    # An exit code is all that a process can hand on of the class of an error.
    kinds = (UsageError, TargetError)
    kind = next((each for each in kinds if each.exit_code == exit_code), HarnessError)
    return kind(words)


def load_run(
    tally: Tally, judgement: Judgement, result: LoadResult, setup: Setup, *, run: str, started: str
) -> LoadRun:
    """Return the run as reports take it."""
    seconds = float(result.line["seconds"])
    return LoadRun(
        run=run,
        started=started,
        harness_version=__version__,
        setup=setup,
        users_started=int(result.line["started"]),
        workers=int(result.line["workers"]),
        seconds=round(seconds, 3),
        busy=round(float(result.line["busy"]), 3),
        late=round(float(result.line["late"]), 6),
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
        locust=result.line["locust"],
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
    # The hundredth percentile is the slowest of all.
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
