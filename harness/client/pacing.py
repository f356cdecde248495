"""Call a server no faster than allowed, and no more once it has fallen silent."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from harness.errors import Unreachable
from harness.hosts import origin_of


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
        # Only the moment is chosen under the lock; the threads then sleep side by side.
        with self._lock:
            now = self._monotonic()
            due = max(self._next, now)
            self._next = due + self._gap
        if due > now:
            self._sleep(due - now)


MOST_SILENT = 24
"""Requests in a row without an answer before it is asked whether the server is there at all."""
MOST_TIMED_OUT = 6
"""The same for requests that each waited until the timeout."""
PAUSES_SECONDS = (0.0, 1.0, 3.0)
"""Before each question; a server that restarts gets these seconds."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The requests to a server since it last sent anything."""

    requests: int = 0
    timed_out: int = 0
    last: str = ""
    """Why the last one got no answer, in few words."""

    def after(self, failure: str, *, is_timeout: bool) -> "Silence":
        few_words = failure.partition(" (")[0]
        return Silence(self.requests + 1, self.timed_out + is_timeout, few_words)

    @property
    def is_long(self) -> bool:
        return self.requests >= MOST_SILENT or self.timed_out >= MOST_TIMED_OUT


class Breaker:
    """Remember which servers have fallen silent. One that answers anything at all is alive."""

    def __init__(self, is_alive: Callable[[str], bool], sleep: Callable[[float], None]) -> None:
        self._is_alive = is_alive
        self._sleep = sleep
        self._silences: dict[str, Silence] = {}
        self._tripped: dict[str, Silence] = {}
        # Two locks, for outcomes are noted while a question is under way, which takes seconds.
        self._noting, self._asking = Lock(), Lock()

    def check(self, url: str) -> None:
        """Raise Unreachable where the server of this URL is silent and stays so when asked."""
        origin = origin_of(url)
        if self._silence(origin).is_long:
            with self._asking:
                self._ask(origin)
        if (tripped := self.tripped(url)) is not None:
            raise tripped

    def tripped(self, url: str) -> Unreachable | None:
        """Return the error for a server that is called no more; None where it is called."""
        origin = origin_of(url)
        silence = self._tripped.get(origin)
        if silence is None:
            return None
        return Unreachable(
            f"{origin} has stopped answering: {silence.requests} requests in a row and"
            f" {len(PAUSES_SECONDS)} more after a pause got nothing ({silence.last}).",
            advice="See that the server runs and can be reached, then run again.",
        )

    def record_success(self, url: str) -> None:
        """Note that something came back, whatever it was."""
        with self._noting:
            self._silences.pop(origin_of(url), None)

    def record_failure(self, url: str, failure: str, *, is_timeout: bool) -> None:
        """Note that nothing came back."""
        origin = origin_of(url)
        with self._noting:
            before = self._silences.get(origin, Silence())
            self._silences[origin] = before.after(failure, is_timeout=is_timeout)

    def _silence(self, origin: str) -> Silence:
        return self._silences.get(origin, Silence())

    def _ask(self, origin: str) -> None:
        """Find out for all who wait here; who comes later finds it known."""
        silence = self._silence(origin)
        # Whoever held the lock before has asked already, or the server has answered meanwhile.
        if origin in self._tripped or not silence.is_long:
            return
        for pause in PAUSES_SECONDS:
            self._sleep(pause)
            # Another thread's answer counts as well: meanwhile the server may have come back.
            if self._is_alive(origin) or not self._silence(origin).is_long:
                self.record_success(origin)
                return
        self._tripped[origin] = silence
