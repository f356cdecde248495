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
from harness.session.load.asked import Asked, Role, asked_from
from harness.session.load.distributed import master, worker
from harness.session.load.locust_stage import (
    Stage,
    follow_errors,
    look_at_connections_at_once,
    settle,
    staged,
    tell,
)
from harness.session.load.prepare import prepare, read_book
from harness.verdict.load.tally import Tally

PROGRESS_SECONDS = 1.0


def main() -> None:
    """Read what is asked, do it, and tell what came of it."""
    asked = asked_from(sys.stdin.readline())
    look_at_connections_at_once()
    limits.adopt(limits.DEFAULT.at_size(asked.most_bytes))
    try:
        _run(asked)
    except HarnessError as problem:
        tell("error", words=str(problem), exit_code=problem.exit_code)


def _run(asked: Asked) -> None:
    prepared = prepare(asked, read_book(asked), time=real_time())
    if asked.role == Role.MASTER:
        master(asked, prepared, on_end_of_input)
        return
    with staged(asked, prepared) as stage:
        follow_errors(stage.environment, stage.crew)
        if asked.role == Role.WORKER:
            worker(asked, stage, on_end_of_input)
        else:
            on_end_of_input(lambda: stage.crew.end(at_once=True))
            _solo(asked, stage)


def _solo(asked: Asked, stage: Stage) -> None:
    """Run all users in this process."""
    crew, time = stage.crew, real_time()
    runner = stage.environment.create_local_runner()
    runner.start(asked.users, asked.spawn_rate)
    whole, told = Tally(), 0.0
    while not (crew.is_ending or _is_over(asked, stage)):
        time.sleep(0.02)
        if stage.seconds - told >= PROGRESS_SECONDS:
            told = stage.seconds
            whole.take(crew.taken())
            tell("progress", seconds=told, users=crew.active, requests=whole.requests)
    settle(crew, time)
    whole.take(crew.taken())
    seconds, busy = stage.seconds, stage.busy
    runner.quit()
    total = stage.environment.stats.total
    tell(
        "result",
        tally=whole.as_json(),
        seconds=seconds,
        busy=busy,
        late=stage.late,
        started=crew.entered,
        problem=str(crew.problem or ""),
        exit_code=crew.problem.exit_code if crew.problem else 0,
        locust={"requests": total.num_requests, "failures": total.num_failures},
        workers=0,
    )


def _is_over(asked: Asked, stage: Stage) -> bool:
    is_late = asked.seconds and stage.seconds >= asked.seconds
    return bool(is_late or (asked.iterations and stage.crew.done >= asked.users))


def on_end_of_input(then: Callable[[], None]) -> None:
    """Call a function when whoever began this process has closed our standard input, or is gone."""

    def watch() -> None:
        while gevent.os.tp_read(0, 4096):
            pass
        then()

    gevent.spawn(watch)


if __name__ == "__main__":
    main()
