"""Spread users over several processes: a master that adds up, and workers that send.

Beside Locust's own messages these pass: `harness-ready` (a worker, with what it would run), `harness-job`
(the master), `harness-tally` (a worker, what is new since the last) and `harness-end` (the master).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gevent
from locust.exception import RPCError

from harness.errors import ConfigurationError, TargetError
from harness.session.clock import real_time
from harness.session.load.locust_session import (
    GRACE_SECONDS,
    TEARDOWN_SECONDS,
    LocustSession,
    locust_environment,
    send_line,
    settle,
    until,
)
from harness.session.load.prepare import LoadOptions, Prepared
from harness.verdict.load.tally import Tally, tally_from

WORKERS_SECONDS = 60.0
"""How long a master waits for its workers, and a worker for its master."""
BLOCK = 1_000_000
"""The users of the second worker are numbered from here, those of the third from twice that."""
TALLY_SECONDS = 0.5
READY, JOB, TALLY, END = "harness-ready", "harness-job", "harness-tally", "harness-end"

OnEndOfInput = Callable[[Callable[[], None]], None]


@dataclass(slots=True)
class WorkerReports:
    """What a master has learnt from its workers."""

    whole: Tally = field(default_factory=Tally)
    digests: dict[str, str] = field(default_factory=dict)
    last: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The last message of each worker, without its tally."""
    is_interrupted: bool = False

    def ready(self, msg: Any, **_: object) -> None:
        """Take note of a worker."""
        self.digests[msg.node_id] = msg.data["digest"]

    def tally(self, msg: Any, **_: object) -> None:
        """Add what a worker did."""
        self.whole.take(tally_from(msg.data["tally"]))
        self.last[msg.node_id] = msg.data

    def sum(self, name: str) -> int:
        """Return a figure of all workers."""
        return sum(each[name] for each in self.last.values())

    @property
    def final(self) -> int:
        """How many workers have sent their last tally."""
        return sum(bool(each["is_final"]) for each in self.last.values())

    @property
    def problem(self) -> tuple[str, int]:
        """What keeps a worker from going on, with its exit code; empty where nothing does."""
        found = ((each["problem"], each["exit_code"]) for each in self.last.values())
        return next((each for each in found if each[0]), ("", 0))

    def interrupt(self) -> None:
        """Take note that it is to end now."""
        self.is_interrupted = True


def master(options: LoadOptions, prepared: Prepared, on_end_of_input: OnEndOfInput) -> None:
    """Have workers run the users, and report what all of them did."""
    environment, reports, time = locust_environment(), WorkerReports(), real_time()
    runner = _listening(environment, options)
    runner.register_message(READY, reports.ready)
    runner.register_message(TALLY, reports.tally)
    on_end_of_input(reports.interrupt)
    try:
        _gather(options, prepared, reports)
        job = {"seed": options.seed, "iterations": options.iterations, "run": options.run}
        runner.send_message(JOB, job)
        # In the background, for it returns only once every user has begun.
        gevent.spawn(runner.start, options.users, options.spawn_rate)
        begun = time.monotonic()
        _until_over(options, reports, runner)
        # Counted before the end is announced, upon which every worker ends.
        lost = len(runner.clients.missing) + reports.final
        runner.send_message(END, {"at_once": reports.is_interrupted})
        # What `settle` takes at a worker at most, and as much again for its last message.
        wait = GRACE_SECONDS + 2 * TEARDOWN_SECONDS
        until(
            lambda: reports.final + len(runner.clients.missing) >= len(reports.digests), wait, time
        )
        seconds = time.monotonic() - begun
    finally:
        runner.quit()
    _send_result(reports, runner, seconds=seconds, lost=lost)


def _listening(environment: Any, options: LoadOptions) -> Any:
    try:
        return environment.create_master_runner(options.host, options.port)
    except (RPCError, SystemExit):  # which of them depends on how Locust words it
        raise ConfigurationError(
            f"workers cannot be awaited at {options.host}:{options.port}, which is taken or not ours.",
            advice="Name another place with --master-bind-host and --master-bind-port.",
        ) from None


def _gather(options: LoadOptions, prepared: Prepared, reports: WorkerReports) -> None:
    """Wait for the workers. Raises TargetError where they do not come, ConfigurationError where they differ."""
    send_line("waiting", workers=options.expect_workers)
    until(
        lambda: len(reports.digests) >= options.expect_workers or reports.is_interrupted,
        WORKERS_SECONDS,
        real_time(),
    )
    came = len(reports.digests)
    if came < options.expect_workers:
        raise TargetError(
            f"{came} of {options.expect_workers} workers came to {options.host}:{options.port}.",
            advice="Start them with --worker, and --master-host and --master-port where that is.",
        )
    # Figures of different rows cannot be added up.
    if any(each != prepared.digest for each in reports.digests.values()):
        raise ConfigurationError(
            "a worker would run another document, or other rows of it.",
            advice="Give every process the same FILE, -w and --only.",
        )


