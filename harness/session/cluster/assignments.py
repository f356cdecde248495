"""Keep who has which order: each is given out twice at most, and counts once."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

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
