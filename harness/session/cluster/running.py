"""Run the shards of a run on a cluster, and judge all of it as one run."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from harness.client.http import Time
from harness.config import Settings
from harness.errors import ConfigurationError, HarnessError
from harness.events import CaseFinished, Event, ExchangeDone, RunFinished, RunScanned
from harness.jsonvalue import Json
from harness.record import FILE_NAME, Record, RecordWriter
from harness.session.cluster.address import Cluster
from harness.session.cluster.dispatch import (
    PATIENCE_SECONDS,
    Answered,
    Assignments,
    Dispatch,
    NoWorkers,
    Unanswered,
    Workers,
)
from harness.session.cluster.orders import Kind, frame_of_order, order, unpacked
from harness.session.reporting.merge import Part, in_order, join
from harness.session.reporting.reports import Result, note, render_again
from harness.session.reporting.verdict_inputs import Digests, load_inputs
from harness.session.run.folder import open_folder, point_latest
from harness.session.run.journal import Listen
from harness.session.run.lifecycle import Task, at_first
from harness.session.run.suite_run import Durations, RunOptions, task_of, with_split
from harness.shard import Shard

Reach = Callable[[Cluster], AbstractContextManager[Workers]]
"""Gives the workers of a cluster for as long as they are wanted."""
EXTRA = "contract-harness[cluster]"


@contextmanager
def reached(cluster: Cluster) -> Iterator[Workers]:
    """Yield the workers of a cluster. Raises ConfigurationError, TargetError."""
    try:
        from harness.session.cluster.dask_workers import connected  # noqa: PLC0415 an optional library
    except ModuleNotFoundError as problem:
        # Only this library may be missing; a missing module of ours is a bug.
        if (problem.name or "").partition(".")[0] != "distributed":
            raise
        raise ConfigurationError(
            "--on needs Dask, which is not installed.", advice=f"Run: pip install '{EXTRA}'."
        ) from None
    with connected(cluster) as workers:
        yield workers


PARTS = ".parts"
"""Holds the shards of a run while it goes on."""


@dataclass(frozen=True, slots=True)
class ClusterRun:
    """Workers of a cluster, and how many shards they are to share; 0: one for each that is there."""

    cluster: Cluster
    shards: int
    time: Time
    report: Callable[[str], None]
    reach: Reach = reached

    def run(self, settings: Settings, options: RunOptions, listen: Listen) -> Result:
        """Run the suite on the workers. Raises ConfigurationError, NoWorkers before a run begins."""
        _check(settings, options)
        task = task_of(options, settings.products)
        campaign = f"run-{uuid4().hex[:12]}"
        frame = frame_of_order(settings, campaign)
        check = order(Kind.CHECK, f"harness {campaign} check", frame, {})
        with self.reach(self.cluster) as workers:
            dispatch = Dispatch(workers, check, self.time.monotonic, self.report)
            # Before there is a folder: without workers no run has begun.
            at_once = dispatch.wait_for_workers(PATIENCE_SECONDS)
            count = self.shards or at_once
            folder = self._begun(settings, task)
            orders = {
                f"harness {campaign} shard {index}": _shard(
                    settings, index, count, options.durations
                )
                for index in range(1, count + 1)
            }
            common = _shard_as_json(settings, options, min(at_once, count))
            work = Assignments(
                [
                    order(Kind.SHARD, name, frame, {"shard": {**common, **_named(shard)}})
                    for name, shard in orders.items()
                ],
                most_at_once=min(at_once, count),
            )
            results = [
                self._shown(each, orders[each.order.name]) for each in dispatch.results(work)
            ]
        return self._joined(results, orders, folder, listen, allure=options.allure)

    def _begun(self, settings: Settings, task: Task) -> Path:
        """Make the run's folder with a first line, so that no older verdict stands for it."""
        folder = open_folder(settings.reports, now=self.time.now(), label=settings.profile)
        writer = RecordWriter(folder / FILE_NAME)
        writer.begin(at_first(settings, task, folder, Digests(()), self.time))
        writer.close()
        point_latest(folder)
        return folder

    def _shown(self, result: Answered | Unanswered, shard: Shard) -> Answered | Unanswered:
        is_back = isinstance(result, Answered)
        self.report(f"shard {shard} {'is back' if is_back else f'was not done: {_reason(result)}'}")
        return result

    def _joined(
        self,
        results: Sequence[Answered | Unanswered],
        orders: dict[str, Shard],
        folder: Path,
        listen: Listen,
        *,
        allure: bool,
    ) -> Result:
        now = self.time.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        parts, lost = _sorted_out({orders[each.order.name]: each for each in results}, folder)
        # Not one shard came back, so that there is no record to join.
        if not parts:
            error = _not_done(lost)
            note(folder, RunFinished(now, 0.0, error=error, exit_code=NoWorkers.exit_code))
            return render_again(folder, allure=False)
        parts += [_placeholder(parts[0], shard, reason, now) for shard, reason in lost.items()]
        join(in_order(parts), folder)
        shutil.rmtree(folder / PARTS, ignore_errors=True)
        # Whoever listens hears of the run once it is whole, as if it had been here.
        for event in _events(load_inputs(folder).record):
            listen(event)
        return render_again(folder, allure=allure)


