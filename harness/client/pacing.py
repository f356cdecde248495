"""Keep to a number of requests a second, over all threads of a run."""

from collections.abc import Callable
from threading import Lock


class Pacer:
    """Hand out evenly spaced moments; a rate of 0 means no limit of ours."""

    def __init__(
        self, per_second: float, monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._gap = 1.0 / per_second if per_second else 0.0
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Sleep until the next moment is due."""
        if not self._gap:
            return
        with self._lock:
            now = self._monotonic()
            due = max(self._next, now)
            self._next = due + self._gap
        if due > now:
            self._sleep(due - now)
