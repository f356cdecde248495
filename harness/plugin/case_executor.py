"""Run cases side by side over threads; outcomes are taken in whatever order the caller wants them."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event

from harness.outcome import Outcome

Work = Callable[[], Outcome]


class CaseExecutor:
    """A bounded number of threads for the cases of a run.

    Cases run off the main thread also where there is only one worker: Ctrl-C then ends the wait, and
    the case that is under way comes to its teardown.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="case")
        self._stop = Event()
        self._futures: dict[str, Future[Outcome]] = {}

    def is_stopped(self) -> bool:
        """Return whether cases that are under way are to come to an end."""
        return self._stop.is_set()

    def begin(self, works: Mapping[str, Work], after: Mapping[str, frozenset[str]]) -> None:
        """Start cases ahead of being asked for them, as far as there are workers for more than one.

        A case waits for those it comes `after`; these stand before it, so that they were begun.
        """
        # One worker runs each case as it is asked for, so that -x and Ctrl-C leave the rest
        # unbegun.
        if self.workers > 1:
            for case, work in works.items():
                # Those that are not run at all need not be waited for.
                earlier = [self._futures[each] for each in after.get(case, ()) if each in works]
                self._futures[case] = self._pool.submit(_in_turn, earlier, work)

    def outcome(self, case: str, work: Work) -> Outcome:
        """Return the outcome of a case, begun before or now."""
        # With one worker nothing was begun ahead.
        if case not in self._futures:
            self._futures[case] = self._pool.submit(work)
        outcome = self._futures[case].result()
        # Taken out, so that `close` gives only what nobody has asked for.
        del self._futures[case]
        return outcome

    def drain(self) -> None:
        """Wait until nothing is under way, for a case that must be alone."""
        wait(self._futures.values())

    def close(self, *, at_once: bool) -> Iterator[Outcome]:
        """Begin nothing more, wait for what is under way, and give the outcomes nobody has taken.

        With `at_once` that ends at its next step; its teardown runs all the same.
        """
        if at_once:
            self._stop.set()
        # Threads cannot be ended from outside; what is queued is dropped, what runs comes to its
        # end.
        self._pool.shutdown(wait=True, cancel_futures=True)
        for future in self._futures.values():
            # Whatever was cancelled or broke has no outcome to be written.
            if future.done() and not future.cancelled() and future.exception() is None:
                yield future.result()
        self._futures.clear()


def _in_turn(earlier: list[Future[Outcome]], work: Work) -> Outcome:
    wait(earlier)
    return work()
