"""Run the users of a load run under Locust, in a process of its own: `python -m` this module.

Locust has gevent replace threads, locks and sockets, which is only sound before anything else has taken
hold of them: it comes first here, and the program that was started by its user never imports it. What
is asked comes as a line on standard input, whose end means: stop now. Lines of JSON go out.
"""

import sys
from collections.abc import Callable

import gevent
import gevent.os
import locust  # noqa: F401 before all of ours: it replaces what they import

from harness import limits
from harness.errors import HarnessError
from harness.session.clock import real_time
from harness.session.load.distributed import master, worker
from harness.session.load.locust_session import (
    LocustSession,
    follow_errors,
    locust_session,
    look_at_connections_at_once,
    send_line,
    settle,
)
from harness.session.load.prepare import LoadOptions, Role, options_from, prepare, read_book
from harness.verdict.load.tally import Tally

PROGRESS_SECONDS = 1.0


def main() -> None:
    """Read what is wanted, do it, and report what came of it."""
    options = options_from(sys.stdin.readline())
    look_at_connections_at_once()
    limits.adopt(limits.DEFAULT.at_size(options.most_bytes))
    try:
        _run(options)
    except HarnessError as problem:
        send_line("error", words=str(problem), exit_code=problem.exit_code)


def _run(options: LoadOptions) -> None:
    prepared = prepare(options, read_book(options), time=real_time())
    # A master sends nothing, and so needs no client.
    if options.role == Role.MASTER:
        master(options, prepared, on_end_of_input)
        return
    with locust_session(options, prepared) as session:
        follow_errors(session.environment, session.user_group)
        if options.role == Role.WORKER:
            worker(options, session, on_end_of_input)
        else:
            on_end_of_input(lambda: session.user_group.end(at_once=True))
            _solo(options, session)


def _solo(options: LoadOptions, session: LocustSession) -> None:
    """Run all users in this process."""
    user_group, time = session.user_group, real_time()
    runner = session.environment.create_local_runner()
    runner.start(options.users, options.spawn_rate)
    whole, reported = Tally(), 0.0
    while not (user_group.is_ending or _is_over(options, session)):
        time.sleep(0.02)
        if session.seconds - reported >= PROGRESS_SECONDS:
            reported = session.seconds
            whole.take(user_group.taken())
            send_line(
                "progress", seconds=reported, users=user_group.active, requests=whole.requests
            )
    settle(user_group, time)
    whole.take(user_group.taken())
    # Before `quit`, which takes time itself.
    seconds, busy = session.seconds, session.busy
    runner.quit()
    total = session.environment.stats.total
    send_line(
        "result",
        tally=whole.as_json(),
        seconds=seconds,
        busy=busy,
        late=session.late,
        started=user_group.entered,
        problem=str(user_group.problem or ""),
        exit_code=user_group.problem.exit_code if user_group.problem else 0,
        locust={"requests": total.num_requests, "failures": total.num_failures},
        workers=0,
    )


def _is_over(options: LoadOptions, session: LocustSession) -> bool:
    is_late = options.seconds and session.seconds >= options.seconds
    return bool(is_late or (options.iterations and session.user_group.done >= options.users))


def on_end_of_input(then: Callable[[], None]) -> None:
    """Call a function when whoever began this process has closed our standard input, or is gone."""

    def watch() -> None:
        # Whatever comes is of no interest; nothing more means that the other side has closed.
        while gevent.os.tp_read(0, 4096):
            pass
        then()

    gevent.spawn(watch)


if __name__ == "__main__":
    main()
