"""Try the tasks of a proof in processes of this machine."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from harness import limits
from harness.session.prove.campaign import result_of
from harness.session.prove.tasks import Task, TaskResult


@dataclass(frozen=True, slots=True)
class LocalProcesses:
    """So many processes side by side."""

    jobs: int

    def results(self, tasks: Sequence[Task]) -> Iterator[TaskResult]:
        """Yield what became of each task, as it is known."""
        pooled = ProcessPoolExecutor(
            self.jobs, initializer=limits.adopt, initargs=(limits.current(),)
        )
        with pooled as pool:
            futures = [pool.submit(result_of, task) for task in tasks]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
