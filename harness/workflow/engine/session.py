"""Share the results of `x-scope: session` workflows between cases, safely between threads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class SessionCache(Generic[Result]):
    """Results by key. While one thread makes a result, others that need it wait for it."""

    _done: dict[str, Result] = field(default_factory=dict)
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
        """Return the result and whether it was made now; one that is not worth keeping is made anew."""
        with self._guard:
            lock = self._locks.setdefault(key, RLock())
        with lock:
            if key in self._done and not is_stale(self._done[key]):
                return self._done[key], False
            result = make()
            if keep(result):
                self._done[key] = result
            return result, True
