"""Hand orders to workers that fit, and yield what comes back, until all is answered or given up."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from harness.errors import TargetError
from harness.session.cluster.orders import Order

MOST_TRIES = 2
"""Work of a lost worker is done again once: what is lost twice may be what loses workers."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order in the hands of a worker."""

    order: Order
    worker: str
    attempt: int

    @property
    def key(self) -> str:
        """Name it for the scheduler: unique within a campaign, and free of any secret."""
        return f"{self.order.name} try {self.attempt}"


class Assignments:
    """The orders of a campaign: waiting, in hand, answered, given up."""

    def __init__(self, orders: Sequence[Order], *, most_at_once: int | None = None) -> None:
        self._waiting = deque(orders)
        self._in_hand: dict[str, Ticket] = {}
        self._tries: Counter[str] = Counter()
        self._losses: Counter[str] = Counter()
        self._most = most_at_once

    @property
    def is_done(self) -> bool:
        """True where nothing waits and nothing is in hand."""
        return not self._waiting and not self._in_hand

    def next_for(self, worker: str, threads: int) -> Ticket | None:
        """Give a worker that has a hand free the next order."""
        own = sum(1 for each in self._in_hand.values() if each.worker == worker)
        # The rate of a target is divided by so many at once, so that no more may be in hand.
        is_full = self._most is not None and len(self._in_hand) >= self._most
        if not self._waiting or own >= threads or is_full:
            return None
        order = self._waiting.popleft()
        self._tries[order.name] += 1
        ticket = Ticket(order, worker, self._tries[order.name])
        self._in_hand[ticket.key] = ticket
        return ticket

    def answered(self, key: str) -> Order | None:
        """Take an answer; None where it comes from a worker that was lost, and the work is done anew."""
        ticket = self._in_hand.pop(key, None)
        return ticket.order if ticket else None

    def returned(self, key: str) -> str | None:
        """Take back an order that a worker would not do, and return who it was: nothing was tried."""
        ticket = self._in_hand.pop(key, None)
        if ticket is None:
            return None
        # To the front again, for it was next.
        self._waiting.appendleft(ticket.order)
        return ticket.worker

    def lost(self, key: str) -> Order | None:
        """Take note that an order was lost with its worker; return it where it is given up."""
        ticket = self._in_hand.pop(key, None)
        if ticket is None:
            return None
        self._losses[ticket.order.name] += 1
        if self._losses[ticket.order.name] >= MOST_TRIES:
            return ticket.order
        self._waiting.appendleft(ticket.order)
        return None

    def keys_of(self, worker: str) -> tuple[str, ...]:
        """Return the keys of all that a worker has in hand."""
        return tuple(key for key, each in self._in_hand.items() if each.worker == worker)

    @property
    def workers(self) -> frozenset[str]:
        """Return those who have something in hand."""
        return frozenset(each.worker for each in self._in_hand.values())

    def rest(self) -> tuple[Order, ...]:
        """Give up all that is not answered, and return it."""
        orders = (*(each.order for each in self._in_hand.values()), *self._waiting)
        self._in_hand.clear()
        self._waiting.clear()
        return orders


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
    report: Callable[[str], None]
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
            # Only while nobody works does patience run out.
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
        # Until somebody fits, and everybody who is there has been asked.
        while not self.accepted or self._asked:
            # Run for its effects alone: without work there is nothing to yield.
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
            # For all that can be seen, a scheduler that does not answer has no workers.
            present = {}
        for worker in present.keys() - self.accepted.keys() - self.refused.keys():
            # One that is being checked is not asked again.
            if worker not in self._asked.values():
                self._checks[worker] += 1
                # Each check has a key of its own, since the scheduler remembers keys.
                key = f"{Ticket(self.check, worker, self._checks[worker]).key} at {worker}"
                self._asked[key] = worker
                self.workers.start(key, worker, self.check.text)
        for key, worker in [*self._asked.items()]:
            if worker not in present:
                del self._asked[key]
                self.report(f"worker {worker} is lost")
        for worker in [each for each in self.accepted if each not in present]:
            del self.accepted[worker]
            self.report(f"worker {worker} is lost")
            for key in work.keys_of(worker):
                # Before it is given out again: an answer that comes late must not count as well.
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
            # Lost once it may have been bad luck; twice it is the worker.
            self._refuse(worker, f"its process ends whenever it is asked ({answer.text}).")

    def _refuse(self, worker: str, reason: str) -> None:
        self.accepted.pop(worker, None)
        self.refused[worker] = reason
        self.report(f"worker {worker} is refused: {reason}")

    def _threads_of(self, worker: str) -> int:
        try:
            return self.workers.threads().get(worker, 1)
        except OSError:
            return 1

    def _give_up(self, work: Assignments) -> Iterator[Unanswered]:
        # Before anybody was accepted there is nothing that could be lost by an error.
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
