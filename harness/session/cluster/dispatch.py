"""Hand orders to workers that fit, and yield what comes back, until all is answered or given up."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from harness.errors import TargetError
from harness.session.cluster.assignments import MOST_TRIES, Assignments, Ticket
from harness.session.cluster.orders import Order

PATIENCE_SECONDS = 30.0
"""How long work waits for a worker that takes it."""
_POLL_SECONDS = 0.5


class NoWorkers(TargetError):
    """Start workers that have this version and these documents, then ask again."""


class Outcome(Enum):
    """What became of an order at a worker."""

    DONE = "done"
    UNFIT = "unfit"
    """The worker is refused; the order is somebody else's."""
    FAILED = "failed"
    """It can be done nowhere: a bug of ours, or a mistake in what was asked."""
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a key: JSON and, for a shard, its files; else a sentence that says why not."""

    key: str
    outcome: Outcome
    text: str = ""
    files: bytes = b""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An order that nobody did, and why."""

    order: Order
    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An order with what came of it."""

    order: Order
    answer: Answer


class Workers(Protocol):
    """Those who do the work, wherever they are."""

    def threads(self) -> Mapping[str, int]:
        """Return who is there now, and how much each does at a time. Raises OSError."""
        ...

    def start(self, key: str, worker: str, text: str) -> None:
        """Hand an order to one worker and to no other."""
        ...

    def answers(self, seconds: float) -> Sequence[Answer]:
        """Wait so long for answers and return what has come."""
        ...

    def forget(self, key: str) -> None:
        """Wait for an answer no more."""
        ...


@dataclass
class Dispatch:
    """One campaign: its workers, who of them is accepted, and what is in whose hands."""

    workers: Workers
    check: Order
    monotonic: Callable[[], float]
    tell: Callable[[str], None]
    accepted: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    has_begun: bool = False
    """True from the first worker on that was accepted: what is found then is not thrown away."""
    _asked: dict[str, str] = field(default_factory=dict)
    """Workers that are being checked, by the key of the check."""
    _checks: Counter[str] = field(default_factory=Counter)
    """How often each worker was checked."""

    def results(self, work: Assignments) -> Iterator[Answered | Unanswered]:
        """Yield one result for each order. Raises NoWorkers where nobody ever took any."""
        idle_since = self.monotonic()
        while not work.is_done:
            yield from self._look_round(work)
            for worker, threads in [*self.accepted.items()]:
                while ticket := work.next_for(worker, threads):
                    self.workers.start(ticket.key, worker, ticket.order.text)
            if work.workers:
                idle_since = self.monotonic()
            if self.monotonic() - idle_since > PATIENCE_SECONDS:
                yield from self._give_up(work)
                return
            for answer in self.workers.answers(_POLL_SECONDS):
                yield from self._take(answer, work)

    def wait_for_workers(self, seconds: float) -> int:
        """Return how much the accepted workers do at a time, once all that are there were checked."""
        begun = self.monotonic()
        nothing = Assignments(())
        while not self.accepted or self._asked:
            for _ in self._look_round(nothing):
                pass
            for answer in self.workers.answers(_POLL_SECONDS):
                for _ in self._take(answer, nothing):
                    pass
            if self.monotonic() - begun > seconds:
                break
        if not self.accepted:
            raise self._no_workers()
        return sum(self.accepted.values())

    def _look_round(self, work: Assignments) -> Iterator[Unanswered]:
        """Check who is new, and take note of who is gone."""
        try:
            present = self.workers.threads()
        except OSError:
            present = {}
        for worker in present.keys() - self.accepted.keys() - self.refused.keys():
            if worker not in self._asked.values():
                self._checks[worker] += 1
                key = f"{Ticket(self.check, worker, self._checks[worker]).key} at {worker}"
                self._asked[key] = worker
                self.workers.start(key, worker, self.check.text)
        for key, worker in [*self._asked.items()]:
            if worker not in present:
                del self._asked[key]
                self.tell(f"worker {worker} is lost")
        for worker in [each for each in self.accepted if each not in present]:
            del self.accepted[worker]
            self.tell(f"worker {worker} is lost")
            for key in work.keys_of(worker):
                self.workers.forget(key)
                yield from _lost(work, key)

    def _take(self, answer: Answer, work: Assignments) -> Iterator[Answered | Unanswered]:
        if answer.key in self._asked:
            self._checked(answer)
            return
        match answer.outcome:
            case Outcome.DONE | Outcome.FAILED:
                if order := work.answered(answer.key):
                    is_done = answer.outcome is Outcome.DONE
                    yield Answered(order, answer) if is_done else Unanswered(order, answer.text)
            case Outcome.UNFIT:
                if worker := work.returned(answer.key):
                    self._refuse(worker, answer.text)
            case Outcome.LOST:
                yield from _lost(work, answer.key)

    def _checked(self, answer: Answer) -> None:
        worker = self._asked.pop(answer.key)
        if answer.outcome is Outcome.DONE:
            self.accepted[worker] = self._threads_of(worker)
            self.has_begun = True
        elif answer.outcome is not Outcome.LOST:
            self._refuse(worker, answer.text)
        elif self._checks[worker] >= MOST_TRIES:
            self._refuse(worker, f"its process ends whenever it is asked ({answer.text}).")

    def _refuse(self, worker: str, reason: str) -> None:
        self.accepted.pop(worker, None)
        self.refused[worker] = reason
        self.tell(f"worker {worker} is refused: {reason}")

    def _threads_of(self, worker: str) -> int:
        try:
            return self.workers.threads().get(worker, 1)
        except OSError:
            return 1

    def _give_up(self, work: Assignments) -> Iterator[Unanswered]:
        if not self.has_begun:
            raise self._no_workers()
        reason = f"no worker was there for {PATIENCE_SECONDS:.0f} seconds."
        yield from (Unanswered(order, reason) for order in work.rest())

    def _no_workers(self) -> NoWorkers:
        if not self.refused:
            return NoWorkers(
                "no worker is connected to the scheduler.", advice="Start one with: dask worker."
            )
        worker, reason = next(iter(self.refused.items()))
        more = f" So are {len(self.refused) - 1} others." if len(self.refused) > 1 else ""
        return NoWorkers(f"no worker fits: {worker} is refused, since {reason}{more}")


def _lost(work: Assignments, key: str) -> Iterator[Unanswered]:
    if order := work.lost(key):
        yield Unanswered(order, "its worker was lost, twice.")