def _check(settings: Settings, options: RunOptions) -> None:
    if settings.shard or options.earlier:
        raise ConfigurationError(
            "--on takes the shards of a run; --shard and --resume cannot be asked of it.",
            advice="Leave one of the two out.",
        )
    if settings.environment.logins:
        raise ConfigurationError(
            "a user and a password in an address are not sent to workers.",
            advice="Leave them out of --base-url, and give each worker its credentials.",
        )


def _shard(settings: Settings, index: int, count: int, durations: Durations) -> Shard:
    return with_split(settings, Shard(index, count), durations).shard or Shard(index, count)


def _named(shard: Shard) -> dict[str, Json]:
    """Name a shard in an order: its number, and the cases of each where they are balanced."""
    parts: list[Json] = [list(part) for part in shard.split.parts] if shard.split else []
    return {"shard": str(shard), "split": parts}


def _shard_as_json(settings: Settings, options: RunOptions, at_once: int) -> dict[str, Json]:
    """Return what the orders of all shards say besides their number."""
    # As bytes, so that the ends of lines arrive as they are: the digest of the file counts them.
    waivers = options.waivers.read_bytes().decode("utf-8") if options.waivers else None
    return {
        "at_once": at_once,
        "faults": list(options.faults),
        "min_operation_coverage": max(
            options.min_operation_coverage, settings.gates.operation_coverage
        ),
        "min_keyword_coverage": max(options.min_keyword_coverage, settings.gates.keyword_coverage),
        **({} if waivers is None else {"waivers": waivers}),
    }


def _sorted_out(
    results: dict[Shard, Answered | Unanswered], folder: Path
) -> tuple[list[Part], dict[Shard, str]]:
    """Return the shards that came back, and why the others did not."""
    lost: dict[Shard, str] = {}
    parts: list[Part] = []
    for shard, each in results.items():
        if isinstance(each, Unanswered):
            lost[shard] = each.reason
            continue
        # What one worker sends loses its own shard at most.
        try:
            parts.append(_part(each.answer.files, folder / PARTS / f"shard-{shard.index}"))
        except HarnessError as problem:
            lost[shard] = str(problem)
    return parts, lost


def _part(files: bytes, place: Path) -> Part:
    """Read what a worker sent. Raises BadShard, DocumentError where it is not a record with its sets."""
    return Part(unpacked(files, place), load_inputs(place).record)


def _reason(result: Answered | Unanswered) -> str:
    return result.reason if isinstance(result, Unanswered) else ""


def _not_done(lost: dict[Shard, str]) -> str:
    return " ".join(f"shard {shard} was not done: {reason}" for shard, reason in lost.items())


def _placeholder(like: Part, shard: Shard, reason: str, now: str) -> Part:
    """Return what stands for a shard that was not done: the run then cannot be conformant."""
    run = replace(like.record.run, shard=str(shard), run_id=f"{shard.index}-not-done", job=None)
    error = _not_done({shard: reason})
    ended = RunFinished(now, 0.0, error=error, exit_code=NoWorkers.exit_code)
    # Nothing was written, and so nothing can have leaked.
    record = Record(run, (), (), (), finished=ended, scanned=RunScanned(0))
    return Part(like.folder, record)


def _events(record: Record) -> Iterator[Event]:
    yield record.run
    yield from record.planned
    yield from map(ExchangeDone, record.exchanges)
    yield from map(CaseFinished, record.outcomes)