def _until_over(options: LoadOptions, reports: WorkerReports, runner: Any) -> None:
    """Wait for the end, whatever brings it about: also that a worker is lost or ends by itself."""
    time = real_time()
    begun = reported = time.monotonic()
    while True:
        now = time.monotonic()
        is_short = len(runner.clients.missing) or reports.final
        is_late = options.seconds and now - begun >= options.seconds
        is_done = options.iterations and reports.sum("done") >= options.users
        if is_late or is_done or is_short or reports.is_interrupted or reports.problem[0]:
            return
        if now - reported >= 1:
            reported = now
            requests = reports.whole.requests
            send_line(
                "progress", seconds=now - begun, users=reports.sum("active"), requests=requests
            )
        time.sleep(0.05)


def _send_result(reports: WorkerReports, runner: Any, *, seconds: float, lost: int) -> None:
    problem, exit_code = reports.problem
    # A worker that ended early may have done more than it could report.
    if lost and not problem:
        problem = f"{lost} of {len(reports.digests)} workers ended before the run was over"
    total = runner.stats.total
    send_line(
        "result",
        tally=reports.whole.as_json(),
        seconds=seconds,
        # The busiest and the latest worker limit what all figures are worth.
        busy=max((each["busy"] for each in reports.last.values()), default=0.0),
        late=max((each["late"] for each in reports.last.values()), default=0.0),
        started=reports.sum("entered"),
        problem=problem,
        exit_code=exit_code,
        locust={"requests": total.num_requests, "failures": total.num_failures},
        workers=len(reports.digests),
    )


def worker(options: LoadOptions, session: LocustSession, on_end_of_input: OnEndOfInput) -> None:
    """Run the users that a master sends here, and report to it what they did."""
    user_group, time = session.user_group, real_time()
    runner = _connected(session.environment, options)

    def begin(msg: Any, **_: object) -> None:
        job, first = msg.data, max(runner.worker_index, 0) * BLOCK
        session.recast(seed=job["seed"], iterations=job["iterations"], first=first, run=job["run"])

    def end(msg: Any, **_: object) -> None:
        user_group.end(at_once=msg.data["at_once"])

    runner.register_message(JOB, begin)
    runner.register_message(END, end)
    on_end_of_input(lambda: user_group.end(at_once=True))
    runner.send_message(READY, {"digest": session.prepared.digest})
    whole, is_final = Tally(), False
    while not is_final:
        # A runner without greenlets has quit: the master is gone.
        until(lambda: user_group.is_ending or not len(runner.greenlet), TALLY_SECONDS, time)
        if user_group.is_ending or not len(runner.greenlet):
            settle(user_group, time)
            is_final = True
        whole.take(_sent(runner, session, is_final=is_final))
    # The master reads the last tally, and then has all of its workers quit.
    until(lambda: not len(runner.greenlet), GRACE_SECONDS, time)
    send_line(
        "worked",
        requests=whole.requests,
        visits=whole.ended,
        problem=str(user_group.problem or ""),
        exit_code=user_group.problem.exit_code if user_group.problem else 0,
    )


def _connected(environment: Any, options: LoadOptions) -> Any:
    place = f"{options.host}:{options.port}"
    failure = TargetError(
        f"no master answers at {place}.", advice="Start it first: harness load FILE --master."
    )
    try:
        # Locust itself would try for minutes.
        with gevent.Timeout(WORKERS_SECONDS):
            return environment.create_worker_runner(options.host, options.port)
    except (gevent.Timeout, ConnectionError, RPCError, SystemExit):
        raise failure from None


def _sent(runner: Any, session: LocustSession, *, is_final: bool) -> Tally:
    """Send what is new to the master, and return it."""
    user_group, fresh = session.user_group, session.user_group.taken()
    report = {
        "tally": fresh.as_json(),
        "entered": user_group.entered,
        "active": user_group.active,
        "done": user_group.done,
        "busy": session.busy,
        "late": session.late,
        "is_final": is_final,
        "problem": str(user_group.problem or ""),
        "exit_code": user_group.problem.exit_code if user_group.problem else 0,
    }
    runner.send_message(TALLY, report)
    return fresh
