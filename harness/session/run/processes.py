"""Run the suite in several processes: each takes a shard, and their records become one."""

import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

from harness.client.http import Time
from harness.config import Settings
from harness.errors import ConfigurationError, HarnessError
from harness.events import CaseFinished, Event, ExchangeDone
from harness.record import FILE_NAME, Record, RecordWriter
from harness.session.clock import real_time
from harness.session.pool import process_pool
from harness.session.reporting.merge import Part, in_order, join
from harness.session.reporting.reports import Result, render_again, write_reports
from harness.session.reporting.verdict_inputs import Digests, load_inputs
from harness.session.run.folder import open_folder, point_latest
from harness.session.run.journal import Listen
from harness.session.run.lifecycle import CompletedRun, RunEnd, Task, at_first, run_cases
from harness.session.run.suite_cases import run_suite
from harness.session.run.suite_run import RunOptions, task_of, with_split
from harness.settings import is_loopback
from harness.shard import Shard

PARTS = ".parts"
"""Holds the shards of a run while it goes on."""


class WorkerLost(HarnessError):
    """Report this: a process of the run ended before its first line was written."""

    exit_code = 3


def run_in_processes(
    settings: Settings, options: RunOptions, processes: int, *, time: Time, listen: Listen
) -> Result:
    """Run the suite, so many shards at a time, and judge all of it as one run.

    Raises ConfigurationError where the target must not be called from several sides at once.
    """
    _check(settings, options)
    task = task_of(options, settings.products)
    folder = open_folder(settings.reports, now=time.now(), label=settings.profile)
    # As for any run: were it killed, it could be read, and no older verdict may stand for it.
    writer = RecordWriter(folder / FILE_NAME)
    writer.begin(at_first(settings, task, folder, Digests(()), time))
    writer.close()
    point_latest(folder)
    shards = [Shard(number, processes) for number in range(1, processes + 1)]
    sharded = [
        replace(with_split(settings, each, options.durations), reports=_place(folder, each))
        for each in shards
    ]
    ended = _all(sharded, task)
    parts = in_order([_part(_place(folder, each)) for each in shards])
    join(parts, folder)
    shutil.rmtree(folder / PARTS, ignore_errors=True)
    for event in _events(load_inputs(folder).record):
        listen(event)
    if ended is None:
        # Nobody knows what the lost process has learnt, so nothing can be searched for it.
        return render_again(folder, allure=options.allure)
    return write_reports(replace(ended, folder=folder), allure=options.allure)


def _check(settings: Settings, options: RunOptions) -> None:
    if settings.shard or options.earlier:
        raise ConfigurationError(
            "processes take the shards of a run; --shard and --resume cannot be asked of them.",
            advice="Leave one of the two out.",
        )
    environment = settings.environment
    if environment.base_url and not is_loopback(environment):
        raise ConfigurationError(
            f"{environment.base_url} would be called at the rate of several clients.",
            advice="Use --jobs, which shares one client and its rate.",
        )


def _all(sharded: Sequence[Settings], task: Task) -> CompletedRun | None:
    """Run every shard; return one end with the secrets of all, or None where a process was lost."""
    with ExitStack() as stack:
        # One pool each: where one is killed, the others come to their end.
        pools = [stack.enter_context(process_pool(1)) for _ in sharded]
        futures = [
            pool.submit(_shard, each, task) for pool, each in zip(pools, sharded, strict=True)
        ]
        # All are waited for, whatever one of them came to.
        ended = [_ended(each) for each in futures]
    known = [each for each in ended if each is not None]
    if len(known) < len(ended):
        return None
    secrets = dict.fromkeys(secret for each in known for secret in each.secrets)
    pieces = dict.fromkeys(piece for each in known for piece in each.pieces)
    return CompletedRun(known[0].folder, RunEnd(), tuple(secrets), tuple(pieces))


def _shard(settings: Settings, task: Task) -> CompletedRun:
    """Run one shard in this process."""
    return run_cases(settings, run_suite, task, time=real_time(), listen=_hear_nothing)


def _ended(future: "Future[CompletedRun]") -> CompletedRun | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None
    except KeyboardInterrupt:
        # Each shard is interrupted as well, and writes its own end; a second time it does not hear.
        for child in active_children():
            with suppress(ProcessLookupError):
                os.kill(child.pid or os.getpid(), signal.SIGINT)
        # The shard writes its own end, and is waited for.
        return future.result()


def _part(place: Path) -> Part:
    folders = sorted(each.parent for each in place.glob("*/record.jsonl"))
    if not folders:
        raise WorkerLost(f"the process of {place.name} ended before it had begun.")
    return Part(folders[0], load_inputs(folders[0]).record)


def _place(folder: Path, shard: Shard) -> Path:
    return folder / PARTS / f"shard-{shard.index}"


def _events(record: Record) -> Iterator[Event]:
    yield record.run
    yield from record.planned
    yield from map(ExchangeDone, record.exchanges)
    yield from map(CaseFinished, record.outcomes)


def _hear_nothing(_: Event) -> None:
    return
