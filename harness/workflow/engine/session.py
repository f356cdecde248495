"""Share the results of `x-scope: session` workflows between cases, safely between threads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Generic, TypeVar

Result = TypeVar("Result")


MOST_FAILURES = 3
"""Failures of a workflow after which its last result serves whoever else needs it."""


@dataclass(frozen=True, slots=True)
class SessionCache(Generic[Result]):
    """Results by key. While one thread makes a result, others that need it wait for it."""

    _done: dict[str, Result] = field(default_factory=dict)
    _failed: dict[str, tuple[int, Result]] = field(default_factory=dict)
    _locks: dict[str, RLock] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)

    def once(
        self,
        key: str,
        make: Callable[[], Result],
        *,
        keep: Callable[[Result], bool],
        is_stale: Callable[[Result], bool] = lambda _: False,
    ) -> tuple[Result, bool]:
        """Return the result and whether it was made now.

        One that is not worth keeping is made anew for the next who needs it, but not for ever: where a
        token cannot be had, a hundred cases need not ask for it.
        """
        # The guard is held only to find the lock, so that other keys are not held up.
        with self._guard:
            # Reentrant, so that a thread never waits for itself.
            lock = self._locks.setdefault(key, RLock())
        with lock:
            if key in self._done and not is_stale(self._done[key]):
                return self._done[key], False
            count, failed = self._failed.get(key, (0, None))
            if failed is not None and count >= MOST_FAILURES:
                return failed, False
            result = make()
            if keep(result):
                self._done[key] = result
                # Only failures in a row count.
                self._failed.pop(key, None)
            else:
                self._failed[key] = (count + 1, result)
            return result, True

    def failures(self, key: str) -> int:
        """Return how often in a row a result was not worth keeping."""
        return self._failed[key][0] if key in self._failed else 0
