"""Try the tasks of a proof in processes of this machine."""

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass

from harness.session.pool import process_pool
from harness.session.prove.campaign import result_of
from harness.session.prove.tasks import Task, TaskResult


@dataclass(frozen=True, slots=True)
class LocalProcesses:
    """So many processes side by side."""

    jobs: int

    def results(self, tasks: Sequence[Task]) -> Iterator[TaskResult]:
        """Yield what became of each task, as it is known."""
        with process_pool(self.jobs) as pool:
            futures = [pool.submit(result_of, task) for task in tasks]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
